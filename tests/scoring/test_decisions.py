"""The mail about a decision on a claim: to whom, once, about what, and when not."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage

from competition import mails
from competition.models import Edition, MailKind, Membership, Municipality, OutboxMessage, Role, User
from competition.tasks import sweep_outbox_task
from scoring import claims, closing, decisions, freezes
from scoring.tasks import announce_decisions_task
from solutions.models import Adoption
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def town() -> Municipality:
    return factories.municipality("Zwolle")


@pytest.fixture
def contact(town: Municipality) -> User:
    return factories.staff_of(town, role=Role.CONTACT)


@pytest.fixture
def claim(edition: Edition, town: Municipality, contact: User) -> Adoption:
    """What a member of staff of Zwolle reported; a colleague of theirs and another city have nothing to do with it."""
    zwolle = factories.participant("Zwolle", of=edition, municipalities=[town])
    almere = factories.participant("Almere", of=edition)
    factories.staff_of(almere.municipalities.get(), role=Role.CONTACT)
    factories.staff_of(town)
    claim = factories.adoption(zwolle)
    claims.submit(claim, by=factories.staff_of(town), at=NOW)
    return claim


def wake(at: datetime = SOON) -> None:
    """What beat does, twice: nothing comes of the second time."""
    with time_machine.travel(at, tick=False):
        for _ in range(2):
            announce_decisions_task()
            sweep_outbox_task()


def reporter_of(claim: Adoption) -> User:
    assert claim.submitted_by is not None
    return claim.submitted_by


def told(mailoutbox: list[EmailMessage]) -> list[tuple[list[str], str]]:
    return sorted((mail.to, mail.subject.partition(":")[0]) for mail in mailoutbox)


def test_the_reporter_and_the_contact_person_are_told_once(
    claim: Adoption, contact: User, mailoutbox: list[EmailMessage]
) -> None:
    claims.confirm(claim, by=factories.organiser(), at=NOW)

    wake()
    wake(SOON + timedelta(hours=1))

    expected = [([person.email], "Uw melding is bevestigd") for person in (contact, reporter_of(claim))]
    assert told(mailoutbox) == sorted(expected)
    assert all(mail.subject == f"Uw melding is bevestigd: {claim.describe()}" for mail in mailoutbox)
    assert "reden" not in str(mailoutbox[0].body)


def test_who_reported_and_is_contact_person_too_gets_one_mail(
    claim: Adoption, contact: User, mailoutbox: list[EmailMessage]
) -> None:
    Adoption.objects.filter(pk=claim.pk).update(submitted_by=contact)
    claim.refresh_from_db()
    claims.confirm(claim, by=factories.organiser(), at=NOW)

    wake()

    assert told(mailoutbox) == [([contact.email], "Uw melding is bevestigd")]


def test_each_decision_has_its_own_words_and_its_reason(
    claim: Adoption, contact: User, mailoutbox: list[EmailMessage]
) -> None:
    Adoption.objects.filter(pk=claim.pk).update(submitted_by=contact)
    claim.refresh_from_db()
    organiser = factories.organiser()

    claims.reject(claim, because="Het bewijs is van een ander.", by=organiser, at=NOW)
    wake(NOW + timedelta(minutes=1))
    claims.submit(claim, by=contact, at=NOW + timedelta(minutes=2))
    claims.confirm(claim, by=organiser, at=NOW + timedelta(minutes=3))
    wake(NOW + timedelta(minutes=4))
    claims.take_back(claim, because="Toch niet in gebruik.", by=organiser, at=NOW + timedelta(minutes=5))
    wake(NOW + timedelta(minutes=6))
    claims.give_back(claim, because="Het was een vergissing.", by=organiser, at=NOW + timedelta(minutes=7))
    wake(NOW + timedelta(minutes=8))

    assert [mail.subject.partition(":")[0].removeprefix("Uw melding is ") for mail in mailoutbox] == [
        "afgewezen",
        "bevestigd",
        "teruggenomen",
        "alsnog bevestigd",
    ]
    reasons = ["Het bewijs is van een ander.", "", "Toch niet in gebruik.", "Het was een vergissing."]
    assert [reason in str(mail.body) for reason, mail in zip(reasons, mailoutbox, strict=True)] == [True] * 4
    assert "dien haar opnieuw in" in str(mailoutbox[0].body)
    assert [mail for mail in mailoutbox[1:] if "dien haar opnieuw in" in str(mail.body)] == []


def test_of_two_decisions_in_a_moment_only_the_last_is_told(
    claim: Adoption, contact: User, mailoutbox: list[EmailMessage]
) -> None:
    organiser = factories.organiser()
    claims.confirm(claim, by=organiser, at=NOW)
    decisions.announce_due(at=SOON)
    claims.take_back(claim, because="Vergissing.", by=organiser, at=SOON)

    wake(SOON)

    assert {subject for _, subject in told(mailoutbox)} == {"Uw melding is teruggenomen"}
    assert len(mailoutbox) == 2


def test_a_decision_of_more_than_three_days_ago_is_not_told(claim: Adoption, mailoutbox: list[EmailMessage]) -> None:
    claims.confirm(claim, by=factories.organiser(), at=NOW)

    wake(NOW + decisions.STALE_AFTER)
    assert not OutboxMessage.objects.filter(task=decisions.MAIL_TASK).exists()
    decisions.announce_due(at=SOON)
    wake(NOW + decisions.STALE_AFTER)

    assert OutboxMessage.objects.filter(task=decisions.MAIL_TASK, done_at__isnull=False).count() == 2
    assert mailoutbox == []


def test_who_left_or_switched_it_off_gets_nothing(
    claim: Adoption, contact: User, mailoutbox: list[EmailMessage]
) -> None:
    claims.confirm(claim, by=factories.organiser(), at=NOW)
    decisions.announce_due(at=SOON)
    mails.choose(contact, wanted=[MailKind.MONTH_CLOSED])
    Membership.objects.filter(user=reporter_of(claim)).update(ends_on=date(2026, 1, 2))

    wake()

    assert mailoutbox == []


def test_a_municipality_is_told_of_its_own_claim_while_the_board_is_held_still(
    edition: Edition, town: Municipality, mailoutbox: list[EmailMessage]
) -> None:
    april = NOW.replace(month=4)
    zwolle = factories.participant("Zwolle", of=edition, municipalities=[town])
    contact = factories.staff_of(town, role=Role.CONTACT)
    closing.close_due(at=april)
    freezes.freeze(edition, because="Vanavond is de finale.", by=factories.organiser(), at=april)
    claim = factories.submitted(factories.adoption(zwolle), at=april)
    claims.confirm(claim, by=factories.organiser(), at=april)

    wake(april + timedelta(minutes=1))

    assert told(mailoutbox) == [([contact.email], "Uw melding is bevestigd")]
    text = str(mailoutbox[0].body)
    assert [word for word in ("plaats", "punten", "ranglijst", "stand") if word in text] == []
