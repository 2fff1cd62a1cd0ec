"""Objecting to a booking: who, how long, once; and the answer, which reverses it where the objection is upheld."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from competition.models import Edition, Participant, User
from scoring import claims, closing, freezes, ledger, objections, proposals
from scoring.models import LedgerEntry, Objection, ObjectionState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


@pytest.fixture
def entry(edition: Edition) -> LedgerEntry:
    """A point of a rival."""
    return factories.entry(factories.participant("Ede", of=edition))


@pytest.fixture
def organiser() -> User:
    return factories.organiser()


def objected(
    entry: LedgerEntry, by: Participant, *, at: datetime = NOW, grounds: str = "Ede was er niet."
) -> Objection:
    return objections.object_to(entry, by, grounds=grounds, form_key=uuid4(), by=factories.user(), at=at)


def test_a_rival_may_object_and_so_may_who_has_the_point(entry: LedgerEntry, zwolle: Participant) -> None:
    objected(entry, zwolle)
    objected(entry, entry.participant)

    assert set(Objection.objects.values_list("participant__name", "state", "grounds")) == {
        ("Zwolle", "pending", "Ede was er niet."),
        ("Ede", "pending", "Ede was er niet."),
    }


@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (datetime(2026, 4, 1, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 1, 22, 0, tzinfo=UTC), False),
    ],
)
def test_one_can_object_until_the_fourteenth_day_after_the_booking_is_over_in_the_netherlands(
    entry: LedgerEntry, zwolle: Participant, at: datetime, is_in_time: bool
) -> None:
    assert objections.last_day_for(entry).isoformat() == "2026-04-01"
    assert (entry in objections.open_to_objection(entry.edition, at=at)) is is_in_time
    if is_in_time:
        objected(entry, zwolle, at=at)
    else:
        with pytest.raises(objections.ObjectionRefusedError, match="14 dagen na de boeking"):
            objected(entry, zwolle, at=at)


def test_the_same_form_sent_twice_is_one_objection(entry: LedgerEntry, zwolle: Participant) -> None:
    key, by = uuid4(), factories.user()

    sent = [objections.object_to(entry, zwolle, grounds="Nee", form_key=key, by=by, at=NOW) for _twice in range(2)]

    assert sent[0] == sent[1]
    assert Objection.objects.count() == 1


def test_a_participant_objects_once_unless_it_took_that_back(entry: LedgerEntry, zwolle: Participant) -> None:
    first = objected(entry, zwolle)
    with pytest.raises(objections.ObjectionRefusedError, match="al bezwaar gemaakt"):
        objected(entry, zwolle)

    objections.withdraw(first, by=factories.user(), at=NOW)
    objections.withdraw(first, by=factories.user(), at=NOW)
    objected(entry, zwolle)

    assert sorted(Objection.objects.values_list("state", flat=True)) == ["pending", "withdrawn"]


def test_what_has_been_booked_back_and_what_is_of_another_edition_needs_no_objection(
    entry: LedgerEntry, zwolle: Participant
) -> None:
    ledger.reverse(entry, because="Dubbel", by=factories.user(), at=NOW)
    elsewhere = factories.participant("Urk", of=factories.edition(2025))

    with pytest.raises(objections.ObjectionRefusedError, match="al teruggeboekt"):
        objected(entry, zwolle)
    with pytest.raises(objections.ObjectionRefusedError, match="andere editie"):
        objected(entry, elsewhere)
    with pytest.raises(IntegrityError, match="plays in the edition"), transaction.atomic():
        factories.objection(elsewhere, to=entry)


@pytest.mark.parametrize("grounds", ["", "  \n "])
def test_it_says_what_is_wrong(entry: LedgerEntry, zwolle: Participant, grounds: str) -> None:
    with pytest.raises(objections.ObjectionRefusedError, match="Schrijf op"):
        objected(entry, zwolle, grounds=grounds)


# --- The answer -----------------------------------------------------------------------------------


def test_what_is_upheld_is_booked_back_by_way_of_its_claim(zwolle: Participant, organiser: User) -> None:
    claim = factories.confirmed(factories.contribution(factories.participant("Ede", of=zwolle.edition)))
    assert claim.award is not None
    objection = objected(claim.award, zwolle)

    objections.uphold(objection, because="Dit was van Zwolle.", by=organiser, at=NOW)

    claim.refresh_from_db()
    reversal = ledger.last_of(claim.award)
    assert (claim.state, reversal.points, reversal.reason) == ("reversed", -1, "Dit was van Zwolle.")
    assert (objection.state, objection.answer, objection.ended_at, objection.ended_by) == (
        ObjectionState.UPHELD,
        "Dit was van Zwolle.",
        NOW,
        organiser,
    )


def test_who_lost_a_point_may_object_and_gets_it_again(zwolle: Participant, organiser: User) -> None:
    claim = factories.confirmed(factories.contribution(zwolle))
    reversal = claims.take_back(claim, because="Vergissing", by=organiser, at=NOW)

    objections.uphold(objected(reversal, zwolle), because="U had gelijk.", by=organiser, at=NOW)

    claim.refresh_from_db()
    assert (claim.state, ledger.is_in_effect(reversal)) == ("confirmed", True)


def test_what_is_dismissed_leaves_the_ledger_as_it_is(entry: LedgerEntry, zwolle: Participant, organiser: User) -> None:
    objection = objected(entry, zwolle)

    objections.dismiss(objection, because="Ede stond op de lijst.", by=organiser, at=NOW)

    assert (objection.state, objection.answer) == (ObjectionState.DISMISSED, "Ede stond op de lijst.")
    assert LedgerEntry.objects.count() == 1


def test_in_a_closed_month_two_book_back_before_it_can_be_upheld(
    edition: Edition, zwolle: Participant, organiser: User
) -> None:
    after = NOW + timedelta(days=30)
    entry = factories.entry(factories.participant("Ede", of=edition), at=NOW + timedelta(days=20))
    objection = objected(entry, zwolle, at=after)
    closing.close(edition.rounds.get(month=3), at=after)

    with pytest.raises(ledger.SecondPersonNeededError):
        objections.uphold(objection, because="Klopt.", by=organiser, at=after)
    objection.refresh_from_db()
    assert (objection.state, LedgerEntry.objects.count()) == ("pending", 1)

    proposal = proposals.propose_reversal(entry, because="Klopt.", by=organiser, at=after)
    proposals.approve(proposal, by=factories.organiser(), at=after)
    objections.uphold(objection, because="Klopt.", by=organiser, at=after)

    assert (objection.state, LedgerEntry.objects.count()) == ("upheld", 2)


@pytest.mark.parametrize("act", [objections.uphold, objections.dismiss])
def test_it_is_answered_once_with_a_reason_and_by_nobody_involved(
    entry: LedgerEntry, zwolle: Participant, organiser: User, act: Callable[..., None]
) -> None:
    objection = objected(entry, zwolle)
    for involved in (zwolle, entry.participant):
        colleague = factories.staff_of(involved.municipalities.get())
        with pytest.raises(objections.ObjectionRefusedError, match="waarvoor u werkt"):
            act(objection, because="Klopt.", by=colleague, at=NOW)
    with pytest.raises(objections.ObjectionRefusedError, match="Geef een reden"):
        act(objection, because=" ", by=organiser, at=NOW)

    act(objection, because="Klopt.", by=organiser, at=NOW)

    with pytest.raises(objections.ObjectionRefusedError, match="gegrond verklaard"):
        act(objection, because="Toch niet.", by=organiser, at=NOW)
    with pytest.raises(objections.ObjectionRefusedError, match="al beantwoord"):
        objections.withdraw(objection, by=factories.user(), at=NOW)


# --- What everybody sees, and what stays ---------------------------------------------------------


def test_everybody_reads_what_was_not_withdrawn_and_nothing_that_a_frozen_board_hides(
    edition: Edition, zwolle: Participant, entry: LedgerEntry
) -> None:
    shown = objected(entry, zwolle)
    objections.withdraw(objected(entry, entry.participant), by=factories.user(), at=NOW)
    closing.close(edition.rounds.get(month=1), at=NOW)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)
    later = factories.entry(entry.participant)

    objected(later, zwolle)

    assert [one.pk for one in objections.shown_of(edition)] == [shown.pk]
    assert not objections.is_visible(later)
    assert list(objections.open_to_objection(edition, at=NOW)) == [entry]


@pytest.mark.parametrize(
    "change", [{"answer": "Anders"}, {"state": "upheld"}, {"grounds": "Anders"}, {"ended_at": NOW + timedelta(days=1)}]
)
def test_what_has_ended_stays_as_it_is_but_for_what_may_hold_names(
    zwolle: Participant, change: dict[str, object]
) -> None:
    objection = factories.objection(zwolle, answer="Nee.")

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Objection.objects.all().delete()
    Objection.objects.update(grounds=None, submitted_by=None, ended_by=None)

    objection.refresh_from_db()
    assert (objection.grounds, objection.answer) == (None, "Nee.")
