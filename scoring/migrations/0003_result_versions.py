"""A closed month's standing gets versions, and each version is a checkpoint of the ledger."""

import django.db.models.deletion
from django.db import migrations, models

# What was fixed before stays as it is and becomes version 1; the guards are lifted for that, in this transaction only.
FILL = """
ALTER TABLE scoring_roundresult DISABLE TRIGGER scoring_roundresult_refuses_change;
INSERT INTO scoring_resultversion (closing_id, number, made_at, head, head_hash, reason)
    SELECT closing.id, 1, closing.closed_at, closing.head, coalesce(entry.hash, repeat('0', 64)), ''
    FROM scoring_roundclosing AS closing
    JOIN competition_round AS round ON round.id = closing.round_id
    LEFT JOIN scoring_ledgerentry AS entry ON entry.edition_id = round.edition_id AND entry.number = closing.head;
UPDATE scoring_roundresult AS result SET version_id = version.id
    FROM scoring_resultversion AS version WHERE version.closing_id = result.closing_id;
ALTER TABLE scoring_roundresult ENABLE ALWAYS TRIGGER scoring_roundresult_refuses_change;
"""

GUARD = """
CREATE TRIGGER scoring_resultversion_refuses_change BEFORE UPDATE OR DELETE ON scoring_resultversion
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_change();
CREATE TRIGGER scoring_resultversion_refuses_truncate BEFORE TRUNCATE ON scoring_resultversion
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_change();
ALTER TABLE scoring_resultversion ENABLE ALWAYS TRIGGER scoring_resultversion_refuses_change;
ALTER TABLE scoring_resultversion ENABLE ALWAYS TRIGGER scoring_resultversion_refuses_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="ResultVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="versie")),
                ("made_at", models.DateTimeField(verbose_name="vastgelegd op")),
                ("head", models.PositiveIntegerField(verbose_name="geteld tot en met boeking")),
                ("head_hash", models.CharField(max_length=64, verbose_name="controlecode van die boeking")),
                ("reason", models.TextField(blank=True, verbose_name="waarom een nieuwe versie")),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="scoring.roundclosing",
                        verbose_name="afgesloten maand",
                    ),
                ),
            ],
            options={
                "verbose_name": "versie van een maandstand",
                "verbose_name_plural": "versies van maandstanden",
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="roundresult",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="scoring.resultversion",
                verbose_name="versie",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The foreign keys that were just filled are checked now, so that the table can be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveConstraint("roundresult", "round_result_one_per_participant"),
        migrations.RemoveField("roundresult", "closing"),
        migrations.RemoveField("roundclosing", "head"),
        migrations.AlterField(
            model_name="roundresult",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="scoring.resultversion",
                verbose_name="versie",
            ),
        ),
        migrations.AddConstraint(
            "roundresult",
            models.UniqueConstraint(fields=("version", "participant"), name="round_result_one_per_participant"),
        ),
        migrations.AddConstraint(
            "resultversion",
            models.UniqueConstraint(fields=("closing", "number"), name="result_version_numbers_are_unique"),
        ),
        migrations.AddConstraint(
            "resultversion",
            models.CheckConstraint(
                condition=models.Q(number=1) | (models.Q(number__gt=1) & ~models.Q(reason="")),
                name="result_version_later_ones_have_a_reason",
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
