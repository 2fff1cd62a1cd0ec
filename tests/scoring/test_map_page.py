import gzip
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Municipality, Participant
from scoring import closing, freezes, standings
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def town(name: str, col: int, row: int, **fields: Any) -> Municipality:
    return factories.municipality(name, hex_col=col, hex_row=row, **fields)


def playing(name: str, col: int, row: int, *, of: Edition, points: int = 0, **fields: Any) -> Participant:
    participant = factories.participant(of=of, municipalities=[town(name, col, row)], **fields)
    for _ in range(points):
        factories.entry(participant)
    return participant


def test_everyone_who_plays_is_a_link_that_says_who_and_how_it_stands(client: Client, edition: Edition) -> None:
    playing("Ede", 3, 5, of=edition, points=2)
    playing("Zwolle", 4, 2, of=edition, points=1)
    playing("Texel", 0, 0, of=edition, is_out_of_competition=True)
    town("Urk", 3, 2)

    page = main_of(client.get("/kaart/"))

    cells = page.one("svg.hexmap").all("a")
    assert [(cell.attributes["href"], cell.attributes["aria-label"], cell.one("text").words) for cell in cells] == [
        ("/2026/deelnemers/texel/", "Texel: 0 punten, buiten mededinging", "0"),
        ("/2026/deelnemers/zwolle/", "Zwolle: 1 punt, plaats 2", "1"),
        ("/2026/deelnemers/ede/", "Ede: 2 punten, plaats 1", "2"),
    ]
    assert [cell.one("title").words for cell in cells] == [cell.attributes["aria-label"] for cell in cells]
    quiet = page.one(".hexmap__others")
    assert (quiet.attributes["aria-hidden"], quiet.texts("title")) == ("true", ["Urk doet niet mee"])


def test_an_alliance_is_coloured_on_each_of_its_members(client: Client, edition: Edition) -> None:
    members = [town("Heerlen", 0, 0), town("Kerkrade", 1, 0)]
    factories.entry(factories.participant("Parkstad", of=edition, municipalities=members))

    page = main_of(client.get("/kaart/"))

    assert [cell.attributes["aria-label"] for cell in page.one("svg.hexmap").all("a")] == [
        "Heerlen (Parkstad): 1 punt, plaats 1",
        "Kerkrade (Parkstad): 1 punt, plaats 1",
    ]
    assert {cell.attributes["href"] for cell in page.one("svg.hexmap").all("a")} == {"/2026/deelnemers/parkstad/"}
    assert page.one(".regions").texts("tr")[1:] == [
        "Heerlen in Parkstad 1 punt plaats 1",
        "Kerkrade in Parkstad 1 punt plaats 1",
    ]


def test_the_list_says_the_same_as_the_map_by_province(client: Client, edition: Edition) -> None:
    playing("Ede", 3, 5, of=edition, points=2)
    Municipality.objects.update(province="Gelderland")
    playing("Amersfoort", 2, 5, of=edition, points=1)
    town("Zeist", 1, 5)
    town("Baarn", 1, 4)

    page = main_of(client.get("/kaart/"))

    regions = page.one(".regions").all("section")
    assert [(region.one("h3").words, region.texts("th")[3:], region.texts("td")) for region in regions] == [
        ("Gelderland", ["Ede"], ["2 punten", "plaats 1"]),
        ("Utrecht", ["Amersfoort"], ["1 punt", "plaats 2"]),
    ]
    assert regions[0].all("details") == []
    assert regions[1].one("details").words == "2 gemeenten doen niet mee Baarn, Zeist"


def test_the_legend_says_in_words_what_the_colours_mean(client: Client, edition: Edition) -> None:
    for number, points in enumerate((8, 8, 7, 4, 1, 0)):
        playing(f"Stad {number}", number, 0, of=edition, points=points)

    assert main_of(client.get("/kaart/")).one(".hexmap-legend").texts("li") == [
        "op de eerste plaats 2 deelnemers",
        "7 tot en met 8 punten 1 deelnemer",
        "3 tot en met 4 punten 1 deelnemer",
        "1 tot en met 2 punten 1 deelnemer",
        "doet mee, nog geen punten 1 deelnemer",
        "doet niet mee",
    ]


def test_without_participants_the_map_is_quiet(client: Client, edition: Edition) -> None:
    town("Urk", 3, 2)

    page = main_of(client.get("/kaart/"))

    assert page.one("svg.hexmap").all("a") == []
    assert page.one(".hexmap-legend").texts("li") == ["doet niet mee"]
    assert page.one(".regions").one("details").words == "1 gemeente doet niet mee Urk"


def test_who_has_no_place_on_the_map_is_named(client: Client, edition: Edition) -> None:
    factories.participant("Appingedam", of=edition)

    page = main_of(client.get("/kaart/"))

    assert "omdat de gemeente niet meer bestaat: Appingedam: 0 punten, plaats 1." in page.one(".map-layout__side").words
    assert page.one("svg.hexmap").attributes["viewbox"] == "0 0 1 1"


def test_an_edition_shows_the_municipalities_of_its_own_year(client: Client, edition: Edition) -> None:
    town("Wijdemeren", 1, 0, valid_until=date(2027, 1, 1))
    town("Nieuwstad", 2, 0, valid_from=date(2027, 1, 1))

    quiet = main_of(client.get("/2026/kaart/")).one(".hexmap__others")

    assert quiet.texts("title") == ["Wijdemeren doet niet mee"]


def test_a_hostile_name_is_only_text(client: Client, edition: Edition) -> None:
    name = "<script>alert('x')</script>\"><img src=x>"
    playing(name, 0, 0, of=edition, slug="a")
    town(name, 1, 0, slug="b")

    page = main_of(client.get("/kaart/"))

    assert (page.all("script"), page.all("img")) == ([], [])
    assert page.one("svg.hexmap").one("a").attributes["aria-label"] == f"{name}: 0 punten, plaats 1"
    assert page.one(".hexmap__others").one("title").words == f"{name} doet niet mee"


def test_who_came_in_after_the_month_that_the_board_stands_still_on_is_quiet(client: Client, edition: Edition) -> None:
    playing("Ede", 3, 5, of=edition)
    closing.close_due(at=NOW)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)
    playing("Urk", 3, 2, of=edition, points=1)

    page = main_of(client.get("/kaart/"))

    cells = page.one("svg.hexmap").all("a")
    assert [cell.attributes["aria-label"] for cell in cells] == ["Ede: 0 punten, plaats 1"]
    assert page.one(".hexmap__others").texts("title") == ["Urk staat nog niet op de ranglijst"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_three_queries_however_many_take_part(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        playing(f"Stad {number}", number, 0, of=edition, points=1)
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(3):
        page = main_of(client.get("/kaart/"))

    assert len(page.one("svg.hexmap").all("a")) == count


def test_the_whole_country_is_a_light_page_even_when_all_of_it_plays(client: Client, edition: Edition) -> None:
    call_command("import_municipalities", verbosity=0)
    for number, municipality in enumerate(Municipality.objects.existing_on(NOW.date()).by_name()):
        participant = factories.participant(of=edition, municipalities=[municipality], slug=municipality.slug)
        if number % 3:
            factories.entry(participant)
    standings.rebuild(edition, at=NOW)

    response = client.get("/kaart/")

    page = main_of(response)
    assert len(page.one("svg.hexmap").all("a")) == 342
    assert len(gzip.compress(response.content)) < 30_000
    assert page.one(".map-layout__side").words.count("niet op de kaart") == 0
