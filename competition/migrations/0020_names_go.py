"""The term after which the names of an edition go, and when they went."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0013_circulars"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="names_gone_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="namen verdwenen op"),
        ),
        migrations.AddField(
            model_name="edition",
            name="names_kept_months",
            field=models.PositiveSmallIntegerField(
                db_default=24,
                default=24,
                help_text="Daarna verdwijnt wie wat meldde, besloot of veranderde. Punten blijven.",
                validators=[django.core.validators.MinValueValidator(12), django.core.validators.MaxValueValidator(84)],
                verbose_name="namen bewaren, in maanden na de editie",
            ),
        ),
    ]
