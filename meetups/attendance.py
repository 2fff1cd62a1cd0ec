"""Attendance at a meetup, as a municipality reports it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from competition.models import Participant, User
from meetups.models import Attendance, Meetup
from scoring import claims


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
