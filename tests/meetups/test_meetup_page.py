from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from meetups.models import MaterialKind, Meetup
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/2026/meetups/snelbalie-in-zwolle/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def meetup(edition: Edition) -> Meetup:
    return factories.meetup(
        of=edition,
        title="Snelbalie in Zwolle",
        slug="snelbalie-in-zwolle",
        starts_at=datetime(2026, 3, 18, 13, 0, tzinfo=UTC),
        ends_at=datetime(2026, 3, 18, 15, 0, tzinfo=UTC),
        host=factories.municipality("Zwolle"),
        location="Stadhuis, Grote Markt 2",
        expert="VNG Realisatie",
        solution=factories.solution(of=edition, month=3, title="Snelbalie", slug="snelbalie"),
        description="Ontvangst.\n\nGesprek.",
    )


def test_it_tells_when_where_who_and_about_what(client: Client, meetup: Meetup) -> None:
    page = main_of(client.get(PAGE))

    assert page.one("h1").words == "Snelbalie in Zwolle"
    assert page.one(".facts").words == (
        "Wanneer woensdag 18 maart 2026, 14.00 – 16.00 uur Waar Stadhuis, Grote Markt 2 "
        "Gastheer Zwolle Expert VNG Realisatie"
    )
    assert page.one(".prose").texts("p") == ["Ontvangst.", "Gesprek."]
    assert page.one(".card").words == "Snelbalie In één zin"
    assert page.one(".card").links == {"Snelbalie": "/2026/oplossingen/snelbalie/"}


def test_what_is_not_known_is_left_out(client: Client, edition: Edition) -> None:
    factories.meetup(of=edition, slug="snelbalie-in-zwolle", starts_at=datetime(2026, 7, 1, 8, tzinfo=UTC))

    page = main_of(client.get(PAGE))

    assert page.one(".facts").words == "Wanneer woensdag 1 juli 2026, 10.00 – 12.00 uur Waar online"
    assert page.texts("h2") == ["Deelnemers", "Komt u ook?"]
    assert page.all(".card") == []


def test_until_it_is_over_it_goes_into_the_own_agenda(
    client: Client, meetup: Meetup, time_machine: TimeMachineFixture
) -> None:
    before = main_of(client.get(PAGE)).links
    time_machine.move_to(meetup.ends_at, tick=False)

    assert before["Zet in mijn agenda"] == f"{PAGE}agenda.ics"
    assert "Zet in mijn agenda" not in main_of(client.get(PAGE)).links


def test_what_was_shown_stands_first(client: Client, meetup: Meetup) -> None:
    factories.material(meetup, kind=MaterialKind.SUMMARY, title="Verslag", url="https://zwolle.nl/verslag")

    page = main_of(client.get(PAGE))

    assert page.texts("h2")[0] == "Lees en bekijk terug"
    assert page.one(".materials").texts("li") == ["Verslag (samenvatting)"]
    assert page.one(".materials").links == {"Verslag": "https://zwolle.nl/verslag"}


def test_a_cancelled_meetup_says_so_and_asks_nobody_to_come(client: Client, meetup: Meetup) -> None:
    Meetup.objects.update(is_cancelled=True)

    page = main_of(client.get(PAGE))

    assert page.one(".utrecht-alert__title").words == "Let op: Deze meetup gaat niet door."
    assert page.texts("h2") == ["Programma", "Deze oplossing staat centraal"]
    assert "Zet in mijn agenda" not in page.links


def test_who_was_there_stands_in_order_of_name(
    client: Client, edition: Edition, meetup: Meetup, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 3, 20, tzinfo=UTC))
    after = datetime(2026, 3, 19, tzinfo=UTC)
    for name in ("Zwolle", "'s-Hertogenbosch", "Delft"):
        participant = factories.participant(name, of=edition, municipalities=[factories.municipality()])
        factories.confirmed(factories.attendance(participant, meetup=meetup), at=after)
    factories.submitted(factories.attendance(factories.participant("Almere", of=edition), meetup=meetup), at=after)

    present = main_of(client.get(PAGE)).one(".grid")

    assert present.texts("li") == ["Delft", "'s-Hertogenbosch", "Zwolle"]
    assert present.links["Delft"] == "/2026/deelnemers/delft/"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 18, 12, 59, tzinfo=UTC), "De meetup moet nog beginnen"),
        (datetime(2026, 3, 18, 13, 0, tzinfo=UTC), "Nog niemand"),
    ],
)
def test_without_attendance_it_says_why(
    client: Client, meetup: Meetup, time_machine: TimeMachineFixture, moment: datetime, words: str
) -> None:
    time_machine.move_to(moment)

    assert main_of(client.get(PAGE)).one(".empty").one("h3").words == words


@pytest.mark.parametrize("address", ["/2026/meetups/anders/", "/2025/meetups/snelbalie-in-zwolle/"])
def test_a_meetup_that_does_not_exist_is_not_found(client: Client, meetup: Meetup, address: str) -> None:
    factories.edition(2025)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_four_queries_however_many_were_there(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    meetup = factories.meetup(of=edition, slug="snelbalie-in-zwolle")
    for number in range(count):
        factories.confirmed(factories.attendance(factories.participant(f"Stad {number}", of=edition), meetup=meetup))
        factories.material(meetup)

    with django_assert_num_queries(4):
        page = main_of(client.get(PAGE))

    assert len(page.one(".grid").all("li")) == count


@pytest.mark.parametrize(
    ("capacity", "taken", "words"),
    [
        (None, 2, ""),
        (5, 2, "Nog 3 van 5 vrij "),
        (5, 5, "Alle 5 plaatsen zijn bezet. U kunt op de wachtlijst. "),
    ],
)
def test_it_tells_how_many_seats_are_left_and_not_whose_they_are(
    client: Client, edition: Edition, capacity: int | None, taken: int, words: str
) -> None:
    starts_at = datetime(2026, 7, 1, 8, tzinfo=UTC)
    meetup = factories.meetup(of=edition, slug="snelbalie-in-zwolle", starts_at=starts_at, capacity=capacity)
    factories.signup(meetup, factories.municipality("Geheim"), seats=taken)

    page = main_of(client.get(PAGE))

    assert page.one(".panel").words == (
        f"Komt u ook? {words}Werkt u voor een gemeente die meedoet? Meld dan met hoeveel mensen u komt. "
        "Meld uw gemeente aan"
    )
    assert page.links["Meld uw gemeente aan"] == "/account/login/?next=/mijn/meetup/2026/snelbalie-in-zwolle/"
    assert "Geheim" not in page.words


@pytest.mark.parametrize("fields", [{"is_cancelled": True}, {"starts_at": NOW}])
def test_nobody_is_asked_to_sign_up_for_what_began_or_does_not_go_ahead(
    client: Client, edition: Edition, fields: dict[str, Any]
) -> None:
    starts_at = datetime(2026, 3, 18, 13, tzinfo=UTC)
    factories.meetup(of=edition, slug="snelbalie-in-zwolle", **({"starts_at": starts_at} | fields))

    assert main_of(client.get(PAGE)).all(".panel") == []


def test_a_meetup_to_come_takes_five_queries_however_many_signed_up(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    meetup = factories.meetup(of=edition, slug="snelbalie-in-zwolle", starts_at=datetime(2026, 7, 1, 8, tzinfo=UTC))
    for _ in range(3):
        factories.signup(meetup)

    with django_assert_num_queries(5):
        client.get(PAGE)
