"""The one state machine of all claims: who may do what, in which state, and what the ledger says afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from competition.calendar import midnight
from competition.models import AwardMoment, Edition, Entry, Participant, Rules, User
from scoring import claims, ledger
from scoring.claims import (
    ClaimError,
    IncompleteClaimError,
    OwnMunicipalityError,
    WrongStateError,
    confirm,
    give_back,
    reject,
    submit,
    take_back,
    withdraw,
)
from scoring.models import Claim, ClaimState, LedgerEntry
from scoring.rules import Kind, RefusedByRulesError
from solutions.models import Stage
from tests import factories
from tests.factories import NOW, confirmed, submitted

pytestmark = pytest.mark.django_db

DRAFT, SUBMITTED, CONFIRMED = ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.CONFIRMED
REJECTED, WITHDRAWN, REVERSED = ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.REVERSED
AT_SUBMISSION = {"award_moment": AwardMoment.SUBMISSION}
LATER = NOW + timedelta(hours=1)


def bring_to(state: ClaimState, claim: Claim) -> Claim:
    """Bring a draft into this state, by the road that everybody takes."""
    by = factories.organiser()
    if state != DRAFT:
        submitted(claim)
    if state == WITHDRAWN:
        withdraw(claim, by=by, at=NOW)
    if state == REJECTED:
        reject(claim, because="Onduidelijk", by=by, at=NOW)
    if state in {CONFIRMED, REVERSED}:
        confirm(claim, by=by, at=NOW)
    if state == REVERSED:
        take_back(claim, because="Dubbel", by=by, at=NOW)
    return claim


def playing(of: Edition | None = None, **fields: Any) -> Participant:
    return factories.participant(of=of or factories.edition(), **fields)


def points(claim: Claim) -> list[int]:
    """The claim's entries in the ledger, in order."""
    own = LedgerEntry.objects.filter(participant=claim.participant_id, source=claim.source)
    return [e.points for e in own.in_order()]


def snapshot(claim: Claim) -> dict[str, Any]:
    """Everything that stands in the claim's row, read again."""
    fresh = type(claim)._default_manager.get(pk=claim.pk)
    return {field.attname: getattr(fresh, field.attname) for field in claim._meta.concrete_fields}


# --- Every act in every state --------------------------------------------------------------------

Act = Callable[[Claim, User], object]

ACTS: dict[str, Act] = {
    "change": lambda claim, _by: claims.change(claim, fields={"note": "Anders"}),
    "submit": lambda claim, by: submit(claim, by=by, at=LATER),
    "withdraw": lambda claim, by: withdraw(claim, by=by, at=LATER),
    "confirm": lambda claim, by: confirm(claim, by=by, at=LATER),
    "reject": lambda claim, by: reject(claim, because="Daarom", by=by, at=LATER),
    "take_back": lambda claim, by: take_back(claim, because="Daarom", by=by, at=LATER),
    "give_back": lambda claim, by: give_back(claim, because="Daarom", by=by, at=LATER),
}
LEADS_TO = {
    (DRAFT, "change"): DRAFT,
    (REJECTED, "change"): REJECTED,
    (WITHDRAWN, "change"): WITHDRAWN,
    (DRAFT, "submit"): SUBMITTED,
    (REJECTED, "submit"): SUBMITTED,
    (WITHDRAWN, "submit"): SUBMITTED,
    (SUBMITTED, "withdraw"): WITHDRAWN,
    (SUBMITTED, "confirm"): CONFIRMED,
    (SUBMITTED, "reject"): REJECTED,
    (CONFIRMED, "take_back"): REVERSED,
    (REVERSED, "give_back"): CONFIRMED,
}
CHANGES_NOTHING = {
    (SUBMITTED, "submit"),
    (WITHDRAWN, "withdraw"),
    (CONFIRMED, "confirm"),
    (REJECTED, "reject"),
}
EVERY_ACT = [(state, act) for state in ClaimState for act in ACTS]
REFUSED = [pair for pair in EVERY_ACT if pair not in LEADS_TO and pair not in CHANGES_NOTHING]


