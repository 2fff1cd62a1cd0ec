"""The public page of the objections."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/2026/bezwaren/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def test_without_objections_it_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/bezwaren/"))

    assert "Er is geen bezwaar gemaakt" in page.words
    assert page.all(".timeline") == []


def test_it_tells_who_objected_to_what_and_the_answer_but_not_the_grounds(client: Client, edition: Edition) -> None:
    zwolle, ede = (factories.participant(name, of=edition) for name in ("Zwolle", "Ede"))
    entry = factories.entry(ede, description="Meetup")
    factories.objection(zwolle, to=entry, grounds="Jan zei het zelf.", answer="Ede stond op de lijst.")
    factories.objection(ede, to=factories.entry(zwolle, description="Oplossing aangedragen"))

    page = main_of(client.get(PAGE))

    answered = "Antwoord van 18 maart 2026: Ede stond op de lijst."
    assert page.texts(".timeline__item") == [
        "18 maart 2026 Ede maakt bezwaar tegen boeking 2 Zwolle: Oplossing aangedragen (+1) Wacht op antwoord",
        f"18 maart 2026 Zwolle maakt bezwaar tegen boeking 1 Ede: Meetup (+1) Ongegrond: de boeking blijft {answered}",
    ]
    assert "Jan" not in page.words
    assert page.links["Ede"] == "/2026/deelnemers/ede/"


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_database_the_same_number_of_times(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        factories.objection(factories.participant(of=edition))

    with django_assert_num_queries(3):
        client.get(PAGE)
