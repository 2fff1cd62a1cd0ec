"""The mails around a meetup: a week and a day before it to who has a seat, after it to who did not report being there.

Read from the calendar and the list each time: so a missed night or a second run does no harm. Each mail has a key with
the day of the meetup in it, so a meetup that is moved is told anew. What is three days late is left out.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from competition import mails, outbox
from competition.calendar import AMSTERDAM
from competition.languages import in_dutch
from competition.models import OutboxMessage, User
from meetups import letters, signups
from meetups.models import Attendance, Presence, Signup
from scoring.models.claims import EDITABLE_STATES

MAIL_TASK = "meetups.tasks.mail_reminder_task"
STALE_AFTER = timedelta(days=3)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


class Reminder(StrEnum):
    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    NOT_REPORTED = "not_reported"


def send_due(*, at: datetime) -> int:
    """Write down each mail that is due and was not written down before; gives how many."""
    due = dict(_all_due(at=at))
    written = OutboxMessage.objects.filter(key__in=due).values_list("key", flat=True)
    new = {key: due[key] for key in due.keys() - set(written)}
    outbox.add_many(MAIL_TASK, new, at=at)
    return len(new)


def _all_due(*, at: datetime) -> Iterator[tuple[str, dict[str, object]]]:
    for reminder in Reminder:
        for signup in due_at(at, reminder).select_related("meetup").order_by("pk"):
            for person in signups.readers_of(signup, at=at):
                key = f"reminder:{reminder}:{signup.pk}:{signup.meetup.held_on}:{person.pk}"
                yield key, {"reminder": reminder.value, "signup_id": signup.pk, "user_id": person.pk}


def due_at(at: datetime, reminder: Reminder) -> QuerySet[Signup]:
    """For whom this is the moment to be mailed this, and not much later than the moment.

    Who signed up after the moment knows already.
    """
    has_seat = Signup.objects.filter(seats__gt=0, meetup__is_cancelled=False)
    match reminder:
        case Reminder.WEEK_BEFORE:
            asked_before = has_seat.filter(changed_at__lte=F("meetup__starts_at") - A_WEEK)
            until = at + A_WEEK
            return asked_before.filter(meetup__starts_at__lte=until, meetup__starts_at__gt=until - STALE_AFTER)
        case Reminder.DAY_BEFORE:
            asked_before = has_seat.filter(changed_at__lte=F("meetup__starts_at") - A_DAY)
            return asked_before.filter(meetup__starts_at__lte=at + A_DAY, meetup__starts_at__gt=at)
        case Reminder.NOT_REPORTED:
            since = at - A_DAY
            ended = has_seat.filter(meetup__ends_at__lte=since, meetup__ends_at__gt=since - STALE_AFTER)
            return ended.filter(_can_earn(), ~Exists(_reported())).exclude(presence=Presence.ABSENT)


def _can_earn() -> Q:
    """Who takes part; a host only where the rules give it a point for its own meetup."""
    earns_as_host = Q(meetup__edition__rules__host_earns_meetup_point=True)
    is_guest = Q(meetup__host=None) | ~Q(meetup__host=F("municipality"))
    return Q(municipality__places__edition=F("meetup__edition")) & (is_guest | earns_as_host)


def _reported() -> QuerySet[Attendance]:
    """What the participant of a sign-up handed in, decided on or not."""
    own = Attendance.objects.filter(
        meetup=OuterRef("meetup"), participant__places__municipality=OuterRef("municipality")
    )
    return own.exclude(state__in=EDITABLE_STATES)


@in_dutch()
def mail(person: User, signup_id: int, *, reminder: Reminder, at: datetime) -> bool:
    """Mail one person, unless it does not hold any more, or came too late; gives whether it was sent."""
    found = due_at(at, reminder).select_related("meetup__edition", "municipality").filter(pk=signup_id)
    signup = found.first()
    if signup is None or person not in signups.readers_of(signup, at=at):
        return False
    is_ahead = reminder is not Reminder.NOT_REPORTED
    page = "sign_up" if is_ahead else "report_attendance"
    path = reverse(page, args=[signup.municipality.slug, signup.meetup.slug])
    return mails.send(person, _LETTERS[reminder], _values_of(signup) | {"pagina": f"{settings.SITE_URL}{path}"})


_LETTERS = {
    Reminder.WEEK_BEFORE: letters.WEEK_BEFORE,
    Reminder.DAY_BEFORE: letters.DAY_BEFORE,
    Reminder.NOT_REPORTED: letters.NOT_REPORTED,
}


def _values_of(signup: Signup) -> dict[str, str]:
    meetup = signup.meetup
    start = meetup.starts_at.astimezone(AMSTERDAM)
    return {
        "gemeente": str(signup.municipality),
        "plaatsen": "1 plaats" if signup.seats == 1 else f"{signup.seats} plaatsen",
        "meetup": meetup.title,
        "dag": date_format(start, "l j F Y"),
        "tijd": date_format(start, "TIME_FORMAT"),
        "waar": f"Plaats: {meetup.location}" if meetup.location else "De meetup is alleen online.",
    }
