from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from solutions.models import CostBand, Effort, Licence
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def test_the_solutions_stand_by_month_with_giver_and_number_of_adopters(client: Client, edition: Edition) -> None:
    haarlem = factories.municipality("Haarlem")
    factories.solution(of=edition, month=3, title="Snelbalie", summary="Zonder wachten")
    first = factories.solution(of=edition, month=1, title="Parkeren", slug="parkeren", giver=haarlem)
    for name in ("Zwolle", "Delft"):
        factories.confirmed(factories.adoption(factories.participant(name, of=edition), solution=first))

    page = main_of(client.get("/oplossingen/"))

    assert page.texts(".card") == [
        "Januari Parkeren In één zin Van Haarlem 2 keer overgenomen",
        "Maart Nu centraal Snelbalie Zonder wachten 0 keer overgenomen",
    ]
    assert page.one(".grid").links["Parkeren"] == "/2026/oplossingen/parkeren/"


def test_a_solution_tells_what_it_costs_and_under_which_licence_as_far_as_that_is_known(
    client: Client, edition: Edition
) -> None:
    told = {"cost_band": CostBand.UP_TO_10K, "effort": Effort.WEEKS, "licence": Licence.EUPL}
    factories.solution(of=edition, month=1, **told)
    factories.solution(of=edition, month=2, cost_band=CostBand.NONE)
    factories.solution(of=edition, month=4)

    cards = main_of(client.get("/oplossingen/")).all(".card")

    assert [facts.words for card in cards for facts in card.all(".card__facts")] == [
        "Kosten tot € 10.000 Beginnen kost een paar weken Licentie open broncode (EUPL)",
        "Kosten geen extra kosten",
    ]


def test_the_three_pages_about_solutions_lead_to_each_other(client: Client, edition: Edition) -> None:
    addresses = ["/2026/oplossingen/", "/2026/overnames/", "/2026/gevers-en-nemers/"]
    tabs = [main_of(client.get(address)).one(".tabs") for address in addresses]

    assert [list(each.links.values()) for each in tabs] == [addresses] * 3
    assert [[bool(link.attributes.get("aria-current")) for link in each.all("a")] for each in tabs] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_an_adoption_that_is_not_confirmed_does_not_count(client: Client, edition: Edition) -> None:
    solution = factories.solution(of=edition)
    factories.submitted(factories.adoption(factories.participant("Zwolle", of=edition), solution=solution))
    factories.adoption(factories.participant("Delft", of=edition), solution=solution)

    assert "0 keer overgenomen" in main_of(client.get("/oplossingen/")).one(".card").words


def test_only_the_solution_of_this_month_is_marked(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    for month in (2, 3, 4):
        factories.solution(of=edition, month=month, title=f"Oplossing {month}")
    time_machine.move_to(datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    last_minute = main_of(client.get("/oplossingen/")).all(".card--current")
    time_machine.move_to(datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    next_month = main_of(client.get("/oplossingen/")).all(".card--current")

    assert [card.one("h3").words for card in last_minute] == ["Oplossing 3"]
    assert [card.one("h3").words for card in next_month] == ["Oplossing 4"]


def test_without_solutions_it_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/oplossingen/"))

    assert page.one(".empty").one("h2").words == "De oplossingen zijn nog niet bekend"
    assert page.one(".empty").links == {"Bekijk Goed Opgelost!": "/goed-opgelost/"}


def test_each_edition_has_solutions_of_its_own(client: Client, edition: Edition) -> None:
    factories.solution(of=edition, title="Van nu")
    factories.solution(of=factories.edition(2025), title="Van toen")

    assert main_of(client.get("/2025/oplossingen/")).texts("h3") == ["Van toen"]
    assert client.get("/2024/oplossingen/").status_code == 404


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    assert main_of(client.get("/oplossingen/")).one("h1").words == "Er is nog geen editie"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_two_queries_however_many_there_are(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    participant = factories.participant("Zwolle", of=edition)
    for month in range(1, count + 1):
        solution = factories.solution(of=edition, month=month, giver=factories.municipality())
        factories.confirmed(factories.adoption(participant, solution=solution, in_use_since=date(2026, 3, 2)))

    with django_assert_num_queries(2):
        page = main_of(client.get("/oplossingen/"))

    assert len(page.all(".card")) == count


def test_a_participant_leads_to_what_it_shares(client: Client, edition: Edition) -> None:
    municipalities = [factories.municipality("Heerlen"), factories.municipality("Brunssum")]
    factories.participant("Parkstad", of=edition, municipalities=municipalities)

    links = main_of(client.get("/2026/deelnemers/parkstad/")).one(".link-list").links

    assert links == {
        "Oplossingen van Brunssum in Goed Opgelost!": "/goed-opgelost/?gever=brunssum",
        "Oplossingen van Heerlen in Goed Opgelost!": "/goed-opgelost/?gever=heerlen",
        "Wie gebruikt welke oplossing?": "/2026/overnames/",
        "Wie geeft het meest, en wie neemt het meest over?": "/2026/gevers-en-nemers/",
    }
