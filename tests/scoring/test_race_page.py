from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition, Participant
from scoring import closing, freezes, standings
from tests import factories
from tests.reading import main_of, read

IN_MAY = datetime(2026, 5, 16, 10, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_MAY, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def with_points(name: str, of: Edition, *days: date, **fields: Any) -> Participant:
    participant = factories.participant(name, of=of, **fields)
    for day in days:
        factories.entry(participant, counts_on=day, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    return participant


def test_it_has_a_line_and_a_row_for_everybody(client: Client, edition: Edition) -> None:
    with_points("Delft", edition, date(2026, 1, 20), date(2026, 4, 2))
    with_points("Breda", edition, date(2026, 2, 3))
    with_points("Texel", edition, date(2026, 1, 5), is_out_of_competition=True)
    closing.close_due(at=datetime(2026, 3, 20, tzinfo=UTC))

    page = main_of(client.get("/verloop/"))

    assert page.texts("th")[:5] == ["Deelnemer", "jan januari", "feb februari", "nu nu", "Plaats"]
    assert page.one("table").rows == [
        ["Delft", "1", "1", "2", "1"],
        ["Breda", "0", "1", "1", "2"],
        ["Texel", "1", "1", "1", "– geen plaats"],
    ]
    assert page.one("table").links == {
        "Delft": "/2026/deelnemers/delft/",
        "Breda": "/2026/deelnemers/breda/",
        "Texel": "/2026/deelnemers/texel/",
    }
    assert page.texts(".race__name") == ["Breda 1", "Delft 2"]
    assert page.one("svg.race").one("desc").words == (
        "Delft staat op plaats 1 met 2 punten. Breda staat op plaats 2 met 1 punt."
        " Dezelfde punten staan in de tabel hieronder."
    )
    assert page.one("figcaption").words == (
        "De 2 gekleurde lijnen zijn van wie vooraan staan. De grijze lijnen zijn van de andere deelnemers."
        " In de gekleurde strook rechts staat de stand nog niet vast."
    )


def test_who_came_later_has_a_dash_until_then(client: Client, edition: Edition) -> None:
    with_points("Delft", edition, date(2026, 1, 20))
    closing.close_due(at=datetime(2026, 2, 20, tzinfo=UTC))
    factories.participant("Breda", of=edition)

    rows = main_of(client.get("/verloop/")).one("table").rows

    assert rows == [["Delft", "1", "1", "1"], ["Breda", "– deed nog niet mee", "0", "2"]]


def test_without_a_closed_month_it_shows_how_it_stands_now(client: Client, edition: Edition) -> None:
    with_points("Delft", edition, date(2026, 5, 1))

    page = main_of(client.get("/verloop/"))

    assert page.one("table").rows == [["Delft", "1", "1"]]
    assert page.texts(".race__name") == ["Delft 1"]
    assert page.one("figcaption").words.endswith("Er staat nog geen maand vast.")


def test_without_participants_it_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/verloop/"))

    assert page.one(".empty").one("h2").words == "Er zijn nog geen deelnemers"
    assert (page.all("table"), page.all(".race")) == ([], [])


def test_without_points_it_says_so(client: Client, edition: Edition) -> None:
    factories.participant("Delft", of=edition)

    page = main_of(client.get("/verloop/"))

    assert page.one(".empty").one("h2").words == "Er zijn nog geen punten"
    assert (page.all("table"), page.all(".race")) == ([], [])


def test_before_the_start_it_says_when_that_is(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    factories.participant("Delft", of=edition)
    time_machine.move_to(datetime(2025, 12, 1, tzinfo=UTC))

    empty = main_of(client.get("/verloop/")).one(".empty")

    assert empty.words == (
        "De race moet nog beginnen De competitie begint op 1 januari 2026. Vanaf die dag zijn er punten te verdienen."
    )


def test_where_too_many_tie_nobody_is_singled_out(client: Client, edition: Edition) -> None:
    for number in range(13):
        with_points(f"Stad {number:02}", edition, date(2026, 5, 1))

    page = main_of(client.get("/verloop/"))

    assert page.texts(".race__name") == []
    assert page.one("figcaption").words.startswith("Er staan te veel deelnemers gelijk om er een paar uit te lichten.")
    assert len(page.one("table").rows) == 13


def test_a_hostile_name_is_only_text(client: Client, edition: Edition) -> None:
    name = "<script>alert('x')</script>\"><img src=x>"
    with_points(name, edition, date(2026, 5, 1), slug="delft")

    page = main_of(client.get("/verloop/"))

    assert (page.all("script"), page.all("img")) == ([], [])
    assert page.one("table").rows[0][0] == name
    assert page.one("desc").words.startswith(f"{name} staat op plaats 1 met 1 punt.")


def test_an_earlier_edition_has_a_race_of_its_own(client: Client, edition: Edition) -> None:
    with_points("Zwolle", factories.edition(2025), date(2025, 3, 1))

    page = main_of(client.get("/2025/verloop/"))

    assert page.one("h1").words == "De race van 2025"
    assert page.one("table").links == {"Zwolle": "/2025/deelnemers/zwolle/"}


@pytest.mark.parametrize("address", ["/verloop/", "/kaart/"])
def test_without_any_edition_the_page_says_so(client: Client, address: str) -> None:
    assert main_of(client.get(address)).one("h1").words == "Er is nog geen editie"


@pytest.mark.parametrize("address", ["/2024/verloop/", "/2024/kaart/"])
def test_a_year_without_an_edition_is_not_found(client: Client, edition: Edition, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_is_shared_of_it_has_whole_addresses(client: Client, edition: Edition) -> None:
    head = read(client.get("/verloop/", headers={"host": "kwaad.example"})).one("head")

    told = {str(meta.attributes.get("property")): meta.attributes.get("content") for meta in head.all("meta")}
    assert told["og:title"] == "De race van 2026"
    assert told["og:url"] == "http://127.0.0.1:8000/2026/verloop/"
    assert told["og:image"] == "http://127.0.0.1:8000/2026/ranglijst/deelplaatje.png"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_three_queries_however_many_take_part(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        with_points(f"Stad {number}", edition, date(2026, 1, 20))
    closing.close_due(at=datetime(2026, 3, 20, tzinfo=UTC))
    standings.rebuild(edition, at=IN_MAY)

    with django_assert_num_queries(3):
        page = main_of(client.get("/verloop/"))

    assert len(page.one("table").rows) == count


def test_while_the_board_stands_still_it_says_so(client: Client, edition: Edition) -> None:
    with_points("Delft", edition, date(2026, 1, 20))
    closing.close_due(at=datetime(2026, 3, 20, tzinfo=UTC))
    freezes.freeze(edition, because="De uitreiking is vanavond.", by=factories.organiser(), at=IN_MAY)
    with_points("Breda", edition, date(2026, 4, 2), date(2026, 4, 3))

    for address in ("/verloop/", "/kaart/"):
        page = main_of(client.get(address))

        assert "De ranglijst staat stil." in page.words
        assert "De uitreiking is vanavond." in page.words
    assert main_of(client.get("/verloop/")).one("table").rows == [["Delft", "1", "1", "1"]]
