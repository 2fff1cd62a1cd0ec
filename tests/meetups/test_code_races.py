"""A code that is typed in the moment in which the host closes the list; each on a connection of its own."""

import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from competition.models import Participant
from meetups import attendance, codes, hosting, signups
from meetups.models import Attendance, Meetup, Signup
from scoring.rules import RefusedByRulesError
from tests import factories
from tests.factories import NOW
from tests.racing import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def close_while_a_code_is_typed() -> list[object]:
    """The host closes the list; only then, and before that can be seen, somebody's right words come in."""
    edition = factories.edition()
    about = factories.meetup(of=edition, starts_at=NOW - timedelta(hours=1), host=factories.municipality("Gouda"))
    zwolle, host, person = factories.participant("Zwolle", of=edition), factories.user(), factories.user()
    has_closed = Event()

    def close() -> object:
        with transaction.atomic():
            hosting.close(Meetup.objects.get(pk=about.pk), by=host, at=NOW)
            has_closed.set()
            wait_until_somebody_waits()
        return "closed"

    def enter() -> object:
        mine: Any = Meetup.objects.get(pk=about.pk)
        has_closed.wait(PATIENCE)
        assert codes.works(mine, at=NOW)
        attendance.check_in(reread(zwolle), zwolle.municipalities.get(), mine, people=1, by=person, at=NOW)
        return "reported"

    return at_once([close, enter], refusals=(RefusedByRulesError,))


def reread(participant: Participant) -> Participant:
    return Participant.objects.select_related("edition__rules").get(pk=participant.pk)


def wait_until_somebody_waits() -> None:
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    raise AssertionError("nobody waited for the list")


def test_a_code_that_comes_while_the_list_is_closed_hands_nothing_in() -> None:
    closed, refused = close_while_a_code_is_typed()

    assert closed == "closed"
    assert str(refused) == "De gastheer heeft de lijst gesloten. De code werkt niet meer."
    assert not Attendance.objects.exists()
    assert not Signup.objects.exists()


def test_control_without_the_second_look_it_hands_in_on_a_closed_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it would be for who only looked at the meetup before waiting."""
    monkeypatch.setattr(signups, "_LOOKED_AT", ("starts_at", "ends_at", "is_cancelled"))

    assert close_while_a_code_is_typed() == ["closed", "reported"]
    assert Attendance.objects.get().state == "submitted"
