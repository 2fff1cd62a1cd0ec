import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scoring.charts import race
from tests.scoring.charts.boards import board, courses, moments


def test_without_participants_or_points_there_is_no_chart() -> None:
    nobody, nothing = board(), board(0, 0)

    assert race.draw(nobody, courses(nobody, at=moments(0, present=2.5))) is None
    assert race.draw(nothing, courses(nothing, at=moments(0, present=2.5))) is None


def test_a_line_runs_from_zero_through_the_closed_months_to_now() -> None:
    standing = board(4, 2)

    drawn = race.draw(standing, courses(standing, [1, 3], [0, 1], at=moments(2, present=4.0)))

    assert drawn is not None
    assert [(strand.name, strand.path) for strand in drawn.leaders] == [
        ("Stad 1", "M0 1000 250 750 500 250 1000 0"),
        ("Stad 2", "M0 1000 250 1000 500 750 1000 500"),
    ]
    assert [(tick.at, tick.label) for tick in drawn.columns] == [("25%", "jan"), ("50%", "feb"), ("100%", "nu")]
    assert [(tick.at, tick.label) for tick in drawn.rows] == [
        ("100%", "0"),
        ("75%", "1"),
        ("50%", "2"),
        ("25%", "3"),
        ("0%", "4"),
    ]
    assert (drawn.open_from, drawn.open_width) == ("50%", "50%")
    assert drawn.others == []


def test_before_the_first_month_is_closed_all_of_it_is_open() -> None:
    standing = board(1)

    drawn = race.draw(standing, courses(standing, at=moments(0, present=0.5)))

    assert drawn is not None
    assert [strand.path for strand in drawn.leaders] == ["M0 1000 1000 0"]
    assert drawn.open_from == "0%"


def test_once_every_month_is_closed_nothing_is_open() -> None:
    standing = board(10)

    drawn = race.draw(standing, courses(standing, [1, 2, 3, 4, 5, 6, 7, 8, 9], at=moments(10)))

    assert drawn is not None
    assert drawn.open_from == ""
    assert [tick.short for tick in drawn.columns] == ["j", "f", "m", "a", "m", "j", "j", "a", "s", "o"]


def test_a_month_right_before_now_leaves_its_name_out() -> None:
    standing = board(9)

    drawn = race.draw(standing, courses(standing, [3, 6], at=moments(2, present=2.1)))

    assert drawn is not None
    assert [tick.label for tick in drawn.columns] == ["jan", "", "nu"]


def test_who_came_later_starts_from_the_moment_before() -> None:
    standing = board(5, 4)

    drawn = race.draw(standing, courses(standing, [2, 3], [None, None], at=moments(2, present=4.0)))

    assert drawn is not None
    assert drawn.leaders[1].path == "M500 1000 1000 200"


def test_leaders_with_as_many_points_run_side_by_side_with_the_first_on_top() -> None:
    standing = board(10, 10)

    drawn = race.draw(standing, courses(standing, [5], [5], at=moments(1, present=2.0)))

    assert drawn is not None
    one, other = drawn.leaders
    assert (one.path, other.path) == ("M0 1000 500 496 1000 -4", "M0 1000 500 503 1000 4")
    assert (len(one.dots), len(other.dots)) == (2, 1)


def test_the_others_stand_behind_and_share_a_line_where_they_share_a_course() -> None:
    standing = board(*range(20, 10, -1), 1, 1, 0, outside=[30])

    drawn = race.draw(standing, courses(standing, at=moments(0, present=1.0)))

    assert drawn is not None
    assert [strand.name for strand in drawn.leaders] == [f"Stad {n}" for n in range(1, 11)]
    assert [other.words for other in drawn.others] == [
        "Stad 11, Stad 12: 1 punt",
        "Stad 13: 0 punten",
        "Stad 14: 30 punten",
    ]


def test_where_too_many_tie_nobody_is_singled_out() -> None:
    standing = board(*[3] * 13)

    drawn = race.draw(standing, courses(standing, at=moments(0, present=1.0)))

    assert drawn is not None
    assert drawn.leaders == []
    assert [other.words for other in drawn.others] == ["Stad 1, Stad 2, Stad 3, Stad 4, Stad 5 …: 3 punten"]


def test_four_hundred_participants_give_at_most_twelve_leaders_and_a_line_for_each_course() -> None:
    standing = board(*sorted((n % 40 for n in range(400)), reverse=True))

    drawn = race.draw(standing, courses(standing, at=moments(0, present=9.0)))

    assert drawn is not None
    assert len(drawn.leaders) == 10
    assert len(drawn.others) == 39


def test_no_two_leaders_look_the_same() -> None:
    # Three share the tenth place, so there are as many as there can be.
    standing = board(*range(12, 2, -1), 3, 3)

    drawn = race.draw(standing, courses(standing, at=moments(0, present=9.0)))

    assert drawn is not None
    looks = {((strand.number - 1) % 6, strand.marker) for strand in drawn.leaders}
    assert len(drawn.leaders) == len(looks) == 12


def test_a_long_name_is_cut_to_what_the_screen_has_room_for() -> None:
    standing = board(3, names=["Samenwerkingsverband Maassluis, Vlaardingen en Schiedam"])

    drawn = race.draw(standing, courses(standing, at=moments(0, present=9.0)))

    assert drawn is not None
    (strand,) = drawn.leaders
    assert (strand.long_name, strand.short_name) == ("Samenwerkingsverband…", "Samenwer…")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30), st.integers(0, 9))
def test_every_line_ends_at_its_total_and_no_name_lies_on_another(totals: list[int], closed: int) -> None:
    standing = board(*sorted(totals, reverse=True))
    earlier = [[total] * closed for total in sorted(totals, reverse=True)]
    drawn = race.draw(standing, courses(standing, *earlier, at=moments(closed, present=closed + 0.5)))

    if drawn is None:
        assert max(totals) == 0
        return
    highest = max(totals)
    labels = sorted(float(strand.label.rstrip("%")) for strand in drawn.leaders)
    assert all(after - before >= 6 for before, after in pairwise(labels))
    for strand in drawn.leaders:
        # Less than half a point from where it belongs.
        assert abs(float(strand.end.rstrip("%")) / 100 - (1 - strand.total / highest)) < 0.5 / highest
        assert re.fullmatch(r"M-?\d+ -?\d+( -?\d+ -?\d+)+", strand.path)
