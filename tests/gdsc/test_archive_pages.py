from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from scoring.final.result import record_winner
from scoring.models import Finalist, FinalistBy
from tests import factories
from tests.factories import NOW
from tests.reading import main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

KNOWN = "Haarlem won.\n\nMeer is niet bekend."


def history(year: int = 2015, winner: str = "Haarlem") -> Edition:
    edition = Edition.objects.create(year=year, name=f"Editie {year}", is_archive=True, history_note=KNOWN)
    if winner:
        record_winner(
            edition, factories.participant(winner, of=edition), motivation="De motivatie is weg.", by=None, at=NOW
        )
    return edition


def played(year: int, winner: str = "") -> Edition:
    edition = factories.edition(year)
    if winner:
        participant = factories.participant(winner, of=edition, slug=winner.lower())
        Finalist.objects.create(
            edition=edition, participant=participant, place=1, total=9, decided_by=FinalistBy.POINTS
        )
        record_winner(edition, participant, motivation="Zij deelde.\n\nVeel.", by=factories.organiser(), at=NOW)
    return edition


# --- The list ------------------------------------------------------------------------------------


def test_the_editions_stand_with_their_winners_the_last_first(client: Client) -> None:
    history(2015)
    history(2016, winner="")
    played(2024, "Zwolle")
    played(2025)
    played(2026)

    page = main_of(client.get("/archief/"))

    assert page.texts(".card") == [
        "2025 Editie 2025 De winnaar is niet bekend.",
        "2024 Editie 2024 Winnaar: Zwolle",
        "2016 Editie 2016 De winnaar is niet bekend.",
        "2015 Editie 2015 Winnaar: Haarlem",
    ]
    assert page.one(".grid").links["Editie 2015"] == "/archief/2015/"


def test_this_years_edition_comes_in_with_its_winner(client: Client, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 12, 20, tzinfo=UTC))
    played(2026, "Zwolle")

    assert main_of(client.get("/archief/")).texts(".card") == ["2026 Editie 2026 Winnaar: Zwolle"]


def test_what_was_invented_is_called_so(client: Client) -> None:
    played(2025)
    Edition.objects.update(is_example=True)

    assert main_of(client.get("/archief/")).texts(".nl-data-badge") == ["voorbeeldgegevens"]


def test_the_archive_is_not_called_invented_as_a_whole(client: Client) -> None:
    history()
    played(2026)
    Edition.objects.filter(year=2026).update(is_example=True)

    assert read(client.get("/archief/")).all(".ribbon") == []


def test_an_empty_archive_says_so(client: Client) -> None:
    assert main_of(client.get("/archief/")).one(".empty").one("h2").words == "Het archief is nog leeg"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    played(2026)
    for number in range(count):
        history(2015 + number, winner=f"Stad {number}")

    with django_assert_num_queries(1):
        page = main_of(client.get("/archief/"))

    assert len(page.all(".card")) == count


# --- One edition ---------------------------------------------------------------------------------


def test_of_an_edition_before_this_portal_it_says_what_is_known(client: Client) -> None:
    history()

    page = main_of(client.get("/archief/2015/"))

    assert page.one(".winner").words == "Haarlem meest digiproofe stad van Nederland"
    assert page.texts("h2") == ["De winnaar", "Wat wij van deze editie weten"]
    assert [part.texts("p") for part in page.all(".prose")] == [
        ["De motivatie is weg."],
        ["Haarlem won.", "Meer is niet bekend."],
    ]
    assert "Deze editie is niet met dit portaal gespeeld." in page.words
    assert list(page.links.values()) == ["/", "/archief/"]


def test_an_unknown_winner_is_not_made_up(client: Client) -> None:
    history(2016, winner="")

    page = main_of(client.get("/archief/2016/"))

    assert "Wij weten niet wie deze editie won." in page.words
    assert page.all(".winner") == []


def test_of_a_played_edition_it_shows_winner_finalists_and_all_its_pages(client: Client) -> None:
    played(2025, "Zwolle")

    page = main_of(client.get("/archief/2025/"))

    assert page.one(".winner").words == "Zwolle meest digiproofe stad van Nederland"
    assert page.one(".prose").texts("p") == ["Zij deelde.", "Veel."]
    assert page.texts(".card") == ["1 Zwolle DSA 9 punten"]
    assert page.one(".link-list").links == {
        "De eindstand": "/2025/ranglijst/",
        "De finale": "/2025/finalisten/",
        "De tien oplossingen": "/2025/oplossingen/",
        "De meetups": "/2025/meetups/",
        "De spelregels": "/2025/spelregels/",
    }
    assert [client.get(address).status_code for address in page.one(".link-list").links.values()] == [200] * 5


def test_a_past_edition_without_a_winner_says_so(client: Client) -> None:
    played(2025)

    assert "Er is nog geen winnaar vastgelegd." in main_of(client.get("/archief/2025/")).words


@pytest.mark.parametrize("year", [2014, 2026, 2027])
def test_what_is_not_over_is_not_in_the_archive(client: Client, year: int) -> None:
    played(2026)
    played(2027)

    assert client.get(f"/archief/{year}/").status_code == 404


def test_an_edition_takes_two_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    played(2025, "Zwolle")

    with django_assert_num_queries(2):
        client.get("/archief/2025/")
