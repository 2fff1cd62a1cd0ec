"""Counting the ledger, and the leaderboard that is kept of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypedDict

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext

from competition.models import Edition, Participant, ParticipantMunicipality
from scoring.models import Freeze, LedgerEntry, ResultVersion, RoundClosing, RoundResult
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


class BeforeThis(Protocol):
    """What a board's query adds to each participant: its rank in the stored result that the board is compared with."""

    rank_before: int | None
    has_before: bool


class Movement(NamedTuple):
    """How many places somebody went up, or down where negative; None for who had no rank before."""

    places: int | None

    @property
    def direction(self) -> str:
        if self.places is None:
            return "new"
        return "up" if self.places > 0 else "down" if self.places < 0 else "same"

    @property
    def distance(self) -> int:
        return abs(self.places or 0)

    @property
    def unit(self) -> str:
        """What follows the distance."""
        if self.direction == "up":
            return ngettext("plaats gestegen", "plaatsen gestegen", self.distance)
        return ngettext("plaats gedaald", "plaatsen gedaald", self.distance)

    @property
    def words(self) -> str:
        if self.direction == "new":
            return gettext("nieuw")
        return f"{self.distance} {self.unit}" if self.places else gettext("gelijk gebleven")


class Line(NamedTuple):
    """One participant's line in a standing; `rank` is None for who takes part out of competition."""

    participant: Participant
    rank: int | None
    total: int
    meetup_points: int
    adoption_points: int
    contribution_points: int

    @property
    def movement(self) -> "Movement | None":
        """Against the end of the closed month before; None where there is none, or without a rank."""
        before: BeforeThis = self.participant  # type: ignore[assignment]  # the boards' queries add it
        if not before.has_before or self.rank is None:
            return None
        if before.rank_before is None:
            return Movement(None)
        return Movement(before.rank_before - self.rank)

    @classmethod
    def nothing(cls, participant: Participant) -> "Line":
        """Of who came in after the stored result that the board stands still on."""
        return cls(participant, None, 0, 0, 0, 0)

    @classmethod
    def of(cls, participant: Participant, tally: "Counted") -> "Line":
        return cls(participant, *(getattr(tally, field) for field in cls._fields[1:]))


class Board(NamedTuple):
    """A standing with the ledger head it belongs to: 0 and None while nothing has been booked."""

    lines: list[Line]
    head: int
    head_hash: str
    as_of: datetime | None
    version: ResultVersion | None = None
    """The stored result of a closed month that this is, word for word."""
    freeze: Freeze | None = None
    """What makes everybody see this one instead of the present one."""
    day: date | None = None
    """The past day at whose end this was the standing."""

    @property
    def is_present(self) -> bool:
        """Whether it follows the ledger."""
        return self.version is None and self.day is None

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


def count(
    edition: Edition,
    *,
    until: date | None = None,
    booked_before: datetime | None = None,
    last: int | None = None,
) -> Board:
    """Count the ledger itself, in one statement. With `until`, only points that count before that day.

    It starts from the stored result of the last closed month and adds what that does not hold yet. `last` gives the
    standing up to the entry with this number; `booked_before` that of a past moment, for which it counts everything.
    Ties share a rank: 1, 2, 2, 4. Who takes part out of competition has no rank and pushes nobody down.
    """
    rows = _count_and(_READ, edition, until=until, booked_before=booked_before, last=last).fetchall()
    fixed_by_then = _newest_versions(edition).filter(made_at__lt=booked_before) if booked_before else None
    return _counted(rows, _participants(edition, against=fixed_by_then))


def _counted(rows: Sequence[Sequence[Any]], participants: Iterable[Participant]) -> Board:
    """The board of what `_READ` gave. Who came in between both questions is on the next one."""
    known = {participant.pk: participant for participant in participants}
    lines = [Line(known[row[0]], *row[1:6]) for row in rows if row[0] in known]
    return Board(lines, *rows[0][6:9]) if rows else nobody()


