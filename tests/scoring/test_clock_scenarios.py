"""What is closed, and as of when, in every way in which the clock can be awkward. All moments are in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from competition.models import Rules
from scoring.closing import close_due
from scoring.models import ResultVersion, RoundClosing
from scoring.proposals import ProposalRefusedError
from tests import factories
from tests.proposing import close_october_by_two

pytestmark = pytest.mark.django_db

AT_ONCE = {"late_claim_days": 0, "objection_working_days": 0}
"""Rules by which a month may be closed at the very moment of its end."""
MOMENT = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closed(year: int) -> dict[int, datetime]:
    closings = RoundClosing.objects.filter(round__edition__year=year).order_by("pk")
    return dict(closings.values_list("round__month", "closed_at"))


# --- The twelve borders between months -----------------------------------------------------------

BORDERS = [
    ("2025-12-31 23:00", []),
    ("2026-01-31 23:00", [1]),
    ("2026-02-28 23:00", [2]),
    ("2026-03-31 22:00", [3]),  # in March the clock went forward
    ("2026-04-30 22:00", [4]),
    ("2026-05-31 22:00", [5]),
    ("2026-06-30 22:00", [6]),
    ("2026-07-31 22:00", [7]),
    ("2026-08-31 22:00", [8]),
    ("2026-09-30 22:00", [9]),
    ("2026-10-31 23:00", []),  # in October it went back; two organisers close it, see below
    ("2026-11-30 23:00", []),
]


@pytest.mark.parametrize(("border", "ended"), BORDERS)
def test_a_month_ends_at_midnight_in_the_netherlands_and_no_moment_before(border: str, ended: list[int]) -> None:
    factories.edition(rules=AT_ONCE)
    close_due(at=utc(border) - timedelta(days=20))
    before = closed(2026)

    close_due(at=utc(border) - MOMENT)
    assert closed(2026) == before
    close_due(at=utc(border))
    assert closed(2026) == before | {month: utc(border) for month in ended}


def test_october_ends_at_midnight_when_the_clock_has_gone_back_and_two_close_it_from_then_on() -> None:
    edition, end = factories.edition(rules=AT_ONCE), utc("2026-10-31 23:00")

    close_due(at=end - MOMENT)
    with pytest.raises(ProposalRefusedError, match="loopt nog"):
        close_october_by_two(edition, at=end - MOMENT)
    assert close_due(at=end) == ["oktober 2026: wacht op twee organisatoren"]
    assert list(closed(2026)) == list(range(1, 10))

    close_october_by_two(edition, at=end)
    assert closed(2026)[10] == end


def test_the_next_edition_begins_where_the_year_ends() -> None:
    this_year = factories.edition(2026)
    factories.edition(2027)
    close_due(at=utc("2026-12-01 00:00"))
    close_october_by_two(this_year, at=utc("2026-12-01 00:00"))

    assert close_due(at=utc("2026-12-31 23:00") - MOMENT) == []
    assert close_due(at=utc("2026-12-31 23:00")) == ["2027: spelregels vastgezet"]
    locked = Rules.objects.order_by("edition__year").values_list("locked_at", flat=True)
    assert list(locked) == [utc("2026-12-01 00:00"), utc("2026-12-31 23:00")]


# --- Wake-ups that come at odd moments -----------------------------------------------------------

EARLY = {"late_claim_days": 28, "objection_working_days": 0}
AWKWARD: list[Any] = [
    pytest.param(
        # February may be closed at 00:00 on 29 March; that night the clock skips from 02:00 to 03:00.
        2026,
        EARLY,
        ["2026-03-28 22:59:59", "2026-03-29 00:59:59", "2026-03-29 01:00", "2026-03-29 01:30"],
        {2: "2026-03-29 00:59:59"},
        id="the night without 02:30",
    ),
    pytest.param(
        2026,
        EARLY | {"objection_working_days": 1},
        ["2026-03-29 22:00", "2026-03-30 21:59:59", "2026-03-30 22:00", "2026-03-30 23:00"],
        {2: "2026-03-30 22:00"},
        id="a term across the night without 02:30",
    ),
    pytest.param(
        # September may be closed at 00:00 on 25 October; that night 02:30 comes twice.
        2026,
        {"late_claim_days": 24, "objection_working_days": 0},
        ["2026-10-24 21:59:59", "2026-10-25 00:30", "2026-10-25 01:30"],
        {9: "2026-10-25 00:30"},
        id="the night with two times 02:30",
    ),
    pytest.param(
        2026,
        {"late_claim_days": 25, "objection_working_days": 0},
        ["2026-10-25 22:59:59", "2026-10-25 23:00"],
        {9: "2026-10-25 23:00"},
        id="a term across the night with two times 02:30",
    ),
    pytest.param(
        2028,
        AT_ONCE,
        ["2028-02-28 23:00", "2028-02-29 22:59:59", "2028-02-29 23:00"],
        {2: "2028-02-29 23:00"},
        id="a leap day",
    ),
    pytest.param(
        2027,
        AT_ONCE,
        ["2027-02-28 22:59:59", "2027-02-28 23:00"],
        {2: "2027-02-28 23:00"},
        id="a February without one",
    ),
    pytest.param(
        2026,
        {"late_claim_days": 28, "objection_working_days": 20},
        ["2026-03-27 22:59:59", "2026-03-27 23:00"],
        {1: "2026-03-27 23:00"},
        id="the longest terms that the rules allow",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 23:04", "2026-02-28 22:59", "2026-02-28 23:04"],
        {2: "2026-02-28 23:04"},
        id="a clock set back by five minutes",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 22:56", "2026-02-28 23:01", "2026-02-28 22:57"],
        {2: "2026-02-28 23:01"},
        id="a clock set forward by five minutes",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 23:30", "2026-02-28 21:30", "2026-02-28 23:30"],
        {2: "2026-02-28 23:30"},
        id="a clock set back by two hours",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 21:30", "2026-02-28 23:30", "2026-03-01 01:30"],
        {2: "2026-02-28 23:30"},
        id="a clock set forward by two hours",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-03-01 12:00", "2026-02-28 12:00", "2026-03-01 12:00"],
        {2: "2026-03-01 12:00"},
        id="a clock set back by a day",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 12:00", "2026-03-01 12:00", "2026-03-02 12:00"],
        {2: "2026-03-01 12:00"},
        id="a clock set forward by a day",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-02-28 23:00", "2026-02-28 23:00", "2026-02-28 23:00:01", "2026-02-28 23:00:01"],
        {2: "2026-02-28 23:00"},
        id="two beats",
    ),
    pytest.param(
        2026,
        AT_ONCE,
        ["2026-05-10 12:00"],
        {2: "2026-05-10 12:00", 3: "2026-05-10 12:00", 4: "2026-05-10 12:00"},
        id="one wake-up in months",
    ),
]


@pytest.mark.parametrize(("year", "rules", "wake_ups", "expected"), AWKWARD)
def test_a_month_is_closed_once_by_the_first_wake_up_at_or_after_its_moment(
    year: int, rules: dict[str, Any], wake_ups: list[str], expected: dict[int, str]
) -> None:
    edition = factories.edition(year, rules=rules)
    factories.participant(of=edition)
    first = min(expected)
    close_due(at=edition.rounds.get(month=first).closes_at(edition.rules) - timedelta(days=2))
    before = closed(year)
    assert list(before) == list(range(1, first))

    for moment in map(utc, wake_ups):
        so_far = {month: utc(text) for month, text in expected.items() if utc(text) <= moment}
        known = closed(year)
        close_due(at=moment)
        assert closed(year) == known | before | so_far

    assert closed(year) == before | {month: utc(text) for month, text in expected.items()}
    assert ResultVersion.objects.count() == len(closed(year))
