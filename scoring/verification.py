"""Whether the ledger and everything that is counted from it are right; a difference is told, never repaired."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Sum
from django.utils.translation import gettext

from competition.models import AwardMoment, Edition
from scoring import closing, verify
from scoring.export import export
from scoring.models import Act, ClaimState, LedgerEntry, Proposal, Verification

DUE_AFTER = timedelta(hours=24)
OVERDUE_AFTER = timedelta(hours=26)
"""By then beat, the worker or the check itself is down."""


def verify_due(*, at: datetime) -> list[str]:
    """Check every edition that has started and was not checked for a day; gives a line for each verdict."""
    return [
        sentence(check(edition, at=at)) for edition in closing.started(at) if is_older(edition, at=at, than=DUE_AFTER)
    ]


def is_older(edition: Edition, *, at: datetime, than: timedelta) -> bool:
    """Whether the last verdict on this edition is older than this, or there is none."""
    return not edition.verifications.filter(checked_at__gt=at - than).exists()


def check(edition: Edition, *, at: datetime) -> Verification:
    """Recount the edition, and keep the verdict."""
    outcome = recount(edition)
    return Verification.objects.create(
        edition=edition,
        checked_at=at,
        head=outcome.entries,
        head_hash=outcome.head,
        faults=[str(fault) for fault in outcome.faults],
    )


@transaction.atomic
def recount(edition: Edition, checkpoints: Iterable[tuple[int, str]] = ()) -> verify.Outcome:
    """Recount the edition from its own export, with the published checkpoints and those that the caller holds.

    So is the head that was last found right: a rewrite shows until somebody has dealt with it, also one of what was
    booked since the last closing. Of the nine invariants (reliability) the verifier shows 1 to 6, 8 and 9; the claims
    are not public, so the seventh is checked here.
    """
    outcome = verify.verify(export(edition), [*checkpoints, *_found_right_before(edition)])
    outcome.faults.extend(verify.Fault(None, words) for words in claims_that_disagree(edition))
    accepted = accepted_faults(edition)
    outcome.faults[:] = [fault for fault in outcome.faults if str(fault) not in accepted]
    return outcome


def accepted_faults(edition: Edition) -> set[str]:
    """What was found wrong before, and two organisers accepted because nobody can undo it."""
    accepted = Proposal.objects.approved().filter(edition=edition, act=Act.ACCEPTANCE)
    known = [details["verification"] for details in accepted.values_list("details", flat=True)]
    return {words for verdict in Verification.objects.filter(pk__in=known) for words in verdict.faults}


def accept(proposal: Proposal, *, at: datetime) -> Verification:
    """Give the verdict that holds from here on: what the approved proposal names is known, and no more is wrong."""
    outcome = recount(proposal.edition)
    return Verification.objects.create(
        edition=proposal.edition,
        checked_at=at,
        head=outcome.entries,
        head_hash=outcome.head,
        faults=[str(fault) for fault in outcome.faults],
        accepted_by=proposal,
    )


def _found_right_before(edition: Edition) -> list[tuple[int, str]]:
    right = edition.verifications.filter(faults=[]).order_by("-checked_at", "-pk")
    return list(right.values_list("head", "head_hash")[:1])


def sentence(verification: Verification) -> str:
    """The verdict in words."""
    words = {
        "year": verification.edition.year,
        "number": verification.head,
        "faults": "; ".join(verification.faults),
    }
    if verification.is_right:
        return gettext("%(year)d: alles klopt tot en met boeking %(number)d") % words
    return gettext("%(year)d: het klopt niet: %(faults)s") % words


def claims_that_disagree(edition: Edition) -> list[str]:
    """The claims whose state and booking say different things.

    A confirmed claim has an award in effect, any other has none; a submitted one has, where the rules award then.
    """
    should_be = {ClaimState.CONFIRMED}
    if edition.rules.award_moment == AwardMoment.SUBMISSION:
        should_be.add(ClaimState.SUBMITTED)
    taken_back = _taken_back(edition)
    own = ExpressionWrapper(Q(award__participant=F("participant")), output_field=BooleanField())
    return [
        f"melding {kind.kind} {number} is {ClaimState(state).label}, maar het punt zegt iets anders"
        for kind in closing.kinds_of_claim()
        for number, state, participant, source, is_own in kind.objects.of_edition(edition)
        .order_by("pk")
        .values_list("pk", "state", "participant", "award__source", own)
        if (state in should_be) != (bool(is_own) and (participant, source) not in taken_back)
    ]


def _taken_back(edition: Edition) -> set[tuple[int, str]]:
    """The participants and sources whose entries add up to nothing: each reversal is the opposite of what it names."""
    chains = LedgerEntry.objects.of_edition(edition).values("participant", "source").annotate(total=Sum("points"))
    return set(chains.filter(total__lte=0).values_list("participant", "source"))


def last_of(edition: Edition) -> Verification | None:
    """The newest verdict on this edition."""
    return edition.verifications.order_by("-checked_at", "-pk").first()
