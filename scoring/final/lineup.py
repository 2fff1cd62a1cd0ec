"""Who is in the final of an edition, as far as that is known."""

from typing import NamedTuple

from competition.models import Round
from scoring.final import finalists
from scoring.models import Finalist
from scoring.rules import FINALIST_COUNT
from scoring.standings import Line


class Lineup(NamedTuple):
    """The finalists; nobody before the last month is closed, and too few while lots must be drawn."""

    is_fixed: bool
    finalists: list[Finalist]
    tied: list[Line]
    places_left: int


def after(last_round: Round) -> Lineup:
    """What the closing of an edition's last month decided; `last_round` comes with its `closing`."""
    if not hasattr(last_round, "closing"):
        return Lineup(False, [], [], 0)
    edition = last_round.edition
    known = list(edition.finalists.select_related("participant").order_by("place", "participant__sort_name", "pk"))
    if len(known) >= FINALIST_COUNT:
        return Lineup(True, known, [], 0)
    tie = finalists.cut(finalists.october(edition).lines, tie_rule=edition.rules.tie_rule)
    is_drawn = hasattr(edition, "lot_draw")
    return Lineup(True, known, [] if is_drawn else tie.tied, 0 if is_drawn else tie.places_left)
