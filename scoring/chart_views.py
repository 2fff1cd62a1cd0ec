"""The standing as a picture: the race through the year, the map, and what others may put on their own site."""

from collections.abc import Callable
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext

from competition import clock
from competition.access import public
from competition.models import Edition, Phase
from competition.pages import about, edition_of, for_edition, kept
from scoring import boards, courses, places
from scoring.charts import badge as badges
from scoring.charts import cards, hexmap, open_graph, share
from scoring.charts import race as races
from scoring.standings import Board, Line

_DESIGN = 1
"""Raise it when a picture is drawn differently, so that nobody keeps one of the old design."""


@public
@kept
@for_edition
def race(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    board = boards.shown(edition)
    through_the_year = courses.of_board(board, edition, at=at)
    page = about(edition, at=at) | {
        "board": board,
        "courses": through_the_year,
        "race": None if edition.phase_at(at) == Phase.ANNOUNCED else races.draw(board, through_the_year),
        "preview": _preview(edition, gettext("De race van %(year)d"), "race_of"),
        "nav": "leaderboard",
    }
    return render(request, "scoring/race.html", page)


@public
@kept
@for_edition
def hexagon_map(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    board = boards.shown(edition)
    page = about(edition, at=at) | {
        "board": board,
        "map": hexmap.draw(board, places.of_edition(edition, at=at)),
        "preview": _preview(edition, gettext("De kaart van %(year)d"), "map_of"),
        "nav": "leaderboard",
    }
    return render(request, "scoring/map.html", page)


def _preview(edition: Edition, title: str, name: str) -> open_graph.Preview:
    address = reverse(name, args=[edition.year])
    return open_graph.of_standing(edition, title=title % {"year": edition.year}, address=address)


@public
def badge(request: HttpRequest, year: int, slug: str) -> HttpResponseBase:
    """For a participant's own website."""
    edition = edition_of(year)
    board = boards.shown(edition)
    text = badges.text_of(_line(board, edition, slug), board, edition)

    def drawn() -> bytes:
        return render_to_string("scoring/charts/badge.svg", {"badge": badges.draw(text)}).encode()

    return _picture(request, board, text, drawn, content_type="image/svg+xml")


@public
def participant_picture(request: HttpRequest, year: int, slug: str) -> HttpResponseBase:
    """What other sites show when somebody shares the participant's page."""
    edition = edition_of(year)
    board = boards.shown(edition)
    on_map = places.of_edition(edition, at=clock.now())
    card = cards.of_participant(_line(board, edition, slug), board, edition, on_map)
    return _picture(request, board, card, lambda: share.participant_png(card), content_type="image/png")


@public
def standing_picture(request: HttpRequest, year: int) -> HttpResponseBase:
    """What other sites show when somebody shares the leaderboard."""
    edition = edition_of(year)
    board = boards.shown(edition)
    card = cards.of_standing(board, edition, places.of_edition(edition, at=clock.now()))
    return _picture(request, board, card, lambda: share.standing_png(card), content_type="image/png")


def _line(board: Board, edition: Edition, slug: str) -> Line:
    """Who came in after the month that the board stands still on has a line without a place."""
    for line in board.lines:
        if line.participant.slug == slug:
            return line
    if board.freeze is None:
        raise Http404
    return Line.nothing(get_object_or_404(edition.participants, slug=slug))


def _picture(
    request: HttpRequest, board: Board, says: object, draw: Callable[[], bytes], *, content_type: str
) -> HttpResponseBase:
    """A picture that may be kept but must be asked after each time: nobody ever shows a place of yesterday.

    Its ETag is made of the ledger's head and of all that the picture says, such as a name that was put right. It is
    only drawn for who does not have it yet.
    """
    seen = repr((_DESIGN, board.head, board.head_hash, says))
    etag = quote_etag(sha256(seen.encode()).hexdigest())
    response = get_conditional_response(request, etag=etag) or HttpResponse(draw(), content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
