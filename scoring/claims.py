"""The one state machine of all claims: draft → submitted → confirmed or rejected, and back.

    draft, rejected, withdrawn → submitted    submit()       by the municipality
    submitted → withdrawn                     withdraw()     by the municipality
    submitted → confirmed                     confirm()      by an organiser; books the point
    submitted → rejected                      reject()       by an organiser, with a reason
    confirmed → reversed                      take_back()    by an organiser, with a reason; books the reversal
    reversed → confirmed                      give_back()    by an organiser, with a reason; reverses the reversal

Where the edition's rules award at submission, submit() books and reject() and withdraw() reverse.
Each function locks the claim first, so that two people at once are served one after the other.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition import access
from competition.calendar import AMSTERDAM, local_date
from competition.languages import in_dutch
from competition.models import AwardMoment, Participant, Rules, User
from competition.models.editions import LAST_SCORING_MONTH
from scoring import closing, ledger
from scoring.models import Claim, ClaimState, LedgerEntry, RoundClosing
from scoring.models.claims import EDITABLE_STATES
from scoring.rules import RefusedByRulesError, counting_day


class ClaimError(Exception):
    """What was asked of a claim cannot be; the message says why, in words for the reader."""


class WrongStateError(ClaimError):
    """The claim is in a state in which this cannot be done, usually because somebody else was first."""


class IncompleteClaimError(ClaimError):
    """Something must be filled in first; `fields` says what, by field."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class OwnMunicipalityError(ClaimError):
    """Nobody decides on a claim of the municipality that they work for."""


REFUSALS = (ClaimError, RefusedByRulesError, ledger.AlreadyReversedError)
"""All that can stand in the way of confirming a claim."""


@transaction.atomic
def change(claim: Claim, *, fields: Mapping[str, Any]) -> None:
    """Set the municipality's own fields, as long as the claim is hers to change."""
    _lock(claim)
    _demand(claim, EDITABLE_STATES)
    for field, value in fields.items():
        setattr(claim, field, value)
    claim.version += 1
    claim.save()


@transaction.atomic
def submit(claim: Claim, *, by: User, at: datetime) -> None:
    """Hand the claim to the organisers; a repeat changes nothing.

    Raises `IncompleteClaimError` for what must still be filled in, and `RefusedByRulesError` where no point can be won.
    """
    _lock(claim)
    if claim.state == ClaimState.SUBMITTED:
        return
    _demand(claim, EDITABLE_STATES)
    if missing := claim.what_is_missing():
        raise IncompleteClaimError(missing)
    rules = claim.participant.edition.rules
    _demand_a_point(claim, rules)
    claim.counts_on = _counting_day(claim, rules, at=at)
    _demand_in_time(claim)
    claim.submitted_at, claim.submitted_by = at, by
    claim.decided_at = claim.decided_by = None
    claim.decision_reason = ""
    if rules.award_moment == AwardMoment.SUBMISSION:
        _book(claim, by=by, at=at)
    _move(claim, ClaimState.SUBMITTED)


@transaction.atomic
def withdraw(claim: Claim, *, by: User, at: datetime) -> None:
    """Take a claim back that no organiser has decided on yet; a repeat changes nothing."""
    _lock(claim)
    if claim.state == ClaimState.WITHDRAWN:
        return
    _demand(claim, {ClaimState.SUBMITTED})
    with in_dutch():
        reason = gettext("De melding is ingetrokken.")
    _unbook(claim, because=reason, by=by, at=at)
    _move(claim, ClaimState.WITHDRAWN)


@transaction.atomic
def confirm(claim: Claim, *, by: User, at: datetime, seen_version: int | None = None) -> LedgerEntry:
    """Confirm the claim and book its point; a repeat adds nothing.

    `seen_version` is the version of the claim that the organiser looked at; a later one is refused.
    """
    _lock(claim)
    if claim.state == ClaimState.CONFIRMED and claim.award is not None:
        return claim.award
    _demand_a_fair_decision(claim, ClaimState.SUBMITTED, by=by, at=at, seen_version=seen_version)
    _demand_a_point(claim, claim.participant.edition.rules)
    entry = _book(claim, by=by, at=at)
    claim.decided_at, claim.decided_by = at, by
    _move(claim, ClaimState.CONFIRMED)
    return entry


