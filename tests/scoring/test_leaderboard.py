from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition, Entry, Participant
from scoring import closing, ledger, standings
from scoring.rules import Kind
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def with_points(name: str, of: Edition, *kinds: Kind, **fields: Any) -> Participant:
    participant = factories.participant(name, of=of, **fields)
    for kind in kinds:
        factories.entry(participant, kind=kind)
    return participant


def test_who_ties_shares_a_place_and_the_next_place_is_left_out(client: Client, edition: Edition) -> None:
    with_points("Zwolle", edition, Kind.MEETUP, Kind.MEETUP, Kind.ADOPTION)
    with_points("Delft", edition, Kind.CONTRIBUTION, Kind.ADOPTION)
    with_points("'s-Hertogenbosch", edition, Kind.MEETUP, Kind.ADOPTION, slug="s-hertogenbosch")
    with_points("Breda", edition, Kind.MEETUP)

    page = main_of(client.get("/ranglijst/"))

    assert page.one("table").rows == [
        ["1", "Zwolle", "2", "1", "0", "3"],
        ["2", "Delft", "0", "1", "1", "2"],
        ["2", "'s-Hertogenbosch", "1", "1", "0", "2"],
        ["4", "Breda", "1", "0", "0", "1"],
    ]
    assert page.texts(".podium__place") == [
        "Plaats 1 Zwolle 3 punten",
        "Plaats 2 Delft gedeelde plaats 2 punten",
        "Plaats 2 's-Hertogenbosch gedeelde plaats 2 punten",
    ]


def test_it_says_how_everyone_takes_part(client: Client, edition: Edition) -> None:
    factories.participant("Breda", of=edition, entry=Entry.WILDCARD)
    towns = [factories.municipality("Maassluis"), factories.municipality("Schiedam")]
    factories.participant("Waterweg", of=edition, municipalities=towns)
    with_points("Zwolle", edition, Kind.MEETUP, is_out_of_competition=True)

    rows = main_of(client.get("/ranglijst/")).one("table").rows

    assert [row[:2] for row in rows] == [
        ["1", "Breda Wildcard"],
        ["1", "Waterweg Samenwerkingsverband"],
        ["– geen plaats", "Zwolle Buiten mededinging"],
    ]


def test_every_name_leads_to_the_participant(client: Client, edition: Edition) -> None:
    factories.participant("Zwolle", of=edition)

    assert main_of(client.get("/ranglijst/")).one("table").links == {"Zwolle": "/2026/deelnemers/zwolle/"}


def test_it_says_up_to_which_booking_and_which_moment_was_counted(client: Client, edition: Edition) -> None:
    zwolle = factories.participant("Zwolle", of=edition)
    factories.entry(zwolle)
    factories.entry(zwolle, at=datetime(2026, 3, 18, 9, 3, tzinfo=UTC))

    caption = main_of(client.get("/ranglijst/")).one("caption").words

    assert caption.startswith("Geteld tot en met boeking 2, 18 maart 2026 om 10.03 uur.")


def test_a_point_that_no_worker_has_counted_yet_is_there_at_once(client: Client, edition: Edition) -> None:
    zwolle = factories.participant("Zwolle", of=edition)
    standings.rebuild(edition, at=NOW)
    factories.entry(zwolle)

    assert main_of(client.get("/ranglijst/")).one("table").rows[0][-1] == "1"


def test_a_point_that_was_taken_back_is_not_counted(client: Client, edition: Edition) -> None:
    taken = factories.entry(factories.participant("Zwolle", of=edition))
    ledger.reverse(taken, because="Vergissing", by=factories.organiser(), at=NOW)

    assert main_of(client.get("/ranglijst/")).one("table").rows[0][-1] == "0"


def test_nobody_stands_on_the_podium_without_points(client: Client, edition: Edition) -> None:
    factories.participant("Zwolle", of=edition)

    page = main_of(client.get("/ranglijst/"))

    assert page.texts(".podium__place") == []
    assert page.one("caption").words.startswith("Er zijn nog geen punten geboekt.")


def test_the_podium_never_chooses_between_equals(client: Client, edition: Edition) -> None:
    with_points("Zwolle", edition, Kind.MEETUP, Kind.MEETUP)
    for number in range(5):
        with_points(f"Stad {number}", edition, Kind.MEETUP)

    assert main_of(client.get("/ranglijst/")).texts(".podium__place") == ["Plaats 1 Zwolle 2 punten"]


def test_without_participants_it_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/ranglijst/"))

    assert page.one(".empty").one("h2").words == "Er zijn nog geen deelnemers"
    assert page.all("table") == []


def test_it_says_of_each_month_where_it_stands(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 4, 9, 10, tzinfo=UTC))
    closing.close_due(at=datetime(2026, 3, 1, tzinfo=UTC))

    page = main_of(client.get("/ranglijst/"))

    assert page.texts(".year__step")[:5] == [
        "jan januari afgelopen",
        "feb februari voorlopig",
        "mrt maart voorlopig",
        "apr april nu",
        "mei mei komt nog",
    ]
    assert page.texts("li")[-2:] == [
        "De stand van februari is voorlopig: de organisatie beslist nog over de laatste meldingen.",
        "De stand van maart is voorlopig. Bezwaar maken kan tot en met 14 april.",
    ]


def test_a_month_that_just_ended_takes_claims_for_a_week(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 4, 2, 10, tzinfo=UTC))

    assert main_of(client.get("/ranglijst/")).texts("li")[-1] == "Over maart kunt u nog melden tot en met 7 april."


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2025, 12, 31, tzinfo=UTC), "De competitie begint op 1 januari 2026."),
        (datetime(2026, 11, 3, tzinfo=UTC), "Er komen geen punten meer bij."),
        (datetime(2027, 3, 3, tzinfo=UTC), "Er komen geen punten meer bij."),
    ],
)
def test_outside_the_season_it_says_so(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, moment: datetime, words: str
) -> None:
    time_machine.move_to(moment)

    assert words in main_of(client.get("/ranglijst/")).one(".utrecht-alert").words


def test_an_earlier_edition_has_a_board_of_its_own(client: Client, edition: Edition) -> None:
    factories.participant("Zwolle", of=factories.edition(2025))
    factories.participant("Delft", of=edition)

    page = main_of(client.get("/2025/ranglijst/"))

    assert page.one("h1").words == "Ranglijst 2025"
    assert page.one("table").links == {"Zwolle": "/2025/deelnemers/zwolle/"}


@pytest.mark.parametrize("year", ["2024", "1", "99999999999999999999"])
def test_a_year_without_an_edition_is_not_found(client: Client, edition: Edition, year: str) -> None:
    assert client.get(f"/{year}/ranglijst/").status_code == 404


def test_an_edition_that_is_only_in_the_archive_has_no_board(client: Client) -> None:
    Edition.objects.create(year=2015, name="Editie 2015", is_archive=True)

    assert client.get("/2015/ranglijst/").status_code == 404


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    page = main_of(client.get("/ranglijst/"))

    assert page.one("h1").words == "Er is nog geen editie"
    assert page.one(".empty").links == {"Bekijk het archief": "/archief/"}


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_three_queries_however_many_take_part(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        with_points(f"Stad {number}", edition, Kind.MEETUP)
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(3):
        page = main_of(client.get("/ranglijst/"))

    assert len(page.one("table").rows) == count
