"""The mails around a meetup: when, to whom, once, and when not."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage

from competition import mails
from competition.models import Edition, MailKind, Municipality, OutboxMessage, Participant, User
from competition.tasks import sweep_outbox_task
from meetups import attendance, reminders
from meetups.models import Meetup, Presence, Signup
from meetups.tasks import send_reminders_task
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BEGINS = NOW + 10 * DAY
ENDS = BEGINS + timedelta(hours=2)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def about(edition: Edition) -> Meetup:
    return factories.meetup(of=edition, starts_at=BEGINS, title="Afval", slug="afval")


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


@pytest.fixture
def town(zwolle: Participant) -> Municipality:
    return zwolle.municipalities.get()


@pytest.fixture
def person(town: Municipality) -> User:
    return factories.staff_of(town)


@pytest.fixture
def signup(about: Meetup, town: Municipality, person: User) -> Signup:
    """One seat, asked for by this person today."""
    return factories.signup(about, town, changed_by=person)


def wake(*moments: datetime) -> None:
    """What beat does, twice each time: nothing comes of the second."""
    for at in moments:
        with time_machine.travel(at, tick=False):
            for _ in range(2):
                send_reminders_task()
                sweep_outbox_task()


def subjects(mailoutbox: list[EmailMessage]) -> list[str]:
    return [str(mail.subject) for mail in mailoutbox]


def test_who_has_a_seat_is_reminded_a_week_and_a_day_before_and_asked_afterwards(
    signup: Signup, person: User, mailoutbox: list[EmailMessage]
) -> None:
    wake(*(NOW + hours * timedelta(hours=1) for hours in range(1, 24 * 18, 7)))

    assert subjects(mailoutbox) == [
        "Uw meetup komt eraan: Afval",
        "Denk aan uw meetup: Afval",
        "Was u erbij? Meld uw aanwezigheid: Afval",
    ]
    assert {tuple(mail.to) for mail in mailoutbox} == {(person.email,)}
    assert "/mijn/zwolle/meetups/afval/aanmelden/" in str(mailoutbox[0].body)
    assert "heeft 1 plaats bij" in str(mailoutbox[0].body)
    assert str(mailoutbox[2].body).count("/mijn/zwolle/meetups/afval/\n") == 1


def test_it_comes_at_its_moment_and_not_before(signup: Signup, mailoutbox: list[EmailMessage]) -> None:
    wake(BEGINS - 7 * DAY - MINUTE)
    assert subjects(mailoutbox) == []

    wake(BEGINS - 7 * DAY)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("at", [BEGINS - 4 * DAY, BEGINS, ENDS + 4 * DAY])
def test_after_a_long_silence_old_reminders_are_left_out(
    signup: Signup, mailoutbox: list[EmailMessage], at: datetime
) -> None:
    wake(at)

    assert not OutboxMessage.objects.exists()
    assert mailoutbox == []


def test_what_waited_too_long_in_the_outbox_is_left_out(signup: Signup, mailoutbox: list[EmailMessage]) -> None:
    assert reminders.send_due(at=BEGINS - 7 * DAY) == 1

    with time_machine.travel(BEGINS - 4 * DAY, tick=False):
        sweep_outbox_task()

    assert OutboxMessage.objects.get().done_at is not None
    assert mailoutbox == []


def test_who_signed_up_after_the_moment_knows_already(signup: Signup, mailoutbox: list[EmailMessage]) -> None:
    Signup.objects.update(changed_at=BEGINS - 6 * DAY)
    wake(BEGINS - 6 * DAY + MINUTE)

    assert mailoutbox == []


def test_nobody_is_reminded_of_what_is_cancelled_or_signed_off(
    about: Meetup, signup: Signup, mailoutbox: list[EmailMessage]
) -> None:
    reminders.send_due(at=BEGINS - 7 * DAY)
    Signup.objects.update(seats=0)
    wake(BEGINS - 7 * DAY + MINUTE)
    Signup.objects.update(seats=1)
    Meetup.objects.update(is_cancelled=True)
    wake(BEGINS - DAY, ENDS + DAY)

    assert mailoutbox == []


def test_a_meetup_that_is_moved_is_told_anew(about: Meetup, signup: Signup, mailoutbox: list[EmailMessage]) -> None:
    wake(BEGINS - 7 * DAY)
    Meetup.objects.update(starts_at=BEGINS + 2 * DAY, ends_at=ENDS + 2 * DAY)
    wake(BEGINS - 5 * DAY)

    assert subjects(mailoutbox) == ["Uw meetup komt eraan: Afval"] * 2


def test_who_reported_or_was_seen_absent_is_not_asked(
    about: Meetup, signup: Signup, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    attendance.hand_in(zwolle, about, fields={"people": 1}, by=person, at=ENDS)
    other = factories.participant("Ede", of=about.edition).municipalities.get()
    factories.signup(about, other, changed_by=factories.staff_of(other), presence=Presence.ABSENT)
    wake(ENDS + DAY)

    assert mailoutbox == []


def test_a_draft_is_no_report(
    about: Meetup, signup: Signup, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    attendance.draft(zwolle, about, fields={"people": 1}, by=person, at=ENDS)
    wake(ENDS + DAY)

    assert subjects(mailoutbox) == ["Was u erbij? Meld uw aanwezigheid: Afval"]


@pytest.mark.parametrize("earns", [True, False])
def test_a_host_is_asked_only_where_its_own_meetup_earns_a_point(
    about: Meetup, signup: Signup, town: Municipality, mailoutbox: list[EmailMessage], *, earns: bool
) -> None:
    Meetup.objects.update(host=town)
    type(about.edition.rules).objects.update(host_earns_meetup_point=earns)
    wake(ENDS + DAY)

    assert len(mailoutbox) == int(earns)


def test_who_takes_no_part_is_not_asked_to_report(about: Meetup, mailoutbox: list[EmailMessage]) -> None:
    guest = factories.municipality("Gast")
    factories.signup(about, guest, changed_by=factories.staff_of(guest))
    wake(ENDS + DAY)

    assert mailoutbox == []


def test_each_of_the_two_is_switched_off_by_itself(
    signup: Signup, person: User, mailoutbox: list[EmailMessage]
) -> None:
    mails.choose(person, wanted=[MailKind.NOT_REPORTED])
    wake(BEGINS - 7 * DAY, BEGINS - DAY, ENDS + DAY)

    assert subjects(mailoutbox) == ["Was u erbij? Meld uw aanwezigheid: Afval"]
