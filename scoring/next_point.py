"""What one more point would change: "met één punt meer staat Zwolle vierde"."""

from collections import Counter
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scoring.standings import Board

_ORDINALS = (
    _("eerste"),
    _("tweede"),
    _("derde"),
    _("vierde"),
    _("vijfde"),
    _("zesde"),
    _("zevende"),
    _("achtste"),
    _("negende"),
    _("tiende"),
    _("elfde"),
    _("twaalfde"),
)


class OneMore(NamedTuple):
    """Where somebody would stand with one more point, while the others keep what they have."""

    rank: int
    shared_with: int
    """With how many others it would share that place."""
    is_gain: bool
    """Whether that is a better place than now, or the same one shared with fewer."""

    @property
    def ordinal(self) -> str:
        """The rank in words that follow "staat": vierde, or op plaats 14."""
        if self.rank <= len(_ORDINALS):
            return str(_ORDINALS[self.rank - 1])
        return gettext("op plaats %(rank)d") % {"rank": self.rank}


def one_more(board: Board) -> dict[int, OneMore]:
    """By participant, for all who have a place: those out of competition neither get one nor stand in the way."""
    ranked = [line for line in board.lines if line.rank]
    holders = Counter(line.total for line in ranked)
    above: dict[int, int] = {}
    counted = 0
    for total in sorted(holders, reverse=True):
        above[total] = counted
        counted += holders[total]
    gains = {}
    for line in ranked:
        # Nobody stands between a total and the next whole point, so who is above now is all that can be above then.
        equal = holders[line.total + 1]
        rank = above[line.total] - equal + 1
        sharing_now = holders[line.total] - 1
        is_gain = (rank, equal) < (above[line.total] + 1, sharing_now)
        gains[line.participant.pk] = OneMore(rank, equal, is_gain)
    return gains