class Outcome(NamedTuple):
    """What became of one of many claims: confirmed now, or refused; or neither, where it was confirmed before."""

    claim: Claim
    is_new: bool
    refusal: Exception | None


@transaction.atomic
def confirm_all(kind: type[Claim], seen_versions: Mapping[int, int | None], *, by: User, at: datetime) -> list[Outcome]:
    """Confirm many claims of one kind, given by number with the version that was seen; tells what became of each.

    Each must meet all that `confirm` demands, and who is refused holds up nobody else; only the statements are shared.
    All claims are locked before all participants, each by number, and the ledger after them: so two who confirm the
    same claims at once wait for each other, instead of each for the other.
    """
    chosen = _lock_all(kind, seen_versions)
    own = access.own_among(by, [claim.participant for claim in chosen.values()], at=at)
    refused: dict[int, Exception] = {}

    def demand_a_fair_decision(claim: Claim) -> None:
        _demand_as_seen(claim, ClaimState.SUBMITTED, seen_version=seen_versions[claim.pk])
        _demand_not_own(is_own=claim.participant_id in own)

    def demand_an_award(claim: Claim) -> None:
        edition = claim.participant.edition
        _demand_no_objection(claim, edition.rules)
        if claim.award is None:
            ledger.demand_started(edition, at=at)

    waiting = [claim for claim in chosen.values() if claim.state != ClaimState.CONFIRMED]
    fair = _passing(demand_a_fair_decision, waiting, refused)
    _hold_participants(fair)
    earning = _passing(demand_an_award, fair, refused)
    confirmed = _book_all(earning, refused, by=by, at=at)
    for claim in confirmed:
        claim.decided_at, claim.decided_by = at, by
        claim.state, claim.version = ClaimState.CONFIRMED, claim.version + 1
    kind.objects.bulk_update(confirmed, ["award", "decided_at", "decided_by", "state", "version"])
    is_new = {claim.pk for claim in confirmed}
    return [Outcome(chosen[pk], pk in is_new, refused.get(pk)) for pk in seen_versions if pk in chosen]


@transaction.atomic
def reject(claim: Claim, *, because: str, by: User, at: datetime, seen_version: int | None = None) -> None:
    """Reject the claim; the municipality reads the reason and may submit again. A repeat changes nothing."""
    _lock(claim)
    if claim.state == ClaimState.REJECTED:
        return
    reason = _demand_a_reason(because)
    _demand_a_fair_decision(claim, ClaimState.SUBMITTED, by=by, at=at, seen_version=seen_version)
    _unbook(claim, because=reason, by=by, at=at)
    claim.decided_at, claim.decided_by, claim.decision_reason = at, by, reason
    _move(claim, ClaimState.REJECTED)


@transaction.atomic
def take_back(claim: Claim, *, because: str, by: User, at: datetime, seen_version: int | None = None) -> LedgerEntry:
    """Take a confirmed claim's point back, by a reversal with a reason."""
    _lock(claim)
    _demand_a_fair_decision(claim, ClaimState.CONFIRMED, by=by, at=at, seen_version=seen_version)
    return _turn(claim, ClaimState.REVERSED, because=because, by=by, at=at)


@transaction.atomic
def give_back(claim: Claim, *, because: str, by: User, at: datetime, seen_version: int | None = None) -> LedgerEntry:
    """Give a point that was taken back again, by reversing the reversal, with a reason."""
    _lock(claim)
    _demand_a_fair_decision(claim, ClaimState.REVERSED, by=by, at=at, seen_version=seen_version)
    _demand_a_point(claim, claim.participant.edition.rules)
    return _turn(claim, ClaimState.CONFIRMED, because=because, by=by, at=at)


