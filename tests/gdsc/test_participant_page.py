from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Entry, Participant
from scoring import ledger, standings
from scoring.final.result import record_winner
from scoring.models import Finalist, FinalistBy, LedgerEntry
from scoring.rules import Kind
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/2026/deelnemers/zwolle/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


def reversed_entry(entry: LedgerEntry, because: str) -> LedgerEntry:
    return ledger.reverse(entry, because=because, by=factories.organiser(), at=NOW)


def facts_of(page: Part) -> dict[str, list[str]]:
    facts = page.one(".facts").all("div")
    return {fact.one("dt").words: fact.texts("dd") for fact in facts}


def test_every_booking_says_what_it_is_for_from_when_it_counts_and_when_it_was_booked(
    client: Client, zwolle: Participant
) -> None:
    factories.entry(zwolle, description="Meetup bijgewoond: Privacy", counts_on=date(2026, 3, 5))
    factories.entry(
        zwolle,
        kind=Kind.ADOPTION,
        description="Oplossing overgenomen: Snelbalie",
        counts_on=date(2026, 3, 9),
        at=datetime(2026, 3, 10, 8, 5, tzinfo=UTC),
    )

    page = main_of(client.get(PAGE))

    assert page.texts(".timeline__item") == [
        "9 maart 2026 Oplossing overgenomen: Snelbalie Boeking 2, geboekt op 10 maart 2026 om 09.05 uur +1 punt",
        "5 maart 2026 Meetup bijgewoond: Privacy Boeking 1, geboekt op 18 maart 2026 om 12.00 uur +1 punt",
    ]


def test_a_reversal_stands_right_below_what_it_takes_back_with_its_reason(client: Client, zwolle: Participant) -> None:
    first = factories.entry(zwolle, description="Eerste", counts_on=date(2026, 3, 5))
    factories.entry(zwolle, description="Tweede", counts_on=date(2026, 3, 4))
    reversed_entry(first, "Niemand was er")

    page = main_of(client.get(PAGE))

    booked = "geboekt op 18 maart 2026 om 12.00 uur"
    assert page.texts(".timeline__item") == [
        f"5 maart 2026 Eerste teruggenomen Boeking 1, {booked} +1 punt",
        f"5 maart 2026 Tegenboeking van boeking 1 Reden: Niemand was er Boeking 3, {booked} −1 punt",
        f"4 maart 2026 Tweede Boeking 2, {booked} +1 punt",
    ]
    assert page.texts(".timeline__item--undone") == [f"5 maart 2026 Eerste teruggenomen Boeking 1, {booked} +1 punt"]


def test_a_point_that_was_given_back_shows_both_reversals(client: Client, zwolle: Participant) -> None:
    taken = reversed_entry(factories.entry(zwolle, description="Eerste"), "Niemand was er")
    reversed_entry(taken, "Toch wel")

    page = main_of(client.get(PAGE))

    assert page.texts(".timeline__title") == ["Eerste", "Tegenboeking van boeking 1", "Tegenboeking 2 is teruggedraaid"]
    assert [words.split()[0] for words in page.texts(".timeline__points")] == ["+1", "−1", "+1"]
    assert page.all(".timeline__item--undone") == []


def test_it_shows_the_place_and_the_points_by_part(client: Client, edition: Edition, zwolle: Participant) -> None:
    for kind in (Kind.MEETUP, Kind.MEETUP, Kind.ADOPTION):
        factories.entry(zwolle, kind=kind)
    other = factories.participant("Delft", of=edition)
    for _ in range(3):
        factories.entry(other, kind=Kind.CONTRIBUTION)

    assert main_of(client.get(PAGE)).texts(".stat") == [
        "1 plaats op de ranglijst gedeeld met 1 andere deelnemer",
        "3 punten in totaal",
        "2 voor meetups",
        "1 voor overgenomen oplossingen",
        "0 voor aangedragen oplossingen",
    ]


def test_a_place_of_ones_own_is_not_called_shared(client: Client, edition: Edition, zwolle: Participant) -> None:
    factories.entry(zwolle)
    factories.participant("Delft", of=edition)

    assert main_of(client.get(PAGE)).texts(".stat")[0] == "1 plaats op de ranglijst"


def test_without_bookings_it_says_so(client: Client, zwolle: Participant) -> None:
    page = main_of(client.get(PAGE))

    assert page.one(".empty").one("h3").words == "Nog geen punten"
    assert page.all(".timeline__item") == []


def test_a_municipality_of_the_agenda_says_so(client: Client, zwolle: Participant) -> None:
    assert facts_of(main_of(client.get(PAGE))) == {
        "Doet mee als": ["lid van de Digitale Steden Agenda (DSA)"],
        "Gemeente": ["Zwolle"],
    }


def test_a_wildcard_shows_when_and_why_it_was_granted(client: Client, edition: Edition) -> None:
    factories.participant(
        "Zwolle",
        of=edition,
        entry=Entry.WILDCARD,
        wildcard_reason="Deelt veel",
        wildcard_granted_on=date(2026, 1, 12),
    )

    assert facts_of(main_of(client.get(PAGE))) == {
        "Doet mee als": ["gemeente met een wildcard"],
        "Gemeente": ["Zwolle"],
        "Wildcard gekregen op": ["12 januari 2026"],
        "Reden van de wildcard": ["Deelt veel"],
    }


def test_an_alliance_names_its_municipalities(client: Client, edition: Edition) -> None:
    towns = [factories.municipality(name) for name in ("Vlaardingen", "Maassluis")]
    factories.participant("Zwolle", of=edition, municipalities=towns)

    page = main_of(client.get(PAGE))

    assert facts_of(page)["Gemeenten in dit samenwerkingsverband"] == ["Maassluis", "Vlaardingen"]
    assert page.texts(".nl-data-badge") == ["DSA", "Samenwerkingsverband"]


def test_out_of_competition_is_explained(client: Client, edition: Edition) -> None:
    factories.participant("Zwolle", of=edition, is_out_of_competition=True)

    page = main_of(client.get(PAGE))

    assert page.texts(".stat")[0] == "– plaats op de ranglijst buiten mededinging"
    assert facts_of(page)["Buiten mededinging"] == [
        "Deze deelnemer verzamelt punten en staat op de ranglijst, maar krijgt geen plaats en kan niet winnen."
    ]


def test_the_winner_is_called_so(client: Client, edition: Edition, zwolle: Participant) -> None:
    Finalist.objects.create(edition=edition, participant=zwolle, place=1, total=9, decided_by=FinalistBy.POINTS)
    record_winner(edition, zwolle, motivation="De beste", by=factories.organiser(), at=NOW)

    alert = main_of(client.get(PAGE)).one(".utrecht-alert")

    assert "Winnaar: meest digiproofe stad van Nederland" in alert.words
    assert alert.links == {"Lees waarom": "/2026/finalisten/"}


@pytest.mark.parametrize("address", ["/2026/deelnemers/delft/", "/2025/deelnemers/zwolle/", "/2024/deelnemers/zwolle/"])
def test_who_does_not_take_part_in_that_year_is_not_found(client: Client, zwolle: Participant, address: str) -> None:
    factories.edition(2025)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_always_the_same(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    towns = [factories.municipality(f"Dorp {number}") for number in range(count)]
    shown = factories.participant("Zwolle", of=edition, municipalities=towns)
    for number in range(count):
        reversed_entry(factories.entry(shown), "Vergissing")
        factories.participant(f"Stad {number}", of=edition)
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(6):
        page = main_of(client.get(PAGE))

    assert len(page.all(".timeline__item")) == 2 * count
