"""The mail about a meetup that is cancelled or moved: to everybody on the list, once per change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client

from competition.access import EDITOR
from competition.models import Edition, Municipality, OutboxMessage, Role, User
from competition.tasks import sweep_outbox_task
from meetups import changes
from meetups.models import Meetup, Signup
from meetups.tasks import mail_change_task
from tests import factories
from tests.admin_pages import address, client_in, messages_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 3, 25, 18, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def meetup(edition: Edition) -> Meetup:
    return factories.meetup(of=edition, title="Afval", slug="afval", starts_at=BEGINS, location="Gouda")


@pytest.fixture
def client() -> Client:
    return client_in(EDITOR)


def on_the_list(meetup: Meetup, name: str, **fields: Any) -> tuple[Signup, User]:
    town = factories.participant(name, of=meetup.edition).municipalities.get()
    person = factories.staff_of(town, role=Role.CONTACT)
    return factories.signup(meetup, town, **({"seats": 1, "changed_by": person, "changed_at": NOW} | fields)), person


def save(client: Client, meetup: Meetup, **fields: Any) -> list[str]:
    """Save the meetup's page in the admin, with other words in these fields; gives what the page says."""
    form = {
        "title": meetup.title,
        "starts_at_0": "25-03-2026",
        "starts_at_1": "19:30:00",
        "ends_at_0": "25-03-2026",
        "ends_at_1": "21:30:00",
        "location": "Gouda",
        "materials-TOTAL_FORMS": "0",
        "materials-INITIAL_FORMS": "0",
    }
    return messages_of(client.post(address(meetup), form | fields, follow=True))


def told(mailoutbox: list[EmailMessage]) -> list[tuple[str, str]]:
    sweep_outbox_task()
    return [(mail.to[0], str(mail.subject)) for mail in mailoutbox]


def test_everybody_on_the_list_hears_once_that_it_is_cancelled(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage]
) -> None:
    _, seated = on_the_list(meetup, "Ede")
    _, waits = on_the_list(meetup, "Urk", seats=0, waiting=[NOW])
    on_the_list(meetup, "Goes", seats=0)

    said = save(client, meetup, is_cancelled="on")
    save(client, meetup, is_cancelled="on")

    assert "Wie zich aanmeldde krijgt hierover bericht: 2 mails." in said
    assert told(mailoutbox) == [(one.email, "Gaat niet door: Afval") for one in (seated, waits)]
    body = str(mailoutbox[0].body)
    assert "De meetup ‘Afval’ op woensdag 25 maart 2026 gaat niet door. Ede had zich aangemeld." in body
    assert "/2026/meetups/afval/" in body
    assert "uit op uw eigen pagina" not in body


@pytest.mark.parametrize(
    ("fields", "subject", "words"),
    [
        ({"starts_at_1": "19:00:00"}, "Andere tijd: Afval", "woensdag 25 maart 2026, om 19.00 uur.\nPlaats: Gouda"),
        (
            {"starts_at_0": "26-03-2026", "ends_at_0": "26-03-2026"},
            "Andere dag: Afval",
            "donderdag 26 maart 2026, om 19.30 uur.\nPlaats: Gouda",
        ),
        ({"location": ""}, "Andere plaats: Afval", "25 maart 2026, om 19.30 uur.\nDe meetup is alleen online."),
        (
            {"location": "Urk", "starts_at_0": "26-03-2026", "ends_at_0": "26-03-2026"},
            "Andere dag en andere plaats: Afval",
            "donderdag 26 maart 2026, om 19.30 uur.\nPlaats: Urk",
        ),
    ],
)
def test_another_moment_or_place_is_told_with_what_it_was_before(
    client: Client,
    meetup: Meetup,
    mailoutbox: list[EmailMessage],
    fields: dict[str, str],
    subject: str,
    words: str,
) -> None:
    _, person = on_the_list(meetup, "Ede")

    save(client, meetup, **fields)

    assert told(mailoutbox) == [(person.email, subject)]
    body = str(mailoutbox[0].body)
    assert f"Zo wordt het:\n{words}\n" in body or words in body
    assert "Eerder stond er:\nwoensdag 25 maart 2026, om 19.30 uur.\nPlaats: Gouda\n" in body
    assert "/mijn/ede/meetups/afval/aanmelden/" in body


def test_other_changes_are_told_to_nobody(client: Client, meetup: Meetup, mailoutbox: list[EmailMessage]) -> None:
    on_the_list(meetup, "Ede")

    said = save(client, meetup, title="Afval en meer", expert="Een bureau", capacity="30", ends_at_1="22:00:00")

    assert Meetup.objects.get().title == "Afval en meer"
    assert told(mailoutbox) == []
    assert not any("krijgt hierover bericht" in words for words in said)