@transaction.atomic
def book_back(entry: LedgerEntry, *, because: str, by: User, at: datetime) -> LedgerEntry:
    """Reverse an entry, by way of the claim behind it where there is one, so that the claim follows.

    Whoever asks gets what fits the claim's state: a confirmed one loses its point, one that was taken back gets it
    again, and one that still waits (where the rules award at submission) is rejected. Raises
    `ledger.AlreadyReversedError` when somebody else was first: the claim would be turned over once more.
    """
    claim = behind(entry)
    if claim is None:
        _demand_another_municipality(entry.participant, by=by, at=at)
        return ledger.reverse(entry, because=because, by=by, at=at)
    _lock(claim)
    if ledger.last_of(entry) != entry:
        raise ledger.AlreadyReversedError(gettext("Deze boeking is al teruggeboekt."))
    match ClaimState(claim.state):
        case ClaimState.CONFIRMED:
            return take_back(claim, because=because, by=by, at=at)
        case ClaimState.REVERSED:
            return give_back(claim, because=because, by=by, at=at)
        case ClaimState.SUBMITTED:
            reject(claim, because=because, by=by, at=at)
            return ledger.last_of(entry)
        case _:
            raise WrongStateError(_already(claim))


def behind(entry: LedgerEntry) -> Claim | None:
    """The claim that an entry was booked for."""
    award = LedgerEntry.objects.awards().filter(participant=entry.participant_id, source=entry.source)
    for kind in Claim.__subclasses__():
        claim: Claim | None = kind.objects.filter(award__in=award).select_related("participant__edition__rules").first()
        if claim is not None:
            return claim
    return None


def _lock(claim: Claim) -> None:
    """Hold the row until the transaction ends, and look at it as it is now.

    Edits that the caller made to the municipality's own fields must have been saved before.
    """
    type(claim).objects.select_for_update().only("pk").get(pk=claim.pk)
    claim.refresh_from_db()


def _lock_all(kind: type[Claim], numbers: Iterable[int]) -> dict[int, Claim]:
    """Hold these rows, taken by number, and look at them as they are now with all that is asked about them."""
    rows = kind.objects.filter(pk__in=numbers).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    own = [field.name for field in kind._meta.concrete_fields if field.many_to_one and not field.null]
    related = ("participant__edition__rules", "award", "decided_by", *own)
    return {claim.pk: claim for claim in rows.select_related(*related).prefetch_related("participant__places")}


