"""Every participant beside every solution."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant
from scoring import claims
from solutions import recognition
from solutions.models import Adoption, Solution, Stage
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/overnames/"
LONG = "Nuenen, Gerwen en Nederwetten"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def parking(edition: Edition) -> Solution:
    return factories.solution(of=edition, month=1, title="Parkeren", slug="parkeren")


@pytest.fixture
def desk(edition: Edition) -> Solution:
    return factories.solution(of=edition, month=3, title="Snelbalie", slug="snelbalie")


def adopted(by: Participant, solution: Solution) -> Adoption:
    return factories.confirmed(factories.adoption(by, solution=solution))


def table_of(client: Client, address: str = PAGE) -> Part:
    return main_of(client.get(address)).one("table")


def test_participants_stand_by_name_beside_the_solutions_by_month(
    client: Client, edition: Edition, desk: Solution, parking: Solution
) -> None:
    zwolle = factories.participant("Zwolle", of=edition)
    nuenen = factories.participant(LONG, of=edition)
    factories.participant("'s-Hertogenbosch", of=edition, slug="den-bosch")
    adopted(zwolle, parking)
    adopted(zwolle, desk)
    adopted(nuenen, desk)

    table = table_of(client)

    assert table.one("thead").texts("th") == ["Deelnemer", "Jan Parkeren", "Mrt Snelbalie", "Totaal"]
    assert table.rows == [
        ["'s-Hertogenbosch", "", "", "0"],
        [LONG, "", "ja", "1"],
        ["Zwolle", "ja", "ja", "2"],
    ]
    assert [part.words for part in table.one("tfoot").parts() if part.tag in {"th", "td"}] == [
        "Overgenomen door",
        "1",
        "2",
        "3",
    ]
    assert table.links == {
        "Parkeren": "/2026/oplossingen/parkeren/",
        "Snelbalie": "/2026/oplossingen/snelbalie/",
        "'s-Hertogenbosch": "/2026/deelnemers/den-bosch/",
        LONG: "/2026/deelnemers/nuenen-gerwen-en-nederwetten/",
        "Zwolle": "/2026/deelnemers/zwolle/",
    }


def test_every_header_says_what_it_is_the_header_of(client: Client, edition: Edition, desk: Solution) -> None:
    factories.participant("Zwolle", of=edition)

    table = table_of(client)

    assert [header.attributes["scope"] for header in table.all("th")] == ["col", "col", "col", "row", "row"]
    region = main_of(client.get(PAGE)).one(".table-region")
    assert region.attributes["aria-labelledby"] == table.one("caption").attributes["id"]
    assert (region.attributes["role"], region.attributes["tabindex"]) == ("region", "0")


def test_only_who_adopted_something_can_be_shown(client: Client, edition: Edition, desk: Solution) -> None:
    adopted(factories.participant("Zwolle", of=edition), desk)
    factories.participant("Almere", of=edition)

    everybody = main_of(client.get(PAGE))
    adopters = main_of(client.get(f"{PAGE}?toon=overnemers"))

    assert [row[0] for row in everybody.one("table").rows] == ["Almere", "Zwolle"]
    assert [row[0] for row in adopters.one("table").rows] == ["Zwolle"]
    assert "2 deelnemers, 1 met een overname." in everybody.words
    assert "2 deelnemers, 1 met een overname." in adopters.words
    assert everybody.links["Toon alleen wie iets overnam"] == "?toon=overnemers"
    assert adopters.links["Toon alle deelnemers"] == PAGE


def test_only_what_an_organiser_confirmed_counts(client: Client, edition: Edition, desk: Solution) -> None:
    made = [factories.adoption(factories.participant(name, of=edition), solution=desk) for name in "ABCD"]
    factories.submitted(made[1])
    claims.take_back(factories.confirmed(made[2]), because="Toch niet", by=factories.organiser(), at=NOW)
    Adoption.objects.filter(pk=made[3].pk).update(stage=Stage.DECISION)

    assert [row[1:] for row in table_of(client).rows] == [["", "0"]] * 4
    assert main_of(client.get(f"{PAGE}?toon=overnemers")).one(".empty").one("h2").words == "Nog niemand"


def test_who_gives_a_solution_is_marked_in_words_an_alliance_too(client: Client, edition: Edition) -> None:
    haarlem, heerlen, kerkrade = map(factories.municipality, ["Haarlem", "Heerlen", "Kerkrade"])
    factories.participant("Haarlem", of=edition, municipalities=[haarlem])
    parkstad = factories.participant("Parkstad", of=edition, municipalities=[heerlen, kerkrade])
    elsewhere = factories.municipality("Urk")
    of_haarlem = factories.solution(of=edition, month=1, giver=haarlem)
    factories.solution(of=edition, month=2, giver=kerkrade)
    factories.solution(of=edition, month=3, giver=elsewhere)
    adopted(parkstad, of_haarlem)

    assert table_of(client).rows == [["Haarlem", "gever", "", "", "0"], ["Parkstad", "ja één partij", "gever", "", "1"]]


def test_what_the_giver_did_not_confirm_is_marked_in_words(client: Client, edition: Edition) -> None:
    haarlem = factories.municipality("Haarlem")
    solution = factories.solution(of=edition, giver=haarlem)
    made = {name: adopted(factories.participant(name, of=edition), solution) for name in ["Assen", "Breda", "Cuijk"]}
    giver = factories.staff_of(haarlem)
    recognition.recognise(made["Assen"], by=giver, at=NOW)
    recognition.deny(made["Breda"], because="Nee", by=giver, at=NOW)

    table = table_of(client)

    assert table.rows == [["Assen", "ja", "1"], ["Breda", "ja één partij", "1"], ["Cuijk", "ja één partij", "1"]]
    assert "‘één partij’: door één partij gemeld, de gever bevestigde het niet." in table.one("caption").words


def test_who_gives_and_uses_its_own_is_marked_as_both(client: Client) -> None:
    edition = factories.edition(rules={"giver_may_adopt_own": True})
    haarlem = factories.municipality("Haarlem")
    solution = factories.solution(of=edition, giver=haarlem)
    adopted(factories.participant("Haarlem", of=edition, municipalities=[haarlem]), solution)

    assert table_of(client).rows == [["Haarlem", "ja, gever", "1"]]


def test_another_edition_has_a_matrix_of_its_own(client: Client, edition: Edition, desk: Solution) -> None:
    zwolle = factories.municipality("Zwolle")
    before = factories.edition(2025)
    factories.participant("Zwolle", of=before, municipalities=[zwolle])
    factories.solution(of=before, title="Van toen", giver=zwolle)
    adopted(factories.participant("Zwolle", of=edition, municipalities=[zwolle]), desk)

    assert table_of(client).rows == [["Zwolle", "ja", "1"]]
    assert table_of(client, "/2025/overnames/").rows == [["Zwolle", "gever", "0"]]
    assert client.get("/2024/overnames/").status_code == 404


def test_without_solutions_participants_or_an_edition_it_says_so(client: Client) -> None:
    words = [main_of(client.get(PAGE)).one("h1").words]
    edition = factories.edition()
    words.append(main_of(client.get(PAGE)).one(".empty").one("h2").words)
    factories.solution(of=edition)
    words.append(main_of(client.get(PAGE)).one(".empty").one("h2").words)

    assert words == [
        "Er is nog geen editie",
        "De oplossingen zijn nog niet bekend",
        "Er zijn nog geen deelnemers",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_five_queries_however_many_there_are(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for month in range(1, count + 1):
        giver = factories.municipality()
        solution = factories.solution(of=edition, month=month, giver=giver)
        factories.participant(of=edition, municipalities=[giver])
        adopted(factories.participant(of=edition), solution)

    with django_assert_num_queries(5):
        table = table_of(client)

    assert len(table.rows) == 2 * count
