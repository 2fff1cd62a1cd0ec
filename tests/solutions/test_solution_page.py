from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition
from scoring import claims
from solutions.models import CostBand, Effort, Licence, Solution, Theme
from tests import factories
from tests.factories import NOW
from tests.reading import main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/2026/oplossingen/snelbalie/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def solution(edition: Edition) -> Solution:
    return factories.solution(
        of=edition,
        month=3,
        title="Snelbalie",
        slug="snelbalie",
        summary="Zonder wachten",
        description="Eerste alinea.\n\nTweede\nalinea.",
        giver=factories.municipality("Haarlem"),
        website="https://voorbeeld.example/snelbalie",
    )


def adopted(solution: Solution, name: str, since: date) -> None:
    participant = factories.participant(name, of=solution.edition)
    factories.confirmed(factories.adoption(participant, solution=solution, in_use_since=since))


def test_it_tells_what_the_solution_is_and_where_it_comes_from(client: Client, solution: Solution) -> None:
    response = client.get(PAGE)
    page = main_of(response)

    assert page.one(".page-header").words == "Oplossing van maart 2026 Snelbalie Zonder wachten"
    assert page.one(".prose").texts("p") == ["Eerste alinea.", "Tweede alinea."]
    assert page.one(".facts").words == (
        "Komt van Haarlem Staat centraal in maart 2026 Meer informatie voorbeeld.example/snelbalie"
    )
    assert "Nu centraal" in page.words
    assert read(response).one("title").words == "Snelbalie – De Grote Digitale Steden Competitie"


def test_it_tells_apart_what_it_solves_and_how_it_works_and_what_it_takes(client: Client, solution: Solution) -> None:
    told = {"theme": Theme.SERVICE, "cost_band": CostBand.UP_TO_50K, "effort": Effort.MONTHS, "licence": Licence.EUPL}
    Solution.objects.filter(pk=solution.pk).update(problem="Lange rijen.", website="", **told)

    page = main_of(client.get(PAGE))

    assert page.texts("h2")[:3] == ["Wat lost het op?", "Hoe werkt de oplossing?", "Wie gebruikt deze oplossing?"]
    assert page.texts(".prose") == ["Lange rijen.", "Eerste alinea. Tweede alinea."]
    assert page.one(".facts").words == (
        "Komt van Haarlem Staat centraal in maart 2026 Thema Balie en dienstverlening "
        "Kosten in het eerste jaar € 10.000 tot € 50.000 Tijd om te beginnen Een paar maanden "
        "Licentie Open broncode (EUPL)"
    )


def test_it_leads_on_to_who_shares_what_and_to_the_library_of_its_theme(client: Client, solution: Solution) -> None:
    without = main_of(client.get(PAGE)).one(".link-list").links
    Solution.objects.filter(pk=solution.pk).update(theme=Theme.CARE)

    assert list(without.values()) == ["/2026/overnames/", "/2026/gevers-en-nemers/", "/goed-opgelost/"]
    assert list(main_of(client.get(PAGE)).one(".link-list").links.values())[-1] == "/goed-opgelost/?thema=care"


def test_a_giver_that_takes_part_leads_to_its_page_an_alliance_too(client: Client, solution: Solution) -> None:
    assert solution.giver is not None
    others = main_of(client.get(PAGE)).one(".facts").links
    factories.participant("Kennemerland", of=solution.edition, municipalities=[solution.giver])

    assert "Haarlem" not in others
    assert main_of(client.get(PAGE)).one(".facts").links["Haarlem"] == "/2026/deelnemers/kennemerland/"


def test_the_link_to_another_site_gives_it_no_hold_on_ours(client: Client, solution: Solution) -> None:
    link = main_of(client.get(PAGE)).one(".facts").one("a")

    assert link.attributes == {"href": "https://voorbeeld.example/snelbalie", "rel": "noopener"}


def test_who_uses_it_stands_in_a_table_the_first_on_top(client: Client, solution: Solution) -> None:
    adopted(solution, "Zwolle", date(2026, 3, 2))
    adopted(solution, "Delft", date(2026, 2, 27))
    adopted(solution, "Almere", date(2026, 3, 2))

    table = main_of(client.get(PAGE)).one("table")

    assert [(row[0], row[1]) for row in table.rows] == [
        ("Delft", "27 februari 2026"),
        ("Almere", "2 maart 2026"),
        ("Zwolle", "2 maart 2026"),
    ]
    assert table.links["Delft"] == "/2026/deelnemers/delft/"


def test_who_was_not_confirmed_or_was_taken_back_is_left_out(client: Client, solution: Solution) -> None:
    states = [factories.adoption(factories.participant(name, of=solution.edition), solution=solution) for name in "ABC"]
    factories.submitted(states[1])
    factories.confirmed(states[2])
    claims.take_back(states[2], because="Toch niet", by=factories.organiser(), at=NOW)

    page = main_of(client.get(PAGE))

    assert page.one(".empty").one("h3").words == "Nog niemand"
    assert page.all("table") == []


def test_the_evidence_is_not_for_the_public(client: Client, solution: Solution) -> None:
    participant = factories.participant("Zwolle", of=solution.edition)
    factories.confirmed(
        factories.adoption(
            participant, solution=solution, evidence_text="Bel Anna", evidence_url="https://intern.example/"
        )
    )

    page = client.get(PAGE).content.decode()

    assert "Anna" not in page
    assert "intern.example" not in page


def test_the_meetups_about_it_are_named(client: Client, edition: Edition, solution: Solution) -> None:
    factories.meetup(of=edition, solution=solution, title="Later", starts_at=datetime(2026, 3, 25, 13, tzinfo=UTC))
    factories.meetup(of=edition, solution=solution, title="Eerder", slug="eerder", starts_at=NOW)
    factories.meetup(of=edition, title="Over iets anders")

    cards = main_of(client.get(PAGE)).one("aside").all(".card")

    assert [card.one("h3").words for card in cards] == ["Eerder", "Later"]
    assert cards[0].links == {"Eerder": "/2026/meetups/eerder/"}


@pytest.mark.parametrize("address", ["/2026/oplossingen/anders/", "/2025/oplossingen/snelbalie/"])
def test_a_solution_that_does_not_exist_is_not_found(client: Client, solution: Solution, address: str) -> None:
    factories.edition(2025)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_six_queries_however_many_use_it(
    client: Client, solution: Solution, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        adopted(solution, f"Stad {number}", date(2026, 3, 2))
        factories.meetup(of=solution.edition, solution=solution, host=factories.municipality())

    with django_assert_num_queries(6):
        page = main_of(client.get(PAGE))

    assert len(page.one("table").rows) == count
