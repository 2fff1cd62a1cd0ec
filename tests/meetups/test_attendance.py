"""Attendance at a meetup, as a municipality reports it: drafts, and handing in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from competition.models import Participant, User
from meetups.attendance import draft, hand_in, not_yet
from meetups.models import Attendance, Meetup
from scoring import claims
from scoring.claims import WrongStateError
from scoring.models import ClaimState, LedgerEntry
from scoring.rules import RefusedByRulesError
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
EVENING = datetime(2026, 3, 18, 19, 30, tzinfo=UTC)


@pytest.fixture
def delft() -> Participant:
    return factories.participant("Delft", of=factories.edition())


@pytest.fixture
def meetup(delft: Participant) -> Meetup:
    return factories.meetup(of=delft.edition, title="Slimme balie")


@pytest.fixture
def person() -> User:
    return factories.user()


def stored() -> list[tuple[Any, ...]]:
    fields = ("participant__name", "meetup__title", "state", "people", "note")
    return list(Attendance.objects.order_by("pk").values_list(*fields))


def test_a_draft_keeps_what_was_filled_in(delft: Participant, meetup: Meetup, person: User) -> None:
    attendance = draft(delft, meetup, fields={"people": 3, "note": "Goed gesprek"}, by=person, at=NOW)

    assert stored() == [("Delft", "Slimme balie", "draft", 3, "Goed gesprek")]
    attendance.refresh_from_db()
    assert (attendance.created_at, attendance.created_by) == (NOW, person)


def test_a_second_draft_is_the_first_one_changed(delft: Participant, meetup: Meetup, person: User) -> None:
    first = draft(delft, meetup, fields={"people": 3}, by=person, at=NOW)

    assert draft(delft, meetup, fields={"people": 4}, by=factories.user(), at=LATER) == first
    assert stored() == [("Delft", "Slimme balie", "draft", 4, "")]


def test_handing_in_keeps_and_submits(delft: Participant, meetup: Meetup, person: User) -> None:
    attendance = hand_in(delft, meetup, fields={"people": 3}, by=person, at=NOW)

    assert stored() == [("Delft", "Slimme balie", "submitted", 3, "")]
    assert (attendance.submitted_at, attendance.submitted_by) == (NOW, person)
    assert attendance.counts_on == date(2026, 3, 18)


def test_however_many_people_came_it_is_one_point(delft: Participant, meetup: Meetup, person: User) -> None:
    attendance = hand_in(delft, meetup, fields={"people": 40}, by=person, at=NOW)
    claims.confirm(attendance, by=factories.organiser(), at=LATER)

    entries = LedgerEntry.objects.values_list("source", "kind", "description", "points")
    assert list(entries) == [
        (f"meetup:{meetup.pk}", "meetup", "Meetup bijgewoond: Slimme balie, 16 maart 2026", 1),
    ]


def test_the_day_of_a_meetup_is_that_of_the_netherlands(delft: Participant) -> None:
    around_midnight = factories.meetup(of=delft.edition, starts_at=datetime(2026, 3, 17, 23, 30, tzinfo=UTC))
    attendance = factories.attendance(delft, meetup=around_midnight)

    assert around_midnight.held_on == date(2026, 3, 18)
    assert attendance.describe().endswith(", 18 maart 2026")


def test_a_meetup_that_has_not_begun_is_refused_with_its_time(delft: Participant, person: User) -> None:
    tonight = factories.meetup(of=delft.edition, starts_at=EVENING)
    why_not = "Deze meetup begint op 18 maart 2026 om 20.30 uur. Daarna kunt u melden dat u er was."

    with pytest.raises(RefusedByRulesError) as refusal:
        hand_in(delft, tonight, fields={"people": 3}, by=person, at=EVENING - timedelta(seconds=1))

    assert str(refusal.value) == why_not == not_yet(tonight, at=NOW)
    assert stored() == []
    assert not_yet(tonight, at=EVENING) == ""
    assert hand_in(delft, tonight, fields={}, by=person, at=EVENING).state == ClaimState.SUBMITTED


def test_nobody_was_at_a_meetup_that_did_not_go_ahead(delft: Participant, person: User) -> None:
    cancelled = factories.meetup(of=delft.edition, is_cancelled=True)

    with pytest.raises(RefusedByRulesError, match="Deze meetup gaat niet door"):
        hand_in(delft, cancelled, fields={"people": 3}, by=person, at=NOW)

    assert stored() == []
    assert Attendance(participant=delft, meetup=cancelled).refusal(delft.edition.rules) == "Deze meetup gaat niet door."


def test_what_is_refused_leaves_the_draft_as_it_was(delft: Participant, meetup: Meetup, person: User) -> None:
    draft(delft, meetup, fields={"people": 3}, by=person, at=NOW)

    with pytest.raises(RefusedByRulesError, match="tot en met 7 april 2026"):
        hand_in(delft, meetup, fields={"people": 4}, by=person, at=NOW + timedelta(days=30))

    assert stored() == [("Delft", "Slimme balie", "draft", 3, "")]


@pytest.mark.parametrize("decide", [None, "confirm"])
def test_what_was_handed_in_or_decided_on_is_not_changed(
    delft: Participant, meetup: Meetup, person: User, decide: str | None
) -> None:
    attendance = hand_in(delft, meetup, fields={"people": 3}, by=person, at=NOW)
    if decide:
        claims.confirm(attendance, by=factories.organiser(), at=NOW)
    before = stored()

    for act in (draft, hand_in):
        with pytest.raises(WrongStateError):
            act(delft, meetup, fields={"people": 9}, by=person, at=LATER)

    assert stored() == before


def test_after_a_withdrawal_it_is_handed_in_again(delft: Participant, meetup: Meetup, person: User) -> None:
    attendance = hand_in(delft, meetup, fields={"people": 3}, by=person, at=NOW)
    claims.withdraw(attendance, by=person, at=NOW)

    assert hand_in(delft, meetup, fields={"people": 2}, by=person, at=LATER) == attendance
    assert stored() == [("Delft", "Slimme balie", "submitted", 2, "")]


def test_an_alliance_has_one_attendance_whoever_of_it_went(person: User) -> None:
    schiedam, maassluis = factories.municipality("Schiedam"), factories.municipality("Maassluis")
    edition = factories.edition()
    alliance = factories.participant("Waterweg", of=edition, municipalities=[schiedam, maassluis])
    meetup = factories.meetup(of=edition, title="Slimme balie")
    for by in (factories.staff_of(schiedam), factories.staff_of(maassluis)):
        draft(alliance, meetup, fields={"people": 2}, by=by, at=NOW)

    assert stored() == [("Waterweg", "Slimme balie", "draft", 2, "")]
    of_each = [list(Attendance.objects.of_municipality(m)) for m in (schiedam, maassluis)]
    assert of_each == [list(Attendance.objects.all())] * 2