def nobody() -> Board:
    """The standing while nobody takes part."""
    return Board([], 0, GENESIS, None)


def _count_and(
    then: str,
    edition: Edition,
    *,
    until: date | None = None,
    booked_before: datetime | None = None,
    last: int | None = None,
    **known: Any,
) -> CursorWrapper:
    """Count and do this with what was counted, all in one statement."""
    limits = {"edition": edition.pk, "until": until, "booked_before": booked_before, "last": last}
    base = _Base() if booked_before else _base_of(edition, until=until, last=last)
    cursor = connection.cursor()
    cursor.execute(f"{_COUNT} {then}", limits | base._asdict() | known)
    return cursor


class _Base(NamedTuple):
    """The stored result that a count starts from: what it lacks was booked after its head, or counts from its end."""

    base: int | None = None
    base_head: int | None = None
    base_until: date | None = None


def _base_of(edition: Edition, *, until: date | None = None, last: int | None = None) -> _Base:
    """The newest version of the last closed month that holds nothing beyond these limits; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_BASE, {"edition": edition.pk, "until": until, "last": last})
        return _Base(*(cursor.fetchone() or ()))


_BASE = """
SELECT version.id, version.head, (month.ends_at AT TIME ZONE 'Europe/Amsterdam')::date
FROM competition_round AS month
    JOIN scoring_roundclosing AS closing ON closing.round_id = month.id
    JOIN scoring_resultversion AS version ON version.closing_id = closing.id
WHERE month.edition_id = %(edition)s AND (%(last)s::integer IS NULL OR version.head <= %(last)s)
    AND (%(until)s::date IS NULL OR (month.ends_at AT TIME ZONE 'Europe/Amsterdam')::date <= %(until)s)
ORDER BY month.starts_at DESC, version.number DESC LIMIT 1
"""

# The rule of counting, once for all that count. PostgreSQL leaves out a limit that is NULL before it begins, and so it
# does both parts that hang on `base` where there is none.
_COUNT = """
WITH head AS (
    SELECT number, hash, booked_at FROM scoring_ledgerentry
    WHERE edition_id = %(edition)s AND (%(last)s::integer IS NULL OR number <= %(last)s)
        AND (%(booked_before)s::timestamptz IS NULL OR booked_at < %(booked_before)s) ORDER BY number DESC LIMIT 1
), parts AS (
    SELECT participant_id, kind, points FROM scoring_roundresult CROSS JOIN LATERAL (
        VALUES ('meetup', meetup_points), ('adoption', adoption_points), ('contribution', contribution_points)
    ) AS part (kind, points) WHERE version_id = %(base)s
    UNION ALL
    SELECT participant_id, kind, sum(points)::integer FROM scoring_ledgerentry
    WHERE edition_id = %(edition)s AND counts_on >= coalesce(%(base_until)s::date, '-infinity')
        AND (%(until)s::date IS NULL OR counts_on < %(until)s) AND (%(last)s::integer IS NULL OR number <= %(last)s)
        AND (%(booked_before)s::timestamptz IS NULL OR booked_at < %(booked_before)s)
    GROUP BY participant_id, kind
    UNION ALL
    SELECT participant_id, kind, sum(points)::integer FROM scoring_ledgerentry
    WHERE edition_id = %(edition)s AND counts_on < %(base_until)s::date AND number > %(base_head)s::integer
        AND (%(last)s::integer IS NULL OR number <= %(last)s)
    GROUP BY participant_id, kind
), totals AS (
    SELECT participant.id AS participant_id, is_out_of_competition, sort_name,
        coalesce(sum(points), 0)::integer AS total,
        coalesce(sum(points) FILTER (WHERE kind = 'meetup'), 0)::integer AS meetup_points,
        coalesce(sum(points) FILTER (WHERE kind = 'adoption'), 0)::integer AS adoption_points,
        coalesce(sum(points) FILTER (WHERE kind = 'contribution'), 0)::integer AS contribution_points
    FROM competition_participant AS participant LEFT JOIN parts ON participant_id = participant.id
    WHERE edition_id = %(edition)s GROUP BY participant.id
), counted AS (
    SELECT totals.*, coalesce(number, 0) AS head, coalesce(hash, repeat('0', 64)) AS head_hash, booked_at,
        CASE WHEN NOT is_out_of_competition
            THEN rank() OVER (PARTITION BY is_out_of_competition ORDER BY total DESC) END AS rank
    FROM totals LEFT JOIN head ON true
)
"""

_READ = """
SELECT participant_id, rank, total, meetup_points, adoption_points, contribution_points, head, head_hash, booked_at
FROM counted ORDER BY is_out_of_competition, total DESC, sort_name, participant_id
"""

# Much cheaper than INSERT … ON CONFLICT where all rows are there already; nobody else adds rows meanwhile.
_KEEP = """
MERGE INTO scoring_standing AS kept USING counted ON kept.participant_id = counted.participant_id
WHEN MATCHED THEN UPDATE SET
    edition_id = %(edition)s, rank = counted.rank, total = counted.total, meetup_points = counted.meetup_points,
    adoption_points = counted.adoption_points, contribution_points = counted.contribution_points,
    head = counted.head, counted_at = %(at)s
