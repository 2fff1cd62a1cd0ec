"""Boards and courses to draw, made without a database."""

from collections.abc import Sequence

from competition.models import Edition, Municipality, Participant
from scoring.courses import Course, Courses, Mark, Moment
from scoring.standings import Board, Line

EDITION = Edition(pk=1, year=2026, name="Editie 2026")
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt")


def participant(pk: int, name: str = "") -> Participant:
    return Participant(pk=pk, edition=EDITION, name=name or f"Stad {pk}", slug=f"stad-{pk}")


def board(*totals: int, outside: Sequence[int] = (), names: Sequence[str] = ()) -> Board:
    """A board with these totals, in order; those of `outside` play out of competition."""
    lines = []
    for pk, total in enumerate((*totals, *outside), start=1):
        rank = sum(other > total for other in totals) + 1 if pk <= len(totals) else None
        name = names[pk - 1] if len(names) >= pk else ""
        who = participant(pk, name)
        who.is_out_of_competition = rank is None
        lines.append(Line(who, rank, total, total, 0, 0))
    return Board(lines, sum(totals) + sum(outside), "0" * 64, None)


def moments(closed: int, *, present: float | None = None) -> tuple[Moment, ...]:
    """The end of so many months, and the present unless it is None."""
    ends = [Moment(float(n + 1), MONTHS[n], MONTHS[n], True) for n in range(closed)]
    return (*ends, *([] if present is None else [Moment(present, "nu", "nu", False)]))


def courses(of: Board, *earlier: Sequence[int | None], at: tuple[Moment, ...]) -> Courses:
    """How the board came about: for each line its totals at the moments before the last one."""
    rows = []
    for line, totals in zip(of.lines, earlier or [()] * len(of.lines), strict=True):
        marks = [None if total is None else Mark(line.rank, total) for total in totals]
        rows.append(Course(line.participant, (*marks, Mark(line.rank, line.total))))
    return Courses(at, tuple(rows))


def municipality(pk: int, name: str, spot: tuple[int, int] | None, *, plays_as: int | None = None) -> Municipality:
    col, row = spot or (None, None)
    made = Municipality(pk=pk, common_name=name, name=name, province="Utrecht", hex_col=col, hex_row=row)
    made.plays_as = plays_as  # type: ignore[attr-defined]
    return made
