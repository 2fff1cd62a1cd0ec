"""Counting the ledger, and the leaderboard that is kept of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypedDict

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from competition.calendar import midnight
from competition.models import Edition, Participant, ParticipantMunicipality
from scoring.models import LedgerEntry, ResultVersion, Standing
from scoring.verify import GENESIS


class Head(TypedDict):
    """What `_with_head` adds to each row."""

    head: int
    head_hash: str
    head_booked_at: datetime | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    WithHead = WithAnnotations[Participant, Head]

_REBUILD_LOCK = 7120
"""Namespace of the advisory lock; the second half of the key is the edition."""


class Counted(Protocol):
    """Anything that has the fields of a `Tally`: a kept standing, a month's result, or a freshly counted row."""

    rank: int | None
    total: int
    meetup_points: int
    adoption_points: int
    contribution_points: int


class Line(NamedTuple):
    """One participant's line in a standing; `rank` is None for who takes part out of competition."""

    participant: Participant
    rank: int | None
    total: int
    meetup_points: int
    adoption_points: int
    contribution_points: int

    @classmethod
    def of(cls, participant: Participant, tally: "Counted") -> "Line":
        return cls(participant, *(getattr(tally, field) for field in cls._fields[1:]))


class Board(NamedTuple):
    """A standing with the ledger head it belongs to: 0 and None while nothing has been booked."""

    lines: list[Line]
    head: int
    head_hash: str
    as_of: datetime | None

    @property
    def shared_ranks(self) -> set[int]:
        """The ranks that more than one participant holds."""
        return {rank for rank, holders in Counter(line.rank for line in self.lines).items() if rank and holders > 1}

    @property
    def highest_total(self) -> int:
        return max((line.total for line in self.lines), default=0)

    def count_sharing(self, line: Line) -> int:
        """How many others stand on the same place."""
        return sum(other.rank == line.rank for other in self.lines) - 1 if line.rank else 0

    def top(self, places: int, *, at_most: int) -> list[Line]:
        """Who stands on the first so many places; nobody without points.

        Who share a place are in or out together, so that a list of limited length never chooses between equals.
        """
        chosen = [line for line in self.lines if line.rank and line.rank <= places and line.total > 0]
        while len(chosen) > at_most:
            chosen = [line for line in chosen if line.rank != chosen[-1].rank]
        return chosen


def count(edition: Edition, *, until: date | None = None, booked_before: datetime | None = None) -> Board:
    """Count the ledger itself, in one statement. With `until`, only points that count before that day.

    It starts from the stored result of the last closed month and adds what that does not hold yet; `booked_before`
    gives the standing of a past moment, and counts all of the ledger up to it.
    Ties share a rank: 1, 2, 2, 4. Who takes part out of competition has no rank and pushes nobody down.
    """
    base = None if booked_before else _last_fixed(edition, until)
    known = {
        "edition": edition.pk,
        "until": until or "infinity",
        "booked_before": booked_before or "infinity",
        "base": base.pk if base else None,
        "base_head": base.head if base else 0,
        "base_until": base.closing.round.first_day_after if base else "-infinity",
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, known)
        rows = cursor.fetchall()
    participants = {p.pk: p for p in _participants(edition)}
    lines = [Line(participants[row[0]], *row[1:6]) for row in rows]
    return Board(lines, *rows[0][6:]) if rows else Board([], 0, GENESIS, None)


