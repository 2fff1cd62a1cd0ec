from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.charts.scales import percentage, polyline, spread, ticks

positions = st.lists(st.floats(0, 1), max_size=30).map(sorted)


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [0]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (17, [0, 5, 10, 15]),
        (34, [0, 10, 20, 30]),
        (999, [0, 200, 400, 600, 800]),
    ],
)
def test_an_axis_has_few_round_numbers(highest: int, expected: list[int]) -> None:
    assert ticks(highest) == expected


@given(st.integers(0, 10**9))
def test_an_axis_never_has_more_than_six_numbers_and_none_above_the_highest(highest: int) -> None:
    numbers = ticks(highest)

    assert numbers[0] == 0
    assert len(numbers) <= 6
    assert numbers[-1] <= highest


def test_a_share_is_written_the_same_in_every_language() -> None:
    assert [percentage(share) for share in (0, 1 / 3, 0.5, 1)] == ["0%", "33.33%", "50%", "100%"]


def test_a_line_runs_through_whole_numbers() -> None:
    assert polyline([(0, 1), (0.5, 0.25), (1, 0)]) == "M0 1000 500 250 1000 0"


def test_names_that_stand_apart_already_stay_where_they_are() -> None:
    assert spread([0.1, 0.3, 0.8], gap=0.1, low=0, high=1) == pytest.approx([0.1, 0.3, 0.8])


def test_names_that_would_overlap_share_the_move() -> None:
    assert spread([0.5, 0.5], gap=0.1, low=0, high=1) == pytest.approx([0.45, 0.55])


def test_names_at_the_edge_move_inwards() -> None:
    assert spread([0, 0, 0], gap=0.1, low=0, high=1) == pytest.approx([0, 0.1, 0.2])
    assert spread([1, 1, 1], gap=0.1, low=0, high=1) == pytest.approx([0.8, 0.9, 1])


@given(positions, st.floats(0.01, 0.3))
def test_names_never_overlap_nor_leave_the_drawing_nor_change_places(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap=gap, low=0, high=1)

    room = min(gap, 1 / max(len(wanted) - 1, 1))
    assert len(placed) == len(wanted)
    assert all(after - before >= room - 1e-9 for before, after in pairwise(placed))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in placed)


@given(positions, st.floats(0.01, 0.3))
def test_names_do_not_move_when_they_are_spread_twice(wanted: list[float], gap: float) -> None:
    once = spread(wanted, gap=gap, low=0, high=1)

    assert spread(once, gap=gap, low=0, high=1) == pytest.approx(once, abs=1e-6)
