"""The badge for a participant's own website: GDSC 2026, plaats 3."""

from typing import NamedTuple

from django.utils.translation import gettext

from competition.models import Edition
from scoring.charts import cards, fonts
from scoring.charts.words import for_xml
from scoring.standings import Board, Line

HEIGHT = 28
_SIZE = 14
_PADDING = 9
_MARK_WIDTH = 28


class BadgeText(NamedTuple):
    """All that the badge says; it changes exactly when one of these does."""

    label: str
    message: str
    example: str
    title: str


class Part(NamedTuple):
    """A stretch of the badge with a text in its middle."""

    x: int
    width: int
    text: str
    text_x: int
    text_width: int


class Badge(NamedTuple):
    width: int
    title: str
    label: Part
    message: Part
    example: Part | None


def text_of(line: Line, board: Board, edition: Edition) -> BadgeText:
    place = cards.place_of(line, edition)
    is_shared = line.rank in board.shared_ranks and line.total > 0
    title = gettext("De Grote Digitale Steden Competitie %(year)d. %(name)s: %(place)s") % {
        "year": edition.year,
        "name": for_xml(line.participant.name),
        "place": gettext("%(place)s, gedeeld") % {"place": place} if is_shared else place,
    }
    example = gettext("voorbeeld") if edition.is_example else ""
    return BadgeText(gettext("GDSC %(year)d") % {"year": edition.year}, place, example, title)


def draw(text: BadgeText) -> Badge:
    label = _part(text.label, start=0, weight=600, before=_MARK_WIDTH)
    message = _part(text.message, start=label.width, weight=700)
    example = _part(text.example, start=label.width + message.width, weight=600) if text.example else None
    last = example or message
    return Badge(last.x + last.width, text.title, label, message, example)


def _part(text: str, *, start: int, weight: int, before: int = _PADDING) -> Part:
    """The width of the text is fixed, as a website that shows the badge lets it load no font."""
    text_width = round(fonts.width(text, size=_SIZE, weight=weight))
    return Part(start, before + text_width + _PADDING, text, start + before, text_width)
