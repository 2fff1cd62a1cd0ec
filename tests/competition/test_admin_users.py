"""People: organisers open accounts, and nobody gives themselves rights."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Membership, Municipality, OutboxMessage, User
from competition.tasks import deliver_task
from tests import factories
from tests.admin_pages import address, client_in, client_of, messages_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PASSWORD = "een lang wachtwoord"


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def organiser() -> User:
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(organiser: User) -> Client:
    return client_of(organiser)


def form(email: str, *, initial: int = 0, works_for: Municipality | None = None, **fields: Any) -> dict[str, Any]:
    rows = [works_for] if works_for else []
    sent = {"email": email, "name": "Noor", "memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": initial}
    for number, municipality in enumerate(rows):
        row = f"memberships-{number}"
        sent |= {f"{row}-municipality": municipality.pk, f"{row}-role": "staff", f"{row}-starts_on": "18-03-2026"}
    return sent | fields


def deliver() -> None:
    """What the worker does."""
    for message in OutboxMessage.objects.waiting():
        deliver_task(message.pk)


# --- Opening an account ----------------------------------------------------------------------------


def test_a_new_person_chooses_a_password_by_mail_and_gets_in(client: Client, organiser: User) -> None:
    gouda = factories.municipality("Gouda")

    client.post(address(User, "add"), form("Noor@Gouda.example", works_for=gouda))
    person = User.objects.get(email="Noor@gouda.example")
    deliver()
    [invitation] = mail.outbox
    browser = Client()
    browser.post("/account/password/reset/", {"email": "noor@gouda.example"})
    code = re.search(r"^\s*([A-Z0-9-]{4,12})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None
    browser.post("/account/password/reset/confirm/", {"code": code[1]})
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    browser.post("/account/password/reset/complete/", chosen, follow=True)
    anew = Client()
    anew.post("/account/login/", {"login": "noor@gouda.example", "password": PASSWORD})

    assert invitation.to == ["Noor@gouda.example"]
    assert "http://127.0.0.1:8000/account/password/reset/" in invitation.body
    assert anew.session["_auth_user_id"] == str(person.pk)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("noor@gouda.example", True, True)
    ]
    assert [(m.municipality, m.starts_on) for m in person.memberships.all()] == [(gouda, date(2026, 3, 18))]
    assert LogEntry.objects.filter(user=organiser, object_id=str(person.pk)).count() == 1


def test_until_then_no_password_works(client: Client) -> None:
    client.post(address(User, "add"), form("noor@gouda.example"))

    person = User.objects.get(email="noor@gouda.example")
    assert not person.has_usable_password()
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("noor@gouda.example", False)]
    assert (person.is_staff, person.is_superuser, list(person.groups.all())) == (False, False, [])


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("geen adres", "Voer een geldig e-mailadres in."),
        ("", "Dit veld is verplicht."),
        ("BESTAAT@gouda.example", "Er is al een account met dit e-mailadres."),
    ],
)
def test_a_wrong_address_is_refused_in_words(client: Client, email: str, words: str) -> None:
    User.objects.create_user("bestaat@gouda.example")

    response = client.post(address(User, "add"), form(email))

    assert words in text_of(response)
    assert 'value="Noor"' in response.content.decode()
    assert OutboxMessage.objects.count() == 0


def test_somebody_works_for_a_municipality_once(client: Client) -> None:
    gouda = factories.municipality("Gouda")
    twice = form("noor@gouda.example", works_for=gouda) | {
        "memberships-TOTAL_FORMS": 2,
        "memberships-1-municipality": gouda.pk,
        "memberships-1-role": "contact",
        "memberships-1-starts_on": "19-03-2026",
    }

    response = client.post(address(User, "add"), twice)

    assert "Gouda staat er twee keer zonder einddatum." in text_of(response)
    assert not User.objects.filter(email="noor@gouda.example").exists()


def test_the_invitation_can_be_sent_again(client: Client) -> None:
    waiting, has_one = factories.user(), factories.user()
    has_one.set_password(PASSWORD)
    has_one.save()
    chosen = {"action": "invite_again", "_selected_action": [waiting.pk, has_one.pk]}

    response = client.post(address(User, "changelist"), chosen, follow=True)
    deliver()

    assert messages_of(response) == [
        "1 uitnodiging gaat de deur uit.",
        "1 overgeslagen: zij hebben al een wachtwoord of zijn niet actief.",
    ]
    assert [message.to for message in mail.outbox] == [[waiting.email]]


@pytest.mark.parametrize("change", ["chose a password", "was switched off", "was deleted"])
def test_an_invitation_that_comes_too_late_is_not_sent(client: Client, change: str) -> None:
    client.post(address(User, "add"), form("noor@gouda.example"))
    person = User.objects.get(email="noor@gouda.example")
    if change == "chose a password":
        person.set_password(PASSWORD)
        person.save()
    elif change == "was switched off":
        User.objects.filter(pk=person.pk).update(is_active=False)
    else:
        person.delete()

    deliver()

    assert mail.outbox == []
    assert OutboxMessage.objects.get().done_at is not None


# --- Changing --------------------------------------------------------------------------------------


def test_a_new_address_has_to_be_proven_again(client: Client) -> None:
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

    client.post(address(person), form("nieuw@gouda.example", is_active="on"))

    assert list(EmailAddress.objects.values_list("email", "verified")) == [("nieuw@gouda.example", False)]


def test_ending_somebodys_work_is_a_date(client: Client) -> None:
    gouda = factories.municipality("Gouda")
    person = factories.staff_of(gouda)
    membership = person.memberships.get()
    sent = form(person.email, works_for=gouda, initial=1, is_active="on") | {
        "memberships-0-id": membership.pk,
        "memberships-0-user": person.pk,
        "memberships-0-starts_on": "01-01-2026",
        "memberships-0-ends_on": "18-03-2026",
        "memberships-0-DELETE": "on",
    }

    client.post(address(person), sent)

    assert Membership.objects.get().ends_on == date(2026, 3, 18)


def test_switching_somebody_off_ends_the_session(client: Client) -> None:
    person = factories.in_group(REVIEWER)
    theirs = client_of(person)
    before = theirs.get("/beheer/").status_code

    client_of(factories.organiser()).post(address(person), form(person.email) | {"groups": []})
    after = theirs.get("/beheer/", follow=True)

    assert before == 200
    assert "/account/login/" in after.redirect_chain[-1][0]


# --- Nobody rises by themselves (F61) --------------------------------------------------------------


def rights(person: User) -> tuple[bool, bool, list[str]]:
    person = User.objects.get(pk=person.pk)
    return person.is_staff, person.is_superuser, sorted(group.name for group in person.groups.all())


def asking_for_everything(email: str) -> dict[str, Any]:
    groups = list(Group.objects.values_list("pk", flat=True))
    return form(email, is_active="on", is_staff="on", is_superuser="on", groups=groups, user_permissions=[1, 2])


def test_an_organiser_gives_nobody_rights(client: Client) -> None:
    person = factories.user()

    client.post(address(person), asking_for_everything(person.email))
    client.post(address(User, "add"), asking_for_everything("nieuw@gouda.example"))

    assert rights(person) == (False, False, [])
    assert rights(User.objects.get(email="nieuw@gouda.example")) == (False, False, [])


@pytest.mark.parametrize("who", ["organiser", "superuser"])
def test_nobody_changes_the_own_rights_or_the_own_municipality(organiser: User, who: str) -> None:
    person = organiser if who == "organiser" else factories.organiser()
    before, gouda = rights(person), factories.municipality("Gouda")
    Membership.objects.create(user=person, municipality=gouda, starts_on="2026-01-01")
    membership = person.memberships.get()
    sent = asking_for_everything(person.email) | {
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": membership.pk,
        "memberships-0-user": person.pk,
        "memberships-0-municipality": gouda.pk,
        "memberships-0-role": "staff",
        "memberships-0-starts_on": "01-01-2026",
        "memberships-0-ends_on": "02-01-2026",
        "memberships-1-municipality": factories.municipality().pk,
        "memberships-1-role": "staff",
        "memberships-1-starts_on": "01-01-2026",
    }

    response = client_of(person).post(address(person), sent)

    assert response.status_code in {200, 302}
    assert rights(person) == before
    assert list(person.memberships.values_list("municipality", "ends_on")) == [(gouda.pk, None)]


def test_a_superuser_gives_rights(organiser: User) -> None:
    person, reviewers = factories.user(), Group.objects.get(name=REVIEWER)

    client_of(factories.organiser()).post(
        address(person), form(person.email, is_active="on", is_staff="on", groups=[reviewers.pk])
    )

    assert rights(person) == (True, False, [REVIEWER])


def test_a_superuser_is_out_of_an_organisers_reach(client: Client) -> None:
    superuser = factories.organiser()

    page = client.get(address(superuser))
    responses = [
        client.post(address(superuser), form("mij@gouda.example", is_active="on")),
        client.post(address(superuser, "delete"), {"post": "yes"}),
    ]
    bulk = {"action": "delete_selected", "_selected_action": [superuser.pk], "post": "yes"}
    client.post(address(User, "changelist"), bulk)

    assert b'name="email"' not in page.content
    assert [response.status_code for response in responses] == [403, 403]
    assert User.objects.filter(pk=superuser.pk, email=superuser.email).exists()


def test_an_organiser_does_not_move_a_colleagues_mailbox(client: Client) -> None:
    colleague = factories.in_group(REVIEWER)

    client.post(address(colleague), form("mij@gouda.example"))

    colleague.refresh_from_db()
    assert colleague.email != "mij@gouda.example"
    assert colleague.is_active


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_change_nobody(group: str) -> None:
    person, client = factories.user(), client_in(group)

    responses = [
        client.post(address(person), form("mij@gouda.example", is_active="on")),
        client.post(address(User, "add"), form("mij@gouda.example")),
        client.post(address(person, "delete"), {"post": "yes"}),
    ]

    assert [response.status_code for response in responses] == [403] * 3
    assert not User.objects.filter(email="mij@gouda.example").exists()


@pytest.mark.parametrize("path", ["/beheer/auth/group/", "/beheer/auth/group/add/"])
def test_groups_are_for_a_superuser(client: Client, path: str) -> None:
    assert client.get(path).status_code == 403
    assert client_of(factories.organiser()).get(path).status_code == 200


def test_passwords_are_changed_on_the_account_pages_only(client: Client) -> None:
    response = client.get("/beheer/password_change/")

    assert response.headers["Location"] == "/account/password/change/"


# --- Deleting --------------------------------------------------------------------------------------


def test_who_did_nothing_can_be_deleted(client: Client) -> None:
    person = factories.staff_of(factories.municipality())
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)

    client.post(address(person, "delete"), {"post": "yes"})

    assert not User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("how", ["one", "bulk"])
def test_who_did_something_is_kept(client: Client, how: str) -> None:
    organiser, staff = factories.organiser(), factories.user()
    claim = factories.attendance(factories.participant(of=factories.edition()), created_by=staff)
    LogEntry.objects.log_actions(organiser.pk, [claim], 2, "iets")
    client = client_of(factories.organiser())

    for person, words in ((staff, "aanwezigheid, gemaakt door: 1"), (organiser, "logboekvermelding, gebruiker: 1")):
        if how == "one":
            response = client.post(address(person, "delete"), {"post": "yes"})
        else:
            bulk = {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
            response = client.post(address(User, "changelist"), bulk)
        assert words in text_of(response)
        assert User.objects.filter(pk=person.pk).exists()


def test_the_list_asks_as_many_queries_for_one_person_as_for_three(django_assert_num_queries: Any) -> None:
    client, where = client_of(factories.organiser()), address(User, "changelist")
    gouda = factories.municipality("Gouda")
    factories.staff_of(gouda)
    client.get(where)
    with django_assert_num_queries(10):
        client.get(where)
    factories.staff_of(gouda)
    factories.in_group(REVIEWER)

    with django_assert_num_queries(10):
        response = client.get(where)

    assert len(response.context["cl"].result_list) == 4
