"""What the portal keeps of a person: to read, to take along, and to have removed."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client

from competition.models import Membership, Participant, Role, User
from tests import factories
from tests.gdsc.staff.pages import words_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/gegevens/"
FILE = "/mijn/gegevens/mijn-gegevens.json"
REMOVE = "/mijn/gegevens/verwijderen/"
PASSWORD = "een lang wachtwoord"


@pytest.fixture
def at_the_door(person: User) -> Client:
    """Logged in with the password, as a person does."""
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client = Client()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    return client


def test_the_page_shows_what_we_know(staff: Client, person: User) -> None:
    page = main_of(staff.get(PAGE))

    assert person.email in page.words
    assert "medewerker, vanaf 1 januari 2026" in page.words
    assert {"Download mijn gegevens": FILE, "Verwijder mijn account": REMOVE}.items() <= page.links.items()


def test_the_file_holds_ones_own_data_and_nobody_elses(staff: Client, person: User, zwolle: Participant) -> None:
    stranger = factories.staff_of(zwolle.municipalities.get())
    mine = factories.objection(zwolle, by=person)
    factories.objection(zwolle, by=stranger)

    answer = staff.get(FILE)
    kept = json.loads(answer.content)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="mijn-gegevens.json"'
    assert (kept["account"]["naam"], kept["account"]["e_mailadres"]) == ("Anna van Zwolle", person.email)
    assert kept["gemeenten"] == [{"gemeente": "Zwolle", "rol": "medewerker", "vanaf": "2026-01-01", "tot": None}]
    assert kept["wat_u_deed"] == [{"soort": "bezwaar", "wat": "ingediend door", "nummers": [mine.pk]}]
    assert kept["plekken_waar_u_bent_ingelogd"] == 1
    assert stranger.email not in answer.content.decode()
    assert "Wij waren er ook" not in answer.content.decode()


def test_the_same_file_in_english_holds_the_same(staff: Client) -> None:
    dutch, english = json.loads(staff.get(FILE).content), json.loads(staff.get(f"/en{FILE}").content)

    assert dutch == english


def test_what_goes_and_what_stays_is_told_before_anything_is_asked(at_the_door: Client, person: User) -> None:
    words = words_of(at_the_door.get(REMOVE))

    assert "De punten: die zijn van uw gemeente." in words
    assert User.objects.filter(pk=person.pk).exists()


def test_the_button_asks_for_the_password_and_then_the_account_goes(at_the_door: Client, person: User) -> None:
    asked = at_the_door.post(REMOVE)
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    wrong = at_the_door.post(asked.headers["Location"], {"password": "gok", "next": REMOVE})
    assert wrong.status_code == 200
    assert User.objects.filter(pk=person.pk).exists()

    answer = at_the_door.post(asked.headers["Location"], {"password": PASSWORD, "next": REMOVE})

    assert "Uw account is verwijderd" in words_of(answer)
    assert "Uitloggen" not in answer.content.decode()
    assert not User.objects.filter(pk=person.pk).exists()
    assert Session.objects.count() == 0
    assert at_the_door.get(PAGE).headers["Location"] == f"/account/login/?next={PAGE}"
    assert at_the_door.post(REMOVE).status_code == 302


def test_who_cannot_go_yet_is_told_what_to_do_first(at_the_door: Client, person: User) -> None:
    Membership.objects.filter(user=person).update(role=Role.CONTACT)

    asked = at_the_door.post(REMOVE)
    pressed = at_the_door.post(asked.headers["Location"], {"password": PASSWORD, "next": REMOVE})

    for answer in (at_the_door.get(REMOVE), pressed):
        assert "Vraag de organisatie eerst om een opvolger." in words_of(answer)

    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("page", [PAGE, FILE, REMOVE])
def test_who_is_not_logged_in_is_asked_to(client: Client, page: str) -> None:
    assert "/account/login/" in client.get(page, follow=True).redirect_chain[0][0]


def test_somebody_without_a_municipality_has_the_page_too() -> None:
    client = Client()
    client.force_login(factories.user(name="Bas"))

    assert "Bas" in words_of(client.get(PAGE))
