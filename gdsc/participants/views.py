from collections.abc import Sequence
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.access import public
from competition.calendar import ONE_DAY, local_date, month_bounds
from competition.models import Edition, Municipality, Phase
from competition.pages import about, edition_of, kept
from gdsc.participants import badges
from gdsc.participants.deeds import Deeds, deeds_of
from scoring import boards, courses
from scoring.charts import open_graph, ranks
from scoring.courses import Courses
from scoring.journal import Booking, bookings_of
from scoring.next_point import one_more
from scoring.standings import Board, Line


@public
@kept
def participant(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The participant comes from the board, so that its place and its bookings are of one moment."""
    at = clock.now()
    edition = edition_of(year)
    board = boards.shown(edition)
    line = _line_or_404(board, edition, slug)
    course = courses.of_line(line, edition, at=at) if line in board.lines else None
    bookings = bookings_of(line.participant, board)
    deeds = deeds_of(line.participant, edition, board, bookings, at=at)
    has = badges.earned(_facts(line, edition, bookings, deeds, course))
    page = about(edition, at=at) | {
        "board": board,
        "line": line,
        "preview": open_graph.of_participant(line, edition),
        "gain": one_more(board).get(line.participant.pk) if _can_still_change(board, edition, at=at) else None,
        "chart": course and ranks.draw(course),
        "ranks": ranks.rows_of(course) if course else [],
        "participant": line.participant,
        "sharing_count": board.count_sharing(line),
        "municipalities": Municipality.objects.filter(places__participant=line.participant).by_name(),
        "bookings": [(booking, deeds.addresses.get(booking.award.source, "")) for booking in bookings],
        "deeds": deeds,
        "badges": has,
        "other_badges": badges.still_to_earn(has),
        "nav": "leaderboard",
    }
    return render(request, "gdsc/participant.html", page)


def _line_or_404(board: Board, edition: Edition, slug: str) -> Line:
    line = next((line for line in board.lines if line.participant.slug == slug), None)
    if line is None and board.freeze is not None:
        line = Line.nothing(get_object_or_404(edition.participants, slug=slug))
    if line is None:
        raise Http404
    return line


def _can_still_change(board: Board, edition: Edition, *, at: datetime) -> bool:
    return board.is_present and edition.phase_at(at) == Phase.SCORING


def _facts(
    line: Line, edition: Edition, bookings: Sequence[Booking], deeds: Deeds, course: Courses | None
) -> badges.Facts:
    counted = sorted((booking.award.counts_on, booking.award.kind) for booking in bookings if booking.is_in_effect)
    result = getattr(edition, "result", None)
    has_won = result is not None and result.winner_id == line.participant.pk
    return badges.Facts(
        counted=counted,
        deeds=deeds,
        led_on=_led_on(course, edition),
        won_on=local_date(result.recorded_at) if result is not None and has_won else None,
    )


def _led_on(course: Courses | None, edition: Edition) -> date | None:
    """The last day of the first closed month after which it stood at the top, with points."""
    if course is None:
        return None
    marks = course.lines[0].marks
    for moment, mark in zip(course.moments, marks, strict=True):
        if moment.is_closed and mark is not None and mark.rank == 1 and mark.total:
            _start, end = month_bounds(edition.year, int(moment.elapsed))
            return local_date(end) - ONE_DAY
    return None
