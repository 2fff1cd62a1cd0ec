"""How the last places in the final were settled, step by step, for everybody to follow."""

from typing import NamedTuple

from competition.models import Edition, TieRule
from scoring.final import finalists, lots
from scoring.final.drawing import Drawing, Turn, work_out
from scoring.final.finalists import FEWEST_LOTS
from scoring.final.lineup import Lineup
from scoring.models import SealedLot
from scoring.standings import Line


class Weighed(NamedTuple):
    """Somebody at the cut: what the published order looked at, and what came of it."""

    line: Line
    place_in_draw: int | None
    decided_by: str
    """What put this participant in the final; empty for who is not in it."""
    waits_for_lots: bool


class Tiebreak(NamedTuple):
    """Who was level at the last place, the sealed lots, and what follows from them once all are open."""

    level: list[Weighed]
    sealed: list[SealedLot]
    needs_lots: bool
    """Whether the published order left a tie, be it drawn by now or not."""
    drawing: Drawing | None

    @property
    def open_count(self) -> int:
        return sum(lot.opened_at is not None for lot in self.sealed)

    @property
    def shut_count(self) -> int:
        return len(self.sealed) - self.open_count

    @property
    def lacks_lots(self) -> bool:
        """Whether lots were never going to decide, for want of two."""
        return len(self.sealed) < FEWEST_LOTS


def of(edition: Edition, lineup: Lineup) -> Tiebreak | None:
    """What the page about the finalists tells of it; None where the rules let all who tie go through."""
    if edition.rules.tie_rule != TieRule.ORDER:
        return None
    sealed = lots.of(edition)
    if not lineup.is_fixed:
        return Tiebreak([], sealed, needs_lots=False, drawing=None)
    october = finalists.october(edition)
    tie = finalists.cut(october.lines, tie_rule=edition.rules.tie_rule)
    can_draw = bool(tie.places_left) and not lots.why_not_draw(sealed)
    drawing = work_out(sealed, tie, year=edition.year, closing_hash=october.head_hash) if can_draw else None
    level = _weighed(finalists.level_at_the_cut(october.lines), lineup, drawing.turns if drawing else [])
    return Tiebreak(level, sealed, bool(tie.places_left), drawing)


def _weighed(level: list[Line], lineup: Lineup, turns: list[Turn]) -> list[Weighed]:
    """In the published order, and then in that of the draw."""
    decided_by = {one.participant_id: str(one.get_decided_by_display()) for one in lineup.finalists}
    waiting = {line.participant.pk for line in lineup.tied}
    place = {turn.line.participant.pk: number for number, turn in enumerate(turns, 1)}
    found = [
        Weighed(line, place.get(pk), decided_by.get(pk, ""), pk in waiting)
        for line in level
        for pk in [line.participant.pk]
    ]
    return sorted(found, key=lambda weighed: (finalists.published_order(weighed.line), weighed.place_in_draw or 0))
