"""How the standing came about, told from the closed months and the board of now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant
from competition.pages import edition_of
from scoring import closing, courses, standings
from scoring.courses import Courses, Mark
from tests import factories

pytestmark = pytest.mark.django_db

IN_MAY = datetime(2026, 5, 16, 10, 0, tzinfo=UTC)
Told = list[tuple[str, list[Mark | None]]]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def point(of: Participant, day: date, **fields: Any) -> None:
    factories.entry(of, counts_on=day, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC), **fields)


def through(edition: Edition, *, at: datetime) -> Courses:
    return courses.of_board(standings.current(edition), edition, at=at)


def told(found: Courses) -> Told:
    return [(course.participant.name, list(course.marks)) for course in found.lines]


def test_it_has_the_closed_months_and_now(edition: Edition) -> None:
    delft, breda = factories.participant("Delft", of=edition), factories.participant("Breda", of=edition)
    point(delft, date(2026, 1, 20))
    point(breda, date(2026, 2, 3))
    point(breda, date(2026, 2, 4))
    closing.close_due(at=datetime(2026, 3, 20, tzinfo=UTC))
    point(breda, date(2026, 4, 1))

    found = through(edition, at=IN_MAY)

    assert [(m.elapsed, m.name, m.abbreviation, m.narrow, m.is_closed) for m in found.moments] == [
        (1.0, "januari", "jan", "j", True),
        (2.0, "februari", "feb", "f", True),
        (pytest.approx(4 + 16 / 31), "nu", "nu", "nu", False),
    ]
    assert told(found) == [
        ("Breda", [Mark(2, 0), Mark(1, 2), Mark(1, 3)]),
        ("Delft", [Mark(1, 1), Mark(2, 1), Mark(2, 1)]),
    ]


def test_without_a_closed_month_there_is_only_now(edition: Edition) -> None:
    factories.participant("Delft", of=edition)

    found = through(edition, at=datetime(2026, 1, 1, 11, tzinfo=UTC))

    assert [(moment.elapsed, moment.name) for moment in found.moments] == [(0.25, "nu")]
    assert told(found) == [("Delft", [Mark(1, 0)])]


def test_of_a_month_that_was_counted_again_the_newest_version_counts(edition: Edition) -> None:
    delft = factories.participant("Delft", of=edition)
    closing.close_due(at=datetime(2026, 2, 20, tzinfo=UTC))
    factories.entry(delft, counts_on=date(2026, 1, 20), at=datetime(2026, 2, 25, tzinfo=UTC))
    closing.close_due(at=datetime(2026, 2, 26, tzinfo=UTC))

    found = through(edition, at=datetime(2026, 2, 27, tzinfo=UTC))

    assert told(found) == [("Delft", [Mark(1, 1), Mark(1, 1)])]


def test_who_came_later_has_nothing_before(edition: Edition) -> None:
    factories.participant("Delft", of=edition)
    closing.close_due(at=datetime(2026, 2, 20, tzinfo=UTC))
    factories.participant("Breda", of=edition)

    found = through(edition, at=datetime(2026, 2, 27, tzinfo=UTC))

    assert told(found) == [("Breda", [None, Mark(1, 0)]), ("Delft", [Mark(1, 0), Mark(1, 0)])]


def test_who_is_out_of_competition_has_points_but_no_place(edition: Edition) -> None:
    point(factories.participant("Texel", of=edition, is_out_of_competition=True), date(2026, 1, 20))
    closing.close_due(at=datetime(2026, 2, 20, tzinfo=UTC))

    assert told(through(edition, at=IN_MAY)) == [("Texel", [Mark(None, 1), Mark(None, 1)])]


def test_once_october_is_closed_it_ends_there(edition: Edition) -> None:
    delft = factories.participant("Delft", of=edition)
    point(delft, date(2026, 10, 2))
    closing.close_due(at=datetime(2026, 11, 25, tzinfo=UTC))
    factories.close_october(edition, at=datetime(2026, 11, 25, tzinfo=UTC))

    found = through(edition, at=datetime(2027, 3, 1, tzinfo=UTC))

    assert [moment.name for moment in found.moments][-2:] == ["september", "oktober"]
    assert told(found) == [("Delft", [Mark(1, 0)] * 9 + [Mark(1, 1)])]


@pytest.mark.parametrize(
    ("at", "elapsed"),
    [
        (datetime(2025, 12, 1, tzinfo=UTC), 0.25),
        (datetime(2026, 6, 30, 12, tzinfo=UTC), 6.0),
        # In the Netherlands it is the first of July by then.
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 6 + 1 / 31),
        (datetime(2026, 11, 20, tzinfo=UTC), 10.0),
        (datetime(2027, 2, 1, tzinfo=UTC), 10.0),
    ],
)
def test_now_stands_where_the_year_is(edition: Edition, at: datetime, elapsed: float) -> None:
    assert [moment.elapsed for moment in through(edition, at=at).moments] == [pytest.approx(elapsed)]


def test_now_always_stands_after_the_last_closed_month(edition: Edition) -> None:
    factories.participant("Delft", of=edition)
    closing.close_due(at=datetime(2026, 3, 20, tzinfo=UTC))

    moments = through(edition, at=datetime(2026, 1, 15, tzinfo=UTC)).moments

    assert [moment.elapsed for moment in moments] == [1.0, 2.0, 2.25]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_one_query_beside_the_board(
    edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        factories.participant(f"Stad {number}", of=edition)
    closing.close_due(at=datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=30))
    edition = edition_of(edition.year)
    board = standings.current(edition)

    with django_assert_num_queries(1):
        found = courses.of_board(board, edition, at=IN_MAY)
    with django_assert_num_queries(1):
        alone = courses.of_line(board.lines[0], edition, at=IN_MAY)

    assert len(found.lines) == count
    assert len(found.moments) == 4
    assert alone.lines == found.lines[:1]
    assert alone.moments == found.moments
