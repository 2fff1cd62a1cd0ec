"""One month of an edition as a calendar: weeks of seven days, and the way to the months beside it. Pure."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from competition.calendar import MONTHS, local_date
from competition.models import Edition
from meetups.models import Meetup


class Day(NamedTuple):
    date: date
    is_of_month: bool
    is_today: bool
    meetups: Sequence[Meetup]


class Week(NamedTuple):
    number: int
    """By ISO 8601, as Dutch calendars count."""
    days: Sequence[Day]


class Month(NamedTuple):
    edition: Edition
    first_day: date
    weeks: Sequence[Week]
    meetups: Sequence[Meetup]

    @property
    def address(self) -> str:
        return address_of(self.edition, self.first_day.month)

    @property
    def before(self) -> date | None:
        """The first day of the month before, in the same edition."""
        month = self.first_day.month
        return self.first_day.replace(month=month - 1) if month > 1 else None

    @property
    def after(self) -> date | None:
        month = self.first_day.month
        return self.first_day.replace(month=month + 1) if month < len(MONTHS) else None

    @property
    def address_before(self) -> str:
        return address_of(self.edition, self.before.month) if self.before else ""

    @property
    def address_after(self) -> str:
        return address_of(self.edition, self.after.month) if self.after else ""


def month_of(edition: Edition, number: int, meetups: Iterable[Meetup], *, at: datetime) -> Month:
    """A month of the edition's year; `meetups` are any of the edition's, in order."""
    here = [meetup for meetup in meetups if meetup.held_on.month == number]
    today = local_date(at)
    weeks = [
        Week(
            week[0].isocalendar().week,
            [
                Day(day, day.month == number, day == today, [meetup for meetup in here if meetup.held_on == day])
                for day in week
            ],
        )
        for week in Calendar().monthdatescalendar(edition.year, number)
    ]
    return Month(edition, date(edition.year, number, 1), weeks, here)


def current_number(edition: Edition, *, at: datetime) -> int:
    """The month to open the calendar at: the present one, or the edition's first or last when it is another year."""
    today = local_date(at)
    if today.year == edition.year:
        return today.month
    return 1 if today.year < edition.year else len(MONTHS)


def address_of(edition: Edition, number: int) -> str:
    return reverse("meetups:month", args=[edition.year, MONTHS[number - 1]])
