"""What the agendas of others need to know a meetup by: who it is, when it changed and whether it goes ahead."""

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

import competition.clock


class Migration(migrations.Migration):
    dependencies = [
        ("meetups", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="meetup",
            name="is_cancelled",
            field=models.BooleanField(
                default=False,
                help_text="De meetup blijft op de site staan, met de tekst ‘Gaat niet door’. Ook in agenda's van anderen.",
                verbose_name="gaat niet door",
            ),
        ),
        # The database gives each meetup that is there already a mark of its own.
        migrations.AddField(
            model_name="meetup",
            name="uid",
            field=models.UUIDField(
                db_default=RandomUUID(),
                editable=False,
                help_text="Zo herkent de agenda van een ander deze meetup, ook als naam of dag verandert.",
                unique=True,
                verbose_name="kenmerk in agenda's",
            ),
        ),
        migrations.AddField(
            model_name="meetup",
            name="changed_at",
            field=models.DateTimeField(default=competition.clock.now, editable=False, verbose_name="veranderd op"),
        ),
    ]
