"""The lots on the public page of the finalists, from the first seal to the record of the draw."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant, TieRule, User
from scoring import closing
from scoring.final import finalists, lots
from scoring.models import Act, LotDraw, SealedLot
from scoring.rules import Kind
from tests import factories
from tests.reading import Part, main_of

IN_OCTOBER = datetime(2026, 10, 14, 11, 0, tzinfo=UTC)
IN_NOVEMBER = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_NOVEMBER, tick=False)]
APPLE, PEAR = "appelboom in de <tuin>", 'perenboom in \'t "park" é'
HEADINGS = ["De finalisten", "Gelijke stand op plaats 5"]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def sealed(edition: Edition) -> list[SealedLot]:
    """Two lots, sealed in October."""
    people = [factories.organiser(name=name) for name in ("Anna Geheim", "Bram Geheim")]
    return [
        lots.seal_lot(edition, seal=lots.seal_of(text), by=by, at=IN_OCTOBER)
        for text, by in zip([APPLE, PEAR], people, strict=True)
    ]


def play(edition: Edition, *points: int) -> list[Participant]:
    """Participants A, B, C … with so many points for meetups each, after the closing of October."""
    made = [factories.participant(name, of=edition) for name in "ABCDEFGH"[: len(points)]]
    for participant, count in zip(made, points, strict=True):
        for _ in range(count):
            factories.entry(participant, counts_on=date(2026, 10, 5))
    factories.close_october(edition, at=IN_NOVEMBER)
    return made


TIE = (6, 5, 4, 3, 2, 2, 2)
"""One place for three."""


def opened(sealed: list[SealedLot]) -> None:
    for lot, text in zip(sealed, [APPLE, PEAR], strict=False):
        lots.open_lot(lot, text=text, at=IN_NOVEMBER)


def page_of(client: Client) -> Part:
    return main_of(client.get("/finalisten/"))


def tables(page: Part) -> dict[str, list[list[str]]]:
    """The rows of each table, by its name."""
    return {str(region.attributes["aria-label"]): region.rows for region in page.all(".table-region")}


# --- Before the closing --------------------------------------------------------------------------


def test_before_the_closing_the_seals_stand_there_with_their_moments(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    page = page_of(client)

    assert page.texts("h2") == ["Als het lot moet beslissen"]
    assert tables(page) == {
        "Verzegelde loten": [
            ["Lot 1", "14 oktober 2026, 13.00", sealed[0].seal],
            ["Lot 2", "14 oktober 2026, 13.00", sealed[1].seal],
        ]
    }


def test_without_a_lot_it_tells_how_lots_will_decide(client: Client, edition: Edition) -> None:
    page = page_of(client)

    assert "Staan deelnemers op plaats 5 precies gelijk" in page.words
    assert "Er is nog geen lot verzegeld." in page.words
    assert tables(page) == {}


def test_where_all_who_tie_go_through_there_is_nothing_about_lots(client: Client) -> None:
    edition = factories.edition(rules={"tie_rule": TieRule.WIDEN})

    assert "lot" not in page_of(client).words.split()
    play(edition, *TIE)
    page = page_of(client)
    assert page.texts("h2") == ["De finalisten"]
    assert tables(page) == {}


# --- The published order -------------------------------------------------------------------------


def test_each_step_of_the_published_order_is_shown_for_everybody_at_the_cut(client: Client, edition: Edition) -> None:
    adopter = factories.participant("Adopteur", of=edition)
    mixed = factories.participant("Menger", of=edition)
    for who, kinds in {adopter: [Kind.ADOPTION] * 2, mixed: [Kind.CONTRIBUTION, Kind.MEETUP]}.items():
        for kind in kinds:
            factories.entry(who, kind=kind, counts_on=date(2026, 10, 5))
    play(edition, 6, 5, 4, 2, 2, 1)

    page = page_of(client)

    assert page.texts("h2")[:2] == HEADINGS
    assert tables(page)["Gelijke stand"] == [
        ["Adopteur", "2", "2", "0", "In de finale: meeste overnames bij een gelijke stand"],
        ["D", "2", "0", "2", "Wacht op de loting"],
        ["E", "2", "0", "2", "Wacht op de loting"],
        ["Menger", "2", "0", "1", "Niet in de finale"],
    ]
    assert "Uit de afgesloten stand van oktober" in page.words


def test_without_a_tie_at_the_cut_there_is_no_such_table(client: Client, edition: Edition) -> None:
    play(edition, 6, 6, 4, 3, 2, 1, 1)

    assert tables(page_of(client)) == {}


def test_lots_that_were_not_needed_stay_shut_and_stay_there(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    play(edition, 6, 5, 4, 3, 2, 1)

    page = page_of(client)

    assert page.texts("h2") == ["De finalisten", "Verzegelde loten"]
    assert "Er hoefde niet te worden geloot. De loten bleven dicht." in page.words
    assert [row[2] for row in tables(page)["Verzegelde loten"]] == [lot.seal for lot in sealed]


# --- Between the closing and the draw ------------------------------------------------------------


def test_while_a_lot_is_shut_it_says_what_is_waited_for_and_why(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    play(edition, *TIE)
    opened(sealed[:1])

    page = page_of(client)

    assert page.texts("h2") == [*HEADINGS, "De loting"]
    assert "Er is 1 van de 2 loten open. Loten tellen alleen als ze allemaal open zijn." in page.words
    assert "dan loot de organisatie in het openbaar" in page.words
    assert [row[3] for row in tables(page)["Verzegelde loten"]] == [APPLE, "Nog dicht"]
    assert page.all("pre") == []


def test_without_lots_it_says_that_the_draw_is_in_public(client: Client, edition: Edition) -> None:
    play(edition, *TIE)

    page = page_of(client)

    assert "Er zijn geen loten verzegeld. De organisatie loot daarom in het openbaar." in page.words
    assert list(tables(page)) == ["Gelijke stand"]


def test_one_lot_is_not_enough(client: Client, edition: Edition) -> None:
    lot = factories.sealed_lot(APPLE, of=edition)
    play(edition, *TIE)
    lots.open_lot(lot, text=APPLE, at=IN_NOVEMBER)

    page = page_of(client)

    assert "Er is maar één lot verzegeld, en dat telt niet" in page.words
    assert page.all("pre") == []


def test_once_all_lots_are_open_everybody_sees_the_outcome_and_can_work_it_out(
    client: Client, edition: Edition, sealed: list[SealedLot], tmp_path: Path
) -> None:
    """The outcome is there before anybody has recorded it, and stays the same afterwards."""
    play(edition, *TIE)
    opened(sealed)

    page = page_of(client)

    assert "Alle loten zijn open. Daarmee staat de uitkomst vast" in page.words
    assert [row[3] for row in tables(page)["Verzegelde loten"]] == [APPLE, PEAR]
    order = tables(page)["De volgorde uit de loting"]
    assert sorted(row[0] for row in order) == ["E", "F", "G"]
    assert [row[1:2] + row[3:] for row in order] == [
        ["1", "In de finale"],
        ["2", "Niet in de finale"],
        ["3", "Niet in de finale"],
    ]
    found = run(page, tmp_path)
    assert [line.split()[0].upper() for line in found[-3:]] == [row[0] for row in order]
    assert [line.split()[1] for line in found[-3:]] == [row[2] for row in order]
    assert found[:2] == [f"zegel {lot.seal}" for lot in sealed]

    draw = lots.draw(edition, by=factories.organiser(), at=IN_NOVEMBER)
    later = page_of(client)
    assert tables(later)["De volgorde uit de loting"] == order
    assert found[2] == f"uitgangsgetal {draw.seed}"
    assert draw.seed in later.words


def run(page: Part, folder: Path) -> list[str]:
    """What the program on the page prints, run without anything of the portal."""
    (folder / "loting.py").write_text("".join(map(str, page.one("pre").one("code").inside)), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "loting.py"], cwd=folder, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()


# --- After the draw ------------------------------------------------------------------------------


def test_the_record_of_a_draw_by_lots_and_the_whole_road_to_it(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    play(edition, *TIE)
    opened(sealed)
    draw = lots.draw(edition, by=factories.organiser(name="Carla Geheim"), at=IN_NOVEMBER)

    page = page_of(client)

    winner, *losers = [row[0] for row in tables(page)["De volgorde uit de loting"]]
    assert page.texts("h2") == [*HEADINGS, "Verslag van de loting"]
    assert page.one(".prose").words == " ".join(draw.record.split())
    assert page.texts(".card")[-1] == f"5 {winner} Beslist door: loting DSA 2 punten"
    assert tables(page)["Gelijke stand"] == [
        [winner, "2", "0", "2", "1", "In de finale: loting"],
        [losers[0], "2", "0", "2", "2", "Niet in de finale"],
        [losers[1], "2", "0", "2", "3", "Niet in de finale"],
    ]
    assert "Alle loten zijn open" not in page.one("p.lead").words
    assert "Geheim" not in page.words


def test_a_draw_in_public_says_so_and_why_the_lots_did_not_count(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    *_, f, _g = play(edition, *TIE)
    opened(sealed[:1])
    draw_in_public(edition, f, by=factories.organiser(name="Carla Geheim"))

    page = page_of(client)

    assert page.texts("h2") == [*HEADINGS, "Verslag van de loting"]
    assert "Er is in het openbaar geloot. Twee organisatoren hebben de uitkomst vastgelegd." in page.words
    assert "Er is 1 van de 2 loten open. Loten tellen alleen als ze allemaal open zijn." in page.words
    assert "Nog dicht" not in page.words
    assert [row[3] for row in tables(page)["Verzegelde loten"]] == [APPLE, "Dicht gebleven"]
    assert tables(page)["Gelijke stand"] == [
        ["E", "2", "0", "2", "Niet in de finale"],
        ["F", "2", "0", "2", "In de finale: loting"],
        ["G", "2", "0", "2", "Niet in de finale"],
    ]
    assert "Geheim" not in page.words


def draw_in_public(edition: Edition, drawn: Participant, *, by: User) -> LotDraw:
    factories.approved(Act.DRAW, of=edition)
    return finalists.record_draw(
        edition, drawn=[drawn], record="In de hal", by=by, seconded_by=factories.organiser(), at=IN_NOVEMBER
    )


def test_a_later_version_of_october_changes_nothing_on_it(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    *_, e, _f, _g = play(edition, *TIE)
    opened(sealed)
    lots.draw(edition, by=factories.organiser(), at=IN_NOVEMBER)
    before = page_of(client).words
    factories.entry(e, counts_on=date(2026, 10, 5))
    closing.renew(edition, at=IN_NOVEMBER)

    assert page_of(client).words == before


@pytest.mark.parametrize("lot_count", [2, 4])
def test_the_number_of_queries_does_not_grow_with_the_lots(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, lot_count: int
) -> None:
    texts = [f"een geheime tekst {n}" for n in range(lot_count)]
    sealed = [factories.sealed_lot(text, of=edition) for text in texts]
    with django_assert_num_queries(3):
        page_of(client)
    play(edition, *TIE)
    for lot, text in zip(sealed, texts, strict=True):
        lots.open_lot(lot, text=text, at=IN_NOVEMBER)
    with django_assert_num_queries(6):
        page_of(client)
    lots.draw(edition, by=factories.organiser(), at=IN_NOVEMBER)

    with django_assert_num_queries(5):
        page_of(client)