@pytest.mark.parametrize(("state", "act"), LEADS_TO)
def test_an_act_that_is_allowed_leads_to_its_state(state: ClaimState, act: str) -> None:
    claim = bring_to(state, factories.attendance(playing()))
    version = claim.version

    ACTS[act](claim, factories.organiser())

    stored = snapshot(claim)
    assert (stored["state"], stored["version"]) == (LEADS_TO[state, act], version + 1)
    assert sum(points(claim)) == (1 if stored["state"] == CONFIRMED else 0)


@pytest.mark.parametrize(("state", "act"), sorted(CHANGES_NOTHING))
def test_a_repeat_changes_nothing(state: ClaimState, act: str) -> None:
    claim = bring_to(state, factories.attendance(playing()))
    before = snapshot(claim), points(claim)

    ACTS[act](claim, factories.organiser())

    assert (snapshot(claim), points(claim)) == before


@pytest.mark.parametrize(("state", "act"), REFUSED)
def test_an_act_that_is_not_allowed_is_refused_and_changes_nothing(state: ClaimState, act: str) -> None:
    claim = bring_to(state, factories.attendance(playing()))
    before = snapshot(claim), points(claim)

    with pytest.raises(WrongStateError):
        ACTS[act](claim, factories.organiser())

    assert (snapshot(claim), points(claim)) == before


def test_the_table_names_every_act_in_every_state() -> None:
    assert len(LEADS_TO) + len(CHANGES_NOTHING) + len(REFUSED) == len(ClaimState) * len(ACTS) == 42


# --- What is written down ------------------------------------------------------------------------


def test_submitting_writes_down_when_by_whom_and_from_which_day_it_counts() -> None:
    claim = factories.attendance(playing())
    person = factories.user()
    late_in_the_evening = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)

    submit(claim, by=person, at=late_in_the_evening)

    stored = snapshot(claim)
    assert (stored["submitted_at"], stored["submitted_by_id"]) == (late_in_the_evening, person.pk)
    assert stored["counts_on"] == date(2026, 3, 19)
    assert stored["award_id"] is None
    assert points(claim) == []


def test_confirming_books_one_point_with_all_that_belongs_to_it() -> None:
    participant = playing()
    meetup = factories.meetup(of=participant.edition, title="Digitale balie")
    claim = submitted(factories.attendance(participant, meetup=meetup))
    organiser = factories.organiser()

    entry = confirm(claim, by=organiser, at=LATER)

    assert list(LedgerEntry.objects.all()) == [entry]
    entry.refresh_from_db()
    assert (entry.number, entry.edition, entry.participant) == (1, participant.edition, participant)
    assert (entry.kind, entry.points, entry.reverses, entry.reason) == (Kind.MEETUP, 1, None, "")
    assert entry.source == f"meetup:{meetup.pk}"
    assert entry.description == "Meetup bijgewoond: Digitale balie, 16 maart 2026"
    assert (entry.counts_on, entry.booked_at) == (date(2026, 3, 18), LATER)
    assert entry.booked_by == organiser.actor_id
    stored = snapshot(claim)
    assert (stored["award_id"], stored["decided_at"], stored["decided_by_id"]) == (entry.pk, LATER, organiser.pk)


def test_a_point_counts_from_the_day_of_submission_however_late_it_is_confirmed() -> None:
    claim = submitted(factories.attendance(playing()))

    entry = confirm(claim, by=factories.organiser(), at=NOW + timedelta(days=200))

    assert entry.counts_on == date(2026, 3, 18)


def test_confirming_again_gives_the_entry_that_was_booked() -> None:
    claim = submitted(factories.attendance(playing()))
    first = confirm(claim, by=factories.organiser(), at=NOW)

    assert confirm(claim, by=factories.organiser(), at=LATER) == first
    assert points(claim) == [1]


def test_rejecting_writes_down_the_reason_and_books_nothing() -> None:
    claim = submitted(factories.attendance(playing()))
    organiser = factories.organiser()

    reject(claim, because="  U staat niet op de lijst. ", by=organiser, at=LATER)

    stored = snapshot(claim)
    assert (stored["decided_at"], stored["decided_by_id"]) == (LATER, organiser.pk)
    assert stored["decision_reason"] == "U staat niet op de lijst."
    assert points(claim) == []


