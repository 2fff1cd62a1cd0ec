"""Whether anything that the public pages show has changed, told in one cheap query."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from scoring.models import Claim


class Version(NamedTuple):
    """Two the same give the same pages; `minute` because pages tell of today and of what is to come."""

    minute: datetime
    changes: tuple[str, ...]
    """Each table with how often it was changed."""
    heads: tuple[int, ...]

    @property
    def but_for_points(self) -> tuple[str, ...]:
        """What neither a new point changes, nor the claim that it is for, nor the clock."""
        return tuple(change for change in self.changes if not change.startswith(_claims()))


@cache
def _claims() -> tuple[str, ...]:
    """How the changes to each kind of claim begin."""
    return tuple(f"{model._meta.db_table} " for model in apps.get_models() if issubclass(model, Claim))


_SEEN = """
SELECT array(
    SELECT concat(table_name, ' ', sum(times)) FROM competition_pagechange GROUP BY table_name ORDER BY table_name
), array(
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
    return Version(at.replace(second=0, microsecond=0), tuple(changes), tuple(heads))


_ADD_UP = """
WITH gone AS (DELETE FROM competition_pagechange RETURNING table_name, times)
INSERT INTO competition_pagechange (table_name, times)
SELECT table_name, sum(times) FROM gone GROUP BY table_name
"""


def add_up() -> None:
    """Make one note of all that there are of a table: they stay few, and no page counts as changed by it.

    In one statement, so that everybody counts the same before and after; what is noted meanwhile is left for later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP)
