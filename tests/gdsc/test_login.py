"""Logging in does not depend on Redis, and neither do the limits on guessing."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from competition.models import User
from tests import factories

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
