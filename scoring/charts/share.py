"""The pictures that other sites show when somebody shares a page: 1200 by 630 pixels, as PNG."""

from functools import lru_cache
from typing import NamedTuple

from scoring.charts.canvas import CREAM, LEADING, MUTED, ORANGE, PETROL, Canvas, Country, fit
from scoring.charts.fonts import cut

_MARGIN, _ROOM = 72, 660
"""The text stands at the left; the map takes the rest."""


class Row(NamedTuple):
    place: str
    name: str
    points: str


class ParticipantCard(NamedTuple):
    """All that the picture of a participant says; it changes exactly when one of these does."""

    competition: str
    name: str
    place: str
    points: str
    example: str
    country: Country


class StandingCard(NamedTuple):
    """All that the picture of the leaderboard says; without rows, the note says why."""

    competition: str
    title: str
    rows: tuple[Row, ...]
    note: str
    example: str
    country: Country


@lru_cache(maxsize=32)
def participant_png(card: ParticipantCard) -> bytes:
    """Drawing takes a while, so the last ones are kept: the same card is always the same picture."""
    canvas = _begin(card.country, card.competition, card.example)
    lines, size = fit(card.name, sizes=(120, 104, 88, 74, 62, 52, 44), room=_ROOM, height=280)
    for number, line in enumerate(lines):
        y = 278 + (number - (len(lines) - 1) / 2) * LEADING * size
        canvas.text(_MARGIN - 4, y, line, size=size, weight=800)
    end = canvas.pill(_MARGIN, 482, card.place, size=52, colours=ORANGE)
    canvas.text(end + 28, 482, card.points, size=52, weight=600)
    return canvas.png()


@lru_cache(maxsize=8)
def standing_png(card: StandingCard) -> bytes:
    """At most six rows."""
    canvas = _begin(card.country, card.competition, card.example)
    canvas.text(_MARGIN - 3, 158, card.title, size=68, weight=800)
    if card.note:
        canvas.text(_MARGIN, 250, card.note, size=36, weight=400, fill=MUTED)
    for number, row in enumerate(card.rows):
        y = 246 + 62 * number
        canvas.hexagon(_MARGIN + 26, y, 28, row.place, colours=ORANGE if row.place == "1" else PETROL)
        end = canvas.text_before(_MARGIN + _ROOM - 16, y, row.points, size=36, weight=700)
        start = _MARGIN + 78
        canvas.text(start, y, cut(row.name, size=36, weight=600, room=end - start - 24), size=36, weight=600)
    return canvas.png()


def _begin(country: Country, competition: str, example: str) -> Canvas:
    canvas = Canvas(country)
    canvas.mark(_MARGIN, 44, 48)
    end = canvas.text(_MARGIN + 58, 69, competition, size=28, weight=600, fill=MUTED)
    if example:
        canvas.pill(end + 22, 69, example, size=24, colours=CREAM)
    return canvas
