"""The adoption of a solution, as a municipality reports it: drafts, and handing in."""

from datetime import date, timedelta
from typing import Any

import pytest

from competition.models import Participant, User
from scoring import claims
from scoring.claims import IncompleteClaimError, WrongStateError
from scoring.models import ClaimState, LedgerEntry
from scoring.rules import RefusedByRulesError
from solutions.adoptions import draft, hand_in
from solutions.models import Adoption, Solution, Stage
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
COMPLETE: dict[str, Any] = {
    "stage": Stage.IN_USE,
    "in_use_since": date(2026, 3, 2),
    "evidence_url": "https://delft.example/balie",
    "evidence_text": "",
}


@pytest.fixture
def delft() -> Participant:
    return factories.participant("Delft", of=factories.edition())


@pytest.fixture
def solution(delft: Participant) -> Solution:
    return factories.solution(of=delft.edition, title="Snelbalie")


@pytest.fixture
def person() -> User:
    return factories.user()


def stored() -> list[tuple[Any, ...]]:
    fields = ("participant__name", "solution__title", "state", "stage", "in_use_since", "evidence_url")
    return list(Adoption.objects.order_by("pk").values_list(*fields))


def test_a_draft_keeps_what_was_filled_in(delft: Participant, solution: Solution, person: User) -> None:
    adoption = draft(delft, solution, fields={"stage": Stage.DECISION}, by=person, at=NOW)

    assert stored() == [("Delft", "Snelbalie", "draft", "decision", None, "")]
    adoption.refresh_from_db()
    assert (adoption.created_at, adoption.created_by, adoption.version) == (NOW, person, 1)


def test_a_second_draft_is_the_first_one_changed(delft: Participant, solution: Solution, person: User) -> None:
    first = draft(delft, solution, fields={"stage": Stage.DECISION}, by=person, at=NOW)

    second = draft(delft, solution, fields=COMPLETE, by=factories.user(), at=LATER)

    assert second == first
    assert stored() == [
        ("Delft", "Snelbalie", "draft", "in_use", date(2026, 3, 2), "https://delft.example/balie"),
    ]
    second.refresh_from_db()
    assert (second.created_at, second.created_by, second.version) == (NOW, person, 2)


def test_each_participant_has_an_adoption_of_its_own(delft: Participant, solution: Solution, person: User) -> None:
    breda = factories.participant("Breda", of=delft.edition)
    for participant in (delft, breda):
        draft(participant, solution, fields={"stage": Stage.ORIENTATION}, by=person, at=NOW)

    assert [row[0] for row in stored()] == ["Delft", "Breda"]


def test_handing_in_keeps_and_submits(delft: Participant, solution: Solution, person: User) -> None:
    adoption = hand_in(delft, solution, fields=COMPLETE, by=person, at=NOW)

    assert stored() == [
        ("Delft", "Snelbalie", "submitted", "in_use", date(2026, 3, 2), "https://delft.example/balie"),
    ]
    adoption.refresh_from_db()
    assert (adoption.submitted_at, adoption.submitted_by, adoption.counts_on) == (NOW, person, date(2026, 3, 18))


def test_what_is_refused_keeps_nothing(delft: Participant, solution: Solution, person: User) -> None:
    with pytest.raises(IncompleteClaimError) as incomplete:
        hand_in(delft, solution, fields=COMPLETE | {"evidence_url": ""}, by=person, at=NOW)
    assert set(incomplete.value.fields) == {"evidence_url"}
    assert stored() == []

    with pytest.raises(RefusedByRulesError):
        hand_in(delft, solution, fields=COMPLETE, by=person, at=delft.edition.ends_at)
    assert stored() == []


def test_what_is_refused_leaves_the_draft_as_it_was(delft: Participant, solution: Solution, person: User) -> None:
    draft(delft, solution, fields={"stage": Stage.DECISION}, by=person, at=NOW)
    before = stored()

    with pytest.raises(IncompleteClaimError):
        hand_in(delft, solution, fields=COMPLETE | {"in_use_since": None}, by=person, at=LATER)

    assert stored() == before


@pytest.mark.parametrize("decide", [None, "confirm"])
def test_what_was_handed_in_or_decided_on_is_not_changed(
    delft: Participant, solution: Solution, person: User, decide: str | None
) -> None:
    adoption = hand_in(delft, solution, fields=COMPLETE, by=person, at=NOW)
    if decide:
        claims.confirm(adoption, by=factories.organiser(), at=NOW)
    before = stored()

    with pytest.raises(WrongStateError):
        draft(delft, solution, fields={"evidence_text": "Anders"}, by=person, at=LATER)
    with pytest.raises(WrongStateError):
        hand_in(delft, solution, fields={"evidence_text": "Anders"}, by=person, at=LATER)

    assert stored() == before


def test_after_a_rejection_it_is_mended_and_handed_in_again(
    delft: Participant, solution: Solution, person: User
) -> None:
    adoption = hand_in(delft, solution, fields=COMPLETE, by=person, at=NOW)
    claims.reject(adoption, because="De link werkt niet", by=factories.organiser(), at=NOW)

    again = hand_in(delft, solution, fields={"evidence_url": "https://delft.example/nieuw"}, by=person, at=LATER)

    assert (again, again.state, again.decision_reason) == (adoption, ClaimState.SUBMITTED, "")
    assert [row[-1] for row in stored()] == ["https://delft.example/nieuw"]


def test_only_in_use_earns_and_says_for_what(delft: Participant, solution: Solution, person: User) -> None:
    for stage in (Stage.ORIENTATION, Stage.DECISION):
        with pytest.raises(IncompleteClaimError):
            hand_in(delft, solution, fields=COMPLETE | {"stage": stage}, by=person, at=NOW)

    claims.confirm(hand_in(delft, solution, fields=COMPLETE, by=person, at=NOW), by=factories.organiser(), at=NOW)

    entries = LedgerEntry.objects.values_list("source", "kind", "description", "points", "counts_on")
    assert list(entries) == [
        (f"solution:{solution.pk}", "adoption", "Oplossing overgenomen: Snelbalie", 1, date(2026, 3, 18))
    ]
