"""Whether the ledger and everything that is counted from it are right; a difference is told, never repaired."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Sum
from django.utils.translation import gettext

from competition.languages import in_dutch
from competition.models import AwardMoment, Edition
from scoring import closing, heads, verify
from scoring.export import export
from scoring.heads import Head
from scoring.models import Act, ClaimState, LedgerEntry, Proposal, Verification

DUE_AFTER = timedelta(hours=24)
OVERDUE_AFTER = timedelta(hours=26)
"""By then beat, the worker or the check itself is down."""


class Recount(NamedTuple):
    """What is wrong, up to which entry all is right, and which heads ought to be in the ledger and are not."""

    faults: list[verify.Fault]
    entries: int
    head: str
    missing: list[Head]


def verify_due(*, at: datetime) -> list[str]:
    """Check every edition that has started and was not checked for a day; gives a line for each verdict."""
    return [
        sentence(check(edition, at=at)) for edition in closing.started(at) if is_older(edition, at=at, than=DUE_AFTER)
    ]


def verify_restored(*, at: datetime) -> list[str]:
    """Check at once where the newest verdict no longer tells which published heads are in the ledger.

    So it is after the restore of an older backup, and after that of the right one. Cheap enough for every minute.
    """
    return [sentence(check(edition, at=at)) for edition in closing.started(at) if _tells_too_little(edition)]


def _tells_too_little(edition: Edition) -> bool:
    newest = last_of(edition)
    if newest is not None and newest.is_held_up:
        return not _absent(edition, map(verify.checkpoint_from, newest.missing_heads))
    try:
        kept = [head for head in heads.kept(edition) if head not in accepted_heads(edition)]
    except heads.UnreadableHeadsError:
        return False  # the daily verdict says so, and so does who wants to keep the next head
    return bool(kept and _absent(edition, [max(kept)]))


def _absent(edition: Edition, wanted: Iterable[Head]) -> list[Head]:
    """Which of these the ledger does not have; without looking whether its entries are what their hashes say."""
    asked = [head for head in wanted if head[0]]
    entries = LedgerEntry.objects.of_edition(edition).filter(number__in=[number for number, _ in asked])
    there = set(entries.values_list("number", "hash"))
    return [head for head in asked if head not in there]


def is_older(edition: Edition, *, at: datetime, than: timedelta) -> bool:
    """Whether the last verdict on this edition is older than this, or there is none.

    One of a moment that is yet to come, given while the clock was wrong, counts for nothing.
    """
    return not edition.verifications.filter(checked_at__gt=at - than, checked_at__lte=at).exists()


def check(edition: Edition, *, at: datetime, accepted_by: Proposal | None = None) -> Verification:
    """Recount the edition, and keep the verdict."""
    found = recount(edition)
    return Verification.objects.create(
        edition=edition,
        checked_at=at,
        head=found.entries,
        head_hash=found.head,
        faults=[str(fault) for fault in found.faults],
        missing_heads=[f"{number}:{digest}" for number, digest in found.missing],
        accepted_by=accepted_by,
    )


@in_dutch()
@transaction.atomic
def recount(edition: Edition, checkpoints: Iterable[Head] = ()) -> Recount:
    """Recount the edition from its own export, with the published checkpoints and those that the caller holds.

    So are the heads that are kept outside the database, and the one that was last found right: a rewrite shows until
    somebody has dealt with it, also one of what was booked since the last closing. Of the nine invariants
    (reliability) the verifier shows 1 to 6, 8 and 9; the claims are not public, so the seventh is checked here.
    """
    lost = accepted_heads(edition)
    exported = export(edition)
    held, unreadable = _held(edition)
    held = [head for head in held if head not in lost]
    outcome = verify.verify(exported, [*checkpoints, *held], lost)
    published = [(checkpoint["number"], checkpoint["hash"]) for checkpoint in exported["checkpoints"]]
    ought = dict.fromkeys(head for head in [*held, *published] if head not in lost)
    disagreeing = [verify.Fault(None, words) for words in claims_that_disagree(edition)]
    return Recount(
        faults=[*outcome.faults, *unreadable, *disagreeing],
        entries=outcome.entries,
        head=outcome.head,
        missing=[head for head in ought if not _is_in(exported["ledger"], head)],
    )


def _held(edition: Edition) -> tuple[list[Head], list[verify.Fault]]:
    """The heads that the ledger must have, whatever the export says; and what stood in the way of reading them."""
    # Once two accepted that heads are lost, the verdict that was given then holds the ledger from there on.
    holding = edition.verifications.filter(Q(faults=[]) | Q(accepted_by__isnull=False)).order_by("-pk")
    held = list(holding.values_list("head", "head_hash")[:1])
    try:
        return [*held, *heads.kept(edition)], []
    except heads.UnreadableHeadsError as error:
        words = gettext("de bewaarde controlepunten zijn niet te lezen: %(where)s") % {"where": error}
        return held, [verify.Fault(None, words)]


def _is_in(lines: Sequence[str], head: Head) -> bool:
    number, digest = head
    return digest == verify.GENESIS if number == 0 else 0 < number <= len(lines) and lines[number - 1][-64:] == digest


def accepted_heads(edition: Edition) -> set[Head]:
    """The published heads of which two organisers accepted that they are lost.

    Nothing else can be accepted: an entry, a standing or a claim that was changed can be put right again. So each is
    one number with one hash, and whatever comes to stand in its place is found by the heads that came after.
    """
    accepted = Proposal.objects.approved().filter(edition=edition, act=Act.ACCEPTANCE)
    known = [details["verification"] for details in accepted.values_list("details", flat=True)]
    verdicts = Verification.objects.filter(pk__in=known, edition=edition).values_list("missing_heads", flat=True)
    return {verify.checkpoint_from(text) for texts in verdicts for text in texts}


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
    return Verification.objects.newest_of(edition)
