from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from competition.models import Edition
from meetups.models import MaterialKind
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def test_what_comes_stands_before_what_was_each_nearest_first(client: Client, edition: Edition) -> None:
    zwolle = factories.municipality("Zwolle")
    held: list[tuple[str, datetime, dict[str, Any]]] = [
        ("Mei", datetime(2026, 5, 6, 12, tzinfo=UTC), {}),
        ("April", datetime(2026, 4, 1, 12, tzinfo=UTC), {"host": zwolle, "location": "Stadhuis"}),
        ("Maart", datetime(2026, 3, 4, 13, tzinfo=UTC), {}),
        ("Begin maart", datetime(2026, 2, 28, 23, 30, tzinfo=UTC), {}),
        ("Januari", datetime(2026, 1, 14, 13, tzinfo=UTC), {"host": zwolle}),
    ]
    for title, starts_at, more in held:
        factories.meetup(of=edition, title=title, slug=title.lower().replace(" ", "-"), starts_at=starts_at, **more)

    page = main_of(client.get("/meetups/"))

    assert page.texts("h2") == ["Maart 2026", "In uw eigen agenda", "Binnenkort", "Geweest"]
    assert page.texts(".card") == [
        "1 apr 2026 April Gastheer: Zwolle Stadhuis",
        "6 mei 2026 Mei",
        "4 mrt 2026 Maart 0 deelnemers",
        "1 mrt 2026 Begin maart 0 deelnemers",
        "14 jan 2026 Januari 0 deelnemers Gastheer: Zwolle",
    ]
    assert page.links["Begin maart"] == "/2026/meetups/begin-maart/"


def test_what_was_shown_stands_with_the_meetup(client: Client, edition: Edition) -> None:
    meetup = factories.meetup(of=edition, title="Slimme balie")
    factories.material(meetup, title="Dia's van Delft", url="https://delft.nl/dias")
    factories.material(meetup, kind=MaterialKind.RECORDING, title="Kijk terug", url="https://delft.nl/film")

    card = main_of(client.get("/meetups/")).one(".card")

    assert card.texts("li") == ["Dia's van Delft (presentatie)", "Kijk terug (opname)"]
    assert card.links["Dia's van Delft"] == "https://delft.nl/dias"


def test_a_cancelled_meetup_says_so_wherever_it_stands(client: Client, edition: Edition) -> None:
    factories.meetup(of=edition, title="Storm", is_cancelled=True)
    factories.meetup(of=edition, title="Hitte", is_cancelled=True, starts_at=NOW + timedelta(days=100))

    page = main_of(client.get("/meetups/"))

    assert page.texts(".card") == [
        "26 jun 2026 Hitte Gaat niet door",
        "16 mrt 2026 Storm Gaat niet door",
    ]
    assert page.one(".calendar__table").texts(".calendar__meetup") == ["12.00 uur Storm Gaat niet door"]


def test_it_explains_how_to_subscribe(client: Client, edition: Edition, settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"

    part = main_of(client.get("/meetups/", headers={"host": "kwaad.example"})).one(".subscribe")

    assert part.links == {"Abonneer u op de meetups": "webcal://gdsc.example/meetups/agenda.ics"}
    assert part.one("code").words == "https://gdsc.example/meetups/agenda.ics"
    assert part.texts("h3") == ["Outlook", "Google Agenda", "iPhone, iPad en Mac"]


def test_a_meetup_that_is_going_on_has_not_been_yet(client: Client, edition: Edition) -> None:
    factories.meetup(of=edition, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(minutes=1))
    factories.meetup(of=edition, starts_at=NOW - timedelta(hours=3), ends_at=NOW, title="Net voorbij")

    cards = main_of(client.get("/meetups/")).all(".card")

    assert ["0 deelnemers" in card.words for card in cards] == [False, True]


def test_only_confirmed_attendance_is_counted(client: Client, edition: Edition) -> None:
    meetup = factories.meetup(of=edition)
    claims = [factories.attendance(factories.participant(name, of=edition), meetup=meetup) for name in "ABC"]
    factories.confirmed(claims[0])
    factories.submitted(claims[1])

    assert "1 deelnemer" in main_of(client.get("/meetups/")).one(".card").words


def test_without_meetups_it_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/meetups/"))

    assert page.texts("h2") == ["Maart 2026", "In uw eigen agenda", "Binnenkort"]
    assert page.one(".empty").one("h3").words == "Er staan nu geen meetups gepland"


def test_each_edition_has_meetups_of_its_own(client: Client, edition: Edition) -> None:
    factories.meetup(of=factories.edition(2025), title="Toen", starts_at=datetime(2025, 3, 4, 13, tzinfo=UTC))
    factories.meetup(of=edition, title="Nu")

    assert main_of(client.get("/2025/meetups/")).one(".card").texts("h3") == ["Toen"]
    assert client.get("/2024/meetups/").status_code == 404


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    assert main_of(client.get("/meetups/")).one("h1").words == "Er is nog geen editie"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_three_queries_however_many_there_are(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        meetup = factories.meetup(of=edition, host=factories.municipality())
        factories.confirmed(factories.attendance(factories.participant(f"Stad {number}", of=edition), meetup=meetup))
        factories.material(meetup)

    with django_assert_num_queries(3):
        page = main_of(client.get("/meetups/"))

    assert len(page.all(".card")) == count
