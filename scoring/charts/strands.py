"""The lines of the leaders in the race: side by side where they have as many points, with their names apart."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from scoring.charts.fonts import cut
from scoring.charts.scales import percentage, polyline, spread
from scoring.courses import Course, Moment

_GAP = 0.062
"""How far apart the names stand, as a share of the height."""
_NAME_SIZE, _NAME_WEIGHT = 16, 600
_LONG_NAME, _SHORT_NAME = 190, 90
"""The room for a name at this size, on a wide and on a narrow screen."""
_APART = 0.007
"""How far apart lines with as many points run; less where that would come near another number of points."""


class Dot(NamedTuple):
    x: str
    y: str


class Strand(NamedTuple):
    """One of the leaders. `number` counts from 1 and chooses colour, dashes and marker."""

    number: int
    name: str
    long_name: str
    short_name: str
    rank: int | None
    total: int
    path: str
    dots: list[Dot]
    end: str
    label: str

    @property
    def marker(self) -> int:
        """One of four; with six colours no two of twelve lines look the same."""
        return (self.number - 1) % 4 + 1


class Stop(NamedTuple):
    """A point of a line, as shares of the drawing; `is_on_top` unless a leader above has as many points there."""

    x: float
    y: float
    is_on_top: bool


class Scale(NamedTuple):
    """From months and points to shares of the drawing; y runs downwards."""

    moments: Sequence[Moment]
    highest: int

    def x(self, elapsed: float) -> float:
        return elapsed / self.moments[-1].elapsed

    def y(self, total: float) -> float:
        return 1 - total / self.highest


def totals_of(course: Course, moments: Sequence[Moment]) -> list[tuple[float, int]]:
    """Its totals by months elapsed, from zero at the beginning, or at the last moment before it took part."""
    totals = [(0.0, 0)]
    for moment, mark in zip(moments, course.marks, strict=True):
        if mark is None:
            totals = [(moment.elapsed, 0)]
        else:
            totals.append((moment.elapsed, mark.total))
    return totals


def strands(leaders: Sequence[Course], scale: Scale) -> list[Strand]:
    """The leaders come in the order of the board, so that at the end the one with most points lies on top."""
    lines = _lines(leaders, scale)
    ends = [stops[-1].y for stops in lines]
    labels = spread(ends, gap=_GAP, low=0, high=1)
    return [
        _strand(number, course, stops, label)
        for number, (course, stops, label) in enumerate(zip(leaders, lines, labels, strict=True), start=1)
    ]


def _strand(number: int, course: Course, stops: Sequence[Stop], label: float) -> Strand:
    name = course.participant.name
    return Strand(
        number=number,
        name=name,
        long_name=cut(name, size=_NAME_SIZE, weight=_NAME_WEIGHT, room=_LONG_NAME),
        short_name=cut(name, size=_NAME_SIZE, weight=_NAME_WEIGHT, room=_SHORT_NAME),
        rank=course.now.rank,
        total=course.now.total,
        path=polyline([(stop.x, stop.y) for stop in stops]),
        dots=[Dot(percentage(stop.x), percentage(stop.y)) for stop in stops[1:] if stop.is_on_top or stop is stops[-1]],
        end=percentage(stops[-1].y),
        label=percentage(label),
    )


def _lines(leaders: Sequence[Course], scale: Scale) -> list[list[Stop]]:
    totals = [totals_of(course, scale.moments) for course in leaders]
    together: dict[tuple[float, int], list[int]] = defaultdict(list)
    for index, line in enumerate(totals):
        for at in line:
            together[at].append(index)

    def stop(index: int, elapsed: float, total: int) -> Stop:
        equals = together[elapsed, total]
        place = equals.index(index)
        step = min(_APART, 0.4 / scale.highest / len(equals)) if total else 0
        shift = step * (place - (len(equals) - 1) / 2)
        return Stop(scale.x(elapsed), scale.y(total) + shift, place == 0)

    return [[stop(index, *at) for at in line] for index, line in enumerate(totals)]
