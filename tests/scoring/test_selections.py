"""Looking at a part of the leaderboard."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competition.models import Edition, Entry
from scoring import standings
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    """Ede and Urk play for the first time; the alliance lies in two provinces."""
    zwolle = factories.municipality("Zwolle", province="Overijssel")
    factories.participant("Zwolle", of=factories.edition(2025), municipalities=[zwolle])
    edition = factories.edition()
    ede = factories.participant(of=edition, municipalities=[factories.municipality("Ede", province="Gelderland")])
    factories.participant("Zwolle", of=edition, municipalities=[zwolle])
    urk = [factories.municipality("Urk", province="Flevoland"), factories.municipality("Kampen", province="Overijssel")]
    factories.participant("Urk en Kampen", of=edition, municipalities=urk, entry=Entry.WILDCARD)
    factories.entry(ede)
    standings.rebuild(edition, at=NOW)
    return edition


def names(client: Client, query: str) -> list[str]:
    page = main_of(client.get(f"/2026/ranglijst/?{query}"))
    return list(page.one("table").links) if page.all("table") else []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ede", "Urk en Kampen", "Zwolle"]),
        ("door=wildcard", ["Urk en Kampen"]),
        ("door=dsa", ["Ede", "Zwolle"]),
        ("provincie=Overijssel", ["Urk en Kampen", "Zwolle"]),
        ("provincie=Overijssel&door=dsa", ["Zwolle"]),
        ("ervaring=nieuw", ["Ede", "Urk en Kampen"]),
        ("provincie=Zeeland", []),
        ("provincie=Atlantis&door=%00&ervaring=", ["Ede", "Urk en Kampen", "Zwolle"]),
    ],
)
def test_a_part_is_shown(client: Client, edition: Edition, query: str, expected: list[str]) -> None:
    assert names(client, query) == expected


def test_everybody_keeps_the_place_on_the_whole_board(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/2026/ranglijst/?provincie=Overijssel"))

    assert [row[0] for row in page.one("table").rows] == ["2", "2"]
    assert "U ziet 2 van de 3 deelnemers" in page.words
    assert page.all(".podium__place") == []


def test_a_part_goes_with_a_past_day(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/2026/ranglijst/?op=2026-03-17&door=dsa"))

    assert [row[-1] for row in page.one("table").rows] == ["0", "0"]
    assert 'value="2026-03-17"' in client.get("/2026/ranglijst/?op=2026-03-17&door=dsa").content.decode()


def test_a_part_costs_one_question(client: Client, edition: Edition) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/2026/ranglijst/?provincie=Overijssel&door=dsa&ervaring=nieuw")

    assert len(queries) == 4
