"""The public log of corrections: what and why, never who."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant
from scoring import claims, closing, freezes, ledger, proposals
from scoring.models import Act, Proposal
from tests import factories
from tests.factories import NOW
from tests.proposing import NOVEMBER, REASON, proposed
from tests.reading import Part, main_of, read

pytestmark = pytest.mark.django_db
QUERIES = 3
"""The edition, how many lines there are, and the lines."""


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


def approved(proposal: Proposal, *, at: datetime = NOVEMBER) -> None:
    proposals.approve(proposal, by=factories.organiser(name="Fatima Goedkeurder"), at=at)


def lines(client: Client, address: str = "/2026/correcties/") -> list[str]:
    return main_of(client.get(address)).texts(".timeline__item")


def booking(number: int, time: str = "12.00") -> str:
    return f"Boeking {number} draait boeking {number - 1} terug, om {time} uur."


def test_an_empty_log_says_so(client: Client, edition: Edition) -> None:
    page = main_of(client.get("/2026/correcties/"))

    assert "Er is nog niets rechtgezet" in page.words
    assert page.all(".timeline") == []


def test_without_an_edition_it_says_that(client: Client) -> None:
    assert client.get("/correcties/").status_code == 200
    assert client.get("/2026/correcties/").status_code == 404


def test_without_a_year_it_is_the_log_of_the_running_edition(client: Client, zwolle: Participant) -> None:
    ledger.reverse(factories.entry(zwolle), because="Dubbel", by=factories.user(), at=NOW)

    assert lines(client, "/correcties/") == lines(client)
    assert len(lines(client)) == 1


def test_every_reversal_stands_there_with_its_reason_and_its_participant(client: Client, zwolle: Participant) -> None:
    claim = factories.confirmed(factories.contribution(zwolle, title="Slimme lantaarn"))
    claims.take_back(claim, because="Dubbel geteld", by=factories.user(), at=NOW)
    claims.give_back(claim, because="Toch niet", by=factories.user(), at=NOW + timedelta(days=20))

    page = main_of(client.get("/2026/correcties/"))

    assert page.texts("h2") == ["April 2026", "Maart 2026"]
    assert page.texts(".timeline__item") == [
        f"7 april 2026 Punt teruggegeven aan Zwolle {claim.describe()} Reden: Toch niet {booking(3, '13.00')} +1 punt",
        f"18 maart 2026 Punt teruggenomen van Zwolle {claim.describe()} Reden: Dubbel geteld {booking(2)} −1 punt",
    ]
    assert page.links["Zwolle"] == "/2026/deelnemers/zwolle/"


def test_a_reversal_of_a_closed_month_is_one_line_and_the_new_results_another(client: Client, edition: Edition) -> None:
    proposal = proposed(Act.REVERSAL, of=edition)
    approved(proposal)
    closing.renew(edition, at=NOVEMBER + timedelta(minutes=5))

    page = main_of(client.get("/2026/correcties/"))

    names = ["maart", "april", "mei", "juni", "juli", "augustus", "september"]
    listed = ", ".join(f"{name} (versie 2)" for name in names)
    why = f"Boeking 2, -1 voor Urk: Meetup bijgewoond ({REASON})"
    by_two = "De maand was al afgesloten. Daarom besloten twee organisatoren dit samen."
    assert page.texts(".timeline__item") == [
        f"20 november 2026 Nieuwe versie van een maandstand: {listed} Reden: {why}",
        f"20 november 2026 Punt teruggenomen van Urk Meetup bijgewoond Reden: {REASON} {booking(2)} {by_two} −1 punt",
    ]
    assert page.links["maart (versie 2)"] == "/2026/ranglijst/maart/versie-2/"
    assert client.get("/2026/ranglijst/maart/versie-2/").status_code == 200


@pytest.mark.parametrize("act", [Act.WILDCARD, Act.RULES, Act.CLOSING, Act.ACCEPTANCE])
def test_what_two_organisers_decided_stands_there_once_it_is_approved(
    client: Client, edition: Edition, act: Act
) -> None:
    proposal = proposed(act, of=edition)
    before = lines(client)
    approved(proposal)

    assert before == []
    assert lines(client) == [
        f"20 november 2026 {proposal.summary} Reden: {REASON} Besloten door twee organisatoren samen."
    ]


def test_what_was_turned_down_stays_inside(client: Client, edition: Edition) -> None:
    proposals.turn_down(proposed(Act.WILDCARD, of=edition), because="Nee", by=factories.organiser(), at=NOVEMBER)

    assert lines(client) == []


def test_a_board_that_stood_still_stands_there_twice(client: Client, edition: Edition) -> None:
    closing.close_due(at=NOVEMBER)
    freeze = freezes.freeze(edition, because="De finale", by=factories.organiser(), at=NOVEMBER)
    while_it_stands_still = lines(client)
    freezes.lift(freeze, by=factories.organiser(), at=NOVEMBER + timedelta(minutes=1))

    first = "20 november 2026 De ranglijst staat stil op de stand van september Reden: De finale"
    assert while_it_stands_still == [first]
    assert lines(client) == [
        "20 november 2026 De ranglijst loopt weer mee met het puntenboek Reden: De finale",
        first,
    ]


def test_while_the_board_stands_still_the_log_gives_nothing_away(client: Client, edition: Edition) -> None:
    proposal = proposed(Act.REVERSAL, of=edition)
    freezes.freeze(edition, because="De finale", by=factories.organiser(), at=NOVEMBER)
    approved(proposal)
    closing.renew(edition, at=NOVEMBER)
    late = factories.entry(Participant.objects.get(), counts_on=date(2026, 10, 20))
    ledger.reverse(late, because="Geheim", by=factories.user(), at=NOVEMBER)

    assert [line for line in lines(client) if "De ranglijst staat stil" not in line] == []


def test_a_long_log_has_pages_and_asks_no_more_queries(
    client: Client, edition: Edition, zwolle: Participant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ledger.reverse(factories.entry(zwolle), because="Reden 0", by=factories.user(), at=NOW)
    with django_assert_num_queries(QUERIES):
        client.get("/2026/correcties/")
    for number in range(1, 60):
        at = NOW + timedelta(minutes=number)
        ledger.reverse(factories.entry(zwolle), because=f"Reden {number}", by=factories.user(), at=at)
    approved(proposed(Act.WILDCARD, of=edition))

    with django_assert_num_queries(QUERIES):
        first = main_of(client.get("/2026/correcties/"))
    second = main_of(client.get("/2026/correcties/?page=2"))
    beyond = main_of(client.get("/2026/correcties/?page=veel"))

    assert first.texts("h2") == ["November 2026", "Maart 2026"]
    assert (len(first.all(".timeline__item")), len(second.all(".timeline__item"))) == (50, 11)
    assert "Reden 59" in first.texts(".timeline__item")[1]
    assert "Reden 0" in second.texts(".timeline__item")[-1]
    assert beyond.words == first.words


def test_other_editions_have_a_log_of_their_own(client: Client, zwolle: Participant) -> None:
    ledger.reverse(factories.entry(zwolle), because="Dubbel", by=factories.user(), at=NOW)
    factories.edition(2027)

    assert lines(client, "/2027/correcties/") == []


HOSTILE = "<script>alert('x')</script>&\"><img src=x>"


def test_what_people_typed_is_shown_as_text(client: Client, edition: Edition) -> None:
    urk = factories.participant(HOSTILE, of=edition, slug="urk")
    ledger.reverse(factories.entry(urk, description=HOSTILE), because=HOSTILE, by=factories.user(), at=NOW)
    town = factories.municipality(HOSTILE, slug="stad")
    approved(
        proposals.propose_wildcard(edition, [town], because=HOSTILE, by=factories.organiser(), at=NOVEMBER),
    )
    closing.close_due(at=NOVEMBER)
    freezes.freeze(edition, because=HOSTILE, by=factories.organiser(), at=NOVEMBER)

    document = read(client.get("/2026/correcties/"))

    assert document.all("script") == []
    assert document.all("img") == []
    assert len([text for text in document.texts(".timeline__item") if HOSTILE in text]) == 3


def test_nobodys_name_is_shown(client: Client, edition: Edition) -> None:
    person: Any = factories.organiser(name="Anna de Vries-Geheim")
    approved(proposed(Act.WILDCARD, of=edition, by=person))
    ledger.reverse(
        factories.entry(factories.participant(of=edition), by=person), because="Dubbel", by=person, at=NOVEMBER
    )
    content = client.get("/2026/correcties/").content.decode()

    assert "Een wildcard voor Urk" in content
    for personal in ("Anna de Vries-Geheim", "Fatima Goedkeurder", person.email, str(person.actor_id)):
        assert personal not in content


def links_of(part: Part) -> set[str]:
    return set(part.links.values())


def test_the_pages_about_the_standing_lead_to_it(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle)
    pages = ["/2026/controle/", "/2026/spelregels/", "/2026/ranglijst/", "/2026/deelnemers/zwolle/"]

    assert [page for page in pages if "/2026/correcties/" not in links_of(main_of(client.get(page)))] == []
    assert "/correcties/" in links_of(read(client.get("/")).one(".site-footer"))


def test_the_moment_is_that_of_amsterdam(client: Client, zwolle: Participant) -> None:
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    ledger.reverse(factories.entry(zwolle), because="Dubbel", by=factories.user(), at=at)

    assert main_of(client.get("/2026/correcties/")).texts("h2") == ["April 2026"]