def _hold_participants(claims: Iterable[Claim]) -> None:
    """Let the other claims of these participants wait, until the transaction ends: a cap looks at those."""
    numbers = {claim.participant_id for claim in claims}
    list(Participant.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk").values_list("pk"))


def _passing(demand: Callable[[Claim], object], claims: Iterable[Claim], refused: dict[int, Exception]) -> list[Claim]:
    """Those that meet a demand; of the others, why they do not is added to `refused`."""
    passing = []
    for claim in claims:
        try:
            demand(claim)
        except REFUSALS as refusal:
            refused[claim.pk] = refusal
        else:
            passing.append(claim)
    return passing


def _move(claim: Claim, state: ClaimState) -> None:
    claim.state = state
    claim.version += 1
    claim.save()


def _demand(claim: Claim, allowed: Iterable[str]) -> None:
    if claim.state not in allowed:
        raise WrongStateError(_already(claim))


def _already(claim: Claim) -> str:
    """What happened to the claim, for who came too late."""
    if claim.decided_at is None:
        return gettext("Dit kan niet meer: de melding is %(state)s.") % {"state": claim.get_state_display()}
    return gettext("De melding is al %(state)s, op %(moment)s.") % {
        "state": claim.get_state_display(),
        "moment": date_format(claim.decided_at.astimezone(AMSTERDAM), "j F Y H:i"),
    }


def _demand_a_fair_decision(
    claim: Claim, state: ClaimState, *, by: User, at: datetime, seen_version: int | None
) -> None:
    _demand_as_seen(claim, state, seen_version=seen_version)
    _demand_another_municipality(claim.participant, by=by, at=at)


def _demand_as_seen(claim: Claim, state: ClaimState, *, seen_version: int | None) -> None:
    _demand(claim, {state})
    if seen_version is not None and seen_version != claim.version:
        raise WrongStateError(gettext("De melding is veranderd nadat u haar opende. Bekijk haar opnieuw."))


def _demand_another_municipality(participant: Participant, *, by: User, at: datetime) -> None:
    _demand_not_own(is_own=access.works_for(by, participant, at=at))


def _demand_not_own(*, is_own: bool) -> None:
    if is_own:
        raise OwnMunicipalityError(gettext("U werkt voor deze deelnemer. Laat een collega beslissen."))


def _demand_a_point(claim: Claim, rules: Rules) -> None:
    """Ask the rules, while the participant's other claims wait: a cap looks at those."""
    _hold_participants([claim])
    _demand_no_objection(claim, rules)


def _demand_no_objection(claim: Claim, rules: Rules) -> None:
    if why_not := claim.refusal(rules):
        raise RefusedByRulesError(why_not)


def _counting_day(claim: Claim, rules: Rules, *, at: datetime) -> date:
    """The day from which the point counts, which for a point that was booked before is the day of that booking.

    That can only be where the rules award at submission: the ledger brings the entry back, and never dates it anew.
    """
    if not claim.has_happened(at):
        raise RefusedByRulesError(gettext("Dit is nog niet gebeurd. Meld het daarna."))
    day = counting_day(
        claim.kind,
        happened_on=claim.happened_on(local_date(at)),
        submitted_at=at,
        rounds=claim.participant.edition.rounds.all(),
        rules=rules,
    )
    return day if claim.award is None else claim.award.counts_on


def _demand_in_time(claim: Claim) -> None:
    """Let the last month stay open until this claim is in: its closing counts what waits. After that it is too late."""
    if claim.counts_on is not None and claim.counts_on.month == LAST_SCORING_MONTH:
        edition_id = claim.participant.edition_id
        closing.hold_off(edition_id)
        if RoundClosing.objects.filter(round__edition=edition_id, round__month=LAST_SCORING_MONTH).exists():
            raise RefusedByRulesError(gettext("Oktober is afgesloten. Er zijn geen punten meer te winnen."))


def _demand_a_reason(because: str) -> str:
    if not because.strip():
        raise ledger.ReasonMissingError(gettext("Geef een reden: de gemeente leest die."))
    return because.strip()


def _book(claim: Claim, *, by: User, at: datetime) -> LedgerEntry:
    """Book the claim's award, or bring it back when it was booked and reversed before (award at submission)."""
    if claim.award is None:
        claim.award = ledger.award(**_award_for(claim)._asdict(), by=by, at=at)
    elif not ledger.is_in_effect(claim.award):
        with in_dutch():
            reason = gettext("De melding is opnieuw ingediend.")
        ledger.reverse(ledger.last_of(claim.award), because=reason, by=by, at=at)
    return claim.award


def _book_all(claims: Iterable[Claim], refused: dict[int, Exception], *, by: User, at: datetime) -> list[Claim]:
    """Book as `_book` does, what is new in one statement; gives the claims whose award is in effect then."""
    new = [claim for claim in claims if claim.award is None]
    try:
        entries = ledger.award_all([_award_for(claim) for claim in new], by=by, at=at)
    except ledger.HeldUpError as refusal:
        refused.update((claim.pk, refusal) for claim in claims)
        return []
    booked = dict(zip(new, entries, strict=True))

    def book(claim: Claim) -> None:
        if claim in booked:
            ledger.demand_in_effect(booked[claim])
            claim.award = booked[claim].entry
        else:
            _book(claim, by=by, at=at)

    return _passing(book, claims, refused)


def _award_for(claim: Claim) -> ledger.Award:
    if claim.counts_on is None:
        raise WrongStateError(gettext("De melding is nog niet ingediend."))
    with in_dutch():
        description = claim.describe()
    return ledger.Award(claim.participant, claim.kind, claim.source, description, claim.counts_on)


def _unbook(claim: Claim, *, because: str, by: User, at: datetime) -> None:
    if claim.award is not None and ledger.is_in_effect(claim.award):
        ledger.reverse(ledger.last_of(claim.award), because=because, by=by, at=at)


def _turn(claim: Claim, after: ClaimState, *, because: str, by: User, at: datetime) -> LedgerEntry:
    assert claim.award is not None  # the database refuses a confirmed or reversed claim without one
    reversal = ledger.reverse(ledger.last_of(claim.award), because=because, by=by, at=at)
    claim.decided_at, claim.decided_by, claim.decision_reason = at, by, reversal.reason
    _move(claim, after)
    return reversal
