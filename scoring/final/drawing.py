"""What opened lots say of a tie."""

from collections.abc import Sequence
from typing import NamedTuple

from scoring.final import recipe
from scoring.final.finalists import Cut
from scoring.models import SealedLot
from scoring.standings import Line


class Turn(NamedTuple):
    """One of the tied participants, in the order of the draw."""

    line: Line
    code: str
    is_in: bool


class Drawing(NamedTuple):
    """The order of the tied participants, and the program with which anybody finds the same one."""

    closing_hash: str
    seed: str
    turns: list[Turn]
    program: str


def work_out(sealed: Sequence[SealedLot], tie: Cut, *, year: int, closing_hash: str) -> Drawing:
    """Pure: from the texts of the lots, all of them open, and the hash of the closing of October."""
    texts = [lot.opened for lot in sealed]
    seed = recipe.seed_of(texts, year=year, closing_hash=closing_hash)
    by_code = {recipe.code_of(seed, line.participant.slug): line for line in tie.tied}
    turns = [Turn(by_code[code], code, place < tie.places_left) for place, code in enumerate(sorted(by_code))]
    slugs = [line.participant.slug for line in tie.tied]
    program = recipe.program(texts, slugs, year=year, closing_hash=closing_hash)
    return Drawing(closing_hash, seed, turns, program)
