"""The ten solutions, as organisers and editors keep them."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from competition.access import AUDITOR, EDITOR, REVIEWER
from competition.models import Edition
from solutions.models import Solution
from tests import factories
from tests.admin_pages import address, client_in, errors_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(EDITOR)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def form(edition: Edition, *, month: int = 3, **fields: Any) -> dict[str, Any]:
    filled_in = {"title": "Slim parkeren", "slug": "slim-parkeren", "summary": "Sneller", "description": "Zo werkt het"}
    return filled_in | {"edition": edition.pk, "round": edition.rounds.get(month=month).pk} | fields


def test_a_solution_is_added(client: Client, edition: Edition) -> None:
    gouda = factories.municipality("Gouda")

    told: dict[str, Any] = {
        "theme": "mobility",
        "cost_band": "up-to-10k",
        "effort": "weeks",
        "licence": "eupl",
        "problem": "Papier",
    }

    client.post(address(Solution, "add"), form(edition, giver=gouda.pk, website="gouda.example/parkeren", **told))

    solution = Solution.objects.get()
    assert {field: getattr(solution, field) for field in told} == told
    assert (solution.edition, solution.round.month, solution.giver) == (edition, 3, gouda)
    assert solution.website == "https://gouda.example/parkeren"


def test_the_form_begins_with_the_current_edition_and_makes_the_address(client: Client, edition: Edition) -> None:
    Edition.objects.create(year=2015, name="Archief", is_archive=True)

    page = client.get(address(Solution, "add"))

    assert f'<option value="{edition.pk}" selected>' in page.content.decode()
    assert "Archief" not in text_of(page)
    assert "django-admin-prepopulated-fields-constants" in page.content.decode()


@pytest.mark.parametrize(
    "case", ["another edition's month", "a taken month", "a taken address", "no text", "an unknown theme"]
)
def test_a_wrong_solution_is_refused_in_words(client: Client, edition: Edition, case: str) -> None:
    other = factories.edition(2027)
    factories.solution(of=edition, month=1, slug="bezet")
    cases: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
        "another edition's month": (
            {"round": other.rounds.get(month=1).pk},
            {"round": ["Kies een maand van Editie 2026."]},
        ),
        "a taken month": (
            {"round": edition.rounds.get(month=1).pk},
            {"round": ["Er bestaat al een Oplossing met eenzelfde Maand."]},
        ),
        "a taken address": (
            {"slug": "bezet"},
            {"": ["Oplossing met deze Editie en Naam in het webadres bestaat al."]},
        ),
        "no text": ({"description": ""}, {"description": ["Dit veld is verplicht."]}),
        "an unknown theme": (
            {"theme": "paarden"},
            {"theme": ["Selecteer een geldige keuze. paarden is geen beschikbare keuze."]},
        ),
    }
    fields, wrong = cases[case]

    response = client.post(address(Solution, "add"), form(edition, **fields))

    assert errors_of(response) == wrong
    assert 'value="Slim parkeren"' in response.content.decode()
    assert Solution.objects.count() == 1


def test_edition_and_address_stay_what_they_are(client: Client, edition: Edition) -> None:
    solution = factories.solution(of=edition, month=3, slug="oud")
    sent = form(edition, month=4, slug="nieuw", title="Nieuw") | {"edition": factories.edition(2027).pk}

    client.post(address(solution), sent)

    solution.refresh_from_db()
    assert (solution.edition, solution.slug, solution.title, solution.round.month) == (edition, "oud", "Nieuw", 4)


def test_an_organiser_reads_all_that_a_municipality_filled_in(edition: Edition) -> None:
    claim = factories.contribution(
        factories.participant("Zwolle", of=edition), theme="climate", readiness="trial", licence="supplier"
    )

    page = text_of(client_in("organisator").get(address(claim)))

    assert [words in page for words in ("Energie en klimaat", "proef", "product van een leverancier")] == [True] * 3


def test_a_solution_that_is_adopted_is_not_deleted(edition: Edition) -> None:
    claim = factories.adoption(factories.participant("Zwolle", of=edition))

    response = client_in("organisator").post(address(claim.solution, "delete"), {"post": "yes"})

    assert "Overname: Zwolle" in text_of(response)
    assert Solution.objects.filter(pk=claim.solution_id).exists()


@pytest.mark.parametrize("group", [REVIEWER, AUDITOR])
def test_others_only_look(edition: Edition, group: str) -> None:
    solution, client = factories.solution(of=edition), client_in(group)

    assert client.get(address(solution)).status_code == 200
    assert client.post(address(solution), form(edition)).status_code == 403
    assert client.post(address(Solution, "add"), form(edition)).status_code == 403


def test_the_list_asks_as_many_queries_for_one_solution_as_for_three(
    client: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    where = address(Solution, "changelist")
    factories.solution(of=edition, month=1, giver=factories.municipality())
    client.get(where)
    with django_assert_num_queries(8):
        client.get(where)
    for month in (2, 3):
        factories.solution(of=edition, month=month, giver=factories.municipality())

    with django_assert_num_queries(8):
        response = client.get(where)

    assert len(response.context["cl"].result_list) == 3