def test_submitting_again_wipes_the_decision() -> None:
    claim = bring_to(REJECTED, factories.attendance(playing()))

    submit(claim, by=factories.user(), at=LATER)

    stored = snapshot(claim)
    assert (stored["decided_at"], stored["decided_by_id"], stored["decision_reason"]) == (None, None, "")


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
@pytest.mark.parametrize(("state", "act"), [(SUBMITTED, reject), (CONFIRMED, take_back), (REVERSED, give_back)])
def test_a_reason_is_required(state: ClaimState, act: Callable[..., object], reason: str) -> None:
    claim = bring_to(state, factories.attendance(playing()))
    before = snapshot(claim), points(claim)

    with pytest.raises(ledger.ReasonMissingError):
        act(claim, because=reason, by=factories.organiser(), at=LATER)

    assert (snapshot(claim), points(claim)) == before


def test_a_point_goes_back_and_forth_by_reversals() -> None:
    claim = confirmed(factories.attendance(playing()))
    organiser = factories.organiser()

    take_back(claim, because="Dubbel", by=organiser, at=LATER)
    give_back(claim, because="Toch niet dubbel", by=organiser, at=LATER)
    take_back(claim, because="Toch wel", by=organiser, at=LATER)

    entries = list(LedgerEntry.objects.in_order())
    assert [(e.number, e.points, e.reverses_id, e.reason) for e in entries] == [
        (1, 1, None, ""),
        (2, -1, entries[0].pk, "Dubbel"),
        (3, 1, entries[1].pk, "Toch niet dubbel"),
        (4, -1, entries[2].pk, "Toch wel"),
    ]
    assert {e.counts_on for e in entries} == {date(2026, 3, 18)}
    stored = snapshot(claim)
    assert (stored["state"], stored["award_id"], stored["decision_reason"]) == (REVERSED, entries[0].pk, "Toch wel")


def test_each_participant_gets_its_own_point_for_the_same_meetup() -> None:
    edition = factories.edition()
    meetup = factories.meetup(of=edition)
    for _ in range(2):
        confirmed(factories.attendance(playing(edition), meetup=meetup))

    assert [e.points for e in LedgerEntry.objects.filter(source=f"meetup:{meetup.pk}")] == [1, 1]


def test_the_claim_behind_an_entry_is_found_for_every_kind_and_for_reversals() -> None:
    participant = playing()
    made: list[Claim] = [factories.attendance(participant), factories.adoption(participant)]
    made.append(factories.contribution(participant))
    for claim in made:
        take_back(confirmed(claim), because="Terug", by=factories.organiser(), at=LATER)
    loose = factories.entry(participant)

    entries = LedgerEntry.objects.in_order().exclude(pk=loose.pk)

    assert [claims.behind(e) for e in entries] == [claim for claim in made for _ in range(2)]
    assert claims.behind(loose) is None


# --- Who looked at an older version, or works there ----------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (SUBMITTED, confirm),
        (SUBMITTED, lambda claim, **who: reject(claim, because="Zo", **who)),
        (CONFIRMED, lambda claim, **who: take_back(claim, because="Zo", **who)),
        (REVERSED, lambda claim, **who: give_back(claim, because="Zo", **who)),
    ],
)
def test_who_looked_at_another_version_decides_nothing(state: ClaimState, act: Callable[..., object]) -> None:
    claim = bring_to(state, factories.attendance(playing()))
    before = snapshot(claim), points(claim)

    for seen in (claim.version - 1, claim.version + 1):
        with pytest.raises(WrongStateError, match="veranderd"):
            act(claim, by=factories.organiser(), at=LATER, seen_version=seen)

    assert (snapshot(claim), points(claim)) == before
    act(claim, by=factories.organiser(), at=LATER, seen_version=claim.version)
    assert snapshot(claim)["version"] == before[0]["version"] + 1


def test_a_claim_that_was_withdrawn_and_submitted_again_must_be_looked_at_again() -> None:
    claim = submitted(factories.attendance(playing()))
    seen = claim.version
    withdraw(claim, by=factories.user(), at=NOW)
    claims.change(claim, fields={"people": 3})
    submit(claim, by=factories.user(), at=LATER)

    with pytest.raises(WrongStateError, match="veranderd"):
        confirm(claim, by=factories.organiser(), at=LATER, seen_version=seen)

    assert points(claim) == []


