"""Objections to bookings; what has ended stays as it is, and nobody objects in an edition in which they do not play."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scoring.migrations import _guards

SAME_EDITION = r"""
CREATE FUNCTION scoring_refuse_foreign_objection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT edition_id FROM competition_participant WHERE id = NEW.participant_id)
        IS DISTINCT FROM (SELECT edition_id FROM scoring_ledgerentry WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'an objector plays in the edition of the booking' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_objection_in_own_edition BEFORE INSERT ON scoring_objection
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_foreign_objection();
ALTER TABLE scoring_objection ENABLE ALWAYS TRIGGER scoring_objection_in_own_edition;
"""
ANY_EDITION = """
DROP TRIGGER scoring_objection_in_own_edition ON scoring_objection;
DROP FUNCTION scoring_refuse_foreign_objection();
"""
CHANGES_PAGES = """
CREATE TRIGGER scoring_objection_changes_pages AFTER INSERT OR UPDATE OR DELETE ON scoring_objection
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0005_page_change"),
        ("scoring", "0005_missing_heads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grounds",
                    models.TextField(
                        help_text="Alleen de organisatie en de deelnemer zelf lezen dit.",
                        null=True,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="wat er niet klopt",
                    ),
                ),
                (
                    "form_key",
                    models.UUIDField(editable=False, help_text="Zo levert tweemaal versturen één bezwaar op."),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="ingediend op")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "wacht op antwoord"),
                            ("upheld", "gegrond"),
                            ("dismissed", "ongegrond"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="uitkomst",
                    ),
                ),
                (
                    "answer",
                    models.TextField(blank=True, help_text="Staat op de site, voor iedereen.", verbose_name="antwoord"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="beantwoord of ingetrokken op")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beantwoord of ingetrokken door",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="scoring.ledgerentry",
                        verbose_name="boeking",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="competition.participant",
                        verbose_name="deelnemer die bezwaar maakt",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ingediend door",
                    ),
                ),
            ],
            options={
                "verbose_name": "bezwaar",
                "verbose_name_plural": "bezwaren",
                "permissions": [("answer_objections", "Mag bezwaren beantwoorden")],
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("entry", "participant"),
                        name="objection_once_per_participant",
                    ),
                    models.UniqueConstraint(fields=("participant", "form_key"), name="objection_one_per_sent_form"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grounds", None), models.Q(("grounds", ""), _negated=True), _connector="OR"
                        ),
                        name="objection_says_what_is_wrong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "pending")),
                            models.Q(models.Q(("state", "pending"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="objection_ended_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("state__in", ["pending", "withdrawn"])),
                            models.Q(("state__in", ["upheld", "dismissed"]), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="objection_is_answered_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_EDITION, ANY_EDITION),
        migrations.RunSQL(CHANGES_PAGES, "DROP TRIGGER scoring_objection_changes_pages ON scoring_objection;"),
        _guards.settled(
            "scoring_objection",
            "ended_at",
            "submitted_by_id,ended_by_id,grounds",
            "state,answer,ended_at,ended_by_id",
        ),
    ]