WHEN NOT MATCHED THEN INSERT
    (edition_id, participant_id, rank, total, meetup_points, adoption_points, contribution_points, head, counted_at)
    VALUES (%(edition)s, counted.participant_id, counted.rank, counted.total, counted.meetup_points,
        counted.adoption_points, counted.contribution_points, counted.head, %(at)s)
"""

_FIX = """
, version AS (
    INSERT INTO scoring_resultversion (closing_id, number, made_at, reason, head, head_hash)
    SELECT %(closing)s, %(version)s, %(at)s, %(reason)s, coalesce(max(number), 0), coalesce(max(hash), repeat('0', 64))
    FROM head RETURNING id
), results AS (
    INSERT INTO scoring_roundresult
        (version_id, participant_id, rank, total, meetup_points, adoption_points, contribution_points)
    SELECT version.id, participant_id, rank, total, meetup_points, adoption_points, contribution_points
    FROM counted CROSS JOIN version
)
SELECT id FROM version
"""


def current(edition: Edition) -> Board:
    """The standing now: the kept lines, or a fresh count of the ledger where those lag behind it.

    They lag while a recount waits for its worker; so the standing is never wrong, only dearer.
    """
    kept = {field: F(f"standing__{field}") for field in Line._fields[1:]}
    with_standing: QuerySet[Any] = _with_head(edition).annotate(counted_to=F("standing__head"), **kept)
    participants = list(with_standing.order_by("is_out_of_competition", "-total", "sort_name", "pk"))
    if any(_lags_behind(p) for p in participants):
        return _counted(_count_and(_READ, edition).fetchall(), participants)
    return _board([Line.of(p, p) for p in participants], participants)


_KEPT = """
SELECT participant.id, rank, total, meetup_points, adoption_points, contribution_points,
    coalesce(last.number, 0), coalesce(last.hash, repeat('0', 64)), last.booked_at,
    kept.head IS NOT DISTINCT FROM coalesce(last.number, 0) AND (rank IS NULL) = is_out_of_competition
FROM competition_participant AS participant
    LEFT JOIN scoring_standing AS kept ON kept.participant_id = participant.id
    LEFT JOIN (
        SELECT number, hash, booked_at FROM scoring_ledgerentry
        WHERE edition_id = %(edition)s ORDER BY number DESC LIMIT 1
    ) AS last ON true
WHERE participant.edition_id = %(edition)s ORDER BY is_out_of_competition, total DESC, sort_name, participant.id
"""


def renewed(board: Board, edition: Edition) -> Board:
    """What `current` gives now, for who has a board of before on which only the points can have changed.

    The participants are those of that board: reading four hundred of them again would take most of the time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"edition": edition.pk})
        rows = cursor.fetchall()
    if not all(is_of_this_head for *_, is_of_this_head in rows):
        rows = _count_and(_READ, edition).fetchall()
    return _counted(rows, [line.participant for line in board.lines])