def test_who_comes_second_reads_what_has_happened() -> None:
    claim = submitted(factories.attendance(playing()))
    confirm(claim, by=factories.organiser(), at=datetime(2026, 3, 18, 13, 5, tzinfo=UTC))

    with pytest.raises(WrongStateError) as refusal:
        reject(claim, because="Nee", by=factories.organiser(), at=LATER)

    assert str(refusal.value) == "De melding is al bevestigd, op 18 maart 2026 14:05."


@pytest.mark.parametrize("is_alliance", [False, True])
@pytest.mark.parametrize(
    ("state", "act"),
    [(SUBMITTED, "confirm"), (SUBMITTED, "reject"), (CONFIRMED, "take_back"), (REVERSED, "give_back")],
)
def test_nobody_decides_for_the_municipality_they_work_for(state: ClaimState, act: str, is_alliance: bool) -> None:
    own, partner = factories.municipality(), factories.municipality()
    participant = playing(municipalities=[partner, own] if is_alliance else [own])
    claim = bring_to(state, factories.attendance(participant))
    before = snapshot(claim), points(claim)
    colleague = factories.staff_of(own, starts_on=date(2026, 3, 1))

    with pytest.raises(OwnMunicipalityError):
        ACTS[act](claim, colleague)

    assert (snapshot(claim), points(claim)) == before
    ACTS[act](claim, factories.staff_of(factories.municipality()))


def test_who_has_left_the_municipality_may_decide() -> None:
    own = factories.municipality()
    claim = submitted(factories.attendance(playing(municipalities=[own])))
    former = factories.staff_of(own, ends_on=date(2026, 3, 18))

    confirm(claim, by=former, at=NOW)

    assert points(claim) == [1]


# --- Points at submission ------------------------------------------------------------------------


def test_at_submission_the_point_is_booked_at_once_and_confirming_adds_nothing() -> None:
    claim = factories.attendance(playing(factories.edition(rules=AT_SUBMISSION)))
    person = factories.user()

    submit(claim, by=person, at=NOW)
    assert points(claim) == [1]
    confirm(claim, by=factories.organiser(), at=LATER)

    assert [(e.points, e.booked_by, e.booked_at) for e in LedgerEntry.objects.in_order()] == [(1, person.actor_id, NOW)]
    assert snapshot(claim)["state"] == CONFIRMED


def test_at_submission_a_rejection_takes_the_point_back_with_its_reason() -> None:
    claim = submitted(factories.attendance(playing(factories.edition(rules=AT_SUBMISSION))))

    reject(claim, because="Niet gezien", by=factories.organiser(), at=LATER)

    assert [(e.points, e.reason) for e in LedgerEntry.objects.in_order()] == [(1, ""), (-1, "Niet gezien")]


def test_at_submission_a_withdrawal_takes_the_point_back() -> None:
    claim = submitted(factories.attendance(playing(factories.edition(rules=AT_SUBMISSION))))

    withdraw(claim, by=factories.user(), at=LATER)

    assert [(e.points, e.reason) for e in LedgerEntry.objects.in_order()] == [
        (1, ""),
        (-1, "De melding is ingetrokken."),
    ]


def test_at_submission_a_claim_comes_and_goes_as_often_as_it_is_submitted() -> None:
    claim = factories.attendance(playing(factories.edition(rules=AT_SUBMISSION)))
    organiser = factories.organiser()
    for _ in range(2):
        submit(claim, by=factories.user(), at=NOW)
        reject(claim, because="Nee", by=organiser, at=NOW)
    submit(claim, by=factories.user(), at=NOW)
    withdraw(claim, by=factories.user(), at=NOW)
    submit(claim, by=factories.user(), at=NOW)
    confirm(claim, by=organiser, at=NOW)
    take_back(claim, because="Toch niet", by=organiser, at=NOW)
    give_back(claim, because="Toch wel", by=organiser, at=NOW)

    assert points(claim) == [1, -1, 1, -1, 1, -1, 1, -1, 1]
    assert LedgerEntry.objects.awards().count() == 1


