from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition
from competition.models.acts import done_by


class Act(models.TextChoices):
    """What one organiser cannot do alone."""

    WILDCARD = "wildcard", _("een wildcard geven")
    RULES = "rules", _("spelregels veranderen na de start")
    REVERSAL = "reversal", _("een punt terugboeken uit een afgesloten maand")
    CLOSING = "closing", _("oktober afsluiten")
    DRAW = "draw", _("een loting in het openbaar vastleggen")
    ACCEPTANCE = "acceptance", _("een gevonden fout aanvaarden")


class Outcome(models.TextChoices):
    PENDING = "pending", _("wacht op een tweede organisator")
    APPROVED = "approved", _("goedgekeurd en uitgevoerd")
    REFUSED = "refused", _("afgewezen")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def pending(self) -> "ProposalQuerySet":
        return self.filter(outcome=Outcome.PENDING)

    def approved(self) -> "ProposalQuerySet":
        return self.filter(outcome=Outcome.APPROVED)


class Proposal(models.Model):
    """One act that needs two organisers: who proposes it and why, and which other one decided on it.

    What and why are public. Once decided it never changes; the database asks for an approved one before it lets
    the act itself through.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("editie"))
    act = models.CharField(_("wat"), max_length=12, choices=Act.choices)
    details = models.JSONField(_("gegevens"), default=dict)
    summary = models.TextField(_("samenvatting"), help_text=_("Staat in het openbare logboek."))
    reason = models.TextField(_("reden"), help_text=_("Staat in het openbare logboek. Noem geen namen van personen."))
    proposed_at = models.DateTimeField(_("voorgesteld op"))
    proposed_by = done_by(_("voorgesteld door"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    decided_at = models.DateTimeField(_("beslist op"), null=True, blank=True)
    decided_by = done_by(_("beslist door"), blank=True)
    decision_note = models.TextField(_("toelichting"), blank=True)

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        default_permissions = ("view",)
        permissions = [
            ("propose", _("Mag voorstellen doen waar een tweede organisator over beslist")),
            ("decide_proposals", _("Mag als tweede organisator over een voorstel beslissen")),
        ]
        constraints = [
            models.CheckConstraint(
                name="proposal_needs_two_people",
                condition=~Q(outcome=Outcome.APPROVED)
                | Q(decided_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Een ander dan wie het voorstelt, keurt het goed."),
            ),
            models.CheckConstraint(name="proposal_says_what_and_why", condition=~Q(reason="") & ~Q(summary="")),
            models.CheckConstraint(
                name="proposal_decided_has_a_moment",
                condition=Q(outcome=Outcome.PENDING, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome=Outcome.PENDING) & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["edition", "act", "details"],
                condition=Q(outcome=Outcome.PENDING),
                name="proposal_lies_there_once",
            ),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def is_pending(self) -> bool:
        return self.outcome == Outcome.PENDING
