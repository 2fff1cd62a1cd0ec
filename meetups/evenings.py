"""Meetup evenings: when a meetup is being held, with an hour around it in which people look at the standing."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from meetups.models import Meetup

AROUND = timedelta(hours=1)


def is_on(at: datetime) -> Exists:
    """Whether such an evening of an edition is on: a fact of an edition, for `competition.pages.tell`.

    It begins and ends on a whole minute, as pages are kept for one (`scoring.changes`).
    """
    minute = at.replace(second=0, microsecond=0)
    of_edition = Meetup.objects.filter(edition=OuterRef("pk"), is_cancelled=False)
    return Exists(of_edition.filter(starts_at__lte=minute + AROUND, ends_at__gt=minute - AROUND))