_COUNT = """
WITH head AS MATERIALIZED (
    SELECT number, hash, booked_at FROM scoring_ledgerentry
    WHERE edition_id = %(edition)s AND booked_at < %(booked_before)s::timestamptz ORDER BY number DESC LIMIT 1
), parts AS MATERIALIZED (
    SELECT participant_id, meetup_points AS meetup, adoption_points AS adoption, contribution_points AS contribution
    FROM scoring_roundresult WHERE version_id = %(base)s
    UNION ALL
    SELECT participant_id, coalesce(sum(points) FILTER (WHERE kind = 'meetup'), 0),
        coalesce(sum(points) FILTER (WHERE kind = 'adoption'), 0),
        coalesce(sum(points) FILTER (WHERE kind = 'contribution'), 0)
    FROM scoring_ledgerentry
    WHERE edition_id = %(edition)s AND (number > %(base_head)s OR counts_on >= %(base_until)s::date)
        AND counts_on < %(until)s::date AND booked_at < %(booked_before)s::timestamptz
    GROUP BY participant_id
), totals AS (
    SELECT id, is_out_of_competition, sort_name, coalesce(sum(meetup), 0)::integer AS meetup,
        coalesce(sum(adoption), 0)::integer AS adoption, coalesce(sum(contribution), 0)::integer AS contribution,
        coalesce(sum(meetup + adoption + contribution), 0)::integer AS total
    FROM competition_participant LEFT JOIN parts ON participant_id = id WHERE edition_id = %(edition)s GROUP BY id
)
SELECT id,
    CASE WHEN NOT is_out_of_competition THEN rank() OVER (PARTITION BY is_out_of_competition ORDER BY total DESC) END,
    total, meetup, adoption, contribution, coalesce(number, 0), coalesce(hash, repeat('0', 64)), booked_at
FROM totals LEFT JOIN head ON true ORDER BY is_out_of_competition, total DESC, sort_name, id
"""


def _last_fixed(edition: Edition, until: date | None) -> ResultVersion | None:
    """The newest version of the last closed month that ends no later than `until`."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition).select_related("closing__round")
    if until is not None:
        versions = versions.filter(closing__round__ends_at__lte=midnight(until))
    return versions.order_by("-closing__round__starts_at", "-number").first()


def current(edition: Edition) -> Board:
    """The standing now: the kept lines, or a fresh count of the ledger where those lag behind it.

    They lag while a recount waits for its worker; so the standing is never wrong, only dearer.
    """
    with_standing = _with_head(edition).select_related("standing")
    participants = list(with_standing.order_by("is_out_of_competition", "-standing__total", "sort_name", "pk"))
    if any(_lags_behind(p) for p in participants):
        return count(edition)
    return _board([Line.of(p, p.standing) for p in participants], participants)


def rebuild(edition: Edition, *, at: datetime) -> Board:
    """Count the ledger and keep the outcome. Repeating is harmless; two at once wait for each other."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_REBUILD_LOCK, edition.pk])
        board = count(edition)
        kept = [Standing(edition=edition, head=board.head, counted_at=at, **line._asdict()) for line in board.lines]
        Standing.objects.bulk_create(
            kept,
            update_conflicts=True,
            unique_fields=["participant"],
            update_fields=[*Line._fields[1:], "edition", "head", "counted_at"],
        )
    return board


def head_of(edition: Edition) -> int:
    """The number of the last booking; 0 while there is none."""
    last = LedgerEntry.objects.of_edition(edition).order_by("-number").values_list("number", flat=True).first()
    return last or 0


def _participants(edition: Edition) -> "QuerySet[Participant]":
    """Each with `is_alliance`, for the pages."""
    places = ParticipantMunicipality.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    return edition.participants.annotate(is_alliance=Exists(places.annotate(count=Count("pk")).filter(count__gt=1)))


def _with_head(edition: Edition) -> "QuerySet[WithHead]":
    """Add the ledger's head to each row, so that rows and head come from one statement and one snapshot."""
    last = LedgerEntry.objects.of_edition(edition).order_by("-number")
    return _participants(edition).annotate(
        head=Coalesce(Subquery(last.values("number")[:1]), 0),
        head_hash=Coalesce(Subquery(last.values("hash")[:1]), Value(GENESIS)),
        head_booked_at=Subquery(last.values("booked_at")[:1]),
    )


def _lags_behind(participant: "WithHead") -> bool:
    standing: Standing | None = getattr(participant, "standing", None)
    return (
        standing is None
        or standing.head != participant.head
        or (standing.rank is None) != participant.is_out_of_competition
    )


def _board(lines: list[Line], participants: "Sequence[WithHead]") -> Board:
    if not participants:
        return Board([], 0, GENESIS, None)
    first = participants[0]
    return Board(lines, first.head, first.head_hash, first.head_booked_at)
