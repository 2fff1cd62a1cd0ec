"""The standing people of these pages: own staff of Zwolle, staff of another city, an organiser; it is NOW."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from competition.models import Edition, Participant, User
from tests import factories
from tests.factories import NOW


@pytest.fixture(autouse=True)
def time(settings: Settings) -> Iterator[time_machine.Traveller]:
    """Moves the clock; nobody is logged out by it."""
    settings.SESSION_COOKIE_AGE = 400 * 24 * 3600
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    """Zwolle, as it takes part in the edition."""
    return factories.participant("Zwolle", of=edition)


@pytest.fixture
def person(zwolle: Participant) -> User:
    someone = factories.staff_of(zwolle.municipalities.get())
    someone.name = "Anna van Zwolle"
    someone.save()
    return someone


@pytest.fixture
def staff(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.fixture
def stranger(edition: Edition) -> Client:
    """Staff of another city in the same edition."""
    client = Client()
    client.force_login(factories.staff_of(factories.participant("Almere", of=edition).municipalities.get()))
    return client
