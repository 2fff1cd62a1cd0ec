"""How far a participant stands from the five that go on: "nog 2 punten tot plaats vijf"."""

from django.utils.translation import gettext, ngettext

from scoring.rules import FINALIST_COUNT
from scoring.standings import Board, Line


def distance_in_words(board: Board, line: Line) -> str:
    """For who is outside the points to come up with number five, for who is inside those ahead of number six.

    Empty for who has no place, and where no more than five compete. What decides between equals stands in the rules.
    """
    totals = sorted((one.total for one in board.lines if one.rank), reverse=True)
    if line.rank is None or len(totals) <= FINALIST_COUNT:
        return ""
    fifth, sixth = totals[FINALIST_COUNT - 1], totals[FINALIST_COUNT]
    if line.total < fifth:
        short = fifth - line.total
        words = ngettext("nog %(n)d punt tot plaats vijf", "nog %(n)d punten tot plaats vijf", short)
        return words % {"n": short}
    if line.total == sixth:
        return gettext("gelijk met plaats zes: met één punt meer staat u zeker bij de vijf")
    lead = line.total - sixth
    return ngettext("%(n)d punt voor op plaats zes", "%(n)d punten voor op plaats zes", lead) % {"n": lead}