def test_at_submission_a_point_that_comes_back_counts_from_its_first_day_in_claim_and_ledger_alike() -> None:
    claim = submitted(factories.adoption(playing(factories.edition(rules=AT_SUBMISSION))))
    reject(claim, because="Nee", by=factories.organiser(), at=NOW)

    submit(claim, by=factories.user(), at=NOW + timedelta(days=60))

    assert snapshot(claim)["counts_on"] == date(2026, 3, 18)
    assert [(e.points, e.counts_on) for e in LedgerEntry.objects.in_order()] == [
        (1, date(2026, 3, 18)),
        (-1, date(2026, 3, 18)),
        (1, date(2026, 3, 18)),
    ]


def test_at_confirmation_a_claim_that_is_submitted_again_counts_from_its_new_day() -> None:
    claim = bring_to(REJECTED, factories.adoption(playing()))

    submit(claim, by=factories.user(), at=NOW + timedelta(days=60))
    entry = confirm(claim, by=factories.organiser(), at=NOW + timedelta(days=61))

    assert entry.counts_on == snapshot(claim)["counts_on"] == date(2026, 5, 17)


# --- Too late, too early, outside the season -----------------------------------------------------


def make(kind: Kind, participant: Participant, *, on: date) -> Claim:
    """A complete draft of something that happened on this day."""
    if kind == Kind.MEETUP:
        starts_at = midnight(on) + timedelta(hours=10)
        return factories.attendance(participant, meetup=factories.meetup(of=participant.edition, starts_at=starts_at))
    if kind == Kind.ADOPTION:
        return factories.adoption(participant, in_use_since=on)
    return factories.contribution(participant)


A_SECOND = timedelta(seconds=1)
END_OF_LATE_CLAIMS = midnight(date(2026, 4, 8))
END_OF_OCTOBER = midnight(date(2026, 11, 1))
END_OF_LATE_OCTOBER = midnight(date(2026, 11, 8))


@pytest.mark.parametrize(
    ("kind", "happened_on", "at", "counts_on"),
    [
        (Kind.MEETUP, date(2026, 3, 10), END_OF_LATE_CLAIMS - A_SECOND, date(2026, 3, 31)),
        (Kind.MEETUP, date(2026, 3, 10), END_OF_LATE_CLAIMS, None),
        (Kind.ADOPTION, date(2026, 3, 10), END_OF_LATE_CLAIMS - A_SECOND, date(2026, 3, 31)),
        (Kind.ADOPTION, date(2026, 3, 10), END_OF_LATE_CLAIMS, date(2026, 4, 8)),
        (Kind.CONTRIBUTION, date(2026, 3, 10), END_OF_LATE_CLAIMS - A_SECOND, date(2026, 4, 7)),
        (Kind.CONTRIBUTION, date(2026, 3, 10), END_OF_LATE_CLAIMS, date(2026, 4, 8)),
        (Kind.MEETUP, date(2026, 10, 10), END_OF_LATE_OCTOBER - A_SECOND, date(2026, 10, 31)),
        (Kind.MEETUP, date(2026, 10, 10), END_OF_LATE_OCTOBER, None),
        (Kind.ADOPTION, date(2026, 10, 10), END_OF_LATE_OCTOBER - A_SECOND, date(2026, 10, 31)),
        (Kind.ADOPTION, date(2026, 10, 10), END_OF_LATE_OCTOBER, None),
        (Kind.ADOPTION, date(2026, 9, 10), END_OF_LATE_OCTOBER - A_SECOND, None),
        (Kind.CONTRIBUTION, date(2026, 10, 10), END_OF_OCTOBER - A_SECOND, date(2026, 10, 31)),
        (Kind.CONTRIBUTION, date(2026, 10, 10), END_OF_OCTOBER, None),
        (Kind.MEETUP, date(2026, 11, 3), END_OF_OCTOBER + timedelta(days=4), None),
    ],
)
def test_the_last_second_counts_and_the_next_does_not(
    kind: Kind, happened_on: date, at: datetime, counts_on: date | None
) -> None:
    claim = make(kind, playing(), on=happened_on)
    try:
        submit(claim, by=factories.user(), at=at)
    except RefusedByRulesError:
        assert counts_on is None

    stored = snapshot(claim)
    assert (stored["state"], stored["counts_on"]) == (SUBMITTED if counts_on else DRAFT, counts_on)


