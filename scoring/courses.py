"""How the standing came about: what each participant had at the end of each closed month, and has now."""

from calendar import monthrange
from datetime import date, datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Edition, Participant
from competition.models.editions import LAST_SCORING_MONTH
from scoring import boards
from scoring.models import RoundResult
from scoring.standings import Board, Line

_AT_LEAST_APART = 0.25
"""In months: so far the present lies to the right of the last closed month, however soon that closed."""


class Moment(NamedTuple):
    """A moment of which the standing is known; `elapsed` counts the months since the edition began."""

    elapsed: float
    name: str
    abbreviation: str
    is_closed: bool

    @property
    def narrow(self) -> str:
        """For below a chart on a telephone: the months by their first letter."""
        return self.name[0] if self.is_closed else self.abbreviation


class Mark(NamedTuple):
    """Where one participant stood at one moment."""

    rank: int | None
    total: int


class Course(NamedTuple):
    """One participant's marks, one for each moment; None where it did not take part yet."""

    participant: Participant
    marks: tuple[Mark | None, ...]

    @property
    def now(self) -> Mark:
        """Whoever stands on the board has a mark at its moment."""
        last = self.marks[-1]
        assert last is not None
        return last


class Courses(NamedTuple):
    """The moments in order, and the courses in the order of the board."""

    moments: tuple[Moment, ...]
    lines: tuple[Course, ...]


def of_board(board: Board, edition: Edition, *, at: datetime) -> Courses:
    """The courses of all on this board, in one query; the board itself is the last moment.

    Of a closed month the newest version of its result counts. Once the last month is closed that is where it ends,
    and while the board stands still that is at the month that it stands still on.
    """
    return _courses(board.lines, edition, at=at)


def of_line(line: Line, edition: Edition, *, at: datetime) -> Courses:
    """The course of one participant, in one query."""
    return _courses([line], edition, at=at)


def _courses(lines: list[Line], edition: Edition, *, at: datetime) -> Courses:
    results = _results(edition, [line.participant for line in lines])
    closed = sorted({month for month, _participant in results})
    moments = [_closed(edition, month) for month in closed]
    is_over = LAST_SCORING_MONTH in closed or boards.visible_head(edition) is not None
    if not is_over:
        moments.append(_present(edition, after=closed[-1] if closed else 0, at=at))

    def course(line: Line) -> Course:
        marks = [results.get((month, line.participant.pk)) for month in closed]
        now = Mark(line.rank, line.total)
        return Course(line.participant, (*(marks[:-1] if is_over else marks), now))

    return Courses(tuple(moments), tuple(map(course, lines)))


def _results(edition: Edition, participants: list[Participant]) -> dict[tuple[int, int], Mark]:
    """By month and participant."""
    newest = boards.versions_of(edition).order_by("closing", "-number").distinct("closing").values("pk")
    results = RoundResult.objects.filter(version__in=newest)
    if len(participants) == 1:
        results = results.filter(participant__in=participants)
    rows = results.values_list("version__closing__round__month", "participant", "rank", "total")
    return {(month, participant): Mark(rank, total) for month, participant, rank, total in rows}


def _closed(edition: Edition, month: int) -> Moment:
    first_day = date(edition.year, month, 1)
    return Moment(float(month), date_format(first_day, "F"), date_format(first_day, "b"), True)


def _present(edition: Edition, *, after: int, at: datetime) -> Moment:
    now = gettext("nu")
    return Moment(max(_elapsed(edition, local_date(at)), after + _AT_LEAST_APART), now, now, False)


def _elapsed(edition: Edition, day: date) -> float:
    """How many months of the edition's ten have passed on this day."""
    if day.year != edition.year:
        return float(LAST_SCORING_MONTH) if day.year > edition.year else 0.0
    days_in_month = monthrange(day.year, day.month)[1]
    return min(day.month - 1 + day.day / days_in_month, float(LAST_SCORING_MONTH))
