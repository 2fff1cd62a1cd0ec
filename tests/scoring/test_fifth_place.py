"""How far from the five: worked out by hand for each kind of place."""

from typing import Any

import pytest

from scoring.fifth_place import distance_in_words
from scoring.standings import Board, Line


def board_of(*totals: int, out: int | None = None) -> Board:
    """Participants with these totals, ranked 1, 2, 2, 4; and one out of competition."""
    lines = [line(sum(other > total for other in totals) + 1, total) for total in totals]
    return Board([*lines, *([line(None, out)] if out is not None else [])], 0, "", None)


def line(rank: int | None, total: int) -> Line:
    nobody: Any = None
    return Line(nobody, rank, total, 0, 0, 0)


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ([9, 8, 7, 6, 5, 3], {9: "6 punten voor op plaats zes", 5: "2 punten voor op plaats zes"}),
        ([9, 8, 7, 6, 5, 3], {3: "nog 2 punten tot plaats vijf"}),
        ([9, 8, 7, 6, 5, 4], {5: "1 punt voor op plaats zes", 4: "nog 1 punt tot plaats vijf"}),
        ([9, 8, 7, 6, 5, 5], {5: "gelijk met plaats zes: met één punt meer staat u zeker bij de vijf"}),
        ([9, 8, 7, 6, 5, 5], {6: "1 punt voor op plaats zes"}),
        ([2, 2, 2, 2, 2, 2, 2], {2: "gelijk met plaats zes: met één punt meer staat u zeker bij de vijf"}),
        ([9, 8, 7, 6, 5], {9: "", 5: ""}),
    ],
)
def test_the_distance_in_words(totals: list[int], words: dict[int, str]) -> None:
    board = board_of(*totals)

    assert {one.total: distance_in_words(board, one) for one in board.lines if one.total in words} == words


def test_who_is_out_of_competition_has_no_distance_and_is_in_nobodys_way() -> None:
    board = board_of(9, 8, 7, 6, 5, 3, out=20)

    assert distance_in_words(board, board.lines[-1]) == ""
    assert distance_in_words(board, board.lines[5]) == "nog 2 punten tot plaats vijf"


@pytest.mark.parametrize("totals", [(9, 8, 7, 6, 5, 5, 1), (4, 4, 4, 4, 4, 4), (9, 9, 3, 3, 3, 3, 2)])
def test_one_point_more_than_number_six_is_surely_among_the_five(totals: tuple[int, ...]) -> None:
    """What the words promise, counted anew."""
    board = board_of(*totals)
    for number, one in enumerate(board.lines):
        if "gelijk met" in distance_in_words(board, one):
            others = [total for other, total in enumerate(totals) if other != number]
            assert sum(total >= one.total + 1 for total in others) < 5
