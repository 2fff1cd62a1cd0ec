"""The race chart: everybody's points through the year, the leaders in front."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import ngettext

from scoring.charts.scales import percentage, polyline, ticks
from scoring.charts.strands import Scale, Strand, strands, totals_of
from scoring.courses import Course, Courses
from scoring.standings import Board

_PLACES, _AT_MOST = 10, 12
"""The first ten places stand out, and no more than twelve lines: a tie is in or out as a whole."""
_NEAR, _NEAR_ON_NARROW = 0.05, 0.12
"""A month closer to the present than this has no name below the chart, on a wide and on a narrow screen."""
_NAMES_AT_MOST = 5


class Tick(NamedTuple):
    """A mark along an axis: where it stands, and what it says on a wide and on a narrow screen."""

    at: str
    label: str
    short: str


class Backdrop(NamedTuple):
    """One or more of the others, whose points ran the same course."""

    path: str
    words: str


class Race(NamedTuple):
    columns: list[Tick]
    rows: list[Tick]
    open_from: str
    """From here on no standing is fixed yet; empty when all are."""
    open_width: str
    leaders: list[Strand]
    others: list[Backdrop]

    @property
    def is_all_open(self) -> bool:
        return self.open_width == percentage(1)


def draw(board: Board, courses: Courses) -> Race | None:
    """The chart; None while there is nothing to see, because nobody takes part or nobody has a point."""
    highest = max((mark.total for course in courses.lines for mark in course.marks if mark), default=0)
    if highest <= 0:
        return None
    chosen = {line.participant.pk for line in board.top(_PLACES, at_most=_AT_MOST)}
    scale = Scale(courses.moments, highest)
    fixed = max((scale.x(moment.elapsed) for moment in courses.moments if moment.is_closed), default=0.0)
    return Race(
        columns=_columns(scale),
        rows=[Tick(percentage(scale.y(number)), str(number), str(number)) for number in ticks(highest)],
        open_from=percentage(fixed) if fixed < 1 else "",
        open_width=percentage(1 - fixed),
        leaders=strands([course for course in courses.lines if course.participant.pk in chosen], scale),
        others=_backdrops([course for course in courses.lines if course.participant.pk not in chosen], scale),
    )


def _columns(scale: Scale) -> list[Tick]:
    columns = []
    for moment in scale.moments:
        # The months always have room for each other: only the present can come too near.
        room = 1 - scale.x(moment.elapsed) if moment.is_closed and not scale.moments[-1].is_closed else 1
        label = moment.abbreviation if room > _NEAR else ""
        columns.append(
            Tick(percentage(scale.x(moment.elapsed)), label, moment.narrow if room > _NEAR_ON_NARROW else "")
        )
    return columns


def _backdrops(others: Sequence[Course], scale: Scale) -> list[Backdrop]:
    same: dict[str, list[Course]] = defaultdict(list)
    for course in others:
        points = [(scale.x(elapsed), scale.y(total)) for elapsed, total in totals_of(course, scale.moments)]
        same[polyline(points)].append(course)
    return [Backdrop(path, _words(courses)) for path, courses in same.items()]


def _words(courses: Sequence[Course]) -> str:
    names = [course.participant.name for course in courses]
    total = courses[0].now.total
    listed = ", ".join(names[:_NAMES_AT_MOST]) + (" …" if len(names) > _NAMES_AT_MOST else "")
    return ngettext("%(names)s: %(total)d punt", "%(names)s: %(total)d punten", total) % {
        "names": listed,
        "total": total,
    }
