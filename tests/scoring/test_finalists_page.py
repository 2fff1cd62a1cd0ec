from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition, Participant, TieRule
from scoring import closing, freezes
from scoring.final import finalists
from scoring.final.result import record_winner
from scoring.models import Act
from scoring.rules import Kind
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

IN_NOVEMBER = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_NOVEMBER, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def with_points(name: str, of: Edition, points: int, kind: Kind = Kind.MEETUP) -> Participant:
    participant = factories.participant(name, of=of)
    for _ in range(points):
        factories.entry(participant, kind=kind, counts_on=date(2026, 10, 5))
    return participant


def field(edition: Edition, *points: int) -> list[Participant]:
    """Participants A, B, C … with so many points each, after the closing of all months."""
    made = [with_points(name, edition, count) for name, count in zip("ABCDEFGH", points, strict=False)]
    factories.close_october(edition, at=IN_NOVEMBER)
    return made


def draw_in_public(edition: Edition, drawn: Participant, record: str) -> None:
    factories.approved(Act.DRAW, of=edition, at=IN_NOVEMBER)
    first, second = factories.organiser(), factories.organiser()
    finalists.record_draw(edition, drawn=[drawn], record=record, by=first, seconded_by=second, at=IN_NOVEMBER)


def test_the_finalists_stand_in_order_with_place_points_and_what_decided(client: Client, edition: Edition) -> None:
    with_points("Adopteur", edition, 2, Kind.ADOPTION)
    field(edition, 7, 5, 5, 4, 2)

    page = main_of(client.get("/finalisten/"))

    assert page.texts(".card") == [
        "1 A Beslist door: punten DSA 7 punten",
        "2 B Beslist door: punten DSA 5 punten",
        "2 C Beslist door: punten DSA 5 punten",
        "4 D Beslist door: punten DSA 4 punten",
        "5 Adopteur Beslist door: meeste overnames bij een gelijke stand DSA 2 punten",
    ]
    assert page.one(".grid").links["A"] == "/2026/deelnemers/a/"


def test_who_ties_at_place_five_goes_through_where_the_rules_widen(client: Client) -> None:
    edition = factories.edition(rules={"tie_rule": TieRule.WIDEN})
    field(edition, 6, 5, 4, 3, 2, 2)

    assert main_of(client.get("/finalisten/")).texts(".card")[4:] == [
        "5 E Beslist door: gelijke stand op plaats vijf: iedereen door DSA 2 punten",
        "5 F Beslist door: gelijke stand op plaats vijf: iedereen door DSA 2 punten",
    ]


def test_where_only_lots_can_decide_it_names_who_is_level(client: Client, edition: Edition) -> None:
    field(edition, 6, 5, 4, 3, 2, 2, 2)

    page = main_of(client.get("/finalisten/"))

    assert "Over 1 plaats in de finale beslist het lot" in page.one(".utrecht-alert").words
    chosen, level = page.all(".grid")
    assert [words[0] for words in chosen.texts("h3")] == ["A", "B", "C", "D"]
    assert level.texts(".card") == ["5 E DSA 2 punten", "5 F DSA 2 punten", "5 G DSA 2 punten"]


def test_the_record_of_the_draw_is_there_to_read(client: Client, edition: Edition) -> None:
    *_, f, _g = field(edition, 6, 5, 4, 3, 2, 2, 2)
    draw_in_public(edition, f, "In het stadhuis.\n\nDe secretaris trok.")

    page = main_of(client.get("/finalisten/"))

    assert page.texts(".card")[-1] == "5 F Beslist door: loting DSA 2 punten"
    assert page.texts("h2") == ["De finalisten", "Gelijke stand op plaats 5", "Verslag van de loting"]
    assert page.one(".prose").texts("p") == ["In het stadhuis.", "De secretaris trok."]
    assert "Vastgelegd op 20 november 2026 om 12.00 uur." in page.words
    assert page.all(".utrecht-alert") == []


def test_the_winner_stands_on_top_with_the_motivation(client: Client, edition: Edition) -> None:
    winner = field(edition, 3, 2)[1]
    record_winner(edition, winner, motivation="Zij deelde.\n\nVeel.", by=factories.organiser(), at=IN_NOVEMBER)

    page = main_of(client.get("/finalisten/"))

    assert page.one(".winner").words == "Editie 2026 B meest digiproofe stad van Nederland"
    assert page.one(".panel").one(".prose").texts("p") == ["Zij deelde.", "Veel."]


def test_while_the_board_stands_still_it_says_why_the_winner_is_shown_all_the_same(
    client: Client, edition: Edition
) -> None:
    winner = field(edition, 3, 2)[1]
    closing.close(edition.rounds.get(month=1), at=IN_NOVEMBER)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=IN_NOVEMBER)
    record_winner(edition, winner, motivation="Zij deelde.", by=factories.organiser(), at=IN_NOVEMBER)

    panel = main_of(client.get("/finalisten/")).one(".panel")

    assert panel.one(".winner").words == "Editie 2026 B meest digiproofe stad van Nederland"
    assert "De ranglijst staat stil. De winnaar ziet u wel" in panel.words


def test_when_nobody_has_a_point_nobody_is_in_the_final(client: Client, edition: Edition) -> None:
    field(edition, 0, 0)

    assert main_of(client.get("/finalisten/")).one(".empty").one("h3").words == "Er zijn geen finalisten"


@pytest.mark.parametrize("moment", [NOW, datetime(2026, 11, 6, tzinfo=UTC)])
def test_before_october_is_closed_it_says_when_they_become_known(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, moment: datetime
) -> None:
    with_points("A", edition, 1)
    time_machine.move_to(moment)

    page = main_of(client.get("/finalisten/"))

    assert page.one(".utrecht-alert").words == (
        "Informatie: De finalisten zijn nog niet bekend "
        "De laatste punten zijn te verdienen op 31 oktober 2026. Melden kan tot en met 7 november."
    )
    assert "De stand van oktober is voorlopig tot en met 13 november 2026." in page.words
    assert page.all(".card") == []


def test_while_claims_wait_for_a_decision_it_says_so(client: Client, edition: Edition) -> None:
    participant = with_points("A", edition, 1)
    factories.submitted(factories.contribution(participant), at=datetime(2026, 10, 30, tzinfo=UTC))
    closing.close_due(at=IN_NOVEMBER)

    page = main_of(client.get("/finalisten/"))

    assert "Zodra over alle meldingen is beslist, sluiten twee organisatoren de maand" in page.words
    assert page.all(".card") == []


def test_each_edition_has_a_final_of_its_own(client: Client, edition: Edition) -> None:
    assert main_of(client.get("/2026/finalisten/")).one("h1").words == "Finalisten 2026"
    assert client.get("/2025/finalisten/").status_code == 404


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    assert main_of(client.get("/finalisten/")).one("h1").words == "Er is nog geen editie"


@pytest.mark.parametrize(("points", "queries"), [([5], 6), ([5, 4, 3], 6), ([6, 5, 4, 3, 2, 1], 5)])
def test_the_number_of_queries_is_fixed(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    points: list[int],
    queries: int,
) -> None:
    """One more as long as there are fewer than five: lots may have to be drawn."""
    field(edition, *points)

    with django_assert_num_queries(queries):
        client.get("/finalisten/")
