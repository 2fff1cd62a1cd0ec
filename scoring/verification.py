"""Whether the ledger and everything that is counted from it are right; a difference is told, never repaired."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from competition.models import AwardMoment, Edition
from scoring import verify
from scoring.closing import kinds_of_claim
from scoring.export import export
from scoring.models import ClaimState, LedgerEntry, Verification


@transaction.atomic
def check(edition: Edition, *, at: datetime) -> Verification:
    """Recount the edition from its own export, with the published checkpoints, and keep the verdict.

    Of the nine invariants (reliability) the verifier shows 1 to 6, 8 and 9; the claims are not public, so the
    seventh is checked here.
    """
    outcome = verify.verify(export(edition, at=at))
    faults = [str(fault) for fault in outcome.faults] + claims_that_disagree(edition)
    return Verification.objects.create(
        edition=edition, checked_at=at, head=outcome.entries, head_hash=outcome.head, faults=faults
    )


def claims_that_disagree(edition: Edition) -> list[str]:
    """The claims whose state and booking say different things.

    A confirmed claim has an award in effect, any other has none; a submitted one has, where the rules award then.
    """
    in_effect = {ClaimState.CONFIRMED}
    if edition.rules.award_moment == AwardMoment.SUBMISSION:
        in_effect.add(ClaimState.SUBMITTED)
    chain = LedgerEntry.objects.filter(participant=OuterRef("participant"), source=OuterRef("award__source"))
    last_points = Coalesce(Subquery(chain.order_by("-number").values("points")[:1]), 0)
    return [
        f"melding {claim.kind} {claim.pk} is {claim.get_state_display()}, maar het punt zegt iets anders"
        for kind in kinds_of_claim()
        for claim in kind.objects.of_edition(edition).annotate(last_points=last_points).order_by("pk")
        if (claim.state in in_effect) != (claim.last_points > 0)
    ]


def last_of(edition: Edition) -> Verification | None:
    """The newest verdict on this edition."""
    return edition.verifications.order_by("-checked_at", "-pk").first()
