"""The public page of the objections."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition
from scoring import closing, freezes, objections
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


def test_while_the_board_stands_still_an_answer_of_since_then_waits(client: Client, edition: Edition) -> None:
    """Whether the point stays or goes: it was or it was not on the board that everybody sees."""
    zwolle, ede, urk = (factories.participant(name, of=edition) for name in ("Zwolle", "Ede", "Urk"))
    entry = factories.entry(ede, description="Meetup", counts_on=date(2026, 1, 8))
    before = factories.objection(zwolle, to=entry)
    after = factories.objection(urk, to=entry)
    objections.dismiss(before, because="Ede was er.", by=factories.organiser(), at=NOW)
    closing.close(edition.rounds.get(month=1), at=NOW + timedelta(minutes=1))
    frozen = freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW + timedelta(minutes=2))
    objections.dismiss(after, because="Ede was er echt.", by=factories.organiser(), at=NOW + timedelta(minutes=3))

    page = main_of(client.get(PAGE))
    waiting, told = page.texts(".timeline__item")
    assert "Urk maakt bezwaar" in waiting
    assert waiting.endswith("Wacht op antwoord")
    assert told.endswith("Antwoord van 18 maart 2026: Ede was er.")
    assert "De ranglijst staat stil." in page.words
    assert "Antwoorden van na 18 maart 2026 leest u hier zodra de ranglijst weer verdergaat." in page.words

    freezes.lift(frozen, by=factories.organiser(), at=NOW)
    page = main_of(client.get(PAGE))
    assert page.texts(".timeline__item")[0].endswith("Ede was er echt.")
    assert "stil" not in page.words


def test_a_point_that_was_booked_back_since_then_is_not_told_of(client: Client, edition: Edition) -> None:
    zwolle, ede = (factories.participant(name, of=edition) for name in ("Zwolle", "Ede"))
    objection = factories.objection(zwolle, to=factories.entry(ede, description="Meetup"))
    closing.close(edition.rounds.get(month=1), at=NOW)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)
    objections.uphold(objection, because="Ede was er niet.", by=factories.organiser(), at=NOW)

    [item] = main_of(client.get(PAGE)).texts(".timeline__item")

    assert item.endswith("Wacht op antwoord")


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_database_the_same_number_of_times(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        factories.objection(factories.participant(of=edition))

    with django_assert_num_queries(3):
        client.get(PAGE)
