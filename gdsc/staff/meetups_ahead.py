"""The meetups that are still to come, and how it stands with the seats of the municipality."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from gdsc.staff.desk import Desk
from meetups import codes
from meetups.models import Attendance, Meetup, Signup
from scoring.models.claims import EDITABLE_STATES


class MeetupAhead(NamedTuple):
    meetup: Meetup
    signup: Signup
    href: str
    has_offer: bool

    @property
    def state(self) -> str:
        """In words; empty while the municipality asked for nothing."""
        if self.has_offer:
            return gettext("Er is plaats: zeg of u komt")
        if self.signup.seats:
            return ngettext("U komt met %(n)d", "U komt met %(n)d", self.signup.seats) % {"n": self.signup.seats}
        return gettext("U staat op de wachtlijst") if self.signup.waiting else ""

    @property
    def badge_kind(self) -> str:
        if self.has_offer:
            return "warning"
        return "ok" if self.signup.seats else "neutral"


def meetups_ahead(desk: Desk) -> list[MeetupAhead]:
    """In the order in which they take place."""
    meetups = [one for one in desk.edition.meetups.in_order().select_related("host") if one.is_open_for_signup(desk.at)]
    asked = Signup.objects.filter(meetup__edition=desk.edition, municipality=desk.municipality)
    signups = {one.meetup_id: one for one in asked}
    return [_ahead(desk, meetup, signups.get(meetup.pk) or Signup()) for meetup in meetups]


def running(desk: Desk) -> Meetup | None:
    """The meetup of which the code works now, as long as the municipality has not reported that it is there."""
    meetups = desk.edition.meetups.begun(desk.at).filter(ends_at__gt=desk.at - codes.WORK_FOR, list_closed_at=None)
    reported = Attendance.objects.filter(participant=desk.participant).exclude(state__in=EDITABLE_STATES)
    return meetups.exclude(attendances__in=reported).in_order().last()


def _ahead(desk: Desk, meetup: Meetup, signup: Signup) -> MeetupAhead:
    has_offer = signup.has_offer(desk.at)
    page = "meetup_offer" if has_offer else "sign_up"
    return MeetupAhead(meetup, signup, reverse(page, args=[desk.municipality.slug, meetup.slug]), has_offer)