@pytest.mark.parametrize("kind", Kind)
def test_before_the_start_nothing_can_be_won(kind: Kind) -> None:
    claim = make(kind, playing(factories.edition(2027)), on=date(2026, 12, 15))
    last_moment = midnight(date(2027, 1, 1)) - A_SECOND

    with pytest.raises(RefusedByRulesError, match="begint op 1 januari 2027"):
        submit(claim, by=factories.user(), at=last_moment)

    assert snapshot(claim)["state"] == DRAFT


def test_a_meetup_that_has_not_begun_cannot_be_reported() -> None:
    participant = playing()
    meetup = factories.meetup(of=participant.edition, starts_at=NOW)
    claim = factories.attendance(participant, meetup=meetup)

    with pytest.raises(RefusedByRulesError, match="nog niet gebeurd"):
        submit(claim, by=factories.user(), at=NOW - A_SECOND)

    submit(claim, by=factories.user(), at=NOW)
    assert snapshot(claim)["state"] == SUBMITTED


def test_a_solution_that_comes_into_use_tomorrow_cannot_be_reported() -> None:
    claim = factories.adoption(playing(), in_use_since=date(2026, 3, 19))

    with pytest.raises(RefusedByRulesError, match="nog niet gebeurd"):
        submit(claim, by=factories.user(), at=NOW)

    submit(claim, by=factories.user(), at=midnight(date(2026, 3, 19)))
    assert snapshot(claim)["state"] == SUBMITTED


def test_something_of_another_edition_gives_no_point() -> None:
    participant, elsewhere = playing(), factories.edition(2027)
    strange: list[Claim] = [
        factories.attendance(participant, meetup=factories.meetup(of=elsewhere)),
        factories.adoption(participant, solution=factories.solution(of=elsewhere)),
    ]

    for claim in strange:
        with pytest.raises(RefusedByRulesError, match="andere editie"):
            submit(claim, by=factories.user(), at=NOW)

    assert [snapshot(claim)["state"] for claim in strange] == [DRAFT, DRAFT]


# --- What the edition's rules refuse -------------------------------------------------------------


@pytest.mark.parametrize("may", [True, False])
@pytest.mark.parametrize("is_alliance", [True, False])
def test_the_host_gets_its_own_meetups_point_only_where_the_rules_say_so(may: bool, is_alliance: bool) -> None:
    edition = factories.edition(rules={"host_earns_meetup_point": may})
    host = factories.municipality()
    participant = playing(edition, municipalities=[factories.municipality(), host] if is_alliance else [host])
    meetup = factories.meetup(of=edition, host=host)

    assert outcome(factories.attendance(participant, meetup=meetup)) == (
        [1] if may else "De gastheer krijgt in deze editie geen punt voor de eigen meetup."
    )
    assert outcome(factories.attendance(playing(edition), meetup=meetup)) == [1]


@pytest.mark.parametrize("may", [True, False])
@pytest.mark.parametrize("is_alliance", [True, False])
def test_the_giver_adopts_its_own_solution_only_where_the_rules_say_so(may: bool, is_alliance: bool) -> None:
    edition = factories.edition(rules={"giver_may_adopt_own": may})
    giver = factories.municipality()
    participant = playing(edition, municipalities=[factories.municipality(), giver] if is_alliance else [giver])
    solution = factories.solution(of=edition, giver=giver)

    assert outcome(factories.adoption(participant, solution=solution)) == (
        [1] if may else "Deze oplossing komt van uw eigen gemeente. Daarvoor krijgt u geen punt."
    )
    assert outcome(factories.adoption(playing(edition), solution=solution)) == [1]


@pytest.mark.parametrize("may", [True, False])
def test_a_wildcard_contributes_only_where_the_rules_say_so(may: bool) -> None:
    edition = factories.edition(rules={"wildcard_may_contribute": may})
    wildcard = playing(edition, entry=Entry.WILDCARD)

    assert outcome(factories.contribution(wildcard)) == (
        [1] if may else "Een deelnemer met een wildcard kan in deze editie geen oplossing aandragen."
    )
    assert outcome(factories.contribution(playing(edition))) == [1]
    assert outcome(factories.attendance(wildcard)) == [1]
    assert outcome(factories.adoption(wildcard)) == [1]


