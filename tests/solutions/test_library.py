from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from scoring import claims
from solutions.models import Contribution
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def contributed(title: str, of: Edition, *, at: datetime = NOW) -> Contribution:
    participant = of.participants.first() or factories.participant(f"Zwolle{of.year}", of=of)
    return factories.confirmed(factories.contribution(participant, title=title, summary="Sneller"), at=at)


def test_the_latest_stands_first(client: Client, edition: Edition) -> None:
    contributed("Eerste", edition, at=NOW - timedelta(days=2))
    second = contributed("Tweede", edition)

    page = main_of(client.get("/goed-opgelost/"))

    assert page.texts(".card") == ["Tweede Sneller Van Zwolle2026", "Eerste Sneller Van Zwolle2026"]
    assert page.one(".grid").links["Tweede"] == f"/goed-opgelost/{second.pk}/"


def test_what_no_organiser_confirmed_is_left_out(client: Client, edition: Edition) -> None:
    participant = factories.participant("Zwolle", of=edition)
    factories.contribution(participant, title="Concept")
    factories.submitted(factories.contribution(participant, title="Ingediend"))
    taken = factories.confirmed(factories.contribution(participant, title="Teruggenomen"))
    claims.take_back(taken, because="Bestond al", by=factories.organiser(), at=NOW)
    refused = factories.submitted(factories.contribution(participant, title="Afgewezen"))
    claims.reject(refused, because="Onduidelijk", by=factories.organiser(), at=NOW)

    page = main_of(client.get("/goed-opgelost/"))

    assert page.one(".empty").one("h2").words == "De bibliotheek is nog leeg"
    assert page.all(".card") == []


def test_each_edition_has_a_heading_the_present_one_first(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    before = factories.edition(2025, is_example=True)
    contributed("Oud", before, at=datetime(2025, 5, 5, tzinfo=UTC))
    contributed("Nieuw", edition)

    page = main_of(client.get("/goed-opgelost/"))

    assert page.texts("h2") == ["Editie 2026", "Editie 2025"]
    assert page.texts("h3") == ["Nieuw", "Oud"]
    assert page.texts(".nl-data-badge") == ["voorbeeldgegevens"]


def test_a_page_holds_twelve(client: Client, edition: Edition) -> None:
    for number in range(13):
        contributed(f"Vondst {number}", edition)

    first = main_of(client.get("/goed-opgelost/"))
    second = main_of(client.get("/goed-opgelost/?page=2"))

    assert first.texts("h3") == [f"Vondst {number}" for number in range(12, 0, -1)]
    assert second.texts("h3") == ["Vondst 0"]
    assert first.one(".utrecht-pagination").links == {"Pagina 2": "?page=2", "Volgende": "?page=2"}


@pytest.mark.parametrize(("asked", "shown"), [("0", "Vondst 0"), ("99", "Vondst 0"), ("abc", "Vondst 12")])
def test_a_page_that_does_not_exist_gives_one_that_does(
    client: Client, edition: Edition, asked: str, shown: str
) -> None:
    for number in range(13):
        contributed(f"Vondst {number}", edition)

    assert main_of(client.get(f"/goed-opgelost/?page={asked}")).texts("h3")[0] == shown


def test_without_any_edition_it_is_just_empty(client: Client) -> None:
    assert main_of(client.get("/goed-opgelost/")).one(".empty").one("h2").words == "De bibliotheek is nog leeg"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_three_queries_however_many_there_are(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        contributed(f"Vondst {number}", edition)

    with django_assert_num_queries(3):
        page = main_of(client.get("/goed-opgelost/"))

    assert len(page.all(".card")) == count
