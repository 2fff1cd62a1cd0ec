"""Messages of the organisers to many people: to whom, once each, and above fifty only by two."""

from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from competition import circulars
from competition.circulars import CircularRefusedError
from competition.mail_texts import Filled
from competition.models import Audience, Circular, CircularState, Edition, Membership, OutboxMessage, Role, User
from competition.models.circulars import MOST_ALONE
from competition.tasks import sweep_outbox_task
from tests import factories
from tests.factories import NOW
from tests.racing import at_once

pytestmark = pytest.mark.django_db
WORDS = Filled("Nieuws over {editie}", "Beste {naam}, <b>tot ziens</b>.")


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def written(edition: Edition, audience: Audience = Audience.STAFF, words: Filled = WORDS) -> Circular:
    return circulars.write(edition, audience, words, form_key=uuid4(), at=NOW)


def fill(edition: Edition, count: int) -> None:
    """Let so many people work for one participant."""
    town = factories.participant("Zwolle", of=edition).municipalities.get()
    people = User.objects.bulk_create([User(email=f"lezer{n}@voorbeeld.example", name="Lezer") for n in range(count)])
    Membership.objects.bulk_create(
        [Membership(user=one, municipality=town, role=Role.STAFF, starts_on=date(2026, 1, 1)) for one in people]
    )


def approve(circular: Circular, by: User) -> int:
    circular.refresh_from_db()
    assert circular.proposed_at is not None
    return circulars.approve(circular, seen=circular.proposed_at.isoformat(), by=by, at=NOW)


def test_contacts_or_everybody_of_the_participants_and_nobody_else(edition: Edition) -> None:
    town = factories.participant("Zwolle", of=edition).municipalities.get()
    contact, staff = factories.staff_of(town, role=Role.CONTACT), factories.staff_of(town)
    contact.memberships.create(municipality=town, role=Role.STAFF, starts_on=date(2025, 1, 1), ends_on=date(2025, 2, 1))
    factories.staff_of(town, ends_on=date(2026, 2, 1))
    factories.staff_of(factories.municipality("Texel"), role=Role.CONTACT)
    factories.staff_of(
        factories.participant("Goes", of=factories.edition(2027)).municipalities.get(), role=Role.CONTACT
    )
    User.objects.filter(pk=factories.staff_of(town, role=Role.CONTACT).pk).update(is_active=False)

    assert list(circulars.receivers_of(edition, Audience.CONTACTS, at=NOW)) == [contact]
    assert list(circulars.receivers_of(edition, Audience.STAFF, at=NOW)) == [contact, staff]


