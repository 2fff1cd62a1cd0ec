"""People who do something at the same moment, each on a connection of their own, with committed data.

Each race has a control in which its guard is off and the order is forced: it ends wrong, so the test can fail.
"""

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from competition.models import OutboxMessage, Participant, User
from meetups.models import Attendance
from scoring import claims, closing, ledger, standings
from scoring.claims import ClaimError, WrongStateError
from scoring.ledger import AlreadyReversedError
from scoring.models import Claim, ClaimState, LedgerEntry, ResultVersion, RoundClosing, RoundResult, Standing
from scoring.rules import Kind, RefusedByRulesError
from scoring.tasks import RECOUNT_TASK
from scoring.verification import check
from solutions.models import Contribution
from tests import database, factories
from tests.factories import NOW, confirmed, submitted

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8
LATER = NOW + timedelta(hours=1)
PATIENCE = 20
IN_WORDS = (ClaimError, RefusedByRulesError, AlreadyReversedError)

Act = Callable[[], object]
place = threading.local()
"""`number` is the place of this thread among those that start together; `before` ends when the one before it does."""


def at_once(acts: Sequence[Act]) -> list[object]:
    """Start all of them in the same moment; gives what each gave, or the refusal that it got in words.

    Any other exception goes on: nobody may meet one.
    """
    start = Barrier(len(acts))
    ended = [Event() for _ in acts]

    def run(number: int) -> object:
        place.number, place.before = number, ended[number - 1] if number else None
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            return acts[number]()
        except IN_WORDS as refusal:
            return refusal
        finally:
            connections.close_all()
            ended[number].set()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, range(len(acts))))


def refused(outcomes: Iterable[object]) -> list[Exception]:
    """Those who came too late; each must have been told so."""
    losers: list[Exception] = [outcome for outcome in outcomes if isinstance(outcome, IN_WORDS)]
    assert all(map(str, losers))
    return losers


def read_together_and_act_in_turn(together: Barrier) -> None:
    """Everybody has looked before anybody writes; then each writes after the one before is done."""
    together.wait(PATIENCE)
    if place.before is not None:
        assert place.before.wait(PATIENCE)


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Act:
    """From the call on two people look at the claim in the same moment, and nothing makes one wait for the other."""
    together = Barrier(2)

    def look(claim: Claim) -> None:
        claim.refresh_from_db()
        read_together_and_act_in_turn(together)

    return lambda: monkeypatch.setattr(claims, "_lock", look)


def playing(**rules: Any) -> Participant:
    return factories.participant("Delft", of=factories.edition(rules=rules))


def mine(claim: Claim) -> Attendance:
    """The claim as one of the people has it on screen."""
    return Attendance.objects.get(pk=claim.pk)


def points(claim: Claim) -> list[int]:
    own = LedgerEntry.objects.filter(participant=claim.participant_id, source=claim.source)
    return list(own.order_by("number").values_list("points", flat=True))


def recounts() -> int:
    return OutboxMessage.objects.filter(task=RECOUNT_TASK).count()


# --- Confirm -------------------------------------------------------------------------------------


def confirm_at_once(claim: Claim, people: list[User]) -> list[object]:
    """Everybody confirms; gives who each of them then takes for the one that decided."""

    def confirm(person: User) -> User | None:
        seen = mine(claim)
        claims.confirm(seen, by=person, at=LATER)
        return seen.decided_by

    outcomes = at_once([partial(confirm, person) for person in people])
    assert refused(outcomes) == []
    return outcomes


def test_confirmed_by_many_at_once_gives_one_point_and_one_decision() -> None:
    claim = submitted(factories.attendance(playing()))

    deciders = confirm_at_once(claim, [factories.organiser() for _ in range(MANY)])

    stored = mine(claim)
    assert set(deciders) == {stored.decided_by}
    assert (points(claim), stored.state, stored.version) == ([1], ClaimState.CONFIRMED, claim.version + 1)
    assert recounts() == 1


def test_control_without_the_lock_each_takes_itself_for_the_one_that_decided(without_lock: Act) -> None:
    claim = submitted(factories.attendance(playing()))
    without_lock()
    people = [factories.organiser() for _ in range(2)]

    assert confirm_at_once(claim, people) == people


# --- Confirm many --------------------------------------------------------------------------------


