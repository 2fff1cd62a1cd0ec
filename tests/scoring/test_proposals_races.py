"""Organisers who propose and decide at the same moment, and a claim or a reversal that comes in between.

Each race has a control in which its guard is off: it ends wrong, so the test can fail.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from competition.models import Edition, Municipality, Participant, Rules
from scoring import claims, closing, ledger, proposals
from scoring.models import Act, Finalist, LedgerEntry, Outcome, Proposal, ResultVersion, RoundClosing
from scoring.proposals import ProposalRefusedError, approve, turn_down
from scoring.rules import RefusedByRulesError
from solutions.models import Contribution
from tests import factories
from tests.factories import NOW
from tests.proposing import NOVEMBER, REASON, proposed

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20
DECIDED = "Over dit voorstel is al beslist: het is "
Told = Exception | None
Do = Callable[[], object]


def told(act: Do) -> Told:
    """What somebody is told who does this; nothing when it is done."""
    try:
        act()
    except (ProposalRefusedError, RefusedByRulesError, IntegrityError) as error:
        return error
    return None


def on_own_connection(act: Do) -> Told:
    try:
        return told(act)
    finally:
        connections.close_all()


def at_once(*acts: Do) -> list[Told]:
    """Start all of them in the same moment; gives what each was told."""
    start = Barrier(len(acts))

    def run(act: Do) -> Told:
        start.wait(PATIENCE)
        return on_own_connection(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def words(outcomes: list[Told]) -> list[str]:
    return sorted(str(outcome) for outcome in outcomes)


def mine(proposal: Proposal) -> Proposal:
    """The proposal as one of the people has it on screen."""
    return Proposal.objects.get(pk=proposal.pk)


def approving(proposal: Proposal) -> Do:
    return partial(approve, mine(proposal), by=factories.organiser(), at=NOVEMBER)


def turning_down(proposal: Proposal) -> Do:
    return partial(turn_down, mine(proposal), because="Liever niet", by=factories.organiser(), at=NOVEMBER)


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Do:
    """From the call on two people look at a proposal in the same moment, and none waits for the other."""
    both_looked = Barrier(2)

    def look(proposal: Proposal) -> None:
        proposal.refresh_from_db()
        both_looked.wait(PATIENCE)

    return lambda: monkeypatch.setattr(proposals, "_hold", look)


# --- Two who decide ------------------------------------------------------------------------------


def reversals() -> list[tuple[int, str]]:
    return list(LedgerEntry.objects.exclude(reverses=None).values_list("points", "reason"))


def test_approved_by_two_at_once_is_done_once_and_the_other_is_told() -> None:
    proposal = proposed(Act.REVERSAL)

    outcomes = at_once(approving(proposal), approving(proposal))

    assert words(outcomes) == ["None", f"{DECIDED}goedgekeurd en uitgevoerd."]
    assert reversals() == [(-1, REASON)]


def test_control_without_the_lock_only_the_database_refuses_who_approves_second(without_lock: Do) -> None:
    proposal = proposed(Act.REVERSAL)
    without_lock()

    outcomes = at_once(approving(proposal), approving(proposal))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "NoneType"]
    assert reversals() == [(-1, REASON)]


def test_approved_and_turned_down_at_once_has_one_outcome_and_the_act_agrees() -> None:
    edition = factories.edition()
    for name in ("Urk", "Texel", "Vlieland", "Ameland", "Goes"):
        town, by = factories.municipality(name), factories.organiser()
        proposal = proposals.propose_wildcard(edition, [town], because=REASON, by=by, at=NOVEMBER)

        outcomes = at_once(approving(proposal), turning_down(proposal))

        [loser] = [outcome for outcome in outcomes if outcome]
        stored = mine(proposal)
        assert str(loser) == f"{DECIDED}{stored.get_outcome_display()}."
        assert (stored.outcome == Outcome.APPROVED) == (outcomes[0] is None)
        assert Participant.objects.filter(name=name).exists() == (outcomes[0] is None)


def test_control_without_the_lock_the_database_refuses_who_came_second_without_words(without_lock: Do) -> None:
    proposal = proposed(Act.WILDCARD)
    without_lock()

    outcomes = at_once(approving(proposal), turning_down(proposal))

    [loser] = [outcome for outcome in outcomes if outcome]
    assert isinstance(loser, IntegrityError)
    assert "what is settled" in str(loser)


# --- Two who propose -----------------------------------------------------------------------------


def propose_at_once() -> list[Told]:
    edition, urk = factories.edition(), factories.municipality("Urk")
    people = [factories.organiser() for _ in range(4)]
    return at_once(
        *(
            partial(proposals.propose_wildcard, edition, [urk], because=f"Reden {n}", by=person, at=NOVEMBER)
            for n, person in enumerate(people)
        )
    )


def test_proposed_by_many_at_once_lies_there_once_and_the_others_are_told() -> None:
    outcomes = propose_at_once()

    assert words(outcomes) == [*["Dit voorstel ligt er al. Een ander moet het goedkeuren."] * 3, "None"]
    assert Proposal.objects.count() == 1


def test_control_without_the_unique_key_it_lies_there_more_often(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner_connection.execute("DROP INDEX proposal_lies_there_once")
    looked = Barrier(4)

    def get_or_create(defaults: dict[str, Any], **what: Any) -> tuple[Proposal, bool]:
        found = Proposal.objects.filter(**what).first()
        looked.wait(PATIENCE)
        return (found, False) if found else (Proposal.objects.create(**what, **defaults), True)

    monkeypatch.setattr(Proposal.objects, "get_or_create", get_or_create)

    assert words(propose_at_once()) == ["None"] * 4
    assert Proposal.objects.count() == 4


# --- Two acts about the same ---------------------------------------------------------------------


def two_wildcards_for_urk() -> list[Do]:
    first = proposed(Act.WILDCARD)
    both = [Municipality.objects.get(common_name="Urk"), factories.municipality("Texel")]
    second = proposals.propose_wildcard(
        first.edition, both, because=REASON, by=factories.organiser(), at=NOVEMBER, name="Eilanden"
    )
    return [approving(first), approving(second)]


def test_two_wildcards_for_one_municipality_at_once_are_granted_once() -> None:
    outcomes = at_once(*two_wildcards_for_urk())

    assert words(outcomes) == ["None", "Urk doet al mee aan deze editie."]
    assert (Participant.objects.count(), Proposal.objects.pending().count()) == (1, 1)


def test_control_without_the_edition_s_lock_only_the_database_refuses_the_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acts, looked = two_wildcards_for_urk(), Barrier(2)
    create = Participant.objects.create

    def create_when_both_have_looked(**fields: Any) -> Participant:
        looked.wait(PATIENCE)
        return create(**fields)

    monkeypatch.setattr(Edition.objects, "select_for_update", Edition.objects.all)
    monkeypatch.setattr(Participant.objects, "create", create_when_both_have_looked)

    outcomes = at_once(*acts)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "NoneType"]


def two_amendments() -> tuple[Do, Do]:
    edition = factories.edition()
    Rules.objects.update(locked_at=NOW)
    changes: list[dict[str, Any]] = [{"late_claim_days": 10}, {"contribution_cap": 3}]
    first, second = (
        proposals.propose_rules(edition, fields, because=REASON, by=factories.organiser(), at=NOVEMBER)
        for fields in changes
    )
    return approving(first), approving(second)


def rules() -> tuple[int, int | None]:
    stored = Rules.objects.get()
    return stored.late_claim_days, stored.contribution_cap


def test_two_amendments_at_once_both_hold_or_the_earlier_one_is_told_that_it_came_late() -> None:
    first, second = at_once(*two_amendments())

    assert second is None
    if first is None:
        assert rules() == (10, 3)
    else:
        assert isinstance(first, ProposalRefusedError)
        assert "al met een later voorstel veranderd" in str(first)
        assert rules() == (7, 3)


def test_control_without_the_lock_on_the_rules_the_earlier_one_meets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    acts, looked, second_is_done = two_amendments(), Barrier(2), Event()

    def look(_rules: Rules, changes: Any) -> None:
        looked.wait(PATIENCE)
        if "late_claim_days" in changes:
            assert second_is_done.wait(PATIENCE)

    def approve_second() -> None:
        acts[1]()
        second_is_done.set()

    monkeypatch.setattr(Rules.objects, "select_for_update", Rules.objects.all)
    monkeypatch.setattr(proposals, "_demand_valid", look)

    first, second = at_once(acts[0], approve_second)

    assert isinstance(first, IntegrityError)
    assert second is None


# --- The closing of October, and what comes in meanwhile -----------------------------------------

END_OF_OCTOBER = datetime(2026, 10, 31, 23, tzinfo=UTC)
JUST_BEFORE = END_OF_OCTOBER - timedelta(seconds=1)


def october_that_waits() -> tuple[Do, Contribution]:
    """The approval of its closing, by rules that give no time for it, and a draft for a claim of its last second."""
    edition = factories.edition(rules={"late_claim_days": 0, "objection_working_days": 0})
    participant = factories.participant("Urk", of=edition)
    factories.entry(participant)
    closing.close_due(at=END_OF_OCTOBER)
    proposal = proposals.propose_closing(edition, because=REASON, by=factories.organiser(), at=END_OF_OCTOBER)
    act = partial(approve, mine(proposal), by=factories.organiser(), at=END_OF_OCTOBER)
    return act, factories.contribution(participant)


def submitting(claim: Contribution) -> Do:
    return partial(claims.submit, claim, by=factories.user(), at=JUST_BEFORE)


def while_in_flight(first: Do, second: Do, *, on: psycopg.Connection, waits: bool = True) -> list[Told]:
    """Do the first and keep it uncommitted until the second waits for it, or, where nothing waits, is done."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            outcome = told(first)
            coming = pool.submit(on_own_connection, second)
            if waits:
                wait_for_somebody(on)
            else:
                coming.result(PATIENCE)
        return [outcome, coming.result(PATIENCE)]


