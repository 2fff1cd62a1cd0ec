"""Nobody stays logged in for ever: not who does nothing, and not who goes on and on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from competition.models import User
from tests import accounts, factories
from tests.factories import NOW
from tests.gdsc.staff.pages import words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "competition.session_limits.SessionLimitMiddleware"]
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person() -> User:
    return accounts.with_login(factories.user())


@pytest.fixture
def organiser() -> User:
    return accounts.with_login(factories.organiser())


def stays_in(client: Client, clock: time_machine.Traveller, *, step: timedelta, times: int) -> bool:
    """Whether who comes back at every step is still logged in after so many."""
    for _time in range(times):
        clock.shift(step)
        if client.get("/mijn/").status_code != 200:
            return False
    return True


@pytest.mark.parametrize(("minutes", "still_in"), [(479, True), (480, False)])
def test_staff_who_do_nothing_for_eight_hours_are_out(
    client: Client, clock: time_machine.Traveller, person: User, minutes: int, still_in: bool
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")

    assert stays_in(client, clock, step=minutes * MINUTE, times=1) is still_in
    assert accounts.is_logged_in(client) is still_in


@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (30, False)])
def test_organisers_who_do_nothing_for_half_an_hour_are_out(
    client: Client, clock: time_machine.Traveller, organiser: User, minutes: int, still_in: bool
) -> None:
    accounts.log_in(client, organiser)
    client.get("/beheer/")

    clock.shift(minutes * MINUTE)

    assert client.get("/beheer/").status_code == (200 if still_in else 302)


def test_staff_who_go_on_are_asked_to_log_in_again_after_two_weeks(
    client: Client, clock: time_machine.Traveller, person: User
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")

    assert stays_in(client, clock, step=7 * HOUR, times=47)  # 329 of 336 hours
    assert not stays_in(client, clock, step=7 * HOUR, times=1)


def test_organisers_who_go_on_are_asked_to_log_in_again_after_twelve_hours(
    client: Client, clock: time_machine.Traveller, organiser: User
) -> None:
    accounts.log_in(client, organiser)
    client.get("/mijn/")

    assert stays_in(client, clock, step=20 * MINUTE, times=35)
    assert not stays_in(client, clock, step=20 * MINUTE, times=1)


def test_who_was_logged_out_is_told_why_and_comes_back_to_the_page(
    client: Client, clock: time_machine.Traveller, person: User
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    clock.shift(8 * HOUR)

    out = client.get("/mijn/mail/", follow=True)

    assert out.redirect_chain == [("/account/login/?next=/mijn/mail/", 302)]
    assert "U deed 8 uur niets. Daarom bent u uitgelogd." in words_of(out)
    assert "niet bewaard" not in words_of(out)
    fields = {"login": person.email, "password": accounts.PASSWORD, "next": "/mijn/mail/"}
    assert client.post("/account/login/", fields)["Location"] == "/mijn/mail/"


def test_who_sent_a_form_too_late_is_told_that_it_is_not_kept(
    client: Client, clock: time_machine.Traveller, person: User
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    clock.shift(8 * HOUR)

    out = client.post("/mijn/mail/", {"digest": "on"}, follow=True)

    assert "Wat u net verstuurde, is niet bewaard." in words_of(out)


def test_a_public_page_stays_open_to_who_was_logged_out(
    client: Client, clock: time_machine.Traveller, person: User
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    clock.shift(8 * HOUR)

    assert client.get("/privacy/").status_code == 200
    assert not accounts.is_logged_in(client)


def test_a_visit_is_noted_once_a_minute(client: Client, clock: time_machine.Traveller, person: User) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    noted = client.session["last_seen_at"]

    clock.shift(59.0)
    client.get("/mijn/")
    assert client.session["last_seen_at"] == noted
    clock.shift(1.0)
    client.get("/mijn/")
    assert client.session["last_seen_at"] == noted + 60


def test_a_page_that_refreshes_itself_is_not_a_visit(
    client: Client, clock: time_machine.Traveller, organiser: User
) -> None:
    accounts.log_in(client, organiser)
    client.get("/mijn/")
    for _time in range(2):
        clock.shift(timedelta(minutes=15))
        client.get("/ranglijst/", headers={"HX-Request": "true"})

    assert client.get("/mijn/").status_code == 302


@pytest.mark.parametrize("address", ["/account/login/", "/account/logout/"])
def test_who_logs_in_or_out_too_late_lost_nothing(
    client: Client, clock: time_machine.Traveller, person: User, address: str
) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    clock.shift(8 * HOUR)

    out = client.post(address, {"login": "", "password": ""}, follow=True)

    assert "niet bewaard" not in words_of(out)


def test_logging_in_again_begins_anew(client: Client, clock: time_machine.Traveller, person: User) -> None:
    accounts.log_in(client, person)
    client.get("/mijn/")
    clock.shift(8 * HOUR)
    client.get("/mijn/")

    accounts.log_in(client, person)

    assert client.get("/mijn/").status_code == 200
    assert client.session["logged_in_at"] == (NOW + 8 * HOUR).timestamp()
