"""An own solution for the library, as a municipality offers it: drafts, and handing in."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from competition.models import Participant, User
from scoring import claims
from scoring.claims import IncompleteClaimError, WrongStateError
from scoring.models import ClaimState, LedgerEntry
from scoring.rules import RefusedByRulesError
from solutions.contributions import draft, hand_in, hand_in_new
from solutions.models import Contribution
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
COMPLETE = {"title": "Buurtapp", "summary": "Snel geholpen", "problem": "Wachten", "solution": "Een app"}
COMPLETE |= {"theme": "care", "readiness": "trial"}


@pytest.fixture
def delft() -> Participant:
    return factories.participant("Delft", of=factories.edition())


@pytest.fixture
def person() -> User:
    return factories.user()


def stored() -> list[tuple[Any, ...]]:
    fields = ("participant__name", "title", "state", "summary", "problem", "solution")
    return list(Contribution.objects.order_by("pk").values_list(*fields))


def test_a_draft_keeps_what_was_filled_in(delft: Participant, person: User) -> None:
    key = uuid.uuid4()

    contribution = draft(delft, form_key=key, fields={"title": "Buurtapp"}, by=person, at=NOW)

    assert stored() == [("Delft", "Buurtapp", "draft", "", "", "")]
    contribution.refresh_from_db()
    assert (contribution.created_at, contribution.created_by, contribution.form_key) == (NOW, person, key)


def test_the_same_form_sent_twice_keeps_one_with_what_was_sent_last(delft: Participant, person: User) -> None:
    key = uuid.uuid4()
    first = draft(delft, form_key=key, fields={"title": "Buurtapp"}, by=person, at=NOW)

    second = draft(delft, form_key=key, fields=COMPLETE, by=person, at=LATER)

    assert second == first
    assert stored() == [("Delft", "Buurtapp", "draft", "Snel geholpen", "Wachten", "Een app")]


def test_another_form_or_another_participant_keeps_another(delft: Participant, person: User) -> None:
    breda, key = factories.participant("Breda", of=delft.edition), uuid.uuid4()
    draft(delft, form_key=key, fields={"title": "Een"}, by=person, at=NOW)
    draft(delft, form_key=uuid.uuid4(), fields={"title": "Een"}, by=person, at=NOW)
    draft(breda, form_key=key, fields={"title": "Een"}, by=person, at=NOW)

    assert [row[:2] for row in stored()] == [("Delft", "Een"), ("Delft", "Een"), ("Breda", "Een")]


def test_the_database_keeps_one_for_each_form(delft: Participant) -> None:
    key = uuid.uuid4()
    factories.contribution(delft, form_key=key)

    with pytest.raises(IntegrityError, match="contribution_one_per_sent_form"):
        factories.contribution(delft, form_key=key)


def test_handing_in_a_new_one_keeps_and_submits(delft: Participant, person: User) -> None:
    contribution = hand_in_new(delft, form_key=uuid.uuid4(), fields=COMPLETE, by=person, at=NOW)

    assert stored() == [("Delft", "Buurtapp", "submitted", "Snel geholpen", "Wachten", "Een app")]
    assert (contribution.submitted_at, contribution.submitted_by) == (NOW, person)
    assert contribution.counts_on == date(2026, 3, 18)


def test_a_new_one_that_is_refused_is_not_kept(delft: Participant, person: User) -> None:
    with pytest.raises(IncompleteClaimError):
        hand_in_new(delft, form_key=uuid.uuid4(), fields={"title": "Buurtapp"}, by=person, at=NOW)
    with pytest.raises(RefusedByRulesError):
        hand_in_new(delft, form_key=uuid.uuid4(), fields=COMPLETE, by=person, at=delft.edition.campaign_starts_at)

    assert stored() == []


def test_handing_in_a_draft_keeps_the_changes_with_it(delft: Participant, person: User) -> None:
    contribution = draft(delft, form_key=uuid.uuid4(), fields={"title": "Buurtapp"}, by=person, at=NOW)

    hand_in(
        contribution, fields=COMPLETE | {"title": "Wijkapp"}, seen_version=contribution.version, by=person, at=LATER
    )

    assert [row[1:3] for row in stored()] == [("Wijkapp", "submitted")]


def test_a_draft_that_is_refused_stays_as_it_was(delft: Participant, person: User) -> None:
    contribution = draft(delft, form_key=uuid.uuid4(), fields={"title": "Buurtapp"}, by=person, at=NOW)
    before = stored()

    with pytest.raises(IncompleteClaimError):
        hand_in(contribution, fields={"title": "Wijkapp"}, seen_version=contribution.version, by=person, at=LATER)

    assert stored() == before


def test_the_same_form_handed_in_twice_is_one_claim_and_the_second_is_told(delft: Participant, person: User) -> None:
    key = uuid.uuid4()
    hand_in_new(delft, form_key=key, fields=COMPLETE, by=person, at=NOW)
    before = stored()

    with pytest.raises(WrongStateError, match="ingediend"):
        hand_in_new(delft, form_key=key, fields=COMPLETE | {"title": "Anders"}, by=person, at=LATER)

    assert stored() == before


def test_after_a_rejection_it_is_mended_and_handed_in_again(delft: Participant, person: User) -> None:
    contribution = hand_in_new(delft, form_key=uuid.uuid4(), fields=COMPLETE, by=person, at=NOW)
    claims.reject(contribution, because="Te kort", by=factories.organiser(), at=NOW)

    hand_in(
        contribution, fields={"solution": "Een app, met uitleg"}, seen_version=contribution.version, by=person, at=LATER
    )

    assert [row[2] for row in stored()] == [ClaimState.SUBMITTED]
    assert [row[-1] for row in stored()] == ["Een app, met uitleg"]


def test_each_contribution_earns_a_point_of_its_own(delft: Participant, person: User) -> None:
    made = [hand_in_new(delft, form_key=uuid.uuid4(), fields=COMPLETE, by=person, at=NOW) for _ in range(2)]
    for contribution in made:
        claims.confirm(contribution, by=factories.organiser(), at=LATER)

    entries = LedgerEntry.objects.in_order().values_list("source", "kind", "description", "points")
    assert list(entries) == [
        (f"contribution:{each.pk}", "contribution", "Oplossing aangedragen: Buurtapp", 1) for each in made
    ]
