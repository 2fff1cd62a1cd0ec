"""The two boards of sharing: whose solutions were adopted most, and who adopted most."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Municipality, Participant
from scoring import claims
from solutions import recognition
from solutions.models import Adoption, Solution
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/gevers-en-nemers/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def adopted(by: Participant, solution: Solution, *, at: datetime = NOW) -> Adoption:
    since = at.date().replace(day=2)
    made = factories.confirmed(factories.adoption(by, solution=solution, in_use_since=since), at=at)
    if made.solution.giver and not made.participant.municipalities.filter(pk=made.solution.giver.pk):
        recognition.recognise(made, by=factories.staff_of(made.solution.giver), at=at)
    return made


def given_by(giver: Municipality | None, *, to: list[Participant], month: int) -> Solution:
    solution = factories.solution(of=to[0].edition, month=month, title=f"Vondst {month}", slug=f"v{month}", giver=giver)
    for participant in to:
        adopted(participant, solution)
    return solution


def boards(client: Client, address: str = PAGE) -> tuple[Part, Part]:
    givers, takers = main_of(client.get(address)).all("section")
    return givers, takers


def test_the_most_given_and_the_most_taken_stand_first_and_ties_share_a_rank(client: Client, edition: Edition) -> None:
    takers = [factories.participant(name, of=edition) for name in ["Assen", "Breda", "Coevorden", "Delft"]]
    names = ["Nijmegen", "Oss", "Putten", "Urk"]
    given_by(factories.municipality(names[0]), to=takers[:3], month=1)
    given_by(factories.municipality(names[1]), to=takers[:2], month=2)
    given_by(factories.municipality(names[2]), to=takers[1:3], month=3)
    given_by(factories.municipality(names[3]), to=takers[3:], month=4)

    givers, nemers = boards(client)

    assert [(row[0], row[1].split()[0], row[2]) for row in givers.one("table").rows] == [
        ("1", "Nijmegen", "3"),
        ("2", "Oss", "2"),
        ("2", "Putten", "2"),
        ("4", "Urk", "1"),
    ]
    assert nemers.one("table").rows == [
        ["1", "Breda", "3"],
        ["2", "Assen gedeelde plaats", "2"],
        ["2", "Coevorden gedeelde plaats", "2"],
        ["4", "Delft", "1"],
    ]
    assert nemers.links["Breda"] == "/2026/deelnemers/breda/"


def test_both_boards_say_how_many_the_giver_did_not_confirm(client: Client, edition: Edition) -> None:
    assen = factories.participant("Assen", of=edition)
    haarlem = factories.municipality("Haarlem")
    given_by(haarlem, to=[assen], month=1)
    given_by(None, to=[assen], month=2)
    for month in (3, 4):
        factories.confirmed(
            factories.adoption(assen, solution=factories.solution(of=edition, month=month, giver=haarlem))
        )

    givers, takers = boards(client)

    assert givers.one("table").rows[0][1:] == [givers.one("tbody").one("th").words, "3"]
    assert "2 door één partij gemeld" in givers.one("tbody").words
    assert takers.one("table").rows == [["1", "Assen 2 door één partij gemeld", "4"]]


def test_all_solutions_of_a_giver_count_together_and_are_named(client: Client, edition: Edition) -> None:
    haarlem = factories.municipality("Haarlem")
    assen, breda = (factories.participant(name, of=edition) for name in ["Assen", "Breda"])
    given_by(haarlem, to=[assen, breda], month=2)
    given_by(haarlem, to=[assen], month=1)

    givers, _takers = boards(client)

    assert givers.one("table").rows == [["1", "Haarlem doet zelf niet mee Vondst 1 Vondst 2", "3"]]
    assert givers.links == {"Vondst 1": "/2026/oplossingen/v1/", "Vondst 2": "/2026/oplossingen/v2/"}


def test_a_giver_that_takes_part_leads_to_its_page(client: Client, edition: Edition) -> None:
    haarlem = factories.municipality("Haarlem")
    factories.participant("Haarlem", of=edition, municipalities=[haarlem])
    given_by(haarlem, to=[factories.participant("Assen", of=edition)], month=1)

    givers, _takers = boards(client)

    assert givers.one("table").rows == [["1", "Haarlem Vondst 1", "1"]]
    assert givers.links["Haarlem"] == "/2026/deelnemers/haarlem/"


def test_an_alliance_takes_once_and_its_members_give_under_their_own_names(client: Client, edition: Edition) -> None:
    heerlen, kerkrade, landgraaf = map(factories.municipality, ["Heerlen", "Kerkrade", "Landgraaf"])
    alliance = factories.participant("Parkstad", of=edition, municipalities=[heerlen, kerkrade, landgraaf])
    assen = factories.participant("Assen", of=edition)
    given_by(factories.municipality("Urk"), to=[alliance], month=1)
    given_by(kerkrade, to=[assen], month=2)

    givers, takers = boards(client)

    assert givers.one("table").rows == [
        ["1", "Kerkrade gedeelde plaats doet mee in Parkstad Vondst 2", "1"],
        ["1", "Urk gedeelde plaats doet zelf niet mee Vondst 1", "1"],
    ]
    assert givers.links["Parkstad"] == "/2026/deelnemers/parkstad/"
    assert takers.one("table").rows == [["1", "Assen gedeelde plaats", "1"], ["1", "Parkstad gedeelde plaats", "1"]]


def test_who_uses_its_own_solution_gave_it_to_nobody(client: Client) -> None:
    edition = factories.edition(rules={"giver_may_adopt_own": True})
    heerlen, kerkrade = factories.municipality("Heerlen"), factories.municipality("Kerkrade")
    alliance = factories.participant("Parkstad", of=edition, municipalities=[heerlen, kerkrade])
    solution = given_by(heerlen, to=[alliance], month=1)

    only_itself = main_of(client.get(PAGE))
    adopted(factories.participant("Assen", of=edition), solution)
    givers, takers = boards(client)

    assert only_itself.all("section")[0].one(".empty").one("h3").words == "Nog niemand"
    assert givers.one("table").rows == [["1", "Heerlen doet mee in Parkstad Vondst 1", "1"]]
    assert [row[1] for row in takers.one("table").rows] == ["Assen gedeelde plaats", "Parkstad gedeelde plaats"]


def test_a_municipality_of_another_edition_gives_here_and_counts_there_apart(client: Client, edition: Edition) -> None:
    haarlem = factories.municipality("Haarlem")
    before = factories.edition(2025)
    factories.participant("Haarlem", of=before, municipalities=[haarlem])
    assen = factories.municipality("Assen")
    then = factories.participant("Assen", of=before, municipalities=[assen])
    now = factories.participant("Assen", of=edition, municipalities=[assen])
    old = factories.solution(of=before, month=1, title="Oud", slug="oud", giver=haarlem)
    adopted(then, old, at=datetime(2025, 1, 20, tzinfo=UTC))
    given_by(haarlem, to=[now, factories.participant("Breda", of=edition)], month=1)

    givers, takers = boards(client)
    givers_then, takers_then = boards(client, "/2025/gevers-en-nemers/")

    assert givers.one("table").rows == [["1", "Haarlem doet zelf niet mee Vondst 1", "2"]]
    assert [row[1:] for row in takers.one("table").rows] == [
        ["Assen gedeelde plaats", "1"],
        ["Breda gedeelde plaats", "1"],
    ]
    assert givers_then.one("table").rows == [["1", "Haarlem Oud", "1"]]
    assert takers_then.one("table").rows == [["1", "Assen", "1"]]
    assert takers_then.links == {"Assen": "/2025/deelnemers/assen/"}
    assert client.get("/2024/gevers-en-nemers/").status_code == 404


def test_out_of_competition_is_shown_last_without_a_rank_and_pushes_nobody_down(
    client: Client, edition: Edition
) -> None:
    texel = factories.participant("Texel", of=edition, is_out_of_competition=True)
    assen = factories.participant("Assen", of=edition)
    given_by(None, to=[texel, assen], month=1)
    given_by(None, to=[texel], month=2)

    givers, takers = boards(client)

    assert givers.one(".empty").one("h3").words == "Nog niemand"
    assert takers.one("table").rows == [["1", "Assen", "1"], ["– geen plaats", "Texel buiten mededinging", "2"]]


def test_only_what_an_organiser_confirmed_counts(client: Client, edition: Edition) -> None:
    solution = factories.solution(of=edition, giver=factories.municipality("Haarlem"))
    made = [factories.adoption(factories.participant(name, of=edition), solution=solution) for name in "ABC"]
    factories.submitted(made[1])
    claims.take_back(factories.confirmed(made[2]), because="Toch niet", by=factories.organiser(), at=NOW)

    assert [board.one(".empty").one("h3").words for board in boards(client)] == ["Nog niemand", "Nog niemand"]


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    assert main_of(client.get(PAGE)).one("h1").words == "Er is nog geen editie"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_six_queries_however_many_there_are(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for month in range(1, count + 1):
        giver = factories.municipality()
        factories.participant(of=edition, municipalities=[giver])
        given_by(giver, to=[factories.participant(of=edition)], month=month)

    with django_assert_num_queries(6):
        givers, takers = boards(client)

    assert [len(board.one("table").rows) for board in (givers, takers)] == [count, count]
