"""The page of a participant: what it took over, gave, contributed and attended, and its badges."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Municipality, Participant
from scoring import claims, closing, freezes, standings
from scoring.models import Act
from solutions.models import Solution
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/2026/deelnemers/zwolle/"
LONG = "Samenwerkingsverband Nuenen, Gerwen en Nederwetten-Molenwaard-Hoogezand"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def town() -> Municipality:
    return factories.municipality("Zwolle")


@pytest.fixture
def zwolle(edition: Edition, town: Municipality) -> Participant:
    return factories.participant("Zwolle", of=edition, municipalities=[town])


def adopted(by: Participant, solution: Solution, *, at: datetime = NOW) -> None:
    factories.confirmed(factories.adoption(by, solution=solution, in_use_since=at.date()), at=at)


def parts(page: Part) -> dict[str, str]:
    return {section.one("h3").words: section.words for section in page.all(".deeds__part")}


def medals(page: Part) -> list[str]:
    """Those that were earned."""
    return page.all(".medals")[0].texts(".medal__name") if "Nog geen badges." not in page.words else []


def test_without_anything_it_says_so_and_where_to_begin(client: Client, zwolle: Participant) -> None:
    page = main_of(client.get(PAGE))

    assert parts(page) == {
        "Overgenomen 0": "Overgenomen 0 Nog geen van de tien oplossingen. Bekijk de tien",
        "Gegeven 0": "Gegeven 0 Geen van de tien oplossingen komt van deze deelnemer.",
        "Aangedragen 0": "Aangedragen 0 Nog geen eigen oplossing in de bibliotheek. Bekijk Goed Opgelost!",
        "Meetups 0 van 0": "Meetups 0 van 0 Er zijn nog geen meetups geweest. Bekijk de meetups",
    }
    assert "Nog geen badges. De eerste komt met het eerste punt." in page.words


def test_what_it_took_over_and_contributed_leads_to_its_page(
    client: Client, edition: Edition, zwolle: Participant
) -> None:
    solution = factories.solution(of=edition, title="Snelbalie", slug="snelbalie")
    adopted(zwolle, solution)
    vondst = factories.confirmed(factories.contribution(zwolle, title="Vondst"))

    page = main_of(client.get(PAGE))

    assert parts(page)["Overgenomen 1"] == "Overgenomen 1 Snelbalie 18 mrt"
    assert parts(page)["Aangedragen 1"] == "Aangedragen 1 Vondst 18 mrt"
    assert page.one(".deeds").links == {
        "Snelbalie": "/2026/oplossingen/snelbalie/",
        "Vondst": f"/goed-opgelost/{vondst.pk}/",
        "Bekijk de meetups": "/2026/meetups/",
    }


def test_every_point_leads_to_what_it_is_for(client: Client, edition: Edition, zwolle: Participant) -> None:
    adopted(zwolle, factories.solution(of=edition, title="Snelbalie", slug="snelbalie"))
    vondst = factories.confirmed(factories.contribution(zwolle, title="Vondst"))
    factories.confirmed(factories.attendance(zwolle, meetup=factories.meetup(of=edition, title="Samen", slug="samen")))
    factories.entry(zwolle, description="Iets van vroeger", source="elders:1")

    links = main_of(client.get(PAGE)).one(".timeline").links

    assert links == {
        "Oplossing overgenomen: Snelbalie": "/2026/oplossingen/snelbalie/",
        "Oplossing aangedragen: Vondst": f"/goed-opgelost/{vondst.pk}/",
        "Meetup bijgewoond: Samen, 16 maart 2026": "/2026/meetups/samen/",
    }


def test_what_was_taken_back_is_in_no_list_and_earns_no_badge(
    client: Client, edition: Edition, zwolle: Participant
) -> None:
    vondst = factories.confirmed(factories.contribution(zwolle, title="Vondst"))
    claims.take_back(vondst, because="Bestond al", by=factories.organiser(), at=NOW)

    page = main_of(client.get(PAGE))

    assert "Aangedragen 0" in parts(page)
    assert medals(page) == []
    assert page.one(".timeline").links == {}


def test_what_it_gave_says_who_took_it_over(
    client: Client, edition: Edition, town: Municipality, zwolle: Participant
) -> None:
    given = factories.solution(of=edition, title="Snelbalie", slug="snelbalie", giver=town)
    factories.solution(of=edition, month=2, title="Parkeren", slug="parkeren", giver=town)
    factories.solution(of=edition, month=3, title="Van een ander", giver=factories.municipality("Gouda"))
    for number, name in enumerate(("Urk", "Ede")):
        adopted(factories.participant(name, of=edition), given, at=NOW + timedelta(days=number))
    factories.submitted(factories.adoption(factories.participant("Delft", of=edition), solution=given))

    part = parts(main_of(client.get(PAGE)))

    assert part["Gegeven 2"] == ("Gegeven 2 Snelbalie 2 keer overgenomen Door Urk, Ede Parkeren 0 keer overgenomen")


def test_of_the_meetups_it_says_where_it_was_and_which_it_hosted(
    client: Client, edition: Edition, town: Municipality, zwolle: Participant
) -> None:
    kinds: list[dict[str, Any]] = [{}, {"host": town}, {"is_cancelled": True}, {"host": town, "is_cancelled": True}]
    for number, fields in enumerate(kinds):
        meetup = factories.meetup(of=edition, starts_at=NOW - timedelta(days=9 - number), title=f"M{number}", **fields)
        if not number:
            factories.confirmed(factories.attendance(zwolle, meetup=meetup))
    factories.meetup(of=edition, starts_at=NOW - timedelta(days=1), title="Gemist")
    factories.meetup(of=edition, starts_at=NOW + timedelta(days=9), title="Komt nog", host=town)

    page = main_of(client.get(PAGE))

    assert parts(page)["Meetups 1 van 3"] == "Meetups 1 van 3 M1 gastheer 10 mrt M0 9 mrt"
    assert medals(page) == ["Eerste punt", "Gastheer"]


def test_an_alliance_gives_and_hosts_what_its_municipalities_do(client: Client, edition: Edition) -> None:
    towns = [factories.municipality(name) for name in ("Vlaardingen", "Maassluis")]
    factories.participant("Zwolle", of=edition, municipalities=towns)
    factories.solution(of=edition, title="Snelbalie", giver=towns[0])
    factories.meetup(of=edition, title="Samen", host=towns[1])

    part = parts(main_of(client.get(PAGE)))

    assert "Gegeven 1" in part
    assert part["Meetups 0 van 1"] == "Meetups 0 van 1 Samen gastheer 16 mrt"


def test_nothing_of_another_edition_is_told(client: Client, edition: Edition, town: Municipality) -> None:
    other = factories.edition(2025)
    factories.participant("Zwolle", of=edition, municipalities=[town])
    factories.solution(of=other, title="Snelbalie", giver=town)
    factories.meetup(of=other, starts_at=NOW - timedelta(days=365), host=town)

    assert list(parts(main_of(client.get(PAGE)))) == ["Overgenomen 0", "Meetups 0 van 0", "Gegeven 0", "Aangedragen 0"]


def test_a_badge_tells_what_for_and_since_when_and_the_others_are_named(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle, counts_on=date(2026, 3, 5))

    earned, others = main_of(client.get(PAGE)).all(".medals")

    assert earned.texts(".medal") == ["Eerste punt Het eerste punt van het jaar is binnen. 5 maart 2026"]
    assert len(others.all(".medal")) == 11
    assert others.texts("time") == []


def test_who_stood_at_the_top_after_a_month_has_a_badge(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle, counts_on=date(2026, 1, 5))
    closing.close(zwolle.edition.rounds.get(month=1), at=NOW)

    assert "Bovenaan Stond aan het eind van een maand op plaats 1. 31 januari 2026" in main_of(client.get(PAGE)).words


def test_nobody_is_at_the_top_without_points(client: Client, zwolle: Participant) -> None:
    closing.close(zwolle.edition.rounds.get(month=1), at=NOW)

    assert medals(main_of(client.get(PAGE))) == []


def test_while_the_board_stands_still_nothing_since_then_is_told(
    client: Client, edition: Edition, town: Municipality, zwolle: Participant
) -> None:
    """Neither a point nor a badge, nor that one was taken back; nor who took over what it gave."""
    january = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)
    given = factories.solution(of=edition, title="Snelbalie", giver=town)
    other = factories.solution(of=edition, month=2, title="Parkeren")
    ede = factories.participant("Ede", of=edition)
    adopted(ede, given, at=january)
    vondst = factories.confirmed(factories.contribution(zwolle, title="Vondst"), at=january)
    closing.close(edition.rounds.get(month=1), at=datetime(2026, 2, 16, tzinfo=UTC))
    before = main_of(client.get(PAGE))
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)
    adopted(zwolle, other)
    adopted(factories.participant("Urk", of=edition), given)
    meetup = factories.meetup(of=edition, title="Samen", host=town)
    factories.confirmed(factories.attendance(zwolle, meetup=meetup))
    factories.approved(Act.REVERSAL, of=edition, entry=vondst.award_id)
    claims.take_back(vondst, because="Bestond al", by=factories.organiser(), at=NOW)

    page = main_of(client.get(PAGE))

    assert parts(page) == parts(before) | {"Meetups 0 van 0": parts(page)["Meetups 0 van 0"]}
    assert medals(page) == medals(before) == ["Bovenaan", "Eerste punt", "Gever"]
    assert page.one(".timeline").links == before.one(".timeline").links


def test_a_page_of_a_past_edition_tells_its_own_year(client: Client, town: Municipality) -> None:
    factories.edition()
    past = factories.edition(2025)
    zwolle = factories.participant("Zwolle", of=past, municipalities=[town])
    adopted(zwolle, factories.solution(of=past, title="Snelbalie"), at=datetime(2025, 5, 6, 11, 0, tzinfo=UTC))

    page = main_of(client.get("/2025/deelnemers/zwolle/"))

    assert parts(page)["Overgenomen 1"] == "Overgenomen 1 Snelbalie 6 mei"
    assert medals(page) == ["Eerste punt"]


def test_a_long_name_is_whole(client: Client, edition: Edition) -> None:
    factories.participant(LONG, of=edition, slug="zwolle")

    assert main_of(client.get(PAGE)).one("h1").words == LONG


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_number_of_queries_is_always_the_same(
    client: Client,
    edition: Edition,
    town: Municipality,
    zwolle: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        other = factories.participant(f"Stad {number}", of=edition)
        adopted(other, factories.solution(of=edition, month=number + 1, giver=town))
        adopted(zwolle, factories.solution(of=edition, month=number + 5))
        factories.confirmed(factories.contribution(zwolle))
        factories.confirmed(factories.attendance(zwolle, meetup=factories.meetup(of=edition, host=town)))
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(6):
        page = main_of(client.get(PAGE))

    assert len(page.all(".timeline__item")) == 3 * count
