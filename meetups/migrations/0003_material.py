"""What can be read or watched after a meetup; the pages that show it are made anew when it changes."""

import django.db.models.deletion
from django.db import migrations, models

WATCH = """
CREATE TRIGGER meetups_material_changes_pages AFTER INSERT OR UPDATE OR DELETE ON meetups_material
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0005_page_change"),
        ("meetups", "0002_agenda"),
    ]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("slides", "presentatie"), ("recording", "opname"), ("summary", "samenvatting")],
                        max_length=10,
                        verbose_name="soort",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="naam")),
                ("url", models.URLField(max_length=500, verbose_name="webadres")),
                (
                    "meetup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="meetups.meetup",
                        verbose_name="meetup",
                    ),
                ),
            ],
            options={
                "verbose_name": "materiaal",
                "verbose_name_plural": "materialen",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("url__startswith", "https://")),
                        name="material_stands_at_a_safe_address",
                        violation_error_message="Begin het adres met https://.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(WATCH, "DROP TRIGGER meetups_material_changes_pages ON meetups_material;"),
    ]