def test_each_reader_gets_it_once_with_their_own_name(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    fill(edition, 2)
    circular = written(edition)

    assert circulars.send(circular, by=factories.organiser(), at=NOW) == 2
    with pytest.raises(CircularRefusedError, match="De toestand van dit bericht is nu: verstuurd"):
        circulars.send(circular, by=factories.organiser(), at=NOW)
    with time_machine.travel(NOW, tick=False):
        sweep_outbox_task()
        sweep_outbox_task()

    assert sorted(mail.to for mail in mailoutbox) == [["lezer0@voorbeeld.example"], ["lezer1@voorbeeld.example"]]
    assert {str(mail.subject) for mail in mailoutbox} == {"Nieuws over Editie 2026"}
    assert all("Beste Lezer, <b>tot ziens</b>." in str(mail.body) for mail in mailoutbox)
    circular.refresh_from_db()
    assert (circular.state, circular.receivers, circular.sent_at) == (CircularState.SENT, 2, NOW)


def test_who_left_before_their_turn_gets_none(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    fill(edition, 2)
    circulars.send(written(edition), by=factories.organiser(), at=NOW)
    Membership.objects.filter(user__email="lezer0@voorbeeld.example").update(ends_on=date(2026, 2, 1))

    with time_machine.travel(NOW, tick=False):
        sweep_outbox_task()

    assert [mail.to for mail in mailoutbox] == [["lezer1@voorbeeld.example"]]


@pytest.mark.parametrize("count", [MOST_ALONE, MOST_ALONE + 1])
def test_to_more_than_fifty_nobody_sends_alone(edition: Edition, count: int) -> None:
    fill(edition, count)
    circular = written(edition)

    if count <= MOST_ALONE:
        assert circulars.send(circular, by=factories.organiser(), at=NOW) == count
        return
    with pytest.raises(CircularRefusedError, match="Leg het voor aan een andere organisator"):
        circulars.send(circular, by=factories.organiser(), at=NOW)
    assert not OutboxMessage.objects.exists()


def test_another_organiser_agrees_and_then_it_goes_to_everybody_sixty_a_minute(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    fill(edition, 70)
    circular, author, other = written(edition), factories.organiser(), factories.organiser()
    circulars.propose(circular, by=author, at=NOW)
    assert not OutboxMessage.objects.exists()

    with pytest.raises(CircularRefusedError, match="U heeft dit zelf voorgelegd"):
        approve(circular, author)
    assert approve(circular, other) == 70
    with pytest.raises(CircularRefusedError, match="nu: verstuurd"):
        approve(circular, other)

    for seconds, sent in [(0, 60), (30, 60), (60, 70), (120, 70)]:
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            sweep_outbox_task()
        assert len(mailoutbox) == sent
    assert len({mail.to[0] for mail in mailoutbox}) == 70


def test_what_waits_stands_fixed_and_what_was_changed_since_is_looked_at_again(edition: Edition) -> None:
    fill(edition, 51)
    circular, author, other = written(edition), factories.organiser(), factories.organiser()
    circulars.propose(circular, by=author, at=NOW)
    circular.refresh_from_db()
    seen = str(circular.proposed_at and circular.proposed_at.isoformat())

    with pytest.raises(CircularRefusedError, match="wacht op een tweede organisator"):
        circulars.rewrite(circular, edition, Audience.STAFF, Filled("Anders", "Anders"), at=NOW)
    circulars.take_back(circular)
    circulars.rewrite(circular, edition, Audience.STAFF, Filled("Anders", "Anders"), at=NOW)
    circulars.propose(circular, by=author, at=NOW + timedelta(minutes=1))

    with pytest.raises(CircularRefusedError, match="intussen veranderd"):
        circulars.approve(circular, seen=seen, by=other, at=NOW)
    assert not OutboxMessage.objects.exists()


def test_a_proposal_of_an_account_that_is_gone_has_to_be_made_anew(edition: Edition) -> None:
    fill(edition, 51)
    circular, author = written(edition), factories.organiser()
    circulars.propose(circular, by=author, at=NOW)
    author.delete()

    with pytest.raises(CircularRefusedError, match="bestaat niet meer"):
        approve(circular, factories.organiser())


def test_nothing_is_sent_to_nobody(edition: Edition) -> None:
    with pytest.raises(CircularRefusedError, match="Er is niemand"):
        circulars.send(written(edition), by=factories.organiser(), at=NOW)


def test_the_same_form_twice_writes_one(edition: Edition) -> None:
    key = uuid4()
    made = [circulars.write(edition, Audience.STAFF, WORDS, form_key=key, at=NOW) for _ in range(2)]

    assert made[0] == made[1]
    assert Circular.objects.count() == 1


def test_the_same_form_with_other_words_changes_a_draft_and_nothing_else(edition: Edition) -> None:
    key, later = uuid4(), NOW + timedelta(minutes=1)
    circulars.write(edition, Audience.STAFF, WORDS, form_key=key, at=NOW)

    made = circulars.write(edition, Audience.CONTACTS, Filled("Beter", "Beter"), form_key=key, at=later)
    assert [*Circular.objects.values_list("audience", "subject", "body", "written_at")] == [
        (Audience.CONTACTS, "Beter", "Beter", later)
    ]
    assert made.subject == "Beter"
    circulars.propose(made, by=factories.organiser(), at=later)
    circulars.write(edition, Audience.CONTACTS, WORDS, form_key=key, at=later)
    assert Circular.objects.get().subject == "Beter"


def test_the_database_refuses_one_person_and_a_sent_one_without_a_number(edition: Edition) -> None:
    circular, person = written(edition), factories.organiser()
    sent: dict[str, object] = {"state": CircularState.SENT, "sent_at": NOW}
    refused: list[tuple[str, dict[str, object]]] = [
        ("circular_to_many_needs_a_second_person", sent | {"receivers": 51}),
        ("circular_sent_has_a_moment_and_a_number", {"state": CircularState.SENT}),
        ("circular_second_person_is_another", {"proposed_by": person, "approved_by": person}),
    ]
    for name, fields in refused:
        with pytest.raises(IntegrityError, match=name):
            _update(circular, fields)


def _update(circular: Circular, fields: dict[str, object]) -> None:
    with transaction.atomic():
        Circular.objects.filter(pk=circular.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_four_who_agree_at_once_send_it_once() -> None:
    edition = factories.edition()
    fill(edition, 51)
    circular = written(edition)
    circulars.propose(circular, by=factories.organiser(), at=NOW)
    others = [factories.organiser() for _ in range(4)]

    found = at_once([partial(approve, circular, other) for other in others], refusals=(CircularRefusedError,))

    assert sorted(map(str, found)) == ["51", *["De toestand van dit bericht is nu: verstuurd."] * 3]
    assert OutboxMessage.objects.count() == 51
