"""Whether anything that the public pages show has changed, told in one cheap query."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection


class Version(NamedTuple):
    """Two the same give the same pages; `minute` because pages tell of today and of what is to come."""

    minute: datetime
    changes: int
    heads: tuple[int, ...]


_SEEN = """
SELECT (SELECT count(*) FROM competition_pagechange), array(
    SELECT coalesce(
        (SELECT number FROM scoring_ledgerentry WHERE edition_id = edition.id ORDER BY number DESC LIMIT 1), 0
    ) FROM competition_edition AS edition ORDER BY edition.id
)
"""


def version(*, at: datetime) -> Version:
    """What pages that are made now are made of, or a moment before.

    The changes are counted, not numbered: a change counts from when its transaction is committed, whatever number
    it has. The entries of a ledger wait for each other, so that their numbers do say in which order they came.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEEN)
        changes, heads = cursor.fetchone()
    return Version(at.replace(second=0, microsecond=0), changes, tuple(heads))
