"""Attendance at a meetup, as a municipality reports it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import AMSTERDAM
from competition.models import Municipality, Participant, User
from meetups import signups
from meetups.models import Attendance, Meetup, Presence, Signup
from scoring import claims
from scoring.models import ClaimState
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


@transaction.atomic
def check_in(
    participant: Participant, municipality: Municipality, meetup: Meetup, *, people: int, by: User, at: datetime
) -> Attendance:
    """Hand the attendance in for who typed the code of the meetup, and write it on the host's list; once counts.

    What has been handed in or confirmed stays as it is. Raises what `hand_in` raises, and `RefusedByRulesError` also
    when the host closed the list, be it in this very moment.
    """
    signups.hold(meetup)
    if meetup.list_closed_at is not None:
        raise RefusedByRulesError(gettext("De gastheer heeft de lijst gesloten. De code werkt niet meer."))
    claim = Attendance.objects.filter(participant=participant, meetup=meetup).first()
    if claim is None or claim.state not in {ClaimState.SUBMITTED, ClaimState.CONFIRMED}:
        claim = hand_in(participant, meetup, fields={"people": people}, by=by, at=at)
    row = Signup.objects.filter(meetup=meetup, municipality=municipality).first()
    row = row or Signup(meetup=meetup, municipality=municipality, changed_at=at)
    row.presence, row.checked_in_at = Presence.PRESENT, row.checked_in_at or at
    row.save()
    return claim


def seen_at_the_door(claim: Attendance) -> str:
    """What the list of the meetup says of the claim's municipalities, in words for who judges the claim."""
    places = claim.participant.places.values("municipality")
    rows = Signup.objects.filter(meetup=claim.meetup_id, municipality__in=places).select_related("municipality")
    lines = [_row_in_words(row) for row in rows.order_by("municipality__sort_name", "pk")]
    return "\n".join(lines) or gettext("Staat niet op de lijst van de gastheer.")


def _row_in_words(row: Signup) -> str:
    facts = [
        gettext("%(n)d aangemeld") % {"n": row.seats} if row.seats else gettext("niet aangemeld"),
        row.get_presence_display() or gettext("de gastheer vulde niets in"),
    ]
    if row.checked_in_at:
        entered_at = row.checked_in_at.astimezone(AMSTERDAM)
        moment = f"{date_format(entered_at, 'j F')}, {date_format(entered_at, 'TIME_FORMAT')}"
        facts.append(gettext("code ingevuld op %(moment)s uur") % {"moment": moment})
    return f"{row.municipality}: {', '.join(facts)}."


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
