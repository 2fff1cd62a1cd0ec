"""Which mails a person wants."""

import pytest
from django.test import Client

from competition import mails
from competition.models import MailKind, User
from tests.gdsc.staff.pages import message_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/mail/"


def ticked(staff: Client) -> list[str | None]:
    boxes = [part.attributes for part in main_of(staff.get(PAGE)).parts() if part.attributes.get("type") == "checkbox"]
    assert [box["value"] for box in boxes] == MailKind.values
    return [box["value"] for box in boxes if "checked" in box]


def test_everything_is_on_until_it_is_switched_off(staff: Client, person: User) -> None:
    assert ticked(staff) == MailKind.values
    assert "niet verplicht" not in main_of(staff.get(PAGE)).words

    answer = staff.post(PAGE, {"wanted": ["month_closed"]}, follow=True)

    assert message_of(answer) == "Uw keuze is bewaard."
    assert ticked(staff) == ["month_closed"]
    assert mails.wanted_by(person) == [MailKind.MONTH_CLOSED]


def test_everything_can_be_off(staff: Client, person: User) -> None:
    staff.post(PAGE, {})

    assert (ticked(staff), mails.wanted_by(person)) == ([], [])


def test_another_kind_than_there_is_changes_nothing_and_is_told_in_words(staff: Client, person: User) -> None:
    answer = staff.post(PAGE, {"wanted": ["month_closed", "inloggen"]})

    assert "Selecteer een geldige keuze" in main_of(answer).words
    assert mails.wanted_by(person) == list(MailKind)


def test_a_choice_is_the_persons_own(staff: Client, stranger: Client) -> None:
    staff.post(PAGE, {})

    assert ticked(stranger) == MailKind.values


def test_who_is_not_logged_in_is_asked_to(client: Client) -> None:
    assert client.get(PAGE).headers["Location"] == "/account/login/?next=/mijn/mail/"