def waiting_claims(count: int) -> list[Attendance]:
    """As many claims that wait, of ten participants."""
    edition = factories.edition()
    meetups = [factories.meetup(of=edition) for _ in range(count // 10)]
    return Attendance.objects.bulk_create(
        Attendance(
            participant=participant,
            meetup=meetup,
            created_at=NOW,
            state=ClaimState.SUBMITTED,
            submitted_at=NOW,
            counts_on=NOW.date(),
        )
        for participant in [factories.participant(of=edition) for _ in range(10)]
        for meetup in meetups
    )


def confirm_all_at_once(asked: Sequence[Sequence[Claim]]) -> list[set[int]]:
    """Each of as many organisers confirms these claims, in this order; gives which of them each confirmed."""

    def confirm(chosen: Sequence[Claim], person: User) -> set[int]:
        outcomes = claims.confirm_all(Attendance, {claim.pk: claim.version for claim in chosen}, by=person, at=LATER)
        assert [outcome for outcome in outcomes if outcome.refusal] == []
        return {outcome.claim.pk for outcome in outcomes if outcome.is_new}

    return at_once([partial(confirm, chosen, factories.organiser()) for chosen in asked])  # type: ignore[return-value]


def test_two_hundred_claims_confirmed_by_several_at_once_give_one_point_each() -> None:
    waiting = waiting_claims(200)

    confirmed = confirm_all_at_once([waiting, waiting[::-1], waiting[100:], waiting[:150]])

    assert sorted(pk for each in confirmed for pk in each) == [claim.pk for claim in waiting]
    assert sorted(LedgerEntry.objects.values_list("number", flat=True)) == list(range(1, 201))
    assert Attendance.objects.confirmed().filter(version=1, award__isnull=False).count() == 200
    assert recounts() == len([each for each in confirmed if each])


def test_many_confirmed_at_once_and_one_by_one_give_one_point_each() -> None:
    waiting = waiting_claims(60)
    alone, together = factories.organiser(), factories.organiser()
    versions = {claim.pk: claim.version for claim in waiting}

    at_once(
        [
            lambda: claims.confirm_all(Attendance, versions, by=together, at=LATER),
            lambda: [claims.confirm(mine(claim), by=alone, at=LATER) for claim in reversed(waiting)],
        ]
    )

    assert sorted(LedgerEntry.objects.values_list("number", flat=True)) == list(range(1, 61))
    assert Attendance.objects.confirmed().filter(version=1).count() == 60


def test_control_without_the_lock_each_takes_itself_for_the_one_that_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = waiting_claims(20)
    together = Barrier(2)

    def look(kind: type[Claim], numbers: Iterable[int]) -> dict[int, Claim]:
        seen = {claim.pk: claim for claim in kind.objects.filter(pk__in=numbers)}
        read_together_and_act_in_turn(together)
        return seen

    monkeypatch.setattr(claims, "_lock_all", look)

    assert confirm_all_at_once([waiting, waiting]) == [{claim.pk for claim in waiting}] * 2


def test_control_locked_in_the_order_asked_they_stand_in_each_other_s_way(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = waiting_claims(10)[:2]
    together, lock_all = Barrier(2), claims._lock_all

    def lock_as_asked(kind: type[Claim], numbers: Iterable[int]) -> dict[int, Claim]:
        for number in numbers:
            kind.objects.select_for_update().get(pk=number)
            if number == next(iter(numbers)):
                together.wait(PATIENCE)
        return lock_all(kind, numbers)

    monkeypatch.setattr(claims, "_lock_all", lock_as_asked)

    with pytest.raises(OperationalError, match="deadlock"):
        confirm_all_at_once([waiting, waiting[::-1]])


# --- Confirm and reject --------------------------------------------------------------------------


def confirm_and_reject_at_once(claim: Claim) -> list[object]:
    first, second = factories.organiser(), factories.organiser()
    return at_once(
        [
            lambda: claims.confirm(mine(claim), by=first, at=LATER),
            lambda: claims.reject(mine(claim), because="Te vaag", by=second, at=LATER),
        ]
    )


def test_confirmed_and_rejected_at_once_has_one_outcome_and_the_ledger_agrees() -> None:
    delft = playing()
    for _ in range(5):
        claim = submitted(factories.attendance(delft))

        outcomes = confirm_and_reject_at_once(claim)

        [loser] = refused(outcomes)
        stored = mine(claim)
        assert isinstance(loser, WrongStateError)
        assert f"De melding is al {stored.get_state_display()}" in str(loser)
        won_by_confirming = outcomes[1] is loser
        assert stored.state == (ClaimState.CONFIRMED if won_by_confirming else ClaimState.REJECTED)
        assert points(claim) == ([1] if won_by_confirming else [])


def test_control_without_the_lock_a_rejected_claim_keeps_its_point(without_lock: Act) -> None:
    claim = submitted(factories.attendance(playing()))
    without_lock()

    assert refused(confirm_and_reject_at_once(claim)) == []

    assert (mine(claim).state, points(claim)) == (ClaimState.REJECTED, [1])


# --- Take back -----------------------------------------------------------------------------------


def take_back_at_once(claim: Claim, count: int) -> list[object]:
    by = factories.organiser()
    return at_once([lambda: claims.take_back(mine(claim), because="Dubbel", by=by, at=LATER)] * count)


def test_taken_back_by_many_at_once_goes_back_once() -> None:
    claim = confirmed(factories.attendance(playing()))

    outcomes = take_back_at_once(claim, MANY)

    assert [type(loser) for loser in refused(outcomes)] == [WrongStateError] * (MANY - 1)
    assert all("De melding is al teruggenomen" in str(loser) for loser in refused(outcomes))
    assert (mine(claim).state, points(claim)) == (ClaimState.REVERSED, [1, -1])


def test_control_without_the_lock_taking_back_twice_gives_the_point_again(without_lock: Act) -> None:
    claim = confirmed(factories.attendance(playing()))
    without_lock()

    assert refused(take_back_at_once(claim, 2)) == []

    assert (mine(claim).state, points(claim)) == (ClaimState.REVERSED, [1, -1, 1])


# --- The ledger itself ---------------------------------------------------------------------------


def test_awarded_by_many_at_once_stands_in_the_ledger_once() -> None:
    delft, by = playing(), factories.user()

    def award() -> int:
        entry = ledger.award(
            Participant.objects.select_related("edition__rules").get(pk=delft.pk),
            kind=Kind.MEETUP,
            source="meetup:1",
            description="Meetup",
            counts_on=NOW.date(),
            by=by,
            at=NOW,
        )
        return entry.pk

    outcomes = at_once([award] * MANY)

    assert outcomes == [LedgerEntry.objects.get().pk] * MANY
    assert recounts() == 1


def test_reversed_by_many_at_once_is_reversed_once() -> None:
    entry, by = factories.entry(playing()), factories.user()

    outcomes = at_once([lambda: ledger.reverse(entry, because="Fout", by=by, at=LATER)] * MANY)

    assert [type(loser) for loser in refused(outcomes)] == [AlreadyReversedError] * (MANY - 1)
    assert list(LedgerEntry.objects.order_by("number").values_list("points", flat=True)) == [1, -1]


def test_control_to_look_first_and_then_to_insert_gives_the_point_to_each(owner_connection: psycopg.Connection) -> None:
    """The same in a table without the unique key: what a check in our own code would be worth."""
    owner_connection.execute("CREATE TABLE scratch (source text)")
    looked = Barrier(MANY)

    def award() -> None:
        with database.owner(database.NAME) as own:
            if own.execute("SELECT 1 FROM scratch WHERE source = 'meetup:1'").fetchone() is None:
                looked.wait(PATIENCE)
                own.execute("INSERT INTO scratch VALUES ('meetup:1')")

    at_once([award] * MANY)

    assert owner_connection.execute("SELECT count(*) FROM scratch").fetchone() == (MANY,)


# --- A cap on contributions ----------------------------------------------------------------------


def submit_contributions_at_once(of: Participant, count: int) -> list[object]:
    by = factories.user()
    drafts = [factories.contribution(of).pk for _ in range(count)]

    def submit(pk: int) -> None:
        claims.submit(Contribution.objects.get(pk=pk), by=by, at=LATER)

    return at_once([partial(submit, pk) for pk in drafts])


def test_submitted_at_once_under_a_cap_only_as_many_as_it_allows() -> None:
    delft = playing(contribution_cap=2)

    outcomes = submit_contributions_at_once(delft, MANY)

    assert [type(loser) for loser in refused(outcomes)] == [RefusedByRulesError] * (MANY - 2)
    assert Contribution.objects.pending().count() == 2


def test_control_without_the_participant_s_lock_more_than_the_cap_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    delft = playing(contribution_cap=1)
    looked = Barrier(2)

    def look(claim: Claim, rules: Any) -> None:
        assert not claim.refusal(rules)
        looked.wait(PATIENCE)

    monkeypatch.setattr(claims, "_demand_a_point", look)

    assert refused(submit_contributions_at_once(delft, 2)) == []
    assert Contribution.objects.pending().count() == 2


# --- Closing a month -----------------------------------------------------------------------------


def test_a_month_that_many_close_at_once_is_closed_once() -> None:
    delft = playing()
    factories.entry(delft, counts_on=date(2026, 1, 5))
    january = delft.edition.rounds.get(month=1)

    outcomes = at_once([lambda: closing.close(january, at=LATER)] * MANY)

    assert outcomes == [closing.Closed(is_closed=True, pending_count=0)] * MANY
    assert (RoundClosing.objects.count(), ResultVersion.objects.count(), RoundResult.objects.count()) == (1, 1, 1)


def test_many_that_close_what_is_due_close_each_month_once() -> None:
    delft = playing()
    factories.entry(delft, counts_on=date(2026, 1, 5))
    due = delft.edition.rounds.filter(month__lte=2)

    outcomes = at_once([lambda: closing.close_due(at=NOW)] * MANY)

    assert refused(outcomes) == []
    assert sorted(RoundClosing.objects.values_list("round__month", flat=True)) == [r.month for r in due.in_order()]
    assert ResultVersion.objects.count() == len(due)


def test_control_without_the_lock_who_closes_second_meets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    january = playing().edition.rounds.get(month=1)
    looked = Barrier(2)
    create = RoundClosing.objects.create

    def create_when_both_have_looked(**fields: Any) -> RoundClosing:
        looked.wait(PATIENCE)
        return create(**fields)

    monkeypatch.setattr(closing, "_wait_for_the_others", lambda _edition: None)
    monkeypatch.setattr(RoundClosing.objects, "create", create_when_both_have_looked)

    with pytest.raises(IntegrityError, match="scoring_roundclosing"):
        at_once([lambda: closing.close(january, at=LATER)] * 2)
    assert RoundClosing.objects.count() == 1


# --- Recounting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("has_lock", [True, False])
def test_a_recount_that_began_earlier_does_not_write_over_a_later_one(
    has_lock: bool, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    """The second booking comes between the two counts; without the lock the standing goes back to before it."""
    delft = playing()
    standings.rebuild(delft.edition, at=NOW)
    factories.entry(delft)

    def rebuild() -> None:
        try:
            standings.rebuild(delft.edition, at=LATER)
        finally:
            connections.close_all()

    keep = standings._KEEP
    held = "USING (SELECT counted.* FROM counted CROSS JOIN pg_advisory_xact_lock(1)) AS counted"
    owner_connection.execute("SELECT pg_advisory_lock(1)")
    with ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(standings, "_KEEP", keep.replace("USING counted", held))
        first = pool.submit(rebuild)
        wait_for_waiters(1, owner_connection)
        factories.entry(delft)
        monkeypatch.setattr(standings, "_KEEP", keep)
        if not has_lock:
            monkeypatch.setattr(standings, "_REBUILD_LOCK", standings._REBUILD_LOCK + 1000)
        second = pool.submit(rebuild)
        if has_lock:
            wait_for_waiters(2, owner_connection)
        else:
            second.result(PATIENCE)
        owner_connection.execute("SELECT pg_advisory_unlock(1)")
        first.result(PATIENCE)
        second.result(PATIENCE)

    kept = Standing.objects.get()
    assert (kept.head, kept.total) == ((2, 2) if has_lock else (1, 1))


def wait_for_waiters(count: int, on: psycopg.Connection) -> None:
    """Until so many wait for an advisory lock."""
    pause = Event()
    for _ in range(PATIENCE * 50):
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
        found = on.execute(waiting + "(SELECT oid FROM pg_database WHERE datname = current_database())").fetchone()
        if found == (count,):
            return
        pause.wait(0.02)
    raise AssertionError("not so many wait for the lock")


# --- Many, and everything together ---------------------------------------------------------------


DECISIONS: list[Callable[[Claim], object]] = [
    lambda claim: claims.submit(mine(claim), by=factories.user(), at=LATER),
    lambda claim: claims.withdraw(mine(claim), by=factories.user(), at=LATER),
    lambda claim: claims.confirm(mine(claim), by=factories.organiser(), at=LATER),
    lambda claim: claims.reject(mine(claim), because="Nee", by=factories.organiser(), at=LATER),
    lambda claim: claims.take_back(mine(claim), because="Fout", by=factories.organiser(), at=LATER),
    lambda claim: claims.give_back(mine(claim), because="Goed", by=factories.organiser(), at=LATER),
]


def test_everything_at_once_leaves_a_competition_in_which_all_agrees() -> None:
    everything_at_once(clients=MANY, rounds=3)


@pytest.mark.long
def test_everything_at_once_with_many_clients_and_many_rounds() -> None:
    everything_at_once(clients=64, rounds=20)


def everything_at_once(*, clients: int, rounds: int) -> None:
    """In each round all clients act on the same claim, while others close months and recount."""
    delft = playing()
    chance = random.Random(2026)
    for _ in range(rounds):
        claim = submitted(factories.attendance(delft))
        acts: list[Act] = [
            *(partial(act, claim) for act in DECISIONS),
            partial(closing.close_due, at=LATER),
            partial(standings.rebuild, delft.edition, at=LATER),
        ]

        at_once([*acts, *chance.choices(acts, k=clients - len(acts))])

        in_effect = mine(claim).state == ClaimState.CONFIRMED
        booked = points(claim)
        assert booked == [1, -1] * (len(booked) // 2) + [1] * in_effect
        assert check(delft.edition, at=LATER).faults == []

    assert standings.count(delft.edition).lines[0].total == Attendance.objects.confirmed().count()
    assert LedgerEntry.objects.count() == recounts()
