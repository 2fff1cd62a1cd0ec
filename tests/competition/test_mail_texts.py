"""What mails say: a default in the code, or what organisers wrote, with placeholders that can do nothing."""

import logging

import pytest
from django.core import mail

from competition import mail_texts, mails
from competition.mail_texts import Filled, Letter, Placeholder, filled, letters
from competition.models import MailKind, MailText
from meetups.letters import DAY_BEFORE
from scoring.letters import CHECKPOINTS, DECISION
from tests import factories

pytestmark = pytest.mark.django_db

LETTER = Letter(
    key="proef",
    name="Proef",
    when="nooit",
    to_whom="niemand",
    subject="Over {meetup}",
    body="Begin.\n\n{reden}\n\n{meetup}: {pagina}",
    placeholders=(
        Placeholder("meetup", "de meetup", "Afval"),
        Placeholder("reden", "de reden", "Omdat.\n\nDaarom.", is_long=True),
        mail_texts.page("de pagina", "/mijn/"),
    ),
)
VALUES = {"meetup": "Afval", "reden": "", "pagina": "https://gdsc.example/"}


def say(body: str, subject: str = "Over", **values: str) -> Filled:
    return LETTER.filled(VALUES | values, subject=subject, body=body)


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.key)
def test_every_default_is_a_text_that_organisers_could_have_written(letter: Letter) -> None:
    assert letter.problems(letter.subject, letter.body) == {}

    example = filled(letter, letter.examples())

    assert "{" not in example.subject + example.body
    for needed in (one for one in letter.placeholders if one.is_needed):
        assert needed.example in example.body
    assert not [line for line in letter.body.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.key)
def test_every_placeholder_can_be_used_in_the_text(letter: Letter) -> None:
    body = " ".join(map(str, letter.placeholders))

    assert letter.problems("Onderwerp", body) == {}
    assert letter.filled(letter.examples(), subject="x", body=body).body


def test_a_placeholder_that_is_empty_takes_its_line_along() -> None:
    assert say("Een.\n\n{reden}\n\nTwee.").body == "Een.\n\nTwee."
    assert say("Een. {reden}\nTwee.").body == "Een.\nTwee."
    assert say("Een.\n\n{reden}\n\nTwee.", reden="Zo.\n\nEn zo.").body == "Een.\n\nZo.\n\nEn zo.\n\nTwee."


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    said = say("{meetup}", subject="{meetup}", meetup="{pagina} {meetup.__class__} {% load i18n %} {{ x }}")

    assert said == Filled(*["{pagina} {meetup.__class__} {% load i18n %} {{ x }}"] * 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x00"])
def test_what_is_filled_in_makes_no_header_and_no_line_of_its_own(end: str) -> None:
    said = say("{meetup}", subject="{meetup}", meetup=f"Afval{end}Bcc: kwaad@elders.example")

    assert len(said.body.splitlines()) == len(said.subject.splitlines()) == 1
    message = mails.made(said)
    message.to = ["a@b.example"]
    assert message.message()["Bcc"] is None


def test_what_is_filled_in_is_text_in_the_html_too() -> None:
    ((html, _kind),) = mails.made(say("{meetup}", meetup="<b onclick=alert(1)>x</b>")).alternatives

    assert "&lt;b onclick=alert(1)&gt;x&lt;/b&gt;" in str(html)
    assert "<b " not in str(html)


def test_a_value_that_is_forgotten_is_an_error_also_where_the_text_has_no_need_of_it() -> None:
    with pytest.raises(KeyError):
        LETTER.filled({"meetup": "Afval"}, subject="Over", body="Niets")


@pytest.mark.parametrize(
    ("subject", "body", "problems"),
    [
        ("Over {meetup}", "Kijk: {pagina}", {}),
        ("", "{pagina}", {"subject": ["Vul dit in."]}),
        ("Over", "  ", {"body": ["Vul dit in."]}),
        ("Over", "Kijk", {"body": ["Laat {pagina} in de tekst staan: de pagina."]}),
        (
            "Over {reden}",
            "{pagina}",
            {"subject": ["{reden} kunt u hier niet gebruiken. Hier kunt u kiezen uit: {meetup}, {pagina}."]},
        ),
        (
            "Over",
            "{pagina} {meetup.__class__}",
            {
                "body": [
                    (
                        "{meetup.__class__} kunt u hier niet gebruiken. "
                        "Hier kunt u kiezen uit: {meetup}, {reden}, {pagina}."
                    )
                ]
            },
        ),
        (
            "Over",
            "{pagina} {% include 'x' %} {{ person.password }}",
            {
                "body": [
                    (
                        "{% include 'x' %} kunt u hier niet gebruiken. "
                        "Hier kunt u kiezen uit: {meetup}, {reden}, {pagina}."
                    ),
                    (
                        "{ person.password } kunt u hier niet gebruiken. "
                        "Hier kunt u kiezen uit: {meetup}, {reden}, {pagina}."
                    ),
                    "Er staat een losse accolade in. Gebruik { en } alleen samen, om een invulwoord heen.",
                ]
            },
        ),
        (
            "Over }",
            "{pagina}",
            {"subject": ["Er staat een losse accolade in. Gebruik { en } alleen samen, om een invulwoord heen."]},
        ),
    ],
)
def test_what_a_mail_cannot_say_is_refused_in_words(subject: str, body: str, problems: dict[str, list[str]]) -> None:
    assert LETTER.problems(subject, body) == problems


def test_words_of_organisers_go_out_instead_of_the_default() -> None:
    MailText.objects.create(key=DECISION.key, subject="Besluit", body="{oordeel} {reden} {pagina}")

    assert mails.send(factories.user(), DECISION, DECISION.examples() | {"oordeel": "bevestigd"})

    assert [message.subject for message in mail.outbox] == ["Besluit"]
    assert str(mail.outbox[0].body).startswith("Goedendag,\n\nbevestigd Dit is de reden:")
    assert "uit op uw eigen pagina" in str(mail.outbox[0].body)


def test_words_that_cannot_be_used_any_more_are_reported_and_the_default_goes_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    MailText.objects.create(key=DAY_BEFORE.key, subject="Let op", body="{bestond_vroeger} {pagina}")

    with caplog.at_level(logging.ERROR):
        assert mails.send(factories.user(), DAY_BEFORE, DAY_BEFORE.examples())

    assert [message.subject for message in mail.outbox] == ["Denk aan uw meetup: Voorbeeldmeetup: data in de stad"]
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "the text of mail meetup_day_before cannot be used, so its default goes out"
    ]
    assert mail_texts.broken() == [DAY_BEFORE]


def test_two_mails_cannot_have_one_key() -> None:
    with pytest.raises(ValueError, match="checkpoints"):
        mail_texts.register(CHECKPOINTS)


def test_a_reader_can_switch_off_all_but_invitations_and_what_a_seat_hangs_on() -> None:
    needed = {"colleague", "invitation", "meetup_cancelled", "meetup_moved", "meetup_offer"}
    assert {letter.key for letter in letters() if letter.kind is None} == needed
    assert {letter.kind for letter in letters()} - {None} == set(MailKind)
