"""The only writer of the ledger: what an award and a reversal hold, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from competition.models import AwardMoment, Edition, OutboxMessage, Participant, Rules
from scoring import tasks
from scoring.ledger import (
    AlreadyReversedError,
    Award,
    Booked,
    ReasonMissingError,
    award,
    award_all,
    is_in_effect,
    last_of,
    reverse,
)
from scoring.models import LedgerEntry
from scoring.rules import Kind, RefusedByRulesError
from scoring.tasks import RECOUNT_TASK
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
DAY = date(2026, 2, 28)


def playing(**rules: Any) -> Participant:
    return factories.participant("Delft", of=factories.edition(rules=rules))


def meetup_award(of: Participant, **fields: Any) -> LedgerEntry:
    named = {"kind": Kind.MEETUP, "source": "meetup:17", "description": "Meetup in Delft", "counts_on": DAY, "at": NOW}
    complete: dict[str, Any] = {"by": factories.user()} | named | fields
    return award(of, **complete)


def recounts(edition: Edition) -> int:
    """How many recounts of this edition wait in the outbox."""
    return OutboxMessage.objects.filter(task=RECOUNT_TASK, arguments={"edition_id": edition.pk}).count()


# --- Awards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "points"), [(Kind.MEETUP, 2), (Kind.ADOPTION, 30), (Kind.CONTRIBUTION, 400)], ids=str)
def test_an_award_holds_what_the_rules_give_for_its_kind(kind: Kind, points: int) -> None:
    delft = playing(meetup_points=2, adoption_points=30, contribution_points=400)
    person = factories.user()

    meetup_award(delft, kind=kind, by=person)

    entry = LedgerEntry.objects.get()
    assert (entry.edition, entry.participant, entry.kind) == (delft.edition, delft, kind)
    assert (entry.source, entry.description, entry.points) == ("meetup:17", "Meetup in Delft", points)
    assert (entry.counts_on, entry.booked_at, entry.booked_by) == (DAY, NOW, person.actor_id)
    assert (entry.reverses, entry.reason, entry.number) == (None, "", 1)


def test_a_repeat_adds_nothing_and_gives_the_entry_that_stands() -> None:
    delft = playing()
    first = meetup_award(delft)

    again = meetup_award(delft, description="Anders", counts_on=DAY + timedelta(days=1), at=LATER)

    assert again == first
    entry = LedgerEntry.objects.get()
    assert (entry.description, entry.counts_on, entry.booked_at) == ("Meetup in Delft", DAY, NOW)
    assert recounts(delft.edition) == 1


def test_another_source_or_another_participant_gives_another_entry() -> None:
    delft = playing()
    breda = factories.participant("Breda", of=delft.edition)

    entries = [meetup_award(delft), meetup_award(delft, source="meetup:18"), meetup_award(breda)]

    assert len({entry.pk for entry in entries}) == LedgerEntry.objects.count() == 3


def test_nothing_is_booked_before_the_competition_starts() -> None:
    delft = playing()
    start = delft.edition.starts_at

    with pytest.raises(RefusedByRulesError, match="nog niet begonnen"):
        meetup_award(delft, at=start - timedelta(microseconds=1))
    assert not LedgerEntry.objects.exists()
    assert not OutboxMessage.objects.exists()

    assert meetup_award(delft, at=start).points == 1


def test_a_later_change_of_the_rules_does_not_touch_what_was_booked() -> None:
    delft = playing(meetup_points=1)
    entry = meetup_award(delft)

    Rules.objects.filter(edition=delft.edition).update(meetup_points=5, award_moment=AwardMoment.SUBMISSION)

    changed = Participant.objects.get(pk=delft.pk)
    assert meetup_award(changed).points == 1
    assert reverse(entry, because="Fout", by=factories.user(), at=LATER).points == -1
    assert meetup_award(changed, source="meetup:18").points == 5


def test_the_rules_of_another_edition_say_nothing_here() -> None:
    delft = playing(meetup_points=1)
    factories.edition(2027, rules={"meetup_points": 9})

    assert meetup_award(delft).points == 1


def test_an_award_is_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    delft, by = playing(), factories.user()

    with django_assert_num_queries(4):  # a savepoint around, the entry, the recount
        award(delft, kind=Kind.MEETUP, source="meetup:17", description="Meetup", counts_on=DAY, by=by, at=NOW)


def test_many_awards_are_booked_in_order_and_in_as_many_statements_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    delft, by = playing(meetup_points=2, adoption_points=30), factories.user()
    breda = factories.participant("Breda", of=delft.edition)
    before = meetup_award(delft)
    awards = [
        Award(breda, Kind.MEETUP, "meetup:18", "Meetup in Breda", DAY),
        Award(delft, Kind.MEETUP, "meetup:17", "Anders", DAY),
        Award(delft, Kind.ADOPTION, "solution:1", "Oplossing", DAY),
        Award(breda, Kind.MEETUP, "meetup:18", "Meetup in Breda", DAY),
    ]

    with django_assert_num_queries(5):  # one more, for what was booked before
        booked = award_all(awards, by=by, at=LATER)

    in_breda, in_delft = LedgerEntry.objects.exclude(pk=before.pk).order_by("number")
    assert (in_breda.participant, in_breda.points, in_breda.booked_at) == (breda, 2, LATER)
    assert (in_delft.participant, in_delft.points, in_delft.number) == (delft, 30, 3)
    assert booked == [
        Booked(in_breda, is_new=True),
        Booked(before, is_new=False),
        Booked(in_delft, is_new=True),
        Booked(in_breda, is_new=True),
    ]
    assert vars(booked[0].entry).keys() == vars(in_breda).keys()
    assert (booked[0].entry.hash, booked[0].entry.recorded_at) == (in_breda.hash, in_breda.recorded_at)
    assert recounts(delft.edition) == 2


def test_many_awards_of_two_editions_have_each_recounted() -> None:
    delft = playing()
    breda = factories.participant("Breda", of=factories.edition(2025))

    booked = award_all(
        [Award(who, Kind.MEETUP, "meetup:1", "Meetup", DAY) for who in (delft, breda)], by=factories.user(), at=NOW
    )

    assert [(each.entry.participant_id, each.entry.number) for each in booked] == [(delft.pk, 1), (breda.pk, 1)]
    assert (recounts(delft.edition), recounts(breda.edition)) == (1, 1)


def test_no_awards_add_nothing() -> None:
    assert award_all([], by=factories.user(), at=NOW) == []
    assert not OutboxMessage.objects.exists()


def test_what_was_taken_back_is_not_awarded_a_second_time() -> None:
    delft = playing()
    entry = meetup_award(delft)
    reversal = reverse(entry, because="Fout", by=factories.user(), at=NOW)

    with pytest.raises(AlreadyReversedError, match="teruggenomen"):
        meetup_award(delft, at=LATER)
    assert LedgerEntry.objects.count() == 2

    reverse(reversal, because="Toch goed", by=factories.user(), at=LATER)
    assert meetup_award(delft, at=LATER) == entry


# --- Reversals -----------------------------------------------------------------------------------


def test_a_reversal_is_the_opposite_and_counts_from_the_same_day() -> None:
    delft = playing(meetup_points=3)
    entry = meetup_award(delft)
    organiser = factories.organiser()

    reverse(entry, because="  Dubbel geteld\n", by=organiser, at=LATER)

    reversal = LedgerEntry.objects.latest("number")
    copied = ("edition_id", "participant_id", "kind", "source", "description", "counts_on")
    assert [getattr(reversal, field) for field in copied] == [getattr(entry, field) for field in copied]
    assert (reversal.number, reversal.points, reversal.reverses, reversal.reason) == (2, -3, entry, "Dubbel geteld")
    assert (reversal.booked_at, reversal.booked_by) == (LATER, organiser.actor_id)
    assert not is_in_effect(entry)


def test_a_reversal_can_itself_be_reversed_as_often_as_needed() -> None:
    entry = meetup_award(playing(meetup_points=3))
    for turn in range(1, 6):
        last = reverse(last_of(entry), because=f"Keer {turn}", by=factories.user(), at=LATER)

        assert last_of(entry) == last
        assert is_in_effect(entry) is (turn % 2 == 0)

    chain = LedgerEntry.objects.in_order()
    assert [e.points for e in chain] == [3, -3, 3, -3, 3, -3]
    assert [e.reverses_id for e in chain] == [None, *(e.pk for e in chain[:5])]
    assert {e.counts_on for e in chain} == {DAY}


def test_an_entry_is_reversed_once_only_and_the_words_name_the_reversal() -> None:
    delft = playing()
    entry = meetup_award(delft)
    reverse(entry, because="Fout", by=factories.user(), at=NOW)

    with pytest.raises(AlreadyReversedError, match="Boeking 1 is al teruggenomen met boeking 2"):
        reverse(LedgerEntry.objects.get(pk=entry.pk), because="Nog eens", by=factories.user(), at=LATER)

    assert [e.points for e in LedgerEntry.objects.in_order()] == [1, -1]
    assert recounts(delft.edition) == 2


@pytest.mark.parametrize("reason", ["", " ", "\n\t "])
def test_a_reversal_needs_a_reason(reason: str) -> None:
    entry = meetup_award(playing())

    with pytest.raises(ReasonMissingError, match="Geef een reden"):
        reverse(entry, because=reason, by=factories.user(), at=LATER)
    assert LedgerEntry.objects.count() == 1


def test_the_last_of_a_chain_is_not_that_of_another_participant_or_source() -> None:
    delft = playing()
    breda = factories.participant("Breda", of=delft.edition)
    entry = meetup_award(delft)
    others = [meetup_award(breda), meetup_award(delft, source="meetup:18")]

    reversal = reverse(entry, because="Fout", by=factories.user(), at=LATER)

    assert last_of(entry) == last_of(reversal) == reversal
    assert [last_of(other) for other in others] == others
    assert all(map(is_in_effect, others))


# --- The recount goes along ----------------------------------------------------------------------


def test_every_booking_asks_for_a_recount_of_its_own_edition() -> None:
    delft = playing()
    entry = meetup_award(delft)

    reverse(entry, because="Fout", by=factories.user(), at=LATER)

    waiting = OutboxMessage.objects.order_by("pk").values_list("task", "arguments", "created_at")
    arguments = {"edition_id": delft.edition_id}
    assert list(waiting) == [(RECOUNT_TASK, arguments, NOW), (RECOUNT_TASK, arguments, LATER)]


def test_a_booking_that_is_rolled_back_takes_its_recount_along() -> None:
    delft = playing()
    with transaction.atomic():
        meetup_award(delft)
        assert recounts(delft.edition) == 1
        transaction.set_rollback(True)

    assert not LedgerEntry.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_without_the_recount_nothing_is_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    delft = playing()
    entry = meetup_award(delft)

    def fail(*_args: Any, **_fields: Any) -> None:
        raise RuntimeError("outbox")

    monkeypatch.setattr(tasks, "recount_later", fail)
    with pytest.raises(RuntimeError, match="outbox"):
        meetup_award(delft, source="meetup:18")
    with pytest.raises(RuntimeError, match="outbox"):
        reverse(entry, because="Fout", by=factories.user(), at=LATER)

    assert [e.pk for e in LedgerEntry.objects.all()] == [entry.pk]
