"""The calendar of meetups: one month, as a table of weeks and as a list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
MARCH = "/2026/meetups/maand/maart/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def calendar_of(client: Client, address: str = MARCH) -> Part:
    return main_of(client.get(address)).one(".calendar")


def test_a_month_is_a_table_of_its_weeks(client: Client, edition: Edition) -> None:
    table = calendar_of(client).one("table")

    weekdays = [str(part.attributes["title"]) for part in table.all("abbr")]
    assert weekdays == ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
    assert table.rows == [
        ["Week 9", "", "", "", "", "", "", "1"],
        ["Week 10", "2", "3", "4", "5", "6", "7", "8"],
        ["Week 11", "9", "10", "11", "12", "13", "14", "15"],
        ["Week 12", "16", "17", "18 (vandaag)", "19", "20", "21", "22"],
        ["Week 13", "23", "24", "25", "26", "27", "28", "29"],
        ["Week 14", "30", "31", "", "", "", "", ""],
    ]


def test_a_meetup_stands_on_its_day_in_the_netherlands_in_the_table_and_in_the_list(
    client: Client, edition: Edition
) -> None:
    factories.meetup(of=edition, title="Nacht", slug="nacht", starts_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
    factories.meetup(of=edition, title="Later", starts_at=datetime(2026, 3, 31, 22, 0, tzinfo=UTC))

    calendar = calendar_of(client)

    assert calendar.one("table").rows[0][-1] == "1 00.30 uur Nacht"
    assert calendar.one(".calendar__list").texts("li") == ["1 mrt 2026 00.30 uur Nacht"]
    assert calendar.links["Nacht"] == "/2026/meetups/nacht/"


def test_a_month_without_a_meetup_says_so(client: Client, edition: Edition) -> None:
    calendar = calendar_of(client)

    assert calendar.one(".calendar__none").words == "In maart is er geen meetup."
    assert calendar.all(".calendar__list") == []


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("januari", {"Volgende maand: februari": "/2026/meetups/maand/februari/"}),
        (
            "maart",
            {
                "Vorige maand: februari": "/2026/meetups/maand/februari/",
                "Volgende maand: april": "/2026/meetups/maand/april/",
            },
        ),
        ("december", {"Vorige maand: november": "/2026/meetups/maand/november/"}),
    ],
)
def test_plain_links_lead_to_the_months_beside_it(
    client: Client, edition: Edition, name: str, links: dict[str, str]
) -> None:
    assert calendar_of(client, f"/2026/meetups/maand/{name}/").links == links


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (datetime(2025, 6, 1, tzinfo=UTC), "Januari 2026"),
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), "Januari 2026"),
        (datetime(2026, 2, 28, 22, 59, tzinfo=UTC), "Februari 2026"),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), "Maart 2026"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "December 2026"),
        (datetime(2027, 3, 1, tzinfo=UTC), "December 2026"),
    ],
)
def test_the_page_of_all_meetups_opens_at_the_present_month(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, moment: datetime, name: str
) -> None:
    time_machine.move_to(moment, tick=False)

    assert calendar_of(client, "/2026/meetups/").one("h2").words == name


@pytest.mark.parametrize("name", ["maart-2026", "march", "13", "3", "Maart", "maart.ics"])
def test_a_month_that_does_not_exist_is_not_found(client: Client, edition: Edition, name: str) -> None:
    assert client.get(f"/2026/meetups/maand/{name}/").status_code == 404


@pytest.mark.parametrize("year", ["2025", "0", "99999999999999999999"])
def test_a_year_without_an_edition_is_not_found(client: Client, edition: Edition, year: str) -> None:
    assert client.get(f"/{year}/meetups/maand/maart/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_month_takes_three_queries_however_many_meetups_it_has(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        meetup = factories.meetup(of=edition, starts_at=NOW + timedelta(days=number), host=factories.municipality())
        factories.material(meetup)

    with django_assert_num_queries(3):
        page = main_of(client.get(MARCH))

    assert len(page.all(".card")) == count
