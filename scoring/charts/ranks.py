"""The place of one participant through the year, with the first place at the top."""

from itertools import groupby
from typing import NamedTuple

from scoring.charts.race import Tick
from scoring.charts.scales import percentage, polyline
from scoring.courses import Courses, Mark, Moment

_AT_LEAST = 5
"""The chart goes down to the fifth place at least, so that a step from one to two is not a fall."""


class Place(NamedTuple):
    x: str
    y: str
    rank: int


class RankChart(NamedTuple):
    columns: list[Tick]
    rows: list[Tick]
    path: str
    places: list[Place]


class Row(NamedTuple):
    """One line of the table beside the chart."""

    moment: Moment
    mark: Mark


def rows_of(courses: Courses) -> list[Row]:
    """The moments at which the one participant in these courses took part, in order."""
    (course,) = courses.lines
    both = zip(courses.moments, course.marks, strict=True)
    return [Row(moment, mark) for moment, mark in both if mark is not None]


def draw(courses: Courses) -> RankChart | None:
    """The chart of the one participant in these courses; None with fewer than two places to connect."""
    rows = rows_of(courses)
    ranks = [row.mark.rank for row in rows if row.mark.rank]
    if len(ranks) < 2:
        return None
    worst = max(*ranks, _AT_LEAST)

    def x(index: int) -> float:
        """At equal distances, so that no two places lie over each other, however near the present is."""
        return index / (len(rows) - 1)

    def y(rank: int) -> float:
        return (rank - 1) / (worst - 1)

    known = [(x(index), row.mark.rank) for index, row in enumerate(rows)]
    # While it played out of competition it had no place: there the line is broken.
    stretches = [list(run) for has_rank, run in groupby(known, key=lambda one: one[1] is not None) if has_rank]
    return RankChart(
        columns=[
            Tick(percentage(x(index)), row.moment.abbreviation, row.moment.narrow) for index, row in enumerate(rows)
        ],
        rows=[Tick(percentage(y(rank)), str(rank), str(rank)) for rank in _ticks(worst)],
        path="".join(polyline([(place, y(rank)) for place, rank in run if rank]) for run in stretches),
        places=[Place(percentage(place), percentage(y(rank)), rank) for place, rank in known if rank],
    )


def _ticks(worst: int) -> list[int]:
    """The first place, and round numbers below it that leave the last line free."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if worst // step <= 5)
    return [1, *(rank for rank in range(step, worst + 1, step) if rank > 1)]
