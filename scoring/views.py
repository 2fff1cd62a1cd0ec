"""The public pages about points: participant, rules and finalists."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.access import public
from competition.models import Edition, Municipality, Phase
from competition.pages import about, edition_of, for_edition, kept
from scoring import boards, courses, log, timeline
from scoring.charts import open_graph, ranks
from scoring.final import lineup, tiebreak
from scoring.journal import bookings_of
from scoring.next_point import one_more
from scoring.rules import FINALIST_COUNT, KINDS
from scoring.standings import Board, Line


@public
@kept
def participant(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The participant comes from the board, so that its place and its bookings are of one moment."""
    edition = edition_of(year)
    board = boards.shown(edition)
    line = next((line for line in board.lines if line.participant.slug == slug), None)
    if line is None and board.freeze is not None:
        line = Line.nothing(get_object_or_404(edition.participants, slug=slug))
    if line is None:
        raise Http404
    at = clock.now()
    course = courses.of_line(line, edition, at=at) if line in board.lines else None
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
        "bookings": bookings_of(line.participant, board),
        "nav": "leaderboard",
    }
    return render(request, "scoring/participant.html", page)


def _can_still_change(board: Board, edition: Edition, *, at: datetime) -> bool:
    return board.is_present and edition.phase_at(at) == Phase.SCORING


@public
@for_edition
def rules(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    months = timeline.months_of(edition, at=at)
    page = about(edition, at=at) | {
        "rules": edition.rules,
        "is_locked": edition.rules.is_locked(at),
        "months": months,
        "example": months[0],
        "last_day": months[-1].round.last_day,
        "kinds": KINDS,
        "amendments": log.amendments_of(edition),
        "finalist_count": FINALIST_COUNT,
    }
    return render(request, "scoring/rules.html", page)


@public
@for_edition
def finalists(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    last_month = timeline.months_of(edition, at=at)[-1]
    final = lineup.after(last_month.round)
    page = about(edition, at=at) | {
        "last_month": last_month,
        "lineup": final,
        "tiebreak": tiebreak.of(edition, final),
        "finalist_count": FINALIST_COUNT,
        "nav": "leaderboard",
    }
    return render(request, "scoring/finalists.html", page)