def outcome(claim: Claim) -> list[int] | str:
    """What is booked for it, or why it is refused."""
    try:
        return points(confirmed(claim))
    except RefusedByRulesError as refusal:
        assert points(claim) == []
        assert snapshot(claim)["state"] == DRAFT
        return str(refusal)


def test_a_rule_that_came_in_after_the_submission_still_holds_at_the_confirmation() -> None:
    participant = playing(factories.edition(rules={"host_earns_meetup_point": False}))
    meetup = factories.meetup(of=participant.edition)
    claim = submitted(factories.attendance(participant, meetup=meetup))
    meetup.host = participant.municipalities.get()
    meetup.save()

    with pytest.raises(RefusedByRulesError):
        confirm(claim, by=factories.organiser(), at=LATER)

    assert (snapshot(claim)["state"], points(claim)) == (SUBMITTED, [])


def test_no_more_contributions_than_the_cap_are_taken() -> None:
    edition = factories.edition(rules={"contribution_cap": 2})
    participant, other = playing(edition), playing(edition)
    first, second, third = (factories.contribution(participant) for _ in range(3))
    confirmed(first)
    submitted(second)

    with pytest.raises(RefusedByRulesError, match="U heeft al 2 oplossingen aangedragen"):
        submit(third, by=factories.user(), at=NOW)
    confirmed(factories.contribution(other))
    confirm(second, by=factories.organiser(), at=NOW)

    assert [snapshot(c)["state"] for c in (first, second, third)] == [CONFIRMED, CONFIRMED, DRAFT]


def test_a_cap_of_one_says_so_in_the_singular() -> None:
    participant = playing(factories.edition(rules={"contribution_cap": 1}))
    submitted(factories.contribution(participant))

    with pytest.raises(RefusedByRulesError) as refusal:
        submit(factories.contribution(participant), by=factories.user(), at=NOW)

    assert str(refusal.value) == "U heeft al een oplossing aangedragen. Meer levert geen punt op."


@pytest.mark.parametrize("state", [DRAFT, REJECTED, WITHDRAWN, REVERSED])
def test_what_gives_no_point_takes_no_place_under_the_cap(state: ClaimState) -> None:
    participant = playing(factories.edition(rules={"contribution_cap": 1}))
    bring_to(state, factories.contribution(participant))

    assert outcome(factories.contribution(participant)) == [1]


def test_a_point_is_not_given_back_over_the_cap() -> None:
    participant = playing(factories.edition(rules={"contribution_cap": 1}))
    first = bring_to(REVERSED, factories.contribution(participant))
    confirmed(factories.contribution(participant))

    with pytest.raises(RefusedByRulesError, match="al een oplossing"):
        give_back(first, because="Toch goed", by=factories.organiser(), at=LATER)

    assert (snapshot(first)["state"], points(first)) == (REVERSED, [1, -1])


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"stage": Stage.ORIENTATION}, {"stage"}),
        ({"stage": Stage.DECISION}, {"stage"}),
        ({"in_use_since": None}, {"in_use_since"}),
        ({"evidence_text": "", "evidence_url": ""}, {"evidence_url"}),
        ({"evidence_text": "  \n"}, {"evidence_url"}),
        (
            {"stage": Stage.ORIENTATION, "in_use_since": None, "evidence_text": ""},
            {"stage", "in_use_since", "evidence_url"},
        ),
        ({"evidence_text": "", "evidence_url": "https://voorbeeld.example/"}, set()),
    ],
)
def test_an_adoption_says_by_field_what_is_missing(fields: dict[str, Any], missing: set[str]) -> None:
    assert fields_missing(factories.adoption(playing(), **fields)) == missing


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"summary": ""}, {"summary"}),
        ({"problem": " "}, {"problem"}),
        ({"solution": "\n"}, {"solution"}),
        ({"summary": "", "problem": "", "solution": ""}, {"summary", "problem", "solution"}),
        ({}, set()),
    ],
)
def test_a_contribution_says_by_field_what_is_missing(fields: dict[str, Any], missing: set[str]) -> None:
    assert fields_missing(factories.contribution(playing(), **fields)) == missing


