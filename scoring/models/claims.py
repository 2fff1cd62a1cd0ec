from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Municipality, Participant, Rules
from competition.models.acts import done_by
from scoring.models.ledger import LedgerEntry
from scoring.rules import Kind


class ClaimState(models.TextChoices):
    DRAFT = "draft", _("concept")
    SUBMITTED = "submitted", _("ingediend")
    CONFIRMED = "confirmed", _("bevestigd")
    REJECTED = "rejected", _("afgewezen")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    REVERSED = "reversed", _("teruggenomen")


EDITABLE_STATES = frozenset({ClaimState.DRAFT, ClaimState.REJECTED, ClaimState.WITHDRAWN})
"""In these states the claim is its municipality's to change and to submit (again)."""


C = TypeVar("C", bound="Claim")


class ClaimQuerySet(models.QuerySet[C]):
    def of_municipality(self, municipality: Municipality) -> "ClaimQuerySet[C]":
        """What this municipality reports, alone or with others in one participant."""
        return self.filter(participant__municipalities=municipality)

    def of_edition(self, edition: Edition) -> "ClaimQuerySet[C]":
        return self.filter(participant__edition=edition)

    def pending(self) -> "ClaimQuerySet[C]":
        return self.filter(state=ClaimState.SUBMITTED)

    def confirmed(self) -> "ClaimQuerySet[C]":
        return self.filter(state=ClaimState.CONFIRMED)


class Claim(models.Model):
    """What a participant reports and an organiser reviews. Its state changes in `scoring.claims` only."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, verbose_name=_("deelnemer"))
    state = models.CharField(
        _("stand van zaken"),
        max_length=10,
        choices=ClaimState.choices,
        default=ClaimState.DRAFT,
        editable=False,
    )
    created_at = models.DateTimeField(_("gemaakt op"), editable=False)
    created_by = done_by(_("gemaakt door"), editable=False)
    submitted_at = models.DateTimeField(_("ingediend op"), null=True, editable=False)
    submitted_by = done_by(_("ingediend door"), editable=False)
    counts_on = models.DateField(_("telt mee vanaf"), null=True, editable=False)
    decided_at = models.DateTimeField(_("beslist op"), null=True, editable=False)
    decided_by = done_by(_("beslist door"), editable=False)
    decision_reason = models.TextField(_("reden"), blank=True, editable=False)
    version = models.PositiveIntegerField(_("versie"), default=0, editable=False)
    award = models.OneToOneField(
        LedgerEntry,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="%(class)s",
        verbose_name=_("puntenboeking"),
    )

    kind: ClassVar[Kind]
    objects: ClassVar[ClaimQuerySet[Any]]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_confirmed_has_an_award",
                condition=~Q(state=ClaimState.CONFIRMED) | Q(award__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_reversed_has_an_award",
                condition=~Q(state=ClaimState.REVERSED) | Q(award__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_rejected_has_a_reason",
                condition=~Q(state=ClaimState.REJECTED) | ~Q(decision_reason=""),
            ),
            models.CheckConstraint(
                name="%(class)s_submitted_has_a_day",
                condition=Q(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
                | Q(submitted_at__isnull=False, counts_on__isnull=False),
            ),
        ]

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE_STATES

    @property
    def is_pending(self) -> bool:
        return self.state == ClaimState.SUBMITTED

    @property
    def source(self) -> str:
        """What the point stands for; at most one award per participant for each."""
        raise NotImplementedError

    def describe(self) -> str:
        """What the point is for, in words, for the ledger and the public; names no person."""
        raise NotImplementedError

    def happened_on(self, submitted_on: date) -> date:
        """The day of what is claimed; the day of submission where it has none of its own."""
        raise NotImplementedError

    def has_happened(self, at: datetime) -> bool:
        """Whether it has begun, where that is known to the minute; the day is looked at elsewhere."""
        return True

    def refusal(self, rules: Rules) -> str:
        """Why this edition's rules give no point for it, in words for the reader; empty when they do."""
        raise NotImplementedError

    def what_is_missing(self) -> dict[str, str]:
        """By field, in words, what must be filled in before it can be submitted."""
        raise NotImplementedError
