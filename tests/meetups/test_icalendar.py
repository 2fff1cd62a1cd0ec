"""Meetups in the agendas of others: what a calendar program reads in our files, by icalendar and by the bare line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from competition.calendar import AMSTERDAM
from competition.models import Edition, Municipality
from meetups import agenda
from meetups.models import Meetup
from solutions.models import Solution
from tests import factories
from tests.factories import NOW

FEED = "/2026/meetups/agenda.ics"
FILE = "/2026/meetups/snelbalie/agenda.ics"
marked = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"


@pytest.fixture
def edition(db: None) -> Edition:
    return factories.edition()


@pytest.fixture
def meetup(edition: Edition) -> Meetup:
    return factories.meetup(
        of=edition,
        title="Snelbalie; in Zwolle, 2",
        slug="snelbalie",
        starts_at=datetime(2026, 3, 28, 13, 0, tzinfo=UTC),
        ends_at=datetime(2026, 3, 29, 13, 0, tzinfo=UTC),
        host=factories.municipality("Zwolle"),
        location="Stadhuis, Grote Markt 2",
        expert="VNG Realisatie",
        solution=factories.solution(of=edition, title="Snelbalie"),
        description="Ontvangst.\r\n\r\nGesprek.",
        changed_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    )


def read(content: bytes) -> tuple[Any, list[Any]]:
    calendar = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")


def lines_of(content: bytes) -> list[str]:
    """The logical lines: a line that begins with a space goes on with the one before (RFC 5545, 3.1)."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_file_tells_all_about_one_meetup(client: Client, meetup: Meetup) -> None:
    response = client.get(FILE)

    _calendar, (event,) = read(response.content)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="gdsc-2026-snelbalie.ics"'
    assert {name: event[name].to_ical().decode() for name in ("SUMMARY", "LOCATION", "URL", "STATUS", "UID")} == {
        "SUMMARY": r"Snelbalie\; in Zwolle\, 2",
        "LOCATION": r"Stadhuis\, Grote Markt 2",
        "URL": "https://gdsc.example/2026/meetups/snelbalie/",
        "STATUS": "CONFIRMED",
        "UID": str(meetup.uid),
    }
    assert str(event["DESCRIPTION"]).split("\n\n") == [
        "Oplossing: Snelbalie",
        "Gastheer: Zwolle",
        "Expert: VNG Realisatie",
        "Ontvangst.",
        "Gesprek.",
        "Meer weten? https://gdsc.example/2026/meetups/snelbalie/",
    ]


def test_times_are_those_of_the_netherlands_on_both_sides_of_summer_time(client: Client, meetup: Meetup) -> None:
    content = client.get(FILE).content

    lines = lines_of(content)
    assert "DTSTART;TZID=Europe/Amsterdam:20260328T140000" in lines
    assert "DTEND;TZID=Europe/Amsterdam:20260329T150000" in lines
    _calendar, (event,) = read(content)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (meetup.starts_at, meetup.ends_at)


def test_the_time_zone_in_the_file_agrees_with_the_worlds_table(client: Client, meetup: Meetup) -> None:
    """A program that knows no zones counts by these rules; at every hour around both changes, in five years."""
    (zone,) = read(client.get(FILE).content)[0].walk("VTIMEZONE")
    told = zone.to_tz(lookup_tzid=False)

    moments = [
        datetime(year, month, 24, tzinfo=UTC) + timedelta(hours=hour)
        for year in range(2025, 2030)
        for month in (3, 10)
        for hour in range(8 * 24)
    ]
    wrong = [
        moment for moment in moments if moment.astimezone(told).utcoffset() != moment.astimezone(AMSTERDAM).utcoffset()
    ]
    assert zone["TZID"] == "Europe/Amsterdam"
    assert wrong == []


def test_the_stamps_say_when_it_last_changed(client: Client, meetup: Meetup) -> None:
    lines = lines_of(client.get(FILE).content)

    assert [line for line in lines if line.startswith(("DTSTAMP", "LAST-MODIFIED"))] == [
        "DTSTAMP:20260301T093000Z",
        "LAST-MODIFIED:20260301T093000Z",
    ]


def test_after_a_change_it_is_the_same_event_with_a_higher_number(client: Client, meetup: Meetup) -> None:
    _calendar, (before,) = read(client.get(FILE).content)
    meetup.title, meetup.changed_at = "Anders", meetup.changed_at + timedelta(seconds=1)
    meetup.save()

    _calendar, (after,) = read(client.get(FILE).content)

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert 0 < int(after["SEQUENCE"]) < 2**31


