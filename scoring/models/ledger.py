from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Participant
from scoring.rules import Kind


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def of_edition(self, edition: Edition) -> "LedgerQuerySet":
        return self.filter(edition=edition)

    def awards(self) -> "LedgerQuerySet":
        """Only the first bookings, not the reversals."""
        return self.filter(reverses__isnull=True)

    def in_order(self) -> "LedgerQuerySet":
        return self.order_by("edition", "number")


class LedgerEntry(models.Model):
    """One booking of points. Only ever added: the database refuses every change and deletion.

    A mistake is put right by a reversal: an entry with the opposite points that names the entry it reverses.
    Holds no personal data: who booked it is a random actor id.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="ledger_entries", verbose_name=_("editie")
    )
    number = models.PositiveIntegerField(
        _("nummer"),
        db_default=0,
        editable=False,
        help_text=_("Zonder gaten, per editie; de database geeft het."),
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="ledger_entries", verbose_name=_("deelnemer")
    )
    kind = models.CharField(_("soort"), max_length=12, choices=Kind.choices)
    source = models.CharField(_("bron"), max_length=60, help_text=_("Waar het punt bij hoort, zoals meetup:17."))
    description = models.CharField(_("waarvoor"), max_length=250)
    points = models.SmallIntegerField(_("punten"))
    counts_on = models.DateField(_("telt mee vanaf"))
    booked_at = models.DateTimeField(_("geboekt op"))
    recorded_at = models.DateTimeField(
        _("vastgelegd op"), db_default=Now(), editable=False, help_text=_("Volgens de klok van de database.")
    )
    booked_by = models.UUIDField(_("geboekt door"), help_text=_("Het toevallige kenmerk van de organisator."))
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=_("boekt terug"),
    )
    reason = models.CharField(_("reden van de tegenboeking"), max_length=500, blank=True)

    previous_hash = models.CharField(_("vorige controlecode"), max_length=64, db_default="", editable=False)
    hash = models.CharField(
        _("controlecode"),
        max_length=64,
        db_default="",
        editable=False,
        help_text=_("SHA-256 van deze boeking en van de vorige controlecode. De database berekent die."),
    )

    objects: ClassVar[LedgerQuerySet] = LedgerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("puntenboeking")
        verbose_name_plural = _("puntenboek")
        default_permissions = ("view",)
        permissions = [
            ("decide_claims", _("Mag meldingen bevestigen en afwijzen")),
            ("reverse_entry", _("Mag punten terugnemen")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="ledger_numbers_are_unique"),
            models.UniqueConstraint(
                fields=["participant", "source"],
                condition=Q(reverses__isnull=True),
                name="ledger_one_award_per_source",
            ),
            models.CheckConstraint(
                name="ledger_reversal_needs_a_reason",
                condition=(Q(reverses__isnull=True) & Q(reason="")) | (Q(reverses__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="ledger_award_is_positive", condition=Q(reverses__isnull=False) | Q(points__gt=0)
            ),
            models.CheckConstraint(name="ledger_reverses_another_entry", condition=~Q(reverses=F("id"))),
            models.CheckConstraint(name="ledger_source_is_named", condition=~Q(source="") & ~Q(description="")),
        ]
        indexes = [
            models.Index(
                fields=["edition", "counts_on"],
                include=["participant", "kind", "points", "number", "booked_at"],
                name="ledger_since_a_closed_month",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.participant} {self.points:+d}"

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def signed_points(self) -> str:
        """The points with their sign, as they stand on a screen."""
        return f"{self.points:+d}".replace("-", "−")
