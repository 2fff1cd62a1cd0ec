"""What everybody sees of a standing: now, at the end of any day, of each closed month, and while it stands still."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from competition.models import Edition, Participant
from scoring import boards, closing, freezes, standings, verify
from scoring.export import export
from scoring.models import Freeze, ResultVersion
from tests import factories
from tests.reading import main_of

MAY = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(MAY, tick=False)]


def booked(of: Participant, day: date, *, at: datetime | None = None, **fields: Any) -> None:
    """A point that counts from this day, and was booked at noon of it unless told otherwise."""
    noon = datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)
    factories.entry(of, counts_on=day, at=at or noon, **fields)


@pytest.fixture
def edition() -> Edition:
    """Closed up to and with March: Ede led in January, Zwolle since; Urk came in with a point in April."""
    edition = factories.edition(is_example=True)
    ede, zwolle, urk = (factories.participant(name, of=edition) for name in ("Ede", "Zwolle", "Urk"))
    booked(ede, date(2026, 1, 10))
    booked(zwolle, date(2026, 2, 10))
    booked(zwolle, date(2026, 3, 10))
    for month in (1, 2, 3):
        round_ = edition.rounds.get(month=month)
        closing.close(round_, at=round_.ends_at + timedelta(days=15))
    for day in (2, 3, 4):
        booked(urk, date(2026, 5, day))
    standings.rebuild(edition, at=MAY)
    return edition


def places(board: standings.Board) -> list[tuple[int | None, str, int]]:
    return [(line.rank, line.participant.name, line.total) for line in board.lines]


def named(edition: Edition, name: str) -> Participant:
    return edition.participants.get(name=name)


# --- Any day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 9), [(1, "Ede", 0), (1, "Urk", 0), (1, "Zwolle", 0)]),
        (date(2026, 1, 10), [(1, "Ede", 1), (2, "Urk", 0), (2, "Zwolle", 0)]),
        (date(2026, 2, 10), [(1, "Ede", 1), (1, "Zwolle", 1), (3, "Urk", 0)]),
        (date(2026, 5, 3), [(1, "Urk", 2), (1, "Zwolle", 2), (3, "Ede", 1)]),
        (date(2026, 5, 20), [(1, "Urk", 3), (2, "Zwolle", 2), (3, "Ede", 1)]),
        (date(2026, 6, 1), [(1, "Urk", 3), (2, "Zwolle", 2), (3, "Ede", 1)]),
    ],
)
def test_a_day_shows_what_had_been_booked_by_its_end(edition: Edition, day: date, expected: list[Any]) -> None:
    assert places(boards.on_day(edition, day, at=MAY)) == expected


def test_a_day_ends_at_midnight_in_the_netherlands(edition: Edition) -> None:
    booked(named(edition, "Ede"), date(2026, 5, 10), at=datetime(2026, 5, 10, 21, 59, tzinfo=UTC))
    booked(named(edition, "Ede"), date(2026, 5, 10), at=datetime(2026, 5, 10, 22, 0, tzinfo=UTC))

    assert places(boards.on_day(edition, date(2026, 5, 10), at=MAY))[1] == (2, "Ede", 2)
    assert places(boards.on_day(edition, date(2026, 5, 11), at=MAY))[0] == (1, "Ede", 3)


def test_a_day_stays_what_it_was_whatever_is_booked_later(edition: Edition) -> None:
    before = boards.on_day(edition, date(2026, 2, 20), at=MAY)
    booked(named(edition, "Ede"), date(2026, 2, 11), at=MAY)

    after = boards.on_day(edition, date(2026, 2, 20), at=MAY + timedelta(days=1))

    assert (places(after), after.head, after.head_hash) == (places(before), before.head, before.head_hash)


# --- A closed month --------------------------------------------------------------------------------


def test_a_month_reads_what_was_fixed_and_never_counts(edition: Edition) -> None:
    version = ResultVersion.objects.get(closing__round__month=1)
    with CaptureQueriesContext(connection) as queries:
        board = boards.of_month(version, edition)

    assert places(board) == [(1, "Ede", 1), (2, "Urk", 0), (2, "Zwolle", 0)]
    assert (board.head, board.head_hash) == (version.head, version.head_hash)
    assert [query["sql"] for query in queries if "scoring_ledgerentry" in query["sql"]] == []


def test_a_month_has_an_address_and_each_version_its_own(client: Client, edition: Edition) -> None:
    booked(named(edition, "Ede"), date(2026, 1, 11), at=MAY, description="Meetup in januari")
    closing.renew(edition, at=MAY)

    newest = main_of(client.get("/2026/ranglijst/januari/"))
    first = main_of(client.get("/2026/ranglijst/januari/versie-1/"))

    assert [row[-1] for row in newest.one("table").rows] == ["2", "0", "0"]
    assert [row[-1] for row in first.one("table").rows] == ["1", "0", "0"]
    assert "Dit is versie 1. Er is een nieuwere: versie 2." in first.words
    assert "Dit is versie" not in newest.words
    assert "+1 voor Ede: Meetup in januari" in newest.words


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/2026/ranglijst/april/", 302),
        ("/2026/ranglijst/november/", 404),
        ("/2026/ranglijst/january/", 404),
        ("/2026/ranglijst/april/versie-1/", 302),
        ("/2026/ranglijst/januari/versie-2/", 404),
        ("/2026/ranglijst/januari/versie-0/stand.csv", 404),
        ("/2026/ranglijst/april/versie-1/stand.csv", 404),
        ("/2025/ranglijst/januari/", 404),
        ("/2026/ranglijst/januari/versie-99999999999999999999/", 404),
    ],
)
def test_what_is_not_fixed_has_no_page(client: Client, edition: Edition, address: str, status: int) -> None:
    assert client.get(address).status_code == status


# --- Movement --------------------------------------------------------------------------------------


def moved(board: standings.Board) -> dict[str, int | None]:
    found = {line.participant.name: line.movement for line in board.lines}
    return {name: movement.places if movement else -99 for name, movement in found.items()}


def test_movement_is_against_the_last_closed_month(edition: Edition) -> None:
    assert moved(boards.shown(edition)) == {"Urk": 2, "Zwolle": -1, "Ede": -1}


def test_movement_of_a_month_is_against_the_month_before(edition: Edition) -> None:
    versions = {version.closing.round.month: version for version in boards.versions_of(edition)}

    assert moved(boards.of_month(versions[1], edition)) == {"Ede": -99, "Urk": -99, "Zwolle": -99}
    assert moved(boards.of_month(versions[2], edition)) == {"Ede": 0, "Zwolle": 1, "Urk": -1}


def test_who_came_in_later_is_new_and_who_has_no_rank_does_not_move(edition: Edition) -> None:
    factories.participant("Almere", of=edition)
    Participant.objects.filter(name="Ede").update(is_out_of_competition=True)

    found = moved(boards.shown(edition))

    assert (found["Almere"], found["Ede"]) == (None, -99)


def test_movement_is_told_in_words(client: Client, edition: Edition) -> None:
    rows = main_of(client.get("/ranglijst/")).one("table").rows

    assert [row[1] for row in rows] == ["Gestegen: ▲ 2", "Gedaald: ▼ 1", "Gedaald: ▼ 1"]
    assert "eind maart" in main_of(client.get("/ranglijst/")).one("caption").words


# --- The page of a past day ------------------------------------------------------------------------


def test_the_page_of_a_day_says_which_day_it_is(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/ranglijst/?op=2026-02-10"))

    assert "Dit is de stand aan het eind van 10 februari 2026" in page.words
    assert [row[-1] for row in page.one("table").rows] == ["1", "1", "0"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("2026-05-21", "Deze dag moet nog komen."),
        ("2025-12-31", "Toen was deze editie nog niet begonnen."),
        ("2026-02-30", "Vul een datum in die bestaat"),
        ("gisteren", "Vul een datum in die bestaat"),
        ("٢٠٢٦-٠٢-١٠", "Vul een datum in die bestaat"),
        ("99999999-01-01", "Vul een datum in die bestaat"),
        ("2026-02-10%00", "Vul een datum in die bestaat"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(client: Client, edition: Edition, asked: str, words: str) -> None:
    page = client.get(f"/ranglijst/?op={asked}")

    assert page.status_code == 200
    assert words in main_of(page).words
    assert [row[-1] for row in main_of(page).one("table").rows] == ["3", "2", "1"]
    assert client.get(f"/2026/ranglijst/stand.csv?op={asked}").status_code == 400


# --- Standing still --------------------------------------------------------------------------------


@pytest.fixture
def frozen(edition: Edition) -> Freeze:
    """On March, since the first day of May; then came the points of Urk."""
    return freezes.freeze(edition, because="De uitreiking is vanavond.", by=factories.organiser(), at=MAY)


@pytest.mark.parametrize("person", ["nobody", "staff", "organiser"])
def test_everybody_sees_the_stored_result_and_why(
    client: Client, edition: Edition, frozen: Freeze, person: str
) -> None:
    if person == "organiser":
        client.force_login(factories.organiser())
    if person == "staff":
        client.force_login(factories.staff_of(factories.municipality("Tiel")))

    page = main_of(client.get("/ranglijst/"))

    assert "De ranglijst staat stil." in page.words
    assert "De uitreiking is vanavond." in page.words
    assert [row[-1] for row in page.one("table").rows] == ["2", "1", "0"]


def test_no_other_day_gives_away_what_was_booked_since(client: Client, edition: Edition, frozen: Freeze) -> None:
    assert [row[-1] for row in main_of(client.get("/ranglijst/?op=2026-05-03")).one("table").rows] == ["2", "1", "0"]
    assert [row[-1] for row in main_of(client.get("/ranglijst/?op=2026-02-10")).one("table").rows] == ["1", "1", "0"]


def test_no_later_month_or_version_gives_it_away(client: Client, edition: Edition, frozen: Freeze) -> None:
    april = edition.rounds.get(month=4)
    closing.close(april, at=MAY)
    booked(named(edition, "Urk"), date(2026, 1, 12), at=MAY)
    closing.renew(edition, at=MAY)

    assert client.get("/2026/ranglijst/april/").status_code == 302
    assert client.get("/2026/ranglijst/januari/versie-2/").status_code == 404
    assert [row[-1] for row in main_of(client.get("/2026/ranglijst/januari/")).one("table").rows] == ["1", "0", "0"]
    assert "april" not in main_of(client.get("/ranglijst/")).one("nav.tabs").words


def test_no_file_gives_it_away(client: Client, edition: Edition, frozen: Freeze) -> None:
    bookings = client.get("/2026/controle/boekingen.csv").content.decode()
    exported = client.get("/2026/controle/export.json").json()

    assert "Urk" not in bookings
    assert exported["head"]["number"] == frozen.version.head
    assert verify.verify(exported).faults == []
    assert verify.verify(export(edition)).faults == []


def test_a_participants_page_stands_still_too(client: Client, edition: Edition, frozen: Freeze) -> None:
    page = main_of(client.get("/2026/deelnemers/urk/"))

    assert "De ranglijst staat stil." in page.words
    assert page.all(".timeline li") == []
    assert "Nog geen punten" in page.words


def test_who_came_in_later_has_a_page_while_it_stands_still(client: Client, edition: Edition, frozen: Freeze) -> None:
    factories.participant("Almere", of=edition)

    assert client.get("/2026/deelnemers/almere/").status_code == 200


def test_the_front_page_stands_still_too(client: Client, edition: Edition, frozen: Freeze) -> None:
    page = main_of(client.get("/"))

    assert "De ranglijst staat stil." in page.words
    assert not re.search(r"Urk\s+3", page.words)


def test_when_it_is_let_go_everybody_sees_the_present(client: Client, edition: Edition, frozen: Freeze) -> None:
    assert freezes.lift(frozen, by=factories.organiser(), at=MAY)
    assert not freezes.lift(frozen, by=factories.organiser(), at=MAY)

    assert [row[-1] for row in main_of(client.get("/ranglijst/")).one("table").rows] == ["3", "2", "1"]


def test_it_stands_still_once_for_a_reason_and_on_a_closed_month(edition: Edition) -> None:
    by = factories.organiser()
    with pytest.raises(freezes.FreezeRefusedError, match="Geef een reden"):
        freezes.freeze(edition, because=" ", by=by, at=MAY)
    freezes.freeze(edition, because="Finale", by=by, at=MAY)
    with pytest.raises(freezes.FreezeRefusedError, match="staat al stil"):
        freezes.freeze(edition, because="Finale", by=by, at=MAY)
    with pytest.raises(freezes.FreezeRefusedError, match="nog geen maand"):
        freezes.freeze(factories.edition(2027), because="Finale", by=by, at=MAY)


# --- One source ------------------------------------------------------------------------------------


def table_of(client: Client, address: str) -> tuple[int, list[tuple[str, ...]]]:
    """The head that a file names, and its lines: rank, name, meetups, adoptions, contributions, points."""
    content = client.get(address).content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    start = rows.index(["plaats", "deelnemer", "doet mee als", "meetups", "overgenomen", "aangedragen", "punten"])
    return int(rows[2][1]), [(row[0], row[1], *row[3:]) for row in rows[start + 1 :]]


def data_of(client: Client, address: str) -> tuple[int, list[tuple[str, ...]]]:
    given = client.get(address).json()
    parts = ("meetupPoints", "adoptionPoints", "contributionPoints", "total")
    lines = [
        (str(place["rank"] or ""), place["name"], *(str(place[part]) for part in parts)) for place in given["places"]
    ]
    return given["head"]["number"], lines


def page_of(client: Client, address: str) -> tuple[int, list[tuple[str, ...]]]:
    page = main_of(client.get(address))
    caption = page.one("caption").words
    found = re.search(r"boeking (\d+)", caption)
    rows = page.one("table").rows
    cells = slice(-4, None)
    names = list(page.one("table").links)
    lines = [
        ("" if row[0].startswith("–") else row[0], name, *row[cells]) for row, name in zip(rows, names, strict=True)
    ]
    return int(found[1]) if found else 0, lines


SOURCES = {
    "now": ("/2026/ranglijst/", "/2026/ranglijst/stand.csv", "/api/v1/editions/2026/standing"),
    "a day": (
        "/2026/ranglijst/?op=2026-02-10",
        "/2026/ranglijst/stand.csv?op=2026-02-10",
        "/api/v1/editions/2026/standing?date=2026-02-10",
    ),
    "a month": (
        "/2026/ranglijst/februari/",
        "/2026/ranglijst/februari/versie-1/stand.csv",
        "/api/v1/editions/2026/months/2",
    ),
}


@pytest.mark.parametrize("state", ["counted", "lagging", "frozen"])
@pytest.mark.parametrize("source", SOURCES)
def test_page_table_and_data_say_the_same(client: Client, edition: Edition, source: str, state: str) -> None:
    Participant.objects.filter(name="Ede").update(is_out_of_competition=True)
    if state == "lagging":
        booked(named(edition, "Ede"), date(2026, 5, 11))
    else:
        standings.rebuild(edition, at=MAY)
    if state == "frozen":
        freezes.freeze(edition, because="Finale", by=factories.organiser(), at=MAY)
    page, table, data = SOURCES[source]

    assert page_of(client, page) == table_of(client, table) == data_of(client, data)


def test_every_file_that_a_page_names_is_there(client: Client, edition: Edition) -> None:
    for address in ("/ranglijst/", "/ranglijst/?op=2026-02-10", "/2026/ranglijst/maart/"):
        links = main_of(client.get(address)).links
        for words in ("Download deze stand als tabel (CSV)", "Deze stand als gegevens (JSON)"):
            assert client.get(links[words]).status_code == 200


# --- Cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_frozen", [False, True])
@pytest.mark.parametrize("others", [0, 40])
def test_the_leaderboard_takes_three_questions_whatever_is_on_it(
    client: Client, edition: Edition, others: int, is_frozen: bool
) -> None:
    for number in range(others):
        factories.entry(factories.participant(f"Stad {number}", of=edition), at=MAY)
    standings.rebuild(edition, at=MAY)
    if is_frozen:
        freezes.freeze(edition, because="Finale", by=factories.organiser(), at=MAY)

    with CaptureQueriesContext(connection) as queries:
        client.get("/ranglijst/")

    assert len(queries) == 3


def test_a_new_day_of_the_year_needs_no_counting(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(MAY + timedelta(days=30))

    assert main_of(client.get("/ranglijst/")).one("table").rows[0][-1] == "3"


def test_the_race_ends_where_the_board_stands_still(client: Client, edition: Edition, frozen: Freeze) -> None:
    page = main_of(client.get("/2026/verloop/"))

    assert [row[0] for row in page.one("table").rows] == ["Zwolle", "Ede", "Urk"]
    assert [row[1:] for row in page.one("table").rows] == [
        ["0", "1", "2", "1"],
        ["1", "1", "1", "2"],
        ["0", "0", "0", "3"],
    ]