def wait_for_somebody(on: psycopg.Connection) -> None:
    pause = Event()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(PATIENCE * 50):
        if on.execute(waiting).fetchone() == (1,):
            return
        pause.wait(0.02)
    raise AssertionError("nobody waits")


def test_october_waits_for_a_claim_that_is_coming_in_and_then_stays_open(owner_connection: psycopg.Connection) -> None:
    approval, claim = october_that_waits()

    outcomes = while_in_flight(submitting(claim), approval, on=owner_connection)

    assert words(outcomes) == ["None", "Zojuist is er een melding bijgekomen die op een besluit wacht."]
    assert Proposal.objects.pending().count() == 1
    assert (RoundClosing.objects.count(), Finalist.objects.count()) == (9, 0)


def test_a_claim_waits_for_a_closing_of_october_and_is_then_too_late(owner_connection: psycopg.Connection) -> None:
    approval, claim = october_that_waits()

    outcomes = while_in_flight(approval, submitting(claim), on=owner_connection)

    assert words(outcomes) == ["None", "Oktober is afgesloten. Er zijn geen punten meer te winnen."]
    assert RoundClosing.objects.get(round__month=10).pending_count == 0
    assert not Contribution.objects.pending().exists()


def test_control_without_holding_it_off_october_closes_with_a_claim_that_waits(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval, claim = october_that_waits()
    monkeypatch.setattr(closing, "hold_off", lambda _edition: None)

    outcomes = while_in_flight(submitting(claim), approval, on=owner_connection, waits=False)

    assert outcomes == [None, None]
    assert RoundClosing.objects.get(round__month=10).pending_count == 0
    assert Contribution.objects.pending().count() == 1


# --- A reversal while its month is being closed --------------------------------------------------


def march_with_a_mistake() -> tuple[Do, Do]:
    """A reversal by one, as the month is still open, and its closing."""
    edition = factories.edition()
    entry = factories.entry(factories.participant("Urk", of=edition), counts_on=date(2026, 3, 18))
    reversal = partial(ledger.reverse, entry, because="Fout", by=factories.organiser(), at=NOW)
    return reversal, partial(closing.close, edition.rounds.get(month=3), at=NOW)


def total_of_march() -> int:
    return ResultVersion.objects.get(number=1).results.get().total


def test_a_closing_waits_for_a_reversal_that_one_is_booking_and_holds_it(owner_connection: psycopg.Connection) -> None:
    reversal, close = march_with_a_mistake()

    outcomes = while_in_flight(reversal, close, on=owner_connection)

    assert outcomes == [None, None]
    assert total_of_march() == 0


def test_a_reversal_waits_for_the_closing_of_its_month_and_then_needs_two(owner_connection: psycopg.Connection) -> None:
    reversal, close = march_with_a_mistake()

    outcomes = while_in_flight(close, reversal, on=owner_connection)

    assert [type(outcome) for outcome in outcomes] == [type(None), ledger.SecondPersonNeededError]
    assert (total_of_march(), LedgerEntry.objects.count()) == (1, 1)


def test_control_without_holding_it_off_one_books_back_what_is_closed(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    reversal, close = march_with_a_mistake()
    monkeypatch.setattr(closing, "hold_off", lambda _edition: None)

    outcomes = while_in_flight(reversal, close, on=owner_connection, waits=False)

    assert outcomes == [None, None]
    assert total_of_march() == 1
    assert LedgerEntry.objects.count() == 2
