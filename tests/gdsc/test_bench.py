"""The benchmark measures what it says on an empty database and prints one table; how long things take is not asked."""

from collections.abc import Iterator
from io import StringIO
from itertools import count

import pytest
import time_machine
from django.core.management import CommandError, call_command

from gdsc import benchmark, benchmark_data, benchmark_figures, benchmark_pages
from gdsc.benchmark_figures import Figure, Ground, Reach
from scoring.models import LedgerEntry, RoundClosing
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(benchmark_data, "PARTICIPANTS", 20)
    monkeypatch.setattr(benchmark, "MANY_CLAIMS", 5)
    monkeypatch.setattr(benchmark, "AWARDS_IN_A_ROW", 2)
    monkeypatch.setattr(benchmark_pages, "SECONDS_OF_LOAD", 0.1)
    with time_machine.travel(NOW):
        yield


def bench(*arguments: str) -> tuple[list[str], list[str]]:
    """The lines of the table, and what was said meanwhile."""
    table, said = StringIO(), StringIO()
    call_command("bench", "--turns", "1", *arguments, stdout=table, stderr=said)
    return table.getvalue().splitlines(), said.getvalue().splitlines()


def test_one_run_prints_one_table() -> None:
    (header, *lines, last), said = bench("--entries", "60", "30")

    assert header.split() == ["what", "ours", "floor", "ratio", "reach", "met", "the", "floor", "is"]
    assert [line[:40].strip() for line in lines] == [
        *("recount of 30 entries", "recount of 30, nine months closed", "verifying 30 entries"),
        *("recount of 60 entries", "recount of 60, nine months closed", "verifying 60 entries"),
        *("leaderboard, cold", "the same", "leaderboard, not yet recounted", "leaderboard, nothing kept"),
        "leaderboard, cold, 60 entries",
        *("leaderboard, warm", "the same, time of the processor", "leaderboard, known already"),
        *("standing in the API, warm", "the same, time of the processor", "standing in the API, known already"),
        *("leaderboard, warm, 60 entries", "memory under load, MB"),
        *("point on the page, the longest wait", "point in the API, the longest wait"),
        *("awarding one point", "the same, and waking a worker"),
        *("confirming 5 claims", "statements for 5 claims"),
    ]
    assert last.endswith("of 15 reached")
    assert said[0] == "… filling a ledger with 30 entries"


def test_it_measures_on_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    bench("--entries", "30", "60", "--only", "verify", "recount")

    editions = LedgerEntry.objects.order_by().values_list("edition__year", flat=True).distinct()
    assert sorted(editions) == [2025, 2026]
    # One new entry before each turn of each of the two recounts: twice ours and the floor, once more to warm up.
    assert [LedgerEntry.objects.filter(edition__year=year).count() for year in (2025, 2026)] == [38, 68]
    assert RoundClosing.objects.count() == 18


def test_only_what_is_asked_is_measured() -> None:
    (_header, *lines, _last), _said = bench("--entries", "30", "--only", "award")

    assert [line[:40].strip() for line in lines] == ["awarding one point", "the same, and waking a worker"]


def test_the_floor_of_an_award_sends_the_same_statements() -> None:
    edition = factories.edition()
    factories.participant("Delft", of=edition)
    ground = Ground(factories.user(), 1, {1: edition})
    award = benchmark._awarding(ground, count())

    sent = benchmark._statements_of(award)

    assert [sql.split()[:3] for sql, _values in sent] == [
        ["INSERT", "INTO", "scoring_ledgerentry"],
        ["INSERT", "INTO", '"competition_outboxmessage"'],
    ]
    assert [value for _sql, values in sent for value in values if benchmark._is_source(value)] == ["meting:0"]


def test_a_database_that_is_in_use_is_left_alone() -> None:
    factories.edition()

    with pytest.raises(CommandError, match="There is an edition"):
        bench()


@pytest.mark.parametrize(
    ("ours", "floor", "reach", "ratio", "is_met"),
    [
        (12.0, 10.0, Reach(1.3), 1.2, True),
        (14.0, 10.0, Reach(1.3), 1.4, False),
        (2.0, 1.0, Reach(0.5, is_speed=True), 0.5, True),
        (2.5, 1.0, Reach(0.5, is_speed=True), 0.4, False),
        (1.0, 9.0, Reach(3, is_speed=True), 9.0, True),
        (5.0, 2.0, None, 2.5, None),
    ],
)
def test_a_ratio_is_of_the_times_or_of_the_speeds(
    ours: float, floor: float, reach: Reach | None, ratio: float, is_met: bool | None
) -> None:
    figure = Figure("iets", "een bodem", ours, floor, reach)

    assert (figure.ratio, figure.is_met) == (ratio, is_met)


def test_the_first_turn_does_not_count_and_a_figure_ends_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark_figures, "SECONDS_FOR_A_FIGURE", -1)
    acts: list[str] = []

    benchmark_figures.in_turns(lambda: acts.append("ours"), lambda: acts.append("floor"), 10)

    assert acts == ["ours", "floor"] * 4
