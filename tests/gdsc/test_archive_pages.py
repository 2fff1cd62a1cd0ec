from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition, Rules
from scoring import claims, closing, freezes
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
        participant = factories.participant(winner, of=edition)
        Finalist.objects.create(
            edition=edition, participant=participant, place=1, total=9, decided_by=FinalistBy.POINTS
        )
        record_winner(edition, participant, motivation="Zij deelde.\n\nVeel.", by=factories.organiser(), at=NOW)
    return edition


# --- The list ------------------------------------------------------------------------------------


def test_every_winner_hangs_in_the_hall_of_fame_the_last_first(client: Client) -> None:
    history(2015)
    history(2016, winner="")
    played(2024, "Zwolle")
    played(2025)
    played(2026)

    hall = main_of(client.get("/archief/")).one(".hall")

    assert hall.texts(".plaque") == [
        "2024 Zwolle meest digiproofe stad van Nederland",
        "2015 Haarlem meest digiproofe stad van Nederland",
    ]
    assert hall.links == {"Zwolle": "/archief/2024/", "Haarlem": "/archief/2015/"}


def test_the_editions_stand_side_by_side_and_what_is_not_known_is_called_so(client: Client) -> None:
    history(2015)
    history(2016, winner="")
    played(2024, "Zwolle")
    played(2025)
    played(2026)

    table = main_of(client.get("/archief/")).one("table")

    unknown = "niet bekend: er zijn geen gegevens bewaard"
    assert table.rows == [
        ["2025", "nog niet vastgelegd", "0", "0", "0", "0", "nog niet vastgelegd"],
        ["2024", "Zwolle", "1", "0", "0", "0", "Zwolle"],
        ["2016", "niet bekend", unknown],
        ["2015", "Haarlem", unknown],
    ]
    assert table.links == {
        "2025": "/archief/2025/",
        "2024": "/archief/2024/",
        "Zwolle": "/2024/deelnemers/zwolle/",
        "2016": "/archief/2016/",
        "2015": "/archief/2015/",
    }


def test_of_each_edition_it_counts_what_counted(client: Client) -> None:
    """Not what was taken back, nor a meetup that was called off; and a point that weighs more is one adoption too."""
    edition = played(2025)
    Rules.objects.update(adoption_points=3)
    edition = Edition.objects.select_related("rules").get(pk=edition.pk)
    at = datetime(2025, 5, 6, 11, 0, tzinfo=UTC)
    for number in range(3):
        who = factories.participant(f"Stad {number}", of=edition)
        solution = factories.solution(of=edition, month=number + 1)
        factories.confirmed(factories.adoption(who, solution=solution, in_use_since=at.date()), at=at)
    gone = factories.confirmed(factories.contribution(who), at=at)
    claims.take_back(gone, because="Dubbel", by=factories.organiser(), at=at)
    given_back = factories.confirmed(factories.contribution(who), at=at)
    claims.take_back(given_back, because="Dubbel", by=factories.organiser(), at=at)
    claims.give_back(given_back, because="Toch niet", by=factories.organiser(), at=at)
    for cancelled in (False, False, True):
        factories.meetup(of=edition, starts_at=at, is_cancelled=cancelled)

    assert main_of(client.get("/archief/")).one("table").rows == [
        ["2025", "nog niet vastgelegd", "3", "2", "3", "1", "nog niet vastgelegd"]
    ]


def test_of_an_edition_whose_board_stands_still_it_counts_what_that_board_counts(client: Client) -> None:
    edition = played(2025)
    at = datetime(2025, 1, 20, 11, 0, tzinfo=UTC)
    later = datetime(2025, 2, 20, 11, 0, tzinfo=UTC)
    who = factories.participant("Ede", of=edition)
    factories.confirmed(factories.contribution(who), at=at)
    factories.confirmed(factories.contribution(who), at=datetime(2025, 2, 3, 11, 0, tzinfo=UTC))
    closing.close(edition.rounds.get(month=1), at=later)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=later)
    factories.confirmed(factories.contribution(who), at=later)

    (row,) = main_of(client.get("/archief/")).one("table").rows

    assert row[:6] == ["2025", "nog niet vastgelegd", "1", "0", "0", "1"]


def test_this_years_edition_comes_in_with_its_winner(client: Client, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 12, 20, tzinfo=UTC))
    played(2026, "Zwolle")

    assert main_of(client.get("/archief/")).texts(".plaque") == ["2026 Zwolle meest digiproofe stad van Nederland"]


def test_what_was_invented_is_called_so(client: Client) -> None:
    played(2025, "Zwolle")
    Edition.objects.update(is_example=True)

    page = main_of(client.get("/archief/"))

    assert page.texts(".nl-data-badge") == ["voorbeeldgegevens", "voorbeeld"]


def test_the_archive_is_not_called_invented_as_a_whole(client: Client) -> None:
    history()
    played(2026)
    Edition.objects.filter(year=2026).update(is_example=True)

    assert read(client.get("/archief/")).all(".ribbon") == []


def test_an_empty_archive_says_so(client: Client) -> None:
    page = main_of(client.get("/archief/"))

    assert page.one(".empty").one("h2").words == "Het archief is nog leeg"
    assert page.all(".hall") == page.all("table") == []


def test_without_any_winner_there_is_no_hall_of_fame(client: Client) -> None:
    history(2016, winner="")

    page = main_of(client.get("/archief/"))

    assert page.all(".hall") == []
    assert page.one("table").rows[0][:2] == ["2016", "niet bekend"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_two_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    played(2026)
    for number in range(count):
        history(2015 + number, winner=f"Stad {number}")
        played(2020 + number, winner=f"Dorp {number}")

    with django_assert_num_queries(2):
        page = main_of(client.get("/archief/"))

    assert len(page.all(".plaque")) == 2 * count


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
