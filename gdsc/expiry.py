"""What has run out and may go; nothing else removes it. Sessions and counts name people, by an IP address too."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from gdsc.models import SentForm

REMEMBER_FORMS = timedelta(days=7)
"""How long somebody can go back to a form and send it again without doing it twice."""


def clear_expired(*, at: datetime) -> tuple[int, int]:
    """Remove sessions and counts that have run out, and old marks of forms; gives how many of the first two.

    `at` is the real moment: both run out by the machine's clock, also where the site shows another day.
    """
    SentForm.objects.filter(sent_at__lt=at - REMEMBER_FORMS).delete()
    sessions, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [at])  # noqa: S608 - our own name
        return sessions, cursor.rowcount
