"""Municipalities that want the last seat at the same moment, each on a connection of its own, with committed data.

The races have controls in which the guard is off: they end wrong, so the tests can fail.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError

from competition.models import Edition, Municipality, OutboxMessage
from meetups import signups
from meetups.models import Meetup, Signup
from meetups.signups import SignupError
from tests import factories, racing
from tests.factories import NOW
from tests.racing import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8
Act = Callable[[], object]


at_once = partial(racing.at_once, refusals=(SignupError, IntegrityError))


def meetup(**fields: int) -> Meetup:
    edition = Edition.objects.order_by("pk").first() or factories.edition()
    return factories.meetup(of=edition, starts_at=NOW + timedelta(days=7), **fields)


def mine(about: Meetup) -> Meetup:
    return Meetup.objects.get(pk=about.pk)


def asking(about: Meetup, of: Municipality, people: int = 1) -> Act:
    by, key = factories.user(), uuid4()
    return lambda: signups.sign_up(
        mine(about), of, people=people, form_key=key, seen_version=0, by=by, at=NOW + timedelta(hours=1)
    )


def taken(about: Meetup) -> int:
    return signups.room_of(about).taken


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Act:
    """From the call on two see in the same moment how many seats are free, and neither waits for the other."""
    together, look = Barrier(2), signups._turns

    def look_together(about: Meetup, listed: list[Signup]) -> list[int]:
        found = look(about, listed)
        together.wait(PATIENCE)
        return found

    def off() -> None:
        monkeypatch.setattr(signups, "hold", lambda _meetup: None)
        monkeypatch.setattr(signups, "_turns", look_together)

    return off


def test_many_who_want_the_last_seats_at_once_get_just_those() -> None:
    for _ in range(3):
        about = meetup(capacity=3)

        outcomes = at_once([asking(about, factories.municipality()) for _ in range(MANY)])

        assert [type(one) for one in outcomes] == [Signup] * MANY
        assert signups.room_of(about) == (3, 3, MANY - 3)


def test_control_without_the_lock_one_of_two_meets_an_error(without_lock: Act) -> None:
    about, (ede, urk) = meetup(capacity=1), (factories.municipality("Ede"), factories.municipality("Urk"))
    acts = [asking(about, ede), asking(about, urk)]
    without_lock()

    outcomes = at_once(acts)

    assert sorted(type(one) is IntegrityError for one in outcomes) == [False, True]
    assert taken(about) == 1


def test_control_without_the_lock_and_the_trigger_both_have_the_one_seat(
    without_lock: Act, owner_connection: psycopg.Connection
) -> None:
    about, (ede, urk) = meetup(capacity=1), (factories.municipality("Ede"), factories.municipality("Urk"))
    acts = [asking(about, ede), asking(about, urk)]
    without_lock()
    owner_connection.execute("ALTER TABLE meetups_signup DISABLE TRIGGER more_seats_fit_in")

    at_once(acts)

    assert taken(about) == 2


def test_a_form_that_is_sent_twice_at_once_counts_once() -> None:
    about, ede = meetup(capacity=9), factories.municipality("Ede")

    outcomes = at_once([asking(about, ede, 2)] * MANY)

    assert [type(one) for one in outcomes] == [Signup] * MANY
    assert [(one.seats, one.version) for one in Signup.objects.all()] == [(2, 1)]


def test_an_offer_that_is_accepted_and_ends_at_once_has_one_outcome() -> None:
    """Ede has the only seat and leaves; Urk says yes and no and Gouda comes along, all at once."""
    for _ in range(3):
        about, towns = meetup(capacity=1), [factories.municipality() for _ in range(3)]
        ede, urk, gouda = towns
        for town in towns[:2]:
            asking(about, town)()
        by = factories.user()
        signups.sign_off(mine(about), ede, by=by, at=NOW)
        answer = {"offer_number": 1, "by": by, "at": NOW}

        at_once(
            [
                partial(signups.accept, mine(about), urk, **answer),  # type: ignore[arg-type]
                partial(signups.decline, mine(about), urk, **answer),  # type: ignore[arg-type]
                asking(about, gouda),
                partial(signups.settle, mine(about), at=NOW),
            ]
        )

        came, went = Signup.objects.get(municipality=urk), Signup.objects.get(municipality=gouda)
        assert (came.seats, went.taken) in {(1, 0), (0, 1)}
        assert signups.room_of(about).taken == 1


def test_what_is_settled_by_many_at_once_is_offered_and_mailed_once() -> None:
    about, towns = meetup(capacity=1), [factories.municipality() for _ in range(2)]
    for town in towns:
        factories.signup(about, town, seats=0, waiting=[NOW], changed_by=factories.staff_of(town))

    at_once([lambda: signups.settle(mine(about), at=NOW)] * MANY)

    assert [(one.offered, one.waiting_count) for one in Signup.objects.order_by("pk")] == [(1, 0), (0, 1)]
    assert OutboxMessage.objects.filter(task=signups.MAIL_TASK).count() == 1
