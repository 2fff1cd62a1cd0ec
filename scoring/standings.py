"""Counting the ledger, and the leaderboard that is kept of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypedDict

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Rank

from competition.models import Edition, Participant, ParticipantMunicipality
from scoring.models import LedgerEntry, Standing
from scoring.rules import Kind
from scoring.verify import GENESIS


class Head(TypedDict):
    """What `_with_head` adds to each row."""

    head: int
    head_hash: str
    head_booked_at: datetime | None
    is_alliance: bool


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


def count(edition: Edition, *, until: date | None = None) -> Board:
    """Count the ledger itself, in one statement. With `until`, only points that count before that day.

    Ties share a rank: 1, 2, 2, 4. Who takes part out of competition has no rank and pushes nobody down.
    """
    counting = Q() if until is None else Q(ledger_entries__counts_on__lt=until)
    counted = _with_head(edition.participants.all()).annotate(
        total=_points(counting),
        meetup_points=_points(counting & Q(ledger_entries__kind=Kind.MEETUP)),
        adoption_points=_points(counting & Q(ledger_entries__kind=Kind.ADOPTION)),
        contribution_points=_points(counting & Q(ledger_entries__kind=Kind.CONTRIBUTION)),
    )
    # Each partition has ranks of its own; those of who takes part out of competition are left out below.
    place = Window(Rank(), partition_by=F("is_out_of_competition"), order_by=F("total").desc())
    participants = list(counted.annotate(rank=place).order_by("is_out_of_competition", "-total", "sort_name", "pk"))
    return _board([_unranked_if_out(Line.of(p, p)) for p in participants], participants)


def current(edition: Edition) -> Board:
    """The standing now: the kept lines, or a fresh count of the ledger where those lag behind it.

    They lag while a recount waits for its worker; so the standing is never wrong, only dearer.
    """
    participants = list(
        _with_head(edition.participants.select_related("standing")).order_by(
            "is_out_of_competition", "-standing__total", "sort_name", "pk"
        )
    )
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


def _unranked_if_out(line: Line) -> Line:
    return line._replace(rank=None) if line.participant.is_out_of_competition else line


def _points(condition: Q) -> Coalesce:
    return Coalesce(Sum("ledger_entries__points", filter=condition), 0)


def _with_head(participants: "QuerySet[Participant]") -> "QuerySet[WithHead]":
    """Add the ledger's head to each row, so that count and head come from one statement and one snapshot."""
    last = LedgerEntry.objects.filter(edition=OuterRef("edition")).order_by("-number")
    places = ParticipantMunicipality.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    of_several = places.annotate(count=Count("pk")).filter(count__gt=1)
    return participants.annotate(
        head=Coalesce(Subquery(last.values("number")[:1]), 0),
        head_hash=Coalesce(Subquery(last.values("hash")[:1]), Value(GENESIS)),
        head_booked_at=Subquery(last.values("booked_at")[:1]),
        is_alliance=Exists(of_several),
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
