"""Meetups in the agendas of others: iCalendar (RFC 5545), as a file for one and as a feed for all."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event, Timezone, vDuration, vText

from competition.calendar import AMSTERDAM
from competition.form_fields import on_one_line, without_hidden_characters
from competition.models import Edition
from meetups.models import Meetup

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)
"""How often we ask an agenda to look again; most decide for themselves."""
_THE_YEAR_BEFORE_THE_FIRST = datetime(2014, 1, 1, tzinfo=UTC)
_AMSTERDAM = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
"""
"""Summer time by its rule. What icalendar makes itself ends with the year, and is an hour late in March."""


def feed(edition: Edition, meetups: Iterable[Meetup]) -> bytes:
    """All meetups of an edition, each with its edition, host and solution at hand; the same for the same data."""
    calendar = _calendar(gettext("Meetups van %(edition)s") % {"edition": edition})
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for meetup in meetups:
        calendar.add_component(_event(meetup))
    return bytes(calendar.to_ical())


def file(meetup: Meetup) -> bytes:
    """One meetup; whoever opens a newer file of it gets the old one replaced, not a second one."""
    calendar = _calendar(meetup.title)
    calendar.add_component(_event(meetup))
    return bytes(calendar.to_ical())


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//De Grote Digitale Steden Competitie//Meetups//NL")
    for property_name in ("name", "x-wr-calname"):
        calendar.add(property_name, vText(on_one_line(name)))
    calendar.add("x-wr-timezone", str(AMSTERDAM))
    calendar.add_component(Timezone.from_ical(_AMSTERDAM))
    return calendar


def _event(meetup: Meetup) -> Event:
    """What people typed goes in without hidden characters, and through icalendar, which escapes and folds it."""
    event = Event()
    event.add("uid", str(meetup.uid))
    # There is no method, so that the stamp too says when the meetup last changed.
    for property_name in ("dtstamp", "last-modified"):
        event.add(property_name, meetup.changed_at.astimezone(UTC))
    event.add("sequence", _sequence(meetup))
    event.add("dtstart", meetup.starts_at.astimezone(AMSTERDAM))
    event.add("dtend", meetup.ends_at.astimezone(AMSTERDAM))
    event.add("summary", on_one_line(_summary(meetup)))
    event.add("location", on_one_line(meetup.location) or gettext("Online"))
    event.add("description", without_hidden_characters(_description(meetup)))
    event.add("url", _address(meetup))
    event.add("status", "CANCELLED" if meetup.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if meetup.is_cancelled else "OPAQUE")
    return event


def _sequence(meetup: Meetup) -> int:
    """Higher after each change: by this number an agenda tells a newer version from an older one."""
    return int((meetup.changed_at - _THE_YEAR_BEFORE_THE_FIRST).total_seconds())


def _summary(meetup: Meetup) -> str:
    """Some agendas show a cancelled event like any other, so that its name says it too."""
    return gettext("Gaat niet door: %(title)s") % {"title": meetup.title} if meetup.is_cancelled else meetup.title


def _description(meetup: Meetup) -> str:
    parts = [
        gettext("Deze meetup gaat niet door.") if meetup.is_cancelled else "",
        gettext("Oplossing: %(solution)s") % {"solution": meetup.solution} if meetup.solution else "",
        gettext("Gastheer: %(host)s") % {"host": meetup.host} if meetup.host else "",
        gettext("Expert: %(expert)s") % {"expert": meetup.expert} if meetup.expert else "",
        meetup.description,
        gettext("Meer weten? %(address)s") % {"address": _address(meetup)},
    ]
    return "\n\n".join(filter(None, parts))


def _address(meetup: Meetup) -> str:
    return f"{settings.SITE_URL}{meetup.get_absolute_url()}"
