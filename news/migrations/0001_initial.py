"""News of the organisers; the pages that show it are made anew when it changes."""

import django.db.models.deletion
from django.db import migrations, models

import competition.clock

WATCH = """
CREATE TRIGGER news_newsitem_changes_pages AFTER INSERT OR UPDATE OR DELETE ON news_newsitem
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("competition", "0005_page_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewsItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="kop")),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="naam in het webadres")),
                (
                    "summary",
                    models.CharField(help_text="Eén of twee zinnen.", max_length=300, verbose_name="samenvatting"),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="Gewone tekst. Een witregel begint een nieuwe alinea.",
                        verbose_name="tekst",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leeg: dit is een concept. In de toekomst: het bericht verschijnt dan vanzelf.",
                        null=True,
                        verbose_name="gepubliceerd op",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=competition.clock.now, editable=False, verbose_name="veranderd op"),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leeg: het bericht gaat niet over één editie.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="news",
                        to="competition.edition",
                        verbose_name="editie",
                    ),
                ),
            ],
            options={
                "verbose_name": "nieuwsbericht",
                "verbose_name_plural": "nieuwsberichten",
            },
        ),
        migrations.RunSQL(WATCH, "DROP TRIGGER news_newsitem_changes_pages ON news_newsitem;"),
    ]
