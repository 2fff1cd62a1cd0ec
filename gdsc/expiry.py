"""What has run out and may go: it names people by their session or their IP address, and nothing else removes it."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


def clear_expired(*, at: datetime) -> tuple[int, int]:
    """Remove sessions and counts of the limits that have run out; gives how many of each.

    `at` is the real moment: both run out by the machine's clock, also where the site shows another day.
    """
    sessions, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [at])  # noqa: S608 - our own name
        return sessions, cursor.rowcount