def test_each_change_is_told_and_one_that_was_overtaken_is_not(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage], traveller: time_machine.Traveller
) -> None:
    _, person = on_the_list(meetup, "Ede")

    for minutes, fields in enumerate([{"is_cancelled": "on"}, {}, {"location": "Urk"}, {"location": "Goes"}]):
        traveller.move_to(NOW + timedelta(minutes=minutes), tick=False)
        save(client, meetup, **fields)
        if minutes != 2:
            told(mailoutbox)

    assert told(mailoutbox) == [
        (person.email, "Gaat niet door: Afval"),
        (person.email, "Gaat toch door: Afval"),
        (person.email, "Andere plaats: Afval"),
    ]
    assert "Eerder stond er:\nwoensdag 25 maart 2026, om 19.30 uur.\nPlaats: Gouda" in str(mailoutbox[-1].body)


def test_what_was_changed_back_before_its_mail_went_is_told_to_nobody_but_who_came_between(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage], traveller: time_machine.Traveller
) -> None:
    on_the_list(meetup, "Ede")
    save(client, meetup, location="Urk")
    _, came_between = on_the_list(meetup, "Goes")
    traveller.move_to(NOW + timedelta(seconds=5), tick=False)

    said = save(client, meetup)

    assert "Wie zich aanmeldde krijgt hierover bericht: 1 mail." in said
    assert told(mailoutbox) == [(came_between.email, "Andere plaats: Afval")]
    assert "Eerder stond er:\nwoensdag 25 maart 2026, om 19.30 uur.\nPlaats: Urk" in str(mailoutbox[0].body)


def test_who_heard_of_a_change_hears_that_it_was_changed_back(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage], traveller: time_machine.Traveller
) -> None:
    _, person = on_the_list(meetup, "Ede")
    save(client, meetup, location="Urk")
    told(mailoutbox)
    traveller.move_to(NOW + timedelta(minutes=1), tick=False)

    save(client, meetup)

    assert told(mailoutbox) == [(person.email, "Andere plaats: Afval")] * 2
    assert "Eerder stond er:\nwoensdag 25 maart 2026, om 19.30 uur.\nPlaats: Urk" in str(mailoutbox[1].body)


def test_that_it_is_cancelled_is_told_also_when_its_place_is_changed_after_that(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage], traveller: time_machine.Traveller
) -> None:
    _, person = on_the_list(meetup, "Ede")
    save(client, meetup, is_cancelled="on")
    traveller.move_to(NOW + timedelta(seconds=5), tick=False)

    save(client, meetup, is_cancelled="on", location="")

    assert told(mailoutbox) == [(person.email, "Gaat niet door: Afval")]


def test_nobody_hears_of_a_meetup_that_is_over(meetup: Meetup) -> None:
    on_the_list(meetup, "Ede")
    before = changes.Facts.of(meetup)
    meetup.location = "Urk"

    assert changes.tell(meetup, before=before, at=BEGINS) == 0
    assert changes.tell(meetup, before=before, at=BEGINS - timedelta(minutes=1)) == 1
    assert OutboxMessage.objects.get().task == mail_change_task.name


def test_who_signed_off_or_left_since_is_not_told_of_another_place(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage]
) -> None:
    signed_off, _ = on_the_list(meetup, "Ede")
    _, left = on_the_list(meetup, "Urk")

    save(client, meetup, location="Zwolle")
    assert OutboxMessage.objects.filter(task=changes.MAIL_TASK).count() == 2
    Signup.objects.filter(pk=signed_off.pk).update(seats=0)
    left.memberships.update(ends_on=NOW.date() - timedelta(days=1))

    assert told(mailoutbox) == []


def test_a_hostile_name_and_place_stay_text_on_one_line(
    client: Client, meetup: Meetup, mailoutbox: list[EmailMessage]
) -> None:
    on_the_list(meetup, "Ede")
    Municipality.objects.update(common_name="Ede <b>")
    Meetup.objects.update(title="Afval\r\nBcc: kwaad@elders.example")

    save(client, meetup, title="Afval\r\nBcc: kwaad@elders.example", location="{pagina} <img src=x>")

    assert told(mailoutbox)[0][1] == "Andere plaats: Afval Bcc: kwaad@elders.example"
    assert mailoutbox[0].message()["Bcc"] is None
    assert "Plaats: {pagina} <img src=x>" in str(mailoutbox[0].body)
