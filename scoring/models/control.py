"""What makes the competition checkable: second persons, verdicts, a frozen board, sealed lots."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition
from scoring.models.standings import ResultVersion


class Act(models.TextChoices):
    """What one organiser cannot do alone."""

    WILDCARD = "wildcard", _("een wildcard geven")
    RULES = "rules", _("spelregels veranderen na de start")
    REVERSAL = "reversal", _("een punt terugnemen uit een afgesloten maand")
    CLOSE_OCTOBER = "close_october", _("oktober afsluiten")
    LOTS = "lots", _("een loting in het openbaar vastleggen")


class Outcome(models.TextChoices):
    PENDING = "pending", _("wacht op een tweede organisator")
    APPROVED = "approved", _("goedgekeurd en uitgevoerd")
    REFUSED = "refused", _("afgewezen")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def pending(self) -> "ProposalQuerySet":
        return self.filter(outcome=Outcome.PENDING)


class Proposal(models.Model):
    """One act that needs two organisers: who proposes it and why, and who else approved or refused it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("editie"))
    act = models.CharField(_("wat"), max_length=15, choices=Act.choices)
    details = models.JSONField(_("gegevens"), default=dict)
    summary = models.CharField(_("samenvatting"), max_length=300, help_text=_("Staat in het openbare logboek."))
    reason = models.CharField(
        _("reden"), max_length=500, help_text=_("Staat in het openbare logboek. Noem geen namen van personen.")
    )
    proposed_at = models.DateTimeField(_("voorgesteld op"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("door")
    )
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    decided_at = models.DateTimeField(_("beslist op"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beslist door"),
    )
    decision_note = models.CharField(_("toelichting"), max_length=500, blank=True)

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        default_permissions = ("view",)
        permissions = [("decide_proposals", _("Mag als tweede organisator over een voorstel beslissen"))]
        constraints = [
            models.CheckConstraint(
                name="proposal_needs_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Een ander dan wie het voorstelt, beslist erover."),
            ),
            models.CheckConstraint(name="proposal_has_a_reason", condition=~Q(reason="") & ~Q(summary="")),
            models.CheckConstraint(
                name="proposal_decided_has_a_moment",
                condition=Q(outcome=Outcome.PENDING, decided_at__isnull=True)
                | (~Q(outcome=Outcome.PENDING) & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def is_pending(self) -> bool:
        return self.outcome == Outcome.PENDING


class Verification(models.Model):
    """One verdict on an edition's ledger and standings, by `scoring.verification`."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("editie")
    )
    checked_at = models.DateTimeField(_("gecontroleerd op"))
    head = models.PositiveIntegerField(_("tot en met boeking"))
    head_hash = models.CharField(_("controlecode"), max_length=64)
    faults = models.JSONField(_("fouten"), default=list)

    class Meta:
        verbose_name = _("controle")
        verbose_name_plural = _("controles")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.edition.year} #{self.head}"

    @property
    def is_right(self) -> bool:
        return not self.faults


class Freeze(models.Model):
    """A time in which the public board stands still and shows the stored result of a closed month, to everyone."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="freezes", verbose_name=_("editie"))
    version = models.ForeignKey(
        ResultVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("stand die te zien is")
    )
    reason = models.CharField(_("reden"), max_length=300, help_text=_("Staat boven de ranglijst."))
    frozen_at = models.DateTimeField(_("stilgezet op"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("door")
    )
    lifted_at = models.DateTimeField(_("weer vrij op"), null=True, blank=True)

    class Meta:
        verbose_name = _("stilgezette ranglijst")
        verbose_name_plural = _("stilgezette ranglijsten")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(lifted_at__isnull=True), name="freeze_one_at_a_time"
            ),
            models.CheckConstraint(name="freeze_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.version}"


class SealedLot(models.Model):
    """A number that one organiser chose and sealed before the October closing, and opened after it.

    Nobody could know the closing's hash when sealing, nor change the number after it; so nobody chose the outcome.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sealed_lots", verbose_name=_("editie"))
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("door")
    )
    seal = models.CharField(
        _("zegel"),
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("Een zegel is een SHA-256: 64 tekens 0-9 en a-f."))],
        help_text=_("De SHA-256 van de tekst die u geheim houdt."),
    )
    sealed_at = models.DateTimeField(_("verzegeld op"))
    opened = models.CharField(_("geopende tekst"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("geopend op"), null=True, blank=True)

    class Meta:
        verbose_name = _("verzegeld lot")
        verbose_name_plural = _("verzegelde loten")
        constraints = [
            models.UniqueConstraint(fields=["edition", "sealed_by"], name="sealed_lot_one_per_person"),
            models.CheckConstraint(
                name="sealed_lot_opened_has_a_moment",
                condition=Q(opened="", opened_at__isnull=True) | (~Q(opened="") & Q(opened_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.seal[:12]
