"""Months and working days, over both clock changes, a leap day and the end of the year. No database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from competition.calendar import (
    ONE_DAY,
    days_after,
    is_working_day,
    local_date,
    midnight,
    month_bounds,
    working_days_after,
)

A_MOMENT = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_months_end_at_23_hours_utc_in_winter_and_at_22_hours_in_summer() -> None:
    assert [month_bounds(2026, month)[0] for month in range(1, 13)] == [
        utc("2025-12-31T23:00"),
        utc("2026-01-31T23:00"),
        utc("2026-02-28T23:00"),
        utc("2026-03-31T22:00"),
        utc("2026-04-30T22:00"),
        utc("2026-05-31T22:00"),
        utc("2026-06-30T22:00"),
        utc("2026-07-31T22:00"),
        utc("2026-08-31T22:00"),
        utc("2026-09-30T22:00"),
        utc("2026-10-31T23:00"),
        utc("2026-11-30T23:00"),
    ]


def test_december_ends_where_the_next_year_begins() -> None:
    assert month_bounds(2026, 12) == (utc("2026-11-30T23:00"), utc("2026-12-31T23:00"))


def test_the_months_in_which_the_clock_changes_are_an_hour_shorter_and_longer() -> None:
    lengths = {month: end - start for month in (3, 10) for start, end in [month_bounds(2026, month)]}

    assert lengths == {3: timedelta(days=31, hours=-1), 10: timedelta(days=31, hours=1)}


def test_february_has_a_leap_day_in_2028() -> None:
    start, end = month_bounds(2028, 2)

    assert (start, end) == (utc("2028-01-31T23:00"), utc("2028-02-29T23:00"))
    assert local_date(end - A_MOMENT) == date(2028, 2, 29)


def test_every_month_of_every_year_begins_where_the_one_before_ends() -> None:
    months = [(year, month) for year in range(2015, 2101) for month in range(1, 13)]
    bounds = [month_bounds(year, month) for year, month in months]

    assert [end for _start, end in bounds[:-1]] == [start for start, _end in bounds[1:]]
    assert [local_date(start) for start, _end in bounds] == [date(year, month, 1) for year, month in months]
    last_days = [local_date(start - A_MOMENT) for start, _end in bounds]
    assert last_days == [date(year, month, 1) - ONE_DAY for year, month in months]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-12-31T22:59:59", date(2025, 12, 31)),
        ("2025-12-31T23:00", date(2026, 1, 1)),
        # The hour that does not exist, in the night of 29 March.
        ("2026-03-28T22:59:59", date(2026, 3, 28)),
        ("2026-03-28T23:00", date(2026, 3, 29)),
        ("2026-03-29T21:59:59", date(2026, 3, 29)),
        ("2026-03-29T22:00", date(2026, 3, 30)),
        # The hour that comes twice, in the night of 25 October.
        ("2026-10-24T22:00", date(2026, 10, 25)),
        ("2026-10-25T00:30", date(2026, 10, 25)),
        ("2026-10-25T01:30", date(2026, 10, 25)),
        ("2026-10-25T23:00", date(2026, 10, 26)),
    ],
)
def test_the_calendar_day_is_that_of_the_netherlands(moment: str, day: date) -> None:
    assert local_date(utc(moment)) == day


@pytest.mark.parametrize(
    ("moment", "days", "after"),
    [
        ("2026-03-27T23:00", 7, "2026-04-03T22:00"),
        ("2026-10-23T22:00", 7, "2026-10-30T23:00"),
        ("2026-10-31T23:00", 7, "2026-11-07T23:00"),
        ("2028-02-21T23:00", 7, "2028-02-28T23:00"),
        ("2026-12-28T23:00", 7, "2027-01-04T23:00"),
        ("2026-06-10T12:34", 1, "2026-06-10T22:00"),
        ("2026-06-10T12:34", 0, "2026-06-09T22:00"),
    ],
)
def test_days_later_is_a_midnight_whatever_the_clock_does(moment: str, days: int, after: str) -> None:
    assert days_after(utc(moment), days) == utc(after)


@pytest.mark.parametrize(
    ("first_day", "days", "day_after_the_last"),
    [
        pytest.param(date(2026, 6, 8), 5, date(2026, 6, 13), id="Monday to Friday"),
        pytest.param(date(2026, 6, 10), 5, date(2026, 6, 17), id="over a weekend"),
        pytest.param(date(2026, 6, 13), 1, date(2026, 6, 16), id="from a Saturday"),
        pytest.param(date(2026, 4, 2), 2, date(2026, 4, 8), id="Good Friday and Easter Monday"),
        pytest.param(date(2026, 4, 24), 2, date(2026, 4, 29), id="King's Day, and the clock has changed"),
        pytest.param(date(2026, 5, 13), 2, date(2026, 5, 16), id="Ascension Day"),
        pytest.param(date(2026, 5, 22), 2, date(2026, 5, 27), id="Whit Monday"),
        pytest.param(date(2026, 10, 23), 2, date(2026, 10, 27), id="over the clock change of October"),
        pytest.param(date(2026, 12, 24), 3, date(2026, 12, 30), id="Christmas on Friday and Saturday"),
        pytest.param(date(2026, 12, 31), 2, date(2027, 1, 5), id="over New Year"),
        pytest.param(date(2028, 2, 28), 2, date(2028, 3, 1), id="the leap day works"),
        pytest.param(date(2026, 6, 8), 0, date(2026, 6, 8), id="no days at all"),
    ],
)
def test_working_days_end_at_the_midnight_after_the_last(first_day: date, days: int, day_after_the_last: date) -> None:
    assert working_days_after(midnight(first_day), days) == midnight(day_after_the_last)


def test_working_days_count_the_day_of_the_moment_itself() -> None:
    assert working_days_after(utc("2026-06-08T15:00"), 1) == utc("2026-06-08T22:00")


def test_the_days_of_the_algemene_termijnenwet_are_free() -> None:
    first = date(2026, 1, 1).toordinal()
    year = [date.fromordinal(first + n) for n in range(365)]

    assert [day for day in year if day.weekday() < 5 and not is_working_day(day)] == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
    ]