def rebuild(edition: Edition, *, at: datetime) -> None:
    """Count the ledger and keep the outcome. Repeating is harmless; two at once wait for each other."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_REBUILD_LOCK, edition.pk])
        _count_and(_KEEP, edition, at=at)


def fix(closing: RoundClosing, *, version: int, reason: str, last: int | None, at: datetime) -> ResultVersion:
    """Count up to the end of this month, and up to the booking `last`, and keep that as a version of its result."""
    month = closing.round
    fixed: dict[str, Any] = {"closing": closing.pk, "version": version, "reason": reason, "at": at}
    [number] = _count_and(_FIX, month.edition, until=month.first_day_after, last=last, **fixed).fetchone()
    return closing.versions.get(pk=number)


def head_of(edition: Edition) -> int:
    """The number of the last booking; 0 while there is none."""
    last = LedgerEntry.objects.of_edition(edition).order_by("-number").values_list("number", flat=True).first()
    return last or 0


def of_version(version: ResultVersion, edition: Edition) -> Board:
    """The stored result, as it was fixed; never counted anew.

    Movement is against what was fixed of the month before when this was; a version of that made later changes nothing.
    """
    starts_at = version.closing.round.starts_at
    month_before = _newest_versions(edition).filter(closing__round__starts_at__lt=starts_at, pk__lt=version.pk)
    on_it: QuerySet[Any] = _participants(edition, against=month_before).filter(round_results__version=version)
    parts = {field: F(f"round_results__{field}") for field in Line._fields[1:]}
    in_order = on_it.annotate(**parts).order_by(F("rank").asc(nulls_last=True), "-total", "sort_name", "pk")
    lines = [Line.of(participant, participant) for participant in in_order]
    return Board(lines, version.head, version.head_hash, version.made_at, version=version)


def _newest_versions(edition: Edition) -> "QuerySet[ResultVersion]":
    """What was fixed of this edition, the newest version of the last closed month first."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition)
    return versions.order_by("-closing__round__starts_at", "-number")


def _participants(edition: Edition, *, against: "QuerySet[ResultVersion] | None" = None) -> "QuerySet[Participant]":
    """Each with `is_alliance`, and with its rank in the first result of `against`: that of the last closed month."""
    places = ParticipantMunicipality.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    fixed = (_newest_versions(edition) if against is None else against).values("pk")[:1]
    result = RoundResult.objects.filter(participant=OuterRef("pk"), version=Subquery(fixed))
    return edition.participants.annotate(
        is_alliance=Exists(places.annotate(count=Count("pk")).filter(count__gt=1)),
        rank_before=Subquery(result.values("rank")[:1]),
        has_before=Exists(fixed),
    )


def _with_head(edition: Edition) -> "QuerySet[WithHead]":
    """Add the ledger's head to each row, so that rows and head come from one statement and one snapshot."""
    last = LedgerEntry.objects.of_edition(edition).order_by("-number")
    return _participants(edition).annotate(
        head=Coalesce(Subquery(last.values("number")[:1]), 0),
        head_hash=Coalesce(Subquery(last.values("hash")[:1]), Value(GENESIS)),
        head_booked_at=Subquery(last.values("booked_at")[:1]),
    )


def _lags_behind(participant: Any) -> bool:
    """Whether its kept standing is of another head, or of when it took part in another way; or whether it has none."""
    is_of_this_head: bool = participant.counted_to == participant.head
    return not is_of_this_head or (participant.rank is None) != participant.is_out_of_competition


def _board(lines: list[Line], participants: "Sequence[WithHead]") -> Board:
    if not participants:
        return nobody()
    first = participants[0]
    return Board(lines, first.head, first.head_hash, first.head_booked_at)
