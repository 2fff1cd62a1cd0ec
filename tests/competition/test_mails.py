import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from competition import accounts, mails
from competition.models import MailKind, SwitchedOffMail, User
from scoring.letters import DECISION
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"
    settings.CONTACT_EMAIL = "contact@gdsc.example"


def send_decision(person: User) -> bool:
    return mails.send(person, DECISION, DECISION.examples())


def html_of(message: object) -> str:
    assert isinstance(message, EmailMultiAlternatives)
    ((content, kind),) = message.alternatives
    assert kind == "text/html"
    return str(content)


def invitation() -> EmailMultiAlternatives:
    person = factories.user()
    person.set_unusable_password()
    with translation.override("en"):
        accounts.invite(person)
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    return message


def test_a_mail_says_the_same_in_text_and_in_html_and_an_answer_reaches_the_organisers() -> None:
    message = invitation()

    html = html_of(message)
    assert message.reply_to == ["contact@gdsc.example"]
    assert "1. Open deze pagina: https://gdsc.example/account/password/reset/\n" in str(message.body)
    link = "https://gdsc.example/account/password/reset/"
    assert f'1. Open deze pagina: <a href="{link}">{link}</a><br>' in html
    assert "<p>Kies eerst een wachtwoord:</p>" in html
    assert "List-Unsubscribe" not in message.extra_headers


def test_nothing_is_fetched_for_a_mail() -> None:
    html = html_of(invitation())

    assert [word for word in ("src=", "url(", "<link", "<script", "@import") if word in html] == []


def test_what_others_wrote_is_text_and_only_addresses_of_the_portal_are_links() -> None:
    hostile = 'Reden: <img src=x onerror=alert(1)> https://kwaad.example/ "https://gdsc.example/rang/?a=1&b=2".'
    message = mails.complete(EmailMultiAlternatives("Een\r\nBcc: iedereen@kwaad.example", hostile, to=["a@b.example"]))

    html = html_of(message)
    assert "<img" not in html
    assert 'href="https://kwaad' not in html
    assert message.subject == "Een Bcc: iedereen@kwaad.example"
    assert message.message()["Bcc"] is None
    assert html.count("<a ") == 2
    assert '<a href="https://gdsc.example/rang/?a=1&amp;b=2' in html


def test_a_mail_that_can_be_switched_off_says_where_also_to_the_mail_program() -> None:
    person = factories.user()

    assert send_decision(person)

    (message,) = mail.outbox
    assert message.extra_headers == {"List-Unsubscribe": "<https://gdsc.example/mijn/mail/>"}
    assert str(message.body).endswith("uit op uw eigen pagina:\nhttps://gdsc.example/mijn/mail/")


def test_a_mail_with_a_code_has_html_too(client: Client) -> None:
    person = factories.user()
    accounts.use_address(person)

    client.post("/account/password/reset/", {"email": person.email})

    (message,) = mail.outbox
    assert "<p>Goedendag,</p>" in html_of(message)
    assert message.reply_to == ["contact@gdsc.example"]


def test_a_kind_that_its_reader_switched_off_is_held_back_and_others_are_not() -> None:
    person, colleague = factories.user(), factories.user()

    mails.choose(person, wanted=[MailKind.MONTH_CLOSED])

    assert (send_decision(person), send_decision(colleague)) == (False, True)
    assert [message.to for message in mail.outbox] == [[colleague.email]]
    assert mails.wanted_by(person) == [MailKind.MONTH_CLOSED]


def test_choosing_twice_is_harmless_and_what_is_chosen_again_comes_again() -> None:
    person = factories.user()

    mails.choose(person, wanted=[])
    mails.choose(person, wanted=[])
    assert SwitchedOffMail.objects.filter(user=person).count() == len(MailKind)
    mails.choose(person, wanted=list(MailKind))

    assert mails.wanted_by(person) == list(MailKind)
    assert send_decision(person)