def test_a_meetup_without_a_place_is_online(client: Client, edition: Edition) -> None:
    factories.meetup(of=edition, slug="snelbalie")

    _calendar, (event,) = read(client.get(FILE).content)

    assert str(event["LOCATION"]) == "Online"
    assert str(event["DESCRIPTION"]) == "Meer weten? https://gdsc.example/2026/meetups/snelbalie/"


def test_a_cancelled_meetup_leaves_no_trace_in_anybodys_busy_hours(client: Client, meetup: Meetup) -> None:
    Meetup.objects.update(is_cancelled=True)

    _calendar, (event,) = read(client.get(FILE).content)

    assert str(event["SUMMARY"]) == "Gaat niet door: Snelbalie; in Zwolle, 2"
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert str(event["DESCRIPTION"]).startswith("Deze meetup gaat niet door.\n\n")


def test_the_feed_has_all_meetups_of_an_edition_in_order(client: Client, edition: Edition, meetup: Meetup) -> None:
    factories.meetup(of=edition, title="Eerder", starts_at=datetime(2026, 1, 13, 12, tzinfo=UTC))
    factories.meetup(of=factories.edition(2025), title="Vorig jaar", starts_at=datetime(2025, 1, 14, 12, tzinfo=UTC))

    response = client.get(FEED)

    calendar, events = read(response.content)
    assert [str(event["SUMMARY"]) for event in events] == ["Eerder", "Snelbalie; in Zwolle, 2"]
    assert len({str(event["UID"]) for event in events}) == 2
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"]) == "Meetups van Editie 2026"
    lines = lines_of(response.content)
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"} <= set(lines)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="gdsc-meetups-2026.ics"'


@pytest.mark.time_machine(NOW, tick=False)
def test_without_a_year_it_is_the_feed_of_the_current_edition(client: Client, meetup: Meetup) -> None:
    factories.edition(2025)

    assert client.get("/meetups/agenda.ics").content == client.get(FEED).content


@marked
@pytest.mark.parametrize("address", ["/meetups/agenda.ics", FEED, FILE, "/2026/meetups/anders/agenda.ics"])
def test_what_does_not_exist_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_it_is_made_anew_only_when_something_changed(client: Client, meetup: Meetup) -> None:
    first = client.get(FEED)
    again = client.get(FEED, headers={"if-none-match": first["ETag"]})
    Meetup.objects.update(title="Anders")
    changed = client.get(FEED, headers={"if-none-match": first["ETag"]})
    Meetup.objects.all().delete()
    later = {"if-none-match": changed["ETag"], "if-modified-since": "Fri, 01 Jan 2027 00:00:00 GMT"}
    gone = client.get(FEED, headers=later)

    assert [(one.status_code, one.content == b"") for one in (first, again, changed, gone)] == [
        (200, False),
        (304, True),
        (200, False),
        (200, False),
    ]
    assert read(gone.content)[1] == []


@marked
@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_takes_two_queries_however_many_meetups_it_has(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for month in range(1, count + 1):
        solution = factories.solution(of=edition, month=month)
        factories.meetup(of=edition, host=factories.municipality(), solution=solution)

    with django_assert_num_queries(2):
        response = client.get(FEED)

    assert len(read(response.content)[1]) == count


typed = st.text(st.characters(codec="utf-8"), max_size=120) | st.sampled_from(
    [
        "Zaal\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Vals",
        "A\rATTENDEE:mailto:x@kwaad.example",
        "a\u2028URL:https://kwaad.example",
        "b\x0bBEGIN:VALARM",
        '\\n\\,";:' * 30,
        "é" * 75,
        "\u202eomgekeerd\u200b",
    ]
)


@given(title=typed, location=typed, description=typed, expert=typed, host=typed)
def test_nothing_that_is_typed_becomes_a_line_of_its_own(
    title: str, location: str, description: str, expert: str, host: str
) -> None:
    """Whatever stands in the texts: the same lines, no bare line end, no line too long, and it reads back."""
    content = agenda.file(
        Meetup(
            edition=Edition(year=2026, name="Editie 2026"),
            title=title,
            slug="snelbalie",
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=2),
            changed_at=NOW,
            location=location,
            description=description,
            expert=expert,
            host=Municipality(common_name=host, name=host),
            solution=Solution(title=title),
        )
    )

    assert re.search(rb"\r(?!\n)|(?<!\r)\n", content) is None
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\u202e\u200b]", content.decode())
    of_event = [re.split("[:;]", line)[0] for line in lines_of(content)]
    start = len(of_event) - 1 - of_event[::-1].index("BEGIN")
    assert sorted(of_event[start:-2]) == sorted(
        [
            *("BEGIN", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION"),
            *("DESCRIPTION", "URL", "STATUS", "TRANSP", "END"),
        ]
    )
    assert len(read(content)[1]) == 1
