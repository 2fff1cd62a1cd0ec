"""Logging in does not depend on Redis, and neither do the limits on guessing."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from competition.models import Role, User
from tests import accounts, factories
from tests.gdsc.staff.pages import without_token

PASSWORD = "een lang wachtwoord"


@pytest.fixture
def person(db: None) -> User:
    person = factories.user()
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def log_in(client: Client, person: User, password: str) -> int:
    return client.post("/account/login/", {"login": person.email, "password": password}).status_code


def test_a_verified_person_logs_in(client: Client, person: User) -> None:
    assert log_in(client, person, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_logging_in_works_while_redis_is_down(client: Client, person: User, redis_down: None) -> None:
    assert log_in(client, person, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_guessing_stops_also_while_redis_is_down(client: Client, person: User, redis_down: None) -> None:
    guesses = [log_in(client, person, f"gok {n}") for n in range(5)]

    assert guesses == [200] * 5
    # The right password does not help any more.
    assert log_in(client, person, PASSWORD) == 200
    assert "_auth_user_id" not in client.session


def test_an_address_that_was_never_confirmed_does_not_get_in(client: Client, person: User) -> None:
    EmailAddress.objects.update(verified=False)

    assert log_in(client, person, PASSWORD) == 302
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, person: User) -> None:
    fields = {"email": "nieuw@voorbeeld.example", "password1": PASSWORD, "password2": PASSWORD}

    client.post("/account/signup/", fields)

    assert list(User.objects.values_list("email", flat=True)) == [person.email]


# --- Sessions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["password", "code"])
def test_the_session_has_another_key_after_logging_in(client: Client, person: User, by: str) -> None:
    """Whoever planted the key from before has nothing of it."""
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    if by == "password":
        log_in(client, person, PASSWORD)
    else:
        client.post("/account/login/code/", {"email": person.email})
        client.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert accounts.is_logged_in(client)
    assert client.session.session_key != before
    planted = Client()
    planted.cookies["sessionid"] = str(before)
    assert planted.get("/mijn/").status_code == 302


@pytest.mark.parametrize("way", ["change", "reset"])
def test_another_password_ends_the_sessions_elsewhere(client: Client, person: User, way: str) -> None:
    elsewhere = Client()
    for each in (client, elsewhere) if way == "change" else (elsewhere,):
        log_in(each, person, PASSWORD)
    assert elsewhere.get("/mijn/").status_code == 200
    new = "een ander lang wachtwoord"

    if way == "change":
        sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        client.post("/account/password/change/", sent)
    else:
        client.post("/account/password/reset/", {"email": person.email})
        client.post("/account/password/reset/confirm/", {"code": accounts.code_from_mail()})
        client.post("/account/password/reset/complete/", {"password1": new, "password2": new})

    person.refresh_from_db()
    assert person.check_password(new)
    assert elsewhere.get("/mijn/").status_code == 302


# --- Nothing tells who has an account --------------------------------------------------------------


def test_inviting_says_the_same_whether_there_is_an_account_or_not(client: Client, person: User) -> None:
    town = factories.participant("Zwolle", of=factories.edition()).municipalities.get()
    client.force_login(factories.staff_of(town, role=Role.CONTACT, starts_on="2026-01-01"))

    def invited(email: str) -> tuple[object, ...]:
        answer = client.post("/mijn/zwolle/collegas/uitnodigen/", {"email": email}, follow=True)
        return answer.redirect_chain, without_token(answer).replace(email.encode(), b"")

    known, unknown = (invited(email)[0] for email in (person.email, "niemand@voorbeeld.example"))

    assert known == unknown == [("/mijn/zwolle/collegas/", 302)]


def test_another_address_is_asked_for_the_same_whether_it_is_taken_or_not(client: Client, person: User) -> None:
    taken = accounts.with_login(factories.user()).email
    seen = []
    for email in (taken, "niemand@voorbeeld.example"):
        client = Client()
        EmailAddress.objects.filter(verified=False).delete()
        log_in(client, person, PASSWORD)
        client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/email/"})
        answer = client.post("/account/email/", {"email": email, "action_add": ""}, follow=True)
        seen.append((answer.redirect_chain, answer.status_code, without_token(answer).replace(email.encode(), b"")))

    assert seen[0] == seen[1]
