"""The front page, in each phase of the year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition, Participant
from scoring import closing, standings
from scoring.final.result import record_winner
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

IN_DECEMBER = datetime(2026, 12, 9, 11, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 9, 11, 0, tzinfo=UTC)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def december(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(IN_DECEMBER)


def with_points(name: str, of: Edition, points: int) -> Participant:
    participant = factories.participant(name, of=of)
    for _ in range(points):
        factories.entry(participant, counts_on=date(2026, 3, 5))
    return participant


def title_of_2015() -> Edition:
    edition = Edition.objects.create(year=2015, name="Editie 2015", is_archive=True)
    haarlem = factories.participant("Haarlem", of=edition)
    record_winner(edition, haarlem, motivation="De beste", by=None, at=NOW)
    return edition


def final(edition: Edition, *points: int) -> list[Participant]:
    """The closing of all months, with participants A, B, C … of so many points each."""
    made = [with_points(name, edition, count) for name, count in zip("ABCDEFGH", points, strict=False)]
    closing.close_due(at=IN_DECEMBER)
    factories.close_october(edition, at=IN_DECEMBER)
    return made


def heading(page: Part) -> str:
    return page.one("h1").words


# --- What always stands there --------------------------------------------------------------------


def test_it_says_how_a_point_is_earned(client: Client) -> None:
    factories.edition(rules={"adoption_points": 2})

    ways = main_of(client.get("/")).one(".grid")

    assert ways.texts("h3") == ["Doe mee aan een meetup", "Neem een oplossing over", "Draag een oplossing aan"]
    assert ways.texts(".card__end") == ["1 punt per meetup", "2 punten per oplossing", "1 punt per oplossing"]
    assert list(ways.links.values()) == ["/meetups/", "/oplossingen/", "/goed-opgelost/"]


def test_it_shows_where_in_the_year_we_are(client: Client, edition: Edition) -> None:
    closing.close_due(at=NOW)

    steps = main_of(client.get("/")).texts(".year__step")

    assert steps == [
        "jan januari afgelopen",
        "feb februari afgelopen",
        "mrt maart nu",
        "apr april komt nog",
        "mei mei komt nog",
        "jun juni komt nog",
        "jul juli komt nog",
        "aug augustus komt nog",
        "sep september komt nog",
        "okt oktober komt nog",
        "campagne campagne in november en december komt nog",
        "winnaar de winnaar komt nog",
    ]


def test_it_names_who_won_before(client: Client, edition: Edition) -> None:
    title_of_2015()

    winner = main_of(client.get("/")).one(".winner")

    assert winner.words == "Editie 2015 Haarlem meest digiproofe stad van Nederland"
    assert winner.links == {"Haarlem": "/archief/2015/"}


def test_what_was_invented_is_called_so(client: Client) -> None:
    factories.edition(is_example=True)

    ribbon = read(client.get("/")).one(".ribbon--example")

    assert ribbon.words.startswith("Voorbeeldgegevens.")


def test_a_real_edition_is_not_called_invented(client: Client, edition: Edition) -> None:
    assert read(client.get("/")).all(".ribbon--example") == []


# --- Before the year -----------------------------------------------------------------------------


def test_without_any_edition_it_tells_what_the_competition_is(client: Client) -> None:
    title_of_2015()

    page = main_of(client.get("/"))

    assert heading(page) == "Welke gemeente is het meest digiproof?"
    assert page.one(".hero").links == {"Bekijk het archief": "/archief/"}
    assert page.texts("h2") == ["Drie manieren om een punt te halen", "Elk punt is na te tellen"]
    assert page.one(".winner").links == {"Haarlem": "/archief/2015/"}
    assert page.texts(".card__end") == []


def test_an_announced_edition_says_when_it_begins_and_how_many_take_part(client: Client) -> None:
    edition = factories.edition(2027, introduction="Een nieuw jaar.")
    factories.participant("Zwolle", of=edition)
    factories.participant("Delft", of=edition)

    page = main_of(client.get("/"))

    assert "De competitie begint op 1 januari 2027" in page.texts("h2")
    assert "Er doen nu 2 deelnemers mee." in page.words
    assert page.one(".prose").words == "Een nieuw jaar."
    assert page.all(".podium") == []


# --- In the season -------------------------------------------------------------------------------


def test_while_nothing_is_booked_nobody_leads(client: Client, edition: Edition) -> None:
    factories.participant("Zwolle", of=edition)

    page = main_of(client.get("/"))

    assert page.one(".empty").one("h3").words == "Er zijn nog geen punten"
    assert page.all(".podium__place") == []


def test_the_leaders_stand_on_the_podium_and_the_next_below_it(client: Client, edition: Edition) -> None:
    for name, points in [("A", 6), ("B", 5), ("C", 5), ("D", 3), ("E", 2), ("F", 1), ("G", 0)]:
        with_points(name, edition, points)

    page = main_of(client.get("/"))

    assert page.texts(".podium__place") == [
        "Plaats 1 A 6 punten",
        "Plaats 2 B gedeelde plaats 5 punten",
        "Plaats 2 C gedeelde plaats 5 punten",
    ]
    assert page.one("table").rows == [["4", "D", "3"], ["5", "E", "2"]]
    assert page.links["Bekijk de hele ranglijst"] == "/ranglijst/"
    assert "Geteld tot en met boeking 22, 18 maart 2026 om 12.00 uur." in page.words


def test_a_tie_too_long_for_the_list_is_left_to_the_leaderboard(client: Client, edition: Edition) -> None:
    with_points("Zwolle", edition, 2)
    for number in range(9):
        with_points(f"Stad {number}", edition, 1)

    page = main_of(client.get("/"))

    assert page.texts(".podium__place") == ["Plaats 1 Zwolle 2 punten"]
    assert page.all("table") == []


def test_the_solution_of_this_month_is_shown(client: Client, edition: Edition) -> None:
    factories.solution(of=edition, month=2, title="Van februari")
    central = factories.solution(of=edition, month=3, title="Van maart", slug="van-maart")
    factories.confirmed(factories.adoption(factories.participant("Zwolle", of=edition), solution=central))

    card = main_of(client.get("/")).one(".card--current")

    assert card.words == "Maart Nu centraal Van maart In één zin 1 keer overgenomen"
    assert card.links == {"Van maart": "/2026/oplossingen/van-maart/"}


def test_a_month_without_a_solution_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/"))

    assert page.one("aside").words == (
        "Oplossing van de maand De oplossing van deze maand is nog niet bekend. Bekijk alle oplossingen"
    )


def test_the_next_two_meetups_are_shown(client: Client, edition: Edition) -> None:
    for title, days in [("Geweest", -3), ("Derde", 30), ("Tweede", 9), ("Eerste", 2)]:
        factories.meetup(of=edition, title=title, slug=title.lower(), starts_at=NOW + timedelta(days=days))

    grid = main_of(client.get("/")).all(".grid--2")

    assert [part.texts("h3") for part in grid] == [["Eerste", "Tweede"]]
    assert grid[0].links["Eerste"] == "/2026/meetups/eerste/"


def test_without_a_meetup_to_come_it_says_so(client: Client, edition: Edition) -> None:
    assert "Er staan nu geen meetups gepland." in main_of(client.get("/")).words


# --- November and December -----------------------------------------------------------------------


def test_in_november_it_says_when_the_finalists_become_known(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    with_points("Zwolle", edition, 1)
    time_machine.move_to(datetime(2026, 11, 6, 12, 0, tzinfo=UTC))

    page = main_of(client.get("/"))

    assert "Wie komen er in de finale?" in page.texts("h2")
    assert "Melden kan tot en met 7 november." in page.words
    assert "De stand van oktober is voorlopig tot en met 13 november 2026." in page.words
    assert page.texts(".podium__place") == ["Plaats 1 Zwolle 1 punt"]


@pytest.mark.usefixtures("december")
def test_the_five_finalists_are_shown(client: Client, edition: Edition) -> None:
    final(edition, 6, 5, 4, 3, 2, 1)

    page = main_of(client.get("/"))

    assert page.all(".grid")[0].texts("h3") == ["A", "B", "C", "D", "E"]
    assert "Zij voeren nu campagne." in page.words
    assert page.one(".hero").links["Bekijk de finale"] == "/finalisten/"
    assert page.all(".podium") == []


@pytest.mark.usefixtures("december")
def test_while_lots_must_be_drawn_it_names_who_is_level(client: Client, edition: Edition) -> None:
    final(edition, 6, 5, 4, 3, 2, 2)

    chosen, level, _ways = main_of(client.get("/")).all(".grid")

    assert chosen.texts("h3") == ["A", "B", "C", "D"]
    assert level.texts("h3") == ["E", "F"]


@pytest.mark.usefixtures("december")
def test_the_winner_takes_over_the_page(client: Client, edition: Edition) -> None:
    title_of_2015()
    winner = final(edition, 6, 5)[1]
    record_winner(edition, winner, motivation="Zij deelde.\n\nVeel.", by=factories.organiser(), at=IN_DECEMBER)

    page = main_of(client.get("/"))

    assert heading(page) == "B is de meest digiproofe stad van Nederland"
    assert page.texts(".winner") == [
        "Editie 2026 B meest digiproofe stad van Nederland",
        "Editie 2015 Haarlem meest digiproofe stad van Nederland",
    ]
    assert page.all(".prose")[0].texts("p") == ["Zij deelde.", "Veel."]
    assert page.texts(".year__step")[-2:] == [
        "campagne campagne in november en december afgelopen",
        "winnaar de winnaar afgelopen",
    ]
    assert "Zij voeren nu campagne." not in page.words


# --- After the year ------------------------------------------------------------------------------


def test_when_the_year_is_over_without_a_winner_it_says_so(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    final(edition, 6, 5)
    time_machine.move_to(NEXT_YEAR)

    page = main_of(client.get("/"))

    assert "De campagne is voorbij. De winnaar is nog niet bekend." in page.one(".utrecht-alert").words
    assert page.texts(".year__step")[-1] == "winnaar de winnaar nu"


def test_the_winner_stays_until_a_new_edition_begins(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    winner = final(edition, 6, 5)[0]
    record_winner(edition, winner, motivation="De beste", by=factories.organiser(), at=IN_DECEMBER)
    time_machine.move_to(NEXT_YEAR)
    before = heading(main_of(client.get("/")))
    factories.edition(2027)
    page = main_of(client.get("/"))

    assert before == "A is de meest digiproofe stad van Nederland"
    assert heading(page) == "Welke gemeente is het meest digiproof?"
    assert page.one(".winner").words == "Editie 2026 A meest digiproofe stad van Nederland"


# --- Cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_in_the_season_it_takes_six_queries(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    title_of_2015()
    central = factories.solution(of=edition, month=3, giver=factories.municipality())
    for number in range(count):
        participant = with_points(f"Stad {number}", edition, count)
        factories.confirmed(factories.adoption(participant, solution=central))
        factories.meetup(of=edition, starts_at=NOW + timedelta(days=number + 1), host=factories.municipality())
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(6):
        client.get("/")


@pytest.mark.usefixtures("december")
@pytest.mark.parametrize(("points", "queries"), [([3], 5), ([3, 2, 1], 5), ([6, 5, 4, 3, 2, 1], 4)])
def test_with_the_finalists_it_takes_at_most_six_queries(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    points: list[int],
    queries: int,
) -> None:
    """One more as long as there are fewer than five: lots may have to be drawn."""
    final(edition, *points)

    with django_assert_num_queries(queries):
        client.get("/")


def test_without_any_edition_it_takes_three_queries(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        client.get("/")