def fields_missing(claim: Claim) -> set[str]:
    try:
        submit(claim, by=factories.user(), at=NOW)
    except IncompleteClaimError as error:
        incomplete = error
    else:
        return set()
    assert snapshot(claim)["state"] == DRAFT
    assert all(incomplete.fields.values())
    assert str(incomplete) == " ".join(incomplete.fields.values())
    return set(incomplete.fields)


def test_what_the_municipality_edited_but_did_not_save_is_not_submitted() -> None:
    claim = factories.attendance(playing(), people=2)
    claim.people = 40

    submit(claim, by=factories.user(), at=NOW)

    assert (claim.people, snapshot(claim)["people"]) == (2, 2)


# --- What the database refuses -------------------------------------------------------------------


@pytest.mark.parametrize("make_claim", [factories.attendance, factories.adoption, factories.contribution])
@pytest.mark.parametrize(
    ("state", "fields", "constraint"),
    [
        (SUBMITTED, {"state": CONFIRMED}, "confirmed_has_an_award"),
        (SUBMITTED, {"state": REVERSED}, "reversed_has_an_award"),
        (SUBMITTED, {"state": REJECTED}, "rejected_has_a_reason"),
        (SUBMITTED, {"submitted_at": None}, "submitted_has_a_day"),
        (SUBMITTED, {"counts_on": None}, "submitted_has_a_day"),
        (CONFIRMED, {"counts_on": None}, "submitted_has_a_day"),
        (CONFIRMED, {"award": None}, "confirmed_has_an_award"),
        (REVERSED, {"award": None}, "reversed_has_an_award"),
        (REJECTED, {"decision_reason": ""}, "rejected_has_a_reason"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(
    make_claim: Callable[[Participant], Claim], state: ClaimState, fields: dict[str, Any], constraint: str
) -> None:
    claim = bring_to(state, make_claim(playing()))
    name = f"{type(claim).__name__.lower()}_{constraint}"

    with pytest.raises(IntegrityError, match=name):
        type(claim)._default_manager.filter(pk=claim.pk).update(**fields)


@pytest.mark.parametrize("fields", [{"stage": Stage.DECISION}, {"in_use_since": None}])
def test_an_adoption_that_is_not_in_use_never_stands_as_submitted(fields: dict[str, Any]) -> None:
    claim = submitted(factories.adoption(playing()))

    with pytest.raises(IntegrityError, match="adoption_scores_only_in_use"):
        type(claim).objects.filter(pk=claim.pk).update(**fields)


def test_there_is_one_claim_per_participant_for_each_meetup_and_solution() -> None:
    participant = playing()
    attendance, adoption = factories.attendance(participant), factories.adoption(participant)

    with pytest.raises(IntegrityError, match="attendance_one_per_participant"), transaction.atomic():
        factories.attendance(participant, meetup=attendance.meetup)
    with pytest.raises(IntegrityError, match="adoption_one_per_participant"):
        factories.adoption(participant, solution=adoption.solution)


def test_two_claims_never_share_an_award() -> None:
    participant = playing()
    first = confirmed(factories.attendance(participant))
    second = submitted(factories.attendance(participant))

    with pytest.raises(IntegrityError, match="award_id"):
        type(second).objects.filter(pk=second.pk).update(award=first.award)


def test_every_refusal_of_a_claim_can_be_caught_as_one() -> None:
    assert [issubclass(e, ClaimError) for e in (WrongStateError, IncompleteClaimError, OwnMunicipalityError)] == [
        True,
        True,
        True,
    ]


def test_the_rules_are_read_afresh_for_each_act() -> None:
    participant = playing()
    claim = factories.contribution(participant)
    assert participant.edition.rules.contribution_cap is None
    submitted(factories.contribution(participant))
    Rules.objects.filter(edition=participant.edition).update(contribution_cap=1)

    with pytest.raises(RefusedByRulesError):
        submit(claim, by=factories.user(), at=NOW)
