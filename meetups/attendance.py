"""Attendance at a meetup, as a municipality reports it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import AMSTERDAM
from competition.models import Participant, User
from meetups.models import Attendance, Meetup
from scoring import claims
from scoring.rules import RefusedByRulesError


@transaction.atomic
def draft(participant: Participant, meetup: Meetup, *, fields: Mapping[str, Any], by: User, at: datetime) -> Attendance:
    """Keep what was filled in, in the participant's one attendance of this meetup.

    Raises `claims.WrongStateError` when it has been handed in or decided on.
    """
    attendance, _ = Attendance.objects.get_or_create(
        participant=participant, meetup=meetup, defaults={"created_at": at, "created_by": by}
    )
    claims.change(attendance, fields=fields)
    return attendance


@transaction.atomic
def hand_in(
    participant: Participant, meetup: Meetup, *, fields: Mapping[str, Any], by: User, at: datetime
) -> Attendance:
    """Keep what was filled in and hand it to the organisers: both, or neither when it is refused.

    Raises what `draft` and `claims.submit` raise, and `RefusedByRulesError` for a meetup that has not begun.
    """
    if why_not := not_yet(meetup, at=at):
        raise RefusedByRulesError(why_not)
    attendance = draft(participant, meetup, fields=fields, by=by, at=at)
    claims.submit(attendance, by=by, at=at)
    return attendance


def not_yet(meetup: Meetup, *, at: datetime) -> str:
    """Why nobody can report to have been there yet, in words for the reader; empty once the meetup has begun."""
    if meetup.is_cancelled:
        return gettext("Deze meetup gaat niet door.")
    if meetup.has_begun(at):
        return ""
    begins = meetup.starts_at.astimezone(AMSTERDAM)
    return gettext("Deze meetup begint op %(day)s om %(time)s uur. Daarna kunt u melden dat u er was.") % {
        "day": date_format(begins, "j F Y"),
        "time": date_format(begins, "TIME_FORMAT"),
    }
