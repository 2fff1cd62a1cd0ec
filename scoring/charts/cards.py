"""What the shared pictures say of a standing."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from competition.models import Edition
from scoring.charts.canvas import Country
from scoring.charts.share import ParticipantCard, Row, StandingCard
from scoring.standings import Board, Line

if TYPE_CHECKING:
    from scoring.places import Place

_PLACES, _ROWS = 5, 6
"""The top five; one more where two tie for the last of them."""


def of_participant(line: Line, board: Board, edition: Edition, places: Iterable["Place"]) -> ParticipantCard:
    return ParticipantCard(
        competition=_competition(edition),
        name=line.participant.name,
        place=place_of(line, edition),
        points=points_of(line),
        example=_example(edition),
        country=_country(places, [line]),
    )


def of_standing(board: Board, edition: Edition, places: Iterable["Place"]) -> StandingCard:
    """Who shares a place is in or out with the others on it; so there may be nobody to show."""
    leaders = board.top(_PLACES, at_most=_ROWS)
    return StandingCard(
        competition=_competition(edition),
        title=gettext("De stand"),
        rows=tuple(Row(str(line.rank), line.participant.name, points_of(line)) for line in leaders),
        note="" if leaders else _nobody_leads(board),
        example=_example(edition),
        country=_country(places, board.top(1, at_most=_ROWS)),
    )


def place_of(line: Line, edition: Edition) -> str:
    """A place is only worth showing with a point; who won shows that instead."""
    result = getattr(edition, "result", None)
    if result and result.winner_id == line.participant.pk:
        return gettext("winnaar")
    if line.participant.is_out_of_competition:
        return gettext("buiten mededinging")
    return gettext("plaats %(rank)d") % {"rank": line.rank} if line.rank and line.total > 0 else gettext("doet mee")


def _nobody_leads(board: Board) -> str:
    if not board.lines:
        return gettext("Er zijn nog geen deelnemers.")
    count = len(board.lines)
    return ngettext("%(count)d deelnemer doet mee.", "%(count)d deelnemers doen mee.", count) % {"count": count}


def points_of(line: Line) -> str:
    return ngettext("%(total)d punt", "%(total)d punten", line.total) % {"total": line.total}


def _competition(edition: Edition) -> str:
    return gettext("De Grote Digitale Steden Competitie %(year)d") % {"year": edition.year}


def _example(edition: Edition) -> str:
    return gettext("Voorbeeldgegevens") if edition.is_example else ""


def _country(places: Iterable["Place"], subject: Sequence[Line]) -> Country:
    chosen = {line.participant.pk for line in subject}
    spots = [
        ((place.hex_col, place.hex_row), place.plays_as)
        for place in places
        if place.hex_col is not None and place.hex_row is not None
    ]
    return Country(
        everyone=tuple(spot for spot, _plays_as in spots),
        playing=tuple(spot for spot, plays_as in spots if plays_as),
        subject=tuple(spot for spot, plays_as in spots if plays_as in chosen),
    )
