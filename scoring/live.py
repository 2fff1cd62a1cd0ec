"""When a page that shows the standing refreshes itself: while a meetup evening is on (templates/scoring/_live.html)."""

from datetime import timedelta

from competition.models import Edition
from scoring.standings import Board

REFRESHES_EVERY = timedelta(seconds=15)
"""How often the page asks again; mostly to hear that nothing has changed."""


def is_on(board: Board, edition: Edition) -> bool:
    """Whether points can come at any moment, and this board would show them."""
    is_evening: bool = edition.is_meetup_evening  # type: ignore[attr-defined]  # the meetups app tells it
    return bool(board.lines) and board.is_present and is_evening
