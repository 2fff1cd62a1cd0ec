"""Months and working days as the competition counts them: in Europe/Amsterdam."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ONE_DAY = timedelta(days=1)
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
"""How an address names a month, in whatever language the page is."""


def local_date(moment: datetime) -> date:
    """The calendar day in the Netherlands at this moment."""
    return moment.astimezone(AMSTERDAM).date()


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which this day begins in the Netherlands."""
    return datetime.combine(day, time.min, tzinfo=AMSTERDAM).astimezone(UTC)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """The half-open interval [1st 00:00, next 1st 00:00) of a month, both ends in UTC."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return midnight(date(year, month, 1)), midnight(after)


def days_after(moment: datetime, days: int) -> datetime:
    """The beginning of the day that lies this many calendar days later, whatever the clock change does."""
    return midnight(local_date(moment) + days * ONE_DAY)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_days_after(moment: datetime, days: int) -> datetime:
    """The end of the last of this many working days, counted from the day of `moment` itself.

    Saturdays, Sundays and the days of the Algemene termijnenwet (article 3) do not count: the public holidays,
    Good Friday, and 5 May in every year.
    """
    day = local_date(moment)
    left = days
    while left:
        left -= is_working_day(day)
        day += ONE_DAY
    return midnight(day)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _dutch_holidays()


@cache
def _dutch_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NL", categories=("public", "optional"))
