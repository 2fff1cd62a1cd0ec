"""More of what another municipality wants to know; the search looks into it too, so its column is made anew."""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("solutions", "0006_use_changes_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="contribution", name="contribution_search"),
        migrations.RemoveField(model_name="contribution", name="search_document"),
        migrations.AddField(
            model_name="contribution",
            name="result",
            field=models.TextField(
                blank=True,
                help_text="Wat merken inwoners of collega's ervan? Noem cijfers als u die heeft.",
                validators=[django.core.validators.MaxLengthValidator(4000)],
                verbose_name="wat leverde het op",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="supplier",
            field=models.CharField(
                blank=True,
                help_text="Het bedrijf of de gemeente die het maakte.",
                max_length=120,
                verbose_name="leverancier",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="standards",
            field=models.CharField(
                blank=True,
                help_text="Bijvoorbeeld ZGW-API's, Haal Centraal of NL API Strategie.",
                max_length=250,
                verbose_name="standaarden",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="contact_role",
            field=models.CharField(
                blank=True,
                help_text="Een functie, zoals ‘projectleider dienstverlening’. Geen naam: iedereen leest dit.",
                max_length=120,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^@0-9]*$", "Noem een functie. Geen naam, e-mailadres of telefoonnummer."
                    )
                ],
                verbose_name="wie weet hier meer van",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="search_document",
            field=models.GeneratedField(
                db_persist=True,
                expression=(
                    SearchVector("title", config="dutch", weight="A")
                    + SearchVector("summary", config="dutch", weight="B")
                    + SearchVector("problem", config="dutch", weight="C")
                    + SearchVector("result", config="dutch", weight="C")
                    + SearchVector("solution", config="dutch", weight="D")
                    + SearchVector("supplier", config="dutch", weight="D")
                    + SearchVector("standards", config="dutch", weight="D")
                ),
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search_document"], name="contribution_search"),
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_from_organisers", models.BooleanField(verbose_name="van de organisatie")),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name="tekst"
                    ),
                ),
                ("form_key", models.UUIDField(editable=False)),
                ("written_at", models.DateTimeField(verbose_name="geschreven op")),
                (
                    "contribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="solutions.contribution",
                        verbose_name="aangedragen oplossing",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="geschreven door",
                    ),
                ),
            ],
            options={
                "verbose_name": "vraag of antwoord",
                "verbose_name_plural": "vragen en antwoorden",
                "constraints": [
                    models.UniqueConstraint(fields=("contribution", "form_key"), name="remark_once_per_sent_form")
                ],
            },
        ),
    ]
