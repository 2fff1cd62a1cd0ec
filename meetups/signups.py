"""Signing up for a meetup: seats, the waiting list and offers.

Each function holds the meetup's row first, so that two at once are served one after the other. Nobody loses a seat by
what another does; a seat that comes free is offered to whose turn it is (`waiting_list`), and is held until the offer
ends.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, IntegerField, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from competition import outbox
from competition.calendar import local_date, working_days_after
from competition.models import Membership, Municipality, Role, User
from meetups import waiting_list
from meetups.models import Meetup, Signup

OFFER_WORKING_DAYS = 2
"""Until the end of the next working day, or until the meetup begins."""
MAIL_TASK = "meetups.tasks.mail_offer_task"
_LOOKED_AT = ("starts_at", "ends_at", "is_cancelled", "capacity", "most_per_municipality", "list_closed_at")


class SignupError(Exception):
    """What was asked cannot be; the message says why, in words for the reader."""


class OldFormError(SignupError):
    """A colleague changed the sign-up after this form was opened."""


class Room(NamedTuple):
    """How full a meetup is; tells of nobody who comes."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def left(self) -> int | None:
        """None where there is no end to the seats; zero while others wait for what is left."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        return self.left == 0


def room_of(meetup: Meetup) -> Room:
    waiting = Func("waiting", function="CARDINALITY", output_field=IntegerField())
    found = meetup.signups.aggregate(
        taken=Coalesce(Sum(F("seats") + F("offered")), Value(0)), waiting=Coalesce(Sum(waiting), Value(0))
    )
    return Room(meetup.capacity, found["taken"], found["waiting"])


def hold(meetup: Meetup) -> None:
    """Let others who change this list wait until the transaction ends, and look at the meetup as it is now."""
    Meetup.objects.select_for_update(no_key=True).only("pk").get(pk=meetup.pk)
    meetup.refresh_from_db(fields=_LOOKED_AT)


@transaction.atomic
def sign_up(
    meetup: Meetup,
    municipality: Municipality,
    *,
    people: int,
    form_key: UUID,
    seen_version: int,
    by: User,
    at: datetime,
) -> Signup:
    """Ask a seat for so many people in all, or for none; who finds no seat waits for one.

    Who asks for less gives up what waits first, then what is offered, then seats. The key is the form's own: sending
    the same form twice does it once. Raises `SignupError` in words, and `OldFormError` when the sign-up has another
    version than the form was made for.
    """
    hold(meetup)
    _end_offers(meetup, at=at)
    found = _signup_of(meetup, municipality)
    signup = found or Signup(meetup=meetup, municipality=municipality)
    if found and found.form_key == form_key:
        return found
    _demand_open(meetup, at=at)
    _demand_allowed(meetup, people=people, has=signup.people)
    if signup.version != seen_version:
        raise OldFormError(gettext("Een collega veranderde de aanmelding intussen. Kijk of zij zo klopt."))
    _change_number(signup, people, at=at)
    signup.form_key, signup.version = form_key, signup.version + 1
    signup.changed_at, signup.changed_by, signup.lapsed_at = at, by, None
    signup.save()
    _settle(meetup, asked_now=signup, at=at)
    return _again(signup)


@transaction.atomic
def sign_off(meetup: Meetup, municipality: Municipality, *, by: User, at: datetime) -> None:
    """Give up everything, for others; a repeat changes nothing."""
    hold(meetup)
    _end_offers(meetup, at=at)
    signup = _signup_of(meetup, municipality)
    if signup is None or not signup.people:
        return
    _demand_open(meetup, at=at)
    _change_number(signup, 0, at=at)
    signup.version += 1
    signup.changed_at, signup.changed_by, signup.lapsed_at = at, by, None
    signup.save()
    _settle(meetup, at=at)


@transaction.atomic
def accept(meetup: Meetup, municipality: Municipality, *, offer_number: int, by: User, at: datetime) -> Signup:
    """Take the seats of this offer; a repeat changes nothing. Raises `SignupError` when it has ended."""
    hold(meetup)
    signup = _signup_of(meetup, municipality)
    if signup is not None and signup.accepted_offer == offer_number > 0:
        return signup
    if signup is None or signup.offer_number != offer_number or not signup.has_offer(at):
        raise SignupError(gettext("Dit aanbod is er niet meer: het is verlopen, of een collega reageerde al."))
    _demand_open(meetup, at=at)
    signup.seats += signup.offered
    signup.offered, signup.offered_until, signup.accepted_offer = 0, None, offer_number
    signup.changed_at, signup.changed_by = at, by
    signup.save()
    return signup


@transaction.atomic
def decline(meetup: Meetup, municipality: Municipality, *, offer_number: int, by: User, at: datetime) -> None:
    """Leave the seats of this offer to others, and the waiting list too: else they would come back at once.

    A repeat changes nothing, and neither does an offer that has ended. Raises `SignupError` when it was accepted.
    """
    hold(meetup)
    signup = _signup_of(meetup, municipality)
    if signup is not None and signup.accepted_offer == offer_number > 0:
        raise SignupError(gettext("Een collega nam de plaats al aan. U kunt zich wel afmelden."))
    if signup is not None and signup.offered and signup.offer_number == offer_number:
        _leave_the_line(signup)
        signup.changed_at, signup.changed_by = at, by
        signup.save()
        _settle(meetup, at=at)


@transaction.atomic
def settle(meetup: Meetup, *, at: datetime) -> None:
    """End the offers that ran out, and offer what is free to whose turn it is; a repeat changes nothing."""
    hold(meetup)
    _settle(meetup, at=at)


def settle_due(*, at: datetime) -> int:
    """Settle every meetup with an offer that ran out; gives how many there were."""
    due = Signup.objects.filter(offered_until__lte=at).values("meetup")
    meetups = list(Meetup.objects.filter(pk__in=due).order_by("pk"))
    for meetup in meetups:
        settle(meetup, at=at)
    return len(meetups)


def _signup_of(meetup: Meetup, municipality: Municipality) -> Signup | None:
    return Signup.objects.filter(meetup=meetup, municipality=municipality).first()


def _again(signup: Signup) -> Signup:
    signup.refresh_from_db()
    return signup


def _demand_open(meetup: Meetup, *, at: datetime) -> None:
    if meetup.is_cancelled:
        raise SignupError(gettext("Deze meetup gaat niet door."))
    if not meetup.is_open_for_signup(at):
        raise SignupError(gettext("Deze meetup is al begonnen. Aanmelden kan niet meer."))


def _demand_allowed(meetup: Meetup, *, people: int, has: int) -> None:
    """More than the organisers allow now is only for who has had it since before."""
    most = meetup.most_per_municipality
    if most is not None and people > max(most, has):
        raise SignupError(gettext("Elke gemeente mag hoogstens %(most)d mensen aanmelden.") % {"most": most})


def _change_number(signup: Signup, people: int, *, at: datetime) -> None:
    signup.seats = min(signup.seats, people)
    signup.offered = min(signup.offered, people - signup.seats)
    signup.offered_until = signup.offered_until if signup.offered else None
    waiting = people - signup.taken
    signup.waiting = [*signup.waiting[:waiting], *[at] * (waiting - len(signup.waiting))]


def _leave_the_line(signup: Signup) -> None:
    signup.offered, signup.offered_until, signup.waiting = 0, None, []


def _end_offers(meetup: Meetup, *, at: datetime) -> None:
    """Who did not answer in time leaves the waiting list too, so that no seat is offered round and round."""
    for signup in Signup.objects.filter(meetup=meetup, offered_until__lte=at).order_by("pk"):
        _leave_the_line(signup)
        signup.lapsed_at = at
        signup.save()


def _settle(meetup: Meetup, *, asked_now: Signup | None = None, at: datetime) -> None:
    """Who has just asked gets its seats at once; others get an offer, as they may have made other plans."""
    _end_offers(meetup, at=at)
    if not meetup.is_open_for_signup(at):
        return
    signups = list(Signup.objects.filter(meetup=meetup).order_by("pk"))
    given = Counter(_turns(meetup, signups))
    for signup in signups:
        if count := given[signup.pk]:
            signup.meetup = meetup
            _give(signup, count, is_offer=signup != asked_now, at=at)


def _turns(meetup: Meetup, signups: list[Signup]) -> list[int]:
    line = [waiting_list.InLine(one.pk, one.taken, tuple(one.waiting)) for one in signups]
    free = None if meetup.capacity is None else max(0, meetup.capacity - sum(one.taken for one in signups))
    return waiting_list.turns(line, free=free, most=meetup.most_per_municipality)


def _give(signup: Signup, count: int, *, is_offer: bool, at: datetime) -> None:
    signup.waiting = signup.waiting[count:]
    if is_offer:
        signup.offered += count
        signup.offered_until = min(working_days_after(at, OFFER_WORKING_DAYS), signup.meetup.starts_at)
        signup.offer_number += 1
        _mail_later(signup, at=at)
    else:
        signup.seats += count
    signup.save()


def _mail_later(signup: Signup, *, at: datetime) -> None:
    mails = {
        f"signup_offer:{signup.pk}:{signup.offer_number}:{person.pk}": {
            "signup_id": signup.pk,
            "offer_number": signup.offer_number,
            "user_id": person.pk,
        }
        for person in readers_of(signup, at=at)
    }
    for key, arguments in mails.items():
        outbox.add(MAIL_TASK, key=key, at=at, **arguments)


def readers_of(signup: Signup, *, at: datetime) -> list[User]:
    """Who asked for the seats; when they no longer work there, the municipality's contact persons."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(municipality=signup.municipality_id)
    colleagues = User.objects.filter(is_active=True, memberships__in=in_force)
    asked = list(colleagues.filter(pk=signup.changed_by_id or 0).distinct())
    contacts = in_force.filter(role=Role.CONTACT)
    return asked or list(colleagues.filter(memberships__in=contacts).distinct().order_by("pk"))
