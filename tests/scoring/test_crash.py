"""Closing months with kill -9 before and after every statement and commit: nothing is half, lost or double."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import IO, Any

import pytest
from django.conf import settings

from competition.models import OutboxMessage, Rules
from scoring import closing, ledger
from scoring.models import Act, Finalist, Proposal, ResultVersion, RoundClosing, RoundResult
from scoring.rules import Kind
from tests import database, factories
from tests.proposing import REASON
from tests.scoring import dying

pytestmark = pytest.mark.django_db(transaction=True)

AUGUST_20 = datetime(2026, 8, 20, 12, tzinfo=UTC)
NOVEMBER_20 = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEVER = 10**9
PLAYERS = ["Delft", "Breda", "Ede", "Goes", "Urk", "Tiel", "Buren"]
State = dict[str, list[tuple[Any, ...]]]


def half_a_year_then_silence() -> None:
    """January to June are closed; then a late point and a reversal came in, and four more months went by.

    Of those the machine closes three, and October an organiser, who approves what another has proposed.
    """
    edition = factories.edition()
    players = [factories.participant(name, of=edition) for name in PLAYERS]
    factories.participant("Aalsmeer", of=edition, is_out_of_competition=True)
    entries = [
        factories.entry(player, kind=kind, counts_on=date(2026, 1 + (n + 3 * m) % 10, 5))
        for n, player in enumerate(players)
        for m, kind in enumerate([*Kind][: 1 + n % 3])
    ]
    for month in range(1, 7):
        closing.close(edition.rounds.get(month=month), at=AUGUST_20)
    factories.entry(players[3], counts_on=date(2026, 6, 30), at=AUGUST_20)
    wrong = next(entry for entry in entries if entry.counts_on.month == 1)
    factories.approved(Act.REVERSAL, of=edition, entry=wrong.pk)
    factories.user(is_superuser=True, pk=dying.SECOND_PERSON)
    waiting = {"summary": "Oktober afsluiten", "reason": REASON, "proposed_at": AUGUST_20}
    Proposal.objects.create(edition=edition, act=Act.CLOSING, proposed_by=factories.organiser(), **waiting)
    ledger.reverse(wrong, because="Fout", by=factories.organiser(), at=AUGUST_20)


def everything() -> State:
    """All that closing writes, without the keys that a rolled back statement may use up."""
    tally = ("rank", "total", "meetup_points", "adoption_points", "contribution_points")
    month, of_version = "closing__round__month", ("version__closing__round__month", "version__number")
    kept = {
        "rules": Rules.objects.values_list("edition__year", "locked_at"),
        "proposals": Proposal.objects.values_list("act", "outcome", "decided_at", "decided_by"),
        "closings": RoundClosing.objects.values_list("round__month", "closed_at", "pending_count"),
        "versions": ResultVersion.objects.values_list(month, "number", "made_at", "head", "head_hash", "reason"),
        "results": RoundResult.objects.values_list(*of_version, "participant__name", *tally),
        "finalists": Finalist.objects.values_list("participant__name", "place", "total", "decided_by"),
        "outbox": OutboxMessage.objects.values_list("task", "arguments__edition_id", "created_at"),
    }
    return {name: sorted(rows, key=repr) for name, rows in kept.items()}


@contextmanager
def mortal(*options: str) -> Iterator[Callable[[int], str]]:
    """Gives a function that has a process do the work and die at a point; what it says is how the process ended."""
    command = [sys.executable, "-m", "tests.scoring.dying", database.NAME, NOVEMBER_20.isoformat(), *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    ) as process:
        assert process.stdin
        assert process.stdout
        lines_in: IO[str] = process.stdin
        lines_out: IO[str] = process.stdout

        def die_at(point: int) -> str:
            print(point, file=lines_in, flush=True)
            return lines_out.readline().strip()

        yield die_at
        lines_in.close()
    assert process.returncode == 0


def assert_nothing_is_half(state: State, outcome: State) -> None:
    """What is there is what has to come, with each month whole, and the finalists exactly when October is closed."""
    closed = {month for month, *_ in state["closings"]}
    versions = {(month, number) for month, number, *_ in state["versions"]}
    first = {(month, 1) for month in closed}
    second = {(month, number) for month, number, *_ in outcome["versions"] if number == 2}
    assert versions in (first, first | second)
    assert closed in [set(range(1, last + 1)) for last in (6, 7, 8, 9, 10)]
    waiting = [(row[0], "pending", None, None) if row[0] == Act.CLOSING else row for row in outcome["proposals"]]
    assert state == {
        "rules": state["rules"],
        "proposals": outcome["proposals"] if 10 in closed else waiting,
        "closings": [row for row in outcome["closings"] if row[0] in closed],
        "versions": [row for row in outcome["versions"] if row[:2] in versions],
        "results": [row for row in outcome["results"] if row[:2] in versions],
        "finalists": outcome["finalists"] if 10 in closed else [],
        "outbox": outcome["outbox"],
    }
    assert state["rules"] == outcome["rules"] or not closed - set(range(1, 7))


@pytest.mark.parametrize("every", [pytest.param(9, id="a sample"), pytest.param(1, marks=pytest.mark.long, id="all")])
def test_killed_at_any_point_it_leaves_nothing_half_and_the_next_run_finishes_the_work(every: int) -> None:
    half_a_year_then_silence()
    with database.kept() as put_back, mortal() as die_at:
        before = everything()
        done, points = die_at(NEVER).split()
        outcome = everything()
        assert done == "done"
        assert [row[0] for row in outcome["closings"]] == [1, 10, 2, 3, 4, 5, 6, 7, 8, 9]
        assert len(outcome["finalists"]) == 5
        assert [row[:2] for row in outcome["versions"] if row[1] == 2] == [(month, 2) for month in range(1, 7)]

        states = []
        for point in [*range(1, int(points), every), int(points)]:
            put_back()
            assert die_at(point) == "killed"
            state = everything()
            assert_nothing_is_half(state, outcome)
            dying.close_everything(at=NOVEMBER_20)
            assert everything() == outcome
            assert closing.close_due(at=NOVEMBER_20) == []
            assert everything() == outcome
            states.append(state)

    assert (states[0], states[-1]) == (before, outcome)
    # The rules, three months, the new versions, October with all that hangs on it: each is one step.
    assert len({str(state) for state in states}) == 7


def test_without_the_transaction_around_a_closing_a_kill_is_seen_to_leave_it_half() -> None:
    half_a_year_then_silence()
    with database.kept() as put_back, mortal("unguarded") as die_at:
        points = int(die_at(NEVER).split()[1])
        outcome = everything()
        is_half = False
        for point in range(1, points, 2):
            put_back()
            assert die_at(point) == "killed"
            try:
                assert_nothing_is_half(everything(), outcome)
            except AssertionError:
                is_half = True
                break

    assert is_half
