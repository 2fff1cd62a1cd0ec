"""What everybody sees of a standing: now, at the end of any day, of each closed month, and while it stands still."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from time_machine import TimeMachineFixture

from competition.models import Edition, Entry, Participant
from scoring import boards, closing, freezes, standings, verify
from scoring.export import export
from scoring.models import Freeze, ResultVersion
from tests import factories
from tests.reading import main_of, read

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
        (date(2025, 12, 31), []),
        (date(1, 1, 1), []),
        (date(2026, 1, 9), [(1, "Ede", 0), (1, "Urk", 0), (1, "Zwolle", 0)]),
        (date(2026, 1, 10), [(1, "Ede", 1), (2, "Urk", 0), (2, "Zwolle", 0)]),
        (date(2026, 2, 10), [(1, "Ede", 1), (1, "Zwolle", 1), (3, "Urk", 0)]),
        (date(2026, 5, 3), [(1, "Urk", 2), (1, "Zwolle", 2), (3, "Ede", 1)]),
        (date(2026, 5, 20), [(1, "Urk", 3), (2, "Zwolle", 2), (3, "Ede", 1)]),
        (date(2026, 6, 1), [(1, "Urk", 3), (2, "Zwolle", 2), (3, "Ede", 1)]),
        (date(9999, 12, 31), [(1, "Urk", 3), (2, "Zwolle", 2), (3, "Ede", 1)]),
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
    assert first.one(".utrecht-alert--warning").words.startswith("Let op: Versie 1 is vervangen door versie 2")
    assert first.one(".utrecht-alert--warning").links == {"Bekijk de nieuwste versie": "/2026/ranglijst/januari/"}
    assert newest.all(".utrecht-alert--warning") == []
    moments = ("20 mei 2026 om 12.00 uur", "16 februari 2026 om 00.00 uur")
    assert newest.texts(".version") == first.texts(".version")
    assert newest.texts(".version") == [
        f"Versie 2, vastgelegd op {moments[0]} geldt nu Nieuw omdat: Boeking 7, +1 voor Ede: Meetup in januari",
        f"Versie 1, vastgelegd op {moments[1]} vervangen",
    ]


def test_search_engines_find_every_month_and_no_days(client: Client, edition: Edition) -> None:
    booked(named(edition, "Ede"), date(2026, 1, 11), at=MAY)
    closing.renew(edition, at=MAY)
    found = {}
    for address in (
        "/ranglijst/",
        "/ranglijst/?op=2026-05-20",
        "/ranglijst/?op=2026-02-10",
        "/ranglijst/?provincie=Zeeland",
        "/2026/ranglijst/januari/",
        "/2026/ranglijst/januari/versie-2/",
        "/2026/ranglijst/januari/versie-1/",
    ):
        head = read(client.get(address)).one("head")
        canonical = [link for link in head.all("link") if link.attributes.get("rel") == "canonical"]
        robots = [meta for meta in head.all("meta") if meta.attributes.get("name") == "robots"]
        found[address] = [each.attributes.get("href") or each.attributes.get("content") for each in canonical + robots]

    start = f"{settings.SITE_URL}/2026/ranglijst/"
    assert found == {
        "/ranglijst/": [start],
        "/ranglijst/?op=2026-05-20": [start],
        "/ranglijst/?op=2026-02-10": ["noindex"],
        "/ranglijst/?provincie=Zeeland": [start],
        "/2026/ranglijst/januari/": [f"{start}januari/"],
        "/2026/ranglijst/januari/versie-2/": [f"{start}januari/"],
        "/2026/ranglijst/januari/versie-1/": [f"{start}januari/versie-1/"],
    }


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("april", "Deze stand staat nog niet vast De organisatie beslist nog over de laatste meldingen."),
        ("mei", "Deze stand staat nog niet vast Tot en met 12 juni 2026 kan er nog iets veranderen."),
        ("september", "Deze maand moet nog komen Na afloop sluit de organisatie de maand af."),
    ],
)
def test_a_month_that_is_not_fixed_says_what_is_still_to_come(
    client: Client, edition: Edition, month: str, words: str
) -> None:
    response = client.get(f"/2026/ranglijst/{month}/")

    assert response.status_code == 404
    assert words in " ".join(strip_tags(response.content.decode()).split())


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/2026/ranglijst/april/", 404),
        ("/2026/ranglijst/november/", 404),
        ("/2026/ranglijst/january/", 404),
        ("/2026/ranglijst/april/versie-1/", 404),
        ("/2026/ranglijst/november/versie-1/stand.csv", 404),
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


def test_a_past_day_moves_against_what_was_fixed_by_then(client: Client, edition: Edition) -> None:
    """January was closed on 16 February, and February on 18 March."""
    closings = {1: date(2026, 2, 15), 2: date(2026, 3, 15)}
    assert moved(boards.on_day(edition, closings[1], at=MAY)) == {"Ede": -99, "Urk": -99, "Zwolle": -99}
    assert moved(boards.on_day(edition, date(2026, 2, 16), at=MAY)) == {"Ede": 0, "Urk": -1, "Zwolle": 1}
    assert moved(boards.on_day(edition, date(2026, 5, 3), at=MAY)) == {"Urk": 2, "Zwolle": 0, "Ede": -1}
    for day, words in [(date(2026, 2, 15), []), (date(2026, 2, 16), ["januari"]), (date(2026, 5, 3), ["maart"])]:
        caption = main_of(client.get(f"/ranglijst/?op={day}")).one("caption").words
        assert re.findall(r"de stand van eind (\w+)", caption) == words


def test_the_movement_of_a_month_stays_what_it_was(edition: Edition) -> None:
    """A later version of February must not move March as it was fixed."""
    march = boards.versions_of(edition).get(closing__round__month=3)
    before = moved(boards.of_month(march, edition))
    booked(named(edition, "Urk"), date(2026, 2, 11), at=MAY)
    booked(named(edition, "Urk"), date(2026, 2, 12), at=MAY)
    closing.renew(edition, at=MAY)
    renewed = boards.versions_of(edition).get(closing__round__month=3, number=2)

    assert moved(boards.of_month(march, edition)) == before == {"Zwolle": 0, "Ede": -1, "Urk": 0}
    assert moved(boards.of_month(renewed, edition)) == {"Urk": 0, "Zwolle": 1, "Ede": -1}


def test_movement_is_told_in_words(client: Client, edition: Edition) -> None:
    factories.participant("Almere", of=edition)
    booked(named(edition, "Urk"), date(2026, 5, 5), at=MAY)
    page = main_of(client.get("/ranglijst/"))

    assert [row[0] for row in page.one("table").rows] == [
        "1 2 plaatsen gestegen",
        "2 1 plaats gedaald",
        "3 1 plaats gedaald",
        "4 nieuw",
    ]
    assert "De pijltjes vergelijken met de stand van eind maart." in page.one("caption").words
    assert page.texts(".podium__place") == [
        "Plaats 1 Urk 2 plaatsen gestegen 4 punten",
        "Plaats 2 Zwolle 1 plaats gedaald 2 punten",
        "Plaats 3 Ede 1 plaats gedaald 1 punt",
    ]
    assert main_of(client.get("/2026/ranglijst/februari/")).one("table").rows[0][0] == "1 gelijk gebleven"
    assert main_of(client.get("/")).texts(".podium__place") == page.texts(".podium__place")


# --- The page of a past day ------------------------------------------------------------------------


def test_the_page_of_a_day_says_which_day_it_is(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/ranglijst/?op=2026-02-10"))

    assert "Dit is de stand aan het eind van 10 februari 2026" in page.words
    assert [row[-1] for row in page.one("table").rows] == ["1", "1", "0"]


def test_a_day_before_the_start_has_nobody_on_it(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/ranglijst/?op=2025-12-31"))

    assert page.one(".empty").words == (
        "De competitie was nog niet begonnen De competitie begon op 1 januari 2026. Daarvoor had niemand punten."
    )
    assert page.all("table") == []
    assert [field.attributes["value"] for field in page.all("input") if field.attributes.get("name") == "op"] == [
        "2025-12-31"
    ]


def test_every_closed_month_and_the_present_are_one_link_away(client: Client, edition: Edition) -> None:
    expected = {
        "jan januari staat vast": "/2026/ranglijst/januari/#stand",
        "feb februari staat vast": "/2026/ranglijst/februari/#stand",
        "mrt maart staat vast": "/2026/ranglijst/maart/#stand",
        "nu nu de laatste stand": "/2026/ranglijst/#stand",
    }
    for address, here in [
        ("/ranglijst/", "nu nu de laatste stand"),
        ("/ranglijst/?op=2026-02-10", None),
        ("/2026/ranglijst/maart/", "mrt maart staat vast"),
    ]:
        page = main_of(client.get(address))
        moments = page.one(".months__stops")
        current = [link.words for link in moments.all("a") if "aria-current" in link.attributes]
        assert (moments.links, current) == (expected, [here] if here else [])
        assert "stand" in {part.attributes.get("id") for part in page.all("h2")}
    for year in ("/ranglijst/", "/"):
        steps = main_of(client.get(year)).one(".year").links
        assert [f"{href}#stand" for href in steps.values()] == list(expected.values())[:-1]


@pytest.mark.parametrize(
    ("address", "before", "after"),
    [
        ("/ranglijst/", "Eerder: maart", None),
        ("/2026/ranglijst/januari/", None, "Later: februari"),
        ("/2026/ranglijst/februari/", "Eerder: januari", "Later: maart"),
        ("/2026/ranglijst/maart/", "Eerder: februari", "Later: nu"),
        ("/ranglijst/?op=2026-02-10", None, None),
    ],
)
def test_the_months_beside_this_one_are_named(
    client: Client, edition: Edition, address: str, before: str | None, after: str | None
) -> None:
    ways = [way.all("a") for way in main_of(client.get(address)).all(".months__way")]

    assert [[link.words for link in way] for way in ways] == [[before] if before else [], [after] if after else []]


def test_of_each_month_it_says_in_words_where_it_stands(client: Client, edition: Edition) -> None:
    """May has begun; of April the standing is provisional."""
    stops = main_of(client.get("/ranglijst/")).texts(".months__stop")

    assert stops[2:6] == [
        "mrt maart staat vast",
        "apr april voorlopig",
        "mei mei bezig",
        "jun juni komt nog",
    ]


def test_a_month_that_is_not_fixed_yet_shows_the_way_to_those_that_are(client: Client, edition: Edition) -> None:
    page = client.get("/2026/ranglijst/april/").content.decode()

    assert re.findall(r'<a href="(/2026/ranglijst/[^"]*)" rel="(\w+)">', page) == [
        ("/2026/ranglijst/maart/#stand", "prev"),
        ("/2026/ranglijst/#stand", "next"),
    ]
    assert re.search(r'<span aria-current="page">.*?april', page)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("2026-05-21", "Deze dag moet nog komen."),
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


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/ranglijst/",
        "/ranglijst/?op=2026-02-10",
        "/ranglijst/?op=2026-05-03",
        "/2026/ranglijst/januari/",
        "/2026/deelnemers/urk/",
        "/2026/verloop/",
        "/2026/kaart/",
        "/2026/controle/",
        "/embed/stand/",
        "/embed/deelnemer/ede/",
        "/mijn/ede/",
        "/beheer/scoring/standing/",
    ],
)
def test_every_page_with_a_standing_says_so(client: Client, edition: Edition, frozen: Freeze, address: str) -> None:
    person = factories.staff_of(named(edition, "Ede").municipalities.get())
    person.is_staff = person.is_superuser = True
    person.save()
    if address.startswith(("/mijn/", "/beheer/")):
        client.force_login(person)

    content = " ".join(strip_tags(client.get(address).content.decode()).split())

    assert re.search(r"De ranglijst( van Editie 2026)? staat stil\.", content)


def test_the_own_dashboard_stands_still_too(client: Client, edition: Edition, frozen: Freeze) -> None:
    client.force_login(factories.staff_of(named(edition, "Urk").municipalities.get()))

    assert main_of(client.get("/mijn/urk/")).texts(".stat")[:2] == [
        "3 plaats op de ranglijst van 3 deelnemers",
        "0 punten meetups 0, overgenomen 0, aangedragen 0",
    ]


def test_no_other_day_gives_away_what_was_booked_since(client: Client, edition: Edition, frozen: Freeze) -> None:
    assert [row[-1] for row in main_of(client.get("/ranglijst/?op=2026-05-03")).one("table").rows] == ["2", "1", "0"]
    assert [row[-1] for row in main_of(client.get("/ranglijst/?op=2026-02-10")).one("table").rows] == ["1", "1", "0"]


def test_no_later_month_or_version_gives_it_away(client: Client, edition: Edition, frozen: Freeze) -> None:
    april = edition.rounds.get(month=4)
    closing.close(april, at=MAY)
    booked(named(edition, "Urk"), date(2026, 1, 12), at=MAY)
    closing.renew(edition, at=MAY)

    assert "Deze stand is nu niet te zien" in client.get("/2026/ranglijst/april/").content.decode()
    assert client.get("/2026/ranglijst/april/").status_code == 404
    assert client.get("/2026/ranglijst/januari/versie-2/").status_code == 404
    assert [row[-1] for row in main_of(client.get("/2026/ranglijst/januari/")).one("table").rows] == ["1", "0", "0"]
    assert "/2026/ranglijst/april/" not in main_of(client.get("/ranglijst/")).links.values()
    assert "/2026/ranglijst/april/" not in main_of(client.get("/")).links.values()


def test_no_arrow_gives_away_a_later_version_of_the_month_before(
    client: Client, edition: Edition, frozen: Freeze
) -> None:
    before = main_of(client.get("/ranglijst/")).one("table").rows
    for day in (11, 12):
        booked(named(edition, "Urk"), date(2026, 2, day), at=MAY)
    closing.renew(edition, at=MAY)

    assert main_of(client.get("/ranglijst/")).one("table").rows == before
    assert [row[0] for row in before] == ["1 gelijk gebleven", "2 1 plaats gedaald", "3 gelijk gebleven"]


def april_was_under_way(edition: Edition) -> Freeze:
    """The board stands still on January, which was closed when Urk had its first point of February already."""
    ede, urk = (factories.participant(name, of=edition) for name in ("Ede", "Urk"))
    booked(ede, date(2026, 1, 10))
    booked(urk, date(2026, 2, 5))
    booked(urk, date(2026, 1, 31), at=datetime(2026, 2, 6, 11, 0, tzinfo=UTC))
    closing.close(edition.rounds.get(month=1), at=datetime(2026, 2, 16, tzinfo=UTC))
    return freezes.freeze(edition, because="Finale", by=factories.organiser(), at=MAY)


def test_what_counts_for_a_later_month_is_hidden_though_it_was_booked_before_the_closing(client: Client) -> None:
    edition = factories.edition()
    april_was_under_way(edition)
    still = [(1, "Ede", 1), (1, "Urk", 1)]

    assert places(boards.shown(edition)) == still
    assert places(boards.on_day(edition, date(2026, 1, 31), at=MAY)) == [(1, "Ede", 1), (2, "Urk", 0)]
    for day in (date(2026, 2, 1), date(2026, 2, 5), date(2026, 2, 20), date(2026, 5, 19)):
        board = boards.on_day(edition, day, at=MAY)
        assert (places(board), board.day, board.freeze is not None) == (still, None, True)
    urk = main_of(client.get("/2026/deelnemers/urk/"))
    assert urk.texts(".stat__value") == ["1", "1", "1", "0", "0"]
    assert urk.texts(".timeline__date") == ["31 januari 2026"]


def test_a_chain_has_no_gaps_so_the_files_end_where_the_result_was_counted(client: Client) -> None:
    edition = factories.edition()
    frozen = april_was_under_way(edition)
    booked(named(edition, "Urk"), date(2026, 5, 2))

    exported = client.get("/2026/controle/export.json").json()

    assert exported["head"]["number"] == len(exported["ledger"]) == frozen.version.head == 3
    assert verify.verify(exported).faults == []
    bookings = client.get("/2026/controle/boekingen.csv").content.decode().splitlines()
    assert [line.partition(";")[0] for line in bookings[1:]] == ["1", "2", "3"]
    assert main_of(client.get("/2026/controle/")).texts("dd")[0] == "3"
    ledger = client.get("/api/v1/editions/2026/ledger").json()
    assert [entry["number"] for entry in ledger["entries"]] == [1, 2, 3]


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


Cells = list[tuple[str, ...]]


def page_of(client: Client, address: str) -> tuple[int, Cells]:
    """The head that a page names, and its cells: rank, movement, name, how it plays, the parts, the points."""
    page = main_of(client.get(address))
    found = re.search(r"boeking (\d+)", page.one("caption").words)
    lines = []
    for row in page.one("table").one("tbody").all("tr"):
        place, name, *points = [cell for cell in row.parts() if cell.tag in {"td", "th"}]
        rank = place.one(".rank").words
        moved = place.words.removeprefix(rank).strip()
        tags = sorted(tag.lower() for tag in name.texts("em"))
        lines.append(
            ("" if "geen plaats" in rank else rank, moved, name.one("a").words, *tags, *(cell.words for cell in points))
        )
    return int(found[1]) if found else 0, lines


def table_of(client: Client, address: str) -> tuple[int, Cells]:
    response = client.get(address)
    assert response.content.startswith(b"\xef\xbb\xbf")
    text = response.content.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    assert [row[0] for row in rows[:5]] == [
        "editie",
        "stand",
        "geteld tot en met boeking",
        "controlecode van die boeking",
        "moment",
    ]
    assert len(rows[3][1]) == 64
    heads = ("plaats", "verandering", "deelnemer", "doet mee als", "meetups", "overgenomen", "aangedragen", "punten")
    assert tuple(rows[6]) == heads
    return int(rows[2][1]), [(*row[:3], *_tags(row[3].lower().split(", ")), *row[4:]) for row in rows[7:]]


def _tags(plays_as: list[str]) -> list[str]:
    """The page leaves out what most of them are."""
    return sorted(word for word in plays_as if word != "dsa")


def data_of(client: Client, address: str) -> tuple[int, Cells]:
    given = client.get(address).json()
    players = {one["slug"]: one for one in client.get("/api/v1/editions/2026/participants").json()}
    assert len(given["head"]["hash"]) == 64
    lines = []
    for place in given["places"]:
        player = players[place["participant"]]
        tags = [player["entry"]]
        tags += ["samenwerkingsverband"] * (len(player["municipalities"]) > 1)
        tags += ["buiten mededinging"] * player["isOutOfCompetition"]
        parts = [place[part] for part in ("meetupPoints", "adoptionPoints", "contributionPoints", "total")]
        rank = str(place["rank"] or "")
        lines.append((rank, _moved(place), place["name"], *_tags(tags), *map(str, parts)))
    return given["head"]["number"], lines


def _moved(place: dict[str, Any]) -> str:
    if place["isNew"]:
        return "nieuw"
    if place["moved"] is None:
        return ""
    noun = "plaats" if abs(place["moved"]) == 1 else "plaatsen"
    way = "gestegen" if place["moved"] > 0 else "gedaald"
    return f"{abs(place['moved'])} {noun} {way}" if place["moved"] else "gelijk gebleven"


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
    factories.participant("=Urk & co", of=edition, slug="urk-en-co", entry=Entry.WILDCARD)
    towns = [factories.municipality(name) for name in ("Aa", "Bee")]
    factories.participant("Aa en Bee", of=edition, municipalities=towns)
    if state == "lagging":
        booked(named(edition, "Ede"), date(2026, 5, 11))
    else:
        standings.rebuild(edition, at=MAY)
    if state == "frozen":
        freezes.freeze(edition, because="Finale", by=factories.organiser(), at=MAY)
    page, table, data = SOURCES[source]
    on_page = page_of(client, page)
    in_table = table_of(client, table)
    without_guard = [tuple(cell.removeprefix("'") for cell in line) for line in in_table[1]]

    assert on_page == (in_table[0], without_guard) == data_of(client, data)
    assert len(on_page[1]) == (5 if source == "a day" or (source == "now" and state != "frozen") else 3)


def test_every_file_that_a_page_names_is_there(client: Client, edition: Edition) -> None:
    for address in ("/ranglijst/", "/ranglijst/?op=2026-02-10", "/2026/ranglijst/maart/"):
        links = main_of(client.get(address)).links
        for words in ("Download deze stand als tabel (CSV)", "Deze stand als gegevens (JSON)"):
            assert client.get(links[words]).status_code == 200


# --- Cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_frozen", [False, True])
@pytest.mark.parametrize("count", [3, 400])
def test_the_leaderboard_takes_three_questions_whatever_is_on_it(
    client: Client, edition: Edition, count: int, is_frozen: bool
) -> None:
    Participant.objects.bulk_create(
        Participant(
            edition=edition, name=f"Stad {number}", slug=f"stad-{number}", sort_name=f"stad {number}", entry="dsa"
        )
        for number in range(count - 3)
    )
    for participant in edition.participants.filter(slug__startswith="stad-")[:40]:
        factories.entry(participant, at=MAY)
    april = edition.rounds.get(month=4)
    closing.close(april, at=MAY)
    standings.rebuild(edition, at=MAY)
    if is_frozen:
        freezes.freeze(edition, because="Finale", by=factories.organiser(), at=MAY)

    with CaptureQueriesContext(connection) as queries:
        page = main_of(client.get("/ranglijst/"))

    assert len(queries) == 3
    assert len(page.one("table").rows) == count


@pytest.mark.parametrize("count", [3, 60])
@pytest.mark.parametrize(
    ("address", "questions"),
    [("/2026/ranglijst/maart/", 4), ("/ranglijst/?op=2026-02-10", 4), ("/2026/deelnemers/urk/", 6)],
)
def test_other_moments_cost_as_many_questions_whatever_is_on_them(
    client: Client, edition: Edition, address: str, questions: int, count: int
) -> None:
    for number in range(count - 3):
        booked(factories.participant(f"Stad {number}", of=edition), date(2026, 2, 3))
    closing.renew(edition, at=MAY)
    standings.rebuild(edition, at=MAY)

    with CaptureQueriesContext(connection) as queries:
        page = main_of(client.get(address))

    assert len(queries) == questions
    assert [len(board.rows) for board in page.all("table.board")] == ([] if "deelnemers" in address else [count])


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
