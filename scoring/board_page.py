"""The leaderboard as a page, of which a new point changes the podium and the table and nothing else.

What stands around these two takes most of the time: the edition, its months, the forms, the head and the foot of the
page. So it is drawn with a gap for each, and kept with the page (`gdsc.page_cache`): as long as nothing but points has
changed, only the gaps are filled anew. `tests/gdsc/test_renewed_page.py` holds that this gives the very same page.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from competition import pages
from competition.calendar import local_date
from competition.models import Edition, Round
from scoring import boards, timeline
from scoring.board_rows import Rows
from scoring.standings import Board
from scoring.timeline import Month


def _gap(name: str) -> SafeString:
    """What nobody can have typed."""
    return mark_safe(f"<!-- {name} {secrets.token_hex()} -->")  # noqa: S308 - our own


PODIUM, TABLE = _gap("podium"), _gap("table")
GAPS = {"podium": PODIUM, "table": TABLE}


class BoardPage(NamedTuple):
    """One page, at one address and in one language."""

    around: str
    """What was drawn with `GAPS`."""
    at: datetime
    edition: Edition
    months: Sequence[Month]
    board: Board
    selected: frozenset[int]
    """The participants in the table."""
    has_podium: bool
    compared: Round | None
    rows: Rows

    def html(self) -> str:
        return self._with(self.board)

    def renewed(self, at: datetime) -> str | None:
        """The same page where nothing but points and the clock has changed; None if it cannot be told that way."""
        return self._with(boards.renewed(self.board, self.edition)) if self._still_holds(at) else None

    def _still_holds(self, at: datetime) -> bool:
        """Whether by now time alone would have changed something around the gaps."""
        edition, then = self.edition, self.at
        if at.replace(second=0, microsecond=0) == then.replace(second=0, microsecond=0):
            return True
        return (
            local_date(at) == local_date(then)
            and edition.phase_at(at) == edition.phase_at(then)
            and timeline.of_now(self.months, edition, at=at) == self.months
            and all(getattr(edition, name) == fact for name, fact in pages.told(edition, at=at).items())
        )

    def _with(self, board: Board) -> str:
        return self.around.replace(PODIUM, self._podium(board)).replace(TABLE, self._table(board))

    def _podium(self, board: Board) -> str:
        if not self.has_podium or not (lines := board.top(3, at_most=5)):
            return ""
        podium = {"lines": lines, "shared_ranks": board.shared_ranks}
        return render_to_string("scoring/_podium.html", podium | self._same())

    def _table(self, board: Board) -> str:
        lines = [line for line in board.lines if line.participant.pk in self.selected]
        table = {"board": board, "lines": lines, "max": board.highest_total, "rows": self.rows}
        return render_to_string("scoring/_board.html", table | self._same())

    def _same(self) -> dict[str, object]:
        return {"edition": self.edition, "compared": self.compared}
