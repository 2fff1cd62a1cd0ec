"""The only place that reads the time. Everything else is handed a moment."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, in UTC.

    With DEBUG on, ``GDSC_AS_OF`` moves the whole site to another day: the clock keeps ticking, on that day.
    """
    return timezone.now() + shift()


def shift() -> timedelta:
    """How far the site's clock stands from the real one; always zero outside development."""
    as_of: date | None = settings.GDSC_AS_OF if settings.DEBUG else None
    if as_of is None:
        return timedelta()
    return as_of - settings.GDSC_STARTED_ON
