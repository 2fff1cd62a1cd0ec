"""The winner of an edition, and why."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from competition.models import Edition, Participant
from scoring import closing
from scoring.final.result import WinnerRefusedError, record_winner
from scoring.models import EditionResult, Finalist, FinalistBy
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def finalist(name: str, *, of: Edition) -> Participant:
    participant = factories.participant(name, of=of)
    Finalist.objects.create(edition=of, participant=participant, place=1, total=9, decided_by=FinalistBy.POINTS)
    return participant


def stored() -> list[tuple[Any, ...]]:
    fields = ("edition__year", "winner__name", "motivation", "recorded_at", "recorded_by")
    return list(EditionResult.objects.order_by("edition__year").values_list(*fields))


def test_the_winner_is_written_down_with_the_motivation() -> None:
    edition = factories.edition()
    haarlem, organiser = finalist("Haarlem", of=edition), factories.organiser()

    result = record_winner(edition, haarlem, motivation=" Iedereen deed mee. \n", by=organiser, at=NOW)

    assert stored() == [(2026, "Haarlem", "Iedereen deed mee.", NOW, organiser.pk)]
    assert (str(result), haarlem.title, edition.result) == ("Editie 2026: Haarlem", result, result)


def test_a_second_call_replaces_the_first() -> None:
    edition = factories.edition()
    haarlem, delft = finalist("Haarlem", of=edition), finalist("Delft", of=edition)
    organiser = factories.organiser()
    record_winner(edition, haarlem, motivation="Vergissing", by=factories.organiser(), at=NOW)

    record_winner(edition, delft, motivation="Meeste stemmen", by=organiser, at=LATER)

    assert stored() == [(2026, "Delft", "Meeste stemmen", LATER, organiser.pk)]


def test_only_a_finalist_wins() -> None:
    edition = factories.edition()
    finalist("Haarlem", of=edition)
    delft = factories.participant("Delft", of=edition)

    with pytest.raises(WinnerRefusedError, match="Alleen een finalist"):
        record_winner(edition, delft, motivation="Toch", by=factories.organiser(), at=NOW)
    assert stored() == []


def test_nobody_wins_before_october_is_closed() -> None:
    edition = factories.edition()
    haarlem = factories.participant("Haarlem", of=edition)
    factories.entry(haarlem)
    last_of_october = edition.rounds.get(month=10).closes_at(edition.rules)
    closing.close_due(at=last_of_october - timedelta(seconds=1))

    with pytest.raises(WinnerRefusedError, match="Alleen een finalist"):
        record_winner(edition, haarlem, motivation="Veruit de beste", by=factories.organiser(), at=last_of_october)

    factories.close_october(edition, at=last_of_october)
    record_winner(edition, haarlem, motivation="Veruit de beste", by=factories.organiser(), at=last_of_october)
    assert [row[1] for row in stored()] == ["Haarlem"]


def test_a_finalist_of_another_edition_does_not_win_this_one() -> None:
    edition, other = factories.edition(), factories.edition(2025)

    with pytest.raises(WinnerRefusedError, match="geen deelnemer van deze editie"):
        record_winner(edition, finalist("Haarlem", of=other), motivation="Oud", by=factories.organiser(), at=NOW)
    assert stored() == []


@pytest.mark.parametrize("motivation", ["", "  ", "\n\t"])
def test_a_winner_needs_a_motivation(motivation: str) -> None:
    edition = factories.edition()

    with pytest.raises(WinnerRefusedError, match="waarom"):
        record_winner(edition, finalist("Haarlem", of=edition), motivation=motivation, by=factories.user(), at=NOW)
    assert stored() == []


def test_an_edition_from_the_archive_has_a_winner_without_finalists_and_without_an_organiser() -> None:
    edition = factories.edition(2015, is_archive=True)
    haarlem = factories.participant("Haarlem", of=edition)

    record_winner(edition, haarlem, motivation="Meest digiproofe stad van Nederland", by=None, at=NOW)

    assert stored() == [(2015, "Haarlem", "Meest digiproofe stad van Nederland", NOW, None)]


def test_the_last_winner_is_that_of_the_last_edition_before_this_year() -> None:
    for year, name in ((2015, "Haarlem"), (2024, "Delft"), (2026, "Breda")):
        edition = factories.edition(year, is_archive=True)
        record_winner(edition, factories.participant(name, of=edition), motivation="Zo", by=None, at=NOW)
    found = {year: EditionResult.objects.last_before(year) for year in (2015, 2016, 2025, 2026, 2027)}

    assert {year: result and result.winner.name for year, result in found.items()} == {
        2015: None,
        2016: "Haarlem",
        2025: "Delft",
        2026: "Delft",
        2027: "Breda",
    }


def test_who_has_won_cannot_be_deleted() -> None:
    edition = factories.edition(2015, is_archive=True)
    haarlem = factories.participant("Haarlem", of=edition)
    record_winner(edition, haarlem, motivation="Zo", by=None, at=NOW)

    for thing in (haarlem, edition):
        with pytest.raises(ProtectedError):
            thing.delete()


def test_the_result_outlives_the_account_of_who_recorded_it() -> None:
    edition, organiser = factories.edition(), factories.organiser()
    record_winner(edition, finalist("Haarlem", of=edition), motivation="Zo", by=organiser, at=NOW)

    organiser.delete()

    assert stored() == [(2026, "Haarlem", "Zo", NOW, None)]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"motivation": ""}, "edition_result_has_a_motivation"), ({}, "edition_id")],
)
def test_a_result_that_cannot_be_is_refused(fields: dict[str, str], constraint: str) -> None:
    edition = factories.edition()
    record_winner(edition, finalist("Haarlem", of=edition), motivation="Zo", by=None, at=NOW)
    other = factories.participant("Delft", of=edition if not fields else factories.edition(2027))

    with pytest.raises(IntegrityError, match=constraint):
        EditionResult.objects.create(
            edition=other.edition, winner=other, recorded_at=NOW, **({"motivation": "Ook"} | fields)
        )


def test_finalists_are_in_the_final_of_their_own_edition_from_the_closed_october() -> None:
    edition = factories.edition()
    haarlem = factories.participant("Haarlem", of=edition)
    factories.entry(haarlem, counts_on=date(2026, 10, 31))
    factories.close_october(edition, at=edition.ends_at)

    assert list(Finalist.objects.values_list("edition__year", "participant__name", "place", "total")) == [
        (2026, "Haarlem", 1, 1)
    ]
