"""Whose turn it is: examples, and what holds for any line."""

import random
from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from meetups.waiting_list import InLine, turns
from tests.factories import NOW

MINUTES = st.integers(0, 5).map(lambda minutes: NOW + timedelta(minutes=minutes))


@st.composite
def lines(draw: st.DrawFn) -> list[InLine]:
    numbers = draw(st.lists(st.integers(1, 30), unique=True, max_size=8))
    return [
        InLine(number, draw(st.integers(0, 4)), tuple(sorted(draw(st.lists(MINUTES, max_size=4)))))
        for number in numbers
    ]


any_line = given(line=lines(), free=st.integers(0, 12), most=st.none() | st.integers(1, 5))


def test_a_municipality_without_a_seat_goes_before_anothers_third_guest() -> None:
    two_seats, none = InLine(1, 2, (NOW,)), InLine(2, 0, (NOW + timedelta(days=3),))

    assert turns([two_seats, none], free=1, most=None) == [2]
    assert turns([two_seats, none], free=2, most=None) == [2, 1]


def test_first_guests_go_first_then_second_ones_each_in_the_order_in_which_they_came() -> None:
    later, earlier = InLine(1, 0, (NOW + timedelta(hours=1),) * 3), InLine(2, 0, (NOW,) * 2)

    assert turns([later, earlier], free=9, most=None) == [2, 1, 2, 1, 1]


def test_who_came_in_the_same_moment_goes_by_number() -> None:
    assert turns([InLine(7, 0, (NOW,)), InLine(3, 0, (NOW,))], free=1, most=None) == [3]


def test_without_an_end_to_the_seats_everybody_gets_one_up_to_the_most() -> None:
    assert turns([InLine(1, 1, (NOW,) * 5), InLine(2, 0, (NOW,))], free=None, most=3) == [2, 1, 1]


@any_line
def test_never_more_than_is_free_nor_than_wait(line: list[InLine], free: int, most: int | None) -> None:
    given_to = Counter(turns(line, free=free, most=most))

    assert given_to.total() <= free
    assert all(given_to[one.number] <= len(one.since) for one in line)
    assert set(given_to) <= {one.number for one in line}


@any_line
def test_nobody_gets_more_than_is_allowed(line: list[InLine], free: int, most: int | None) -> None:
    given_to = Counter(turns(line, free=free, most=most))

    assert all(one.seats + given_to[one.number] <= (most or 99) for one in line if given_to[one.number])


@any_line
def test_no_seat_stays_empty_while_somebody_may_have_it(line: list[InLine], free: int, most: int | None) -> None:
    given_to = Counter(turns(line, free=free, most=most))
    still_fit = [
        one
        for one in line
        if len(one.since) > given_to[one.number] and (most is None or one.seats + given_to[one.number] < most)
    ]

    assert given_to.total() == free or not still_fit


@any_line
def test_the_order_in_which_the_line_is_told_makes_no_difference(
    line: list[InLine], free: int, most: int | None
) -> None:
    shuffled = random.Random(1).sample(line, len(line))

    assert turns(shuffled, free=free, most=most) == turns(line, free=free, most=most)


@any_line
def test_it_is_fair(line: list[InLine], free: int, most: int | None) -> None:
    """Whoever goes without has at least as many seats as anybody who got one had before, and waits no longer."""
    given_to = Counter(turns(line, free=free, most=most))
    for left in line:
        rank = left.seats + given_to[left.number]
        waits_on = left.since[given_to[left.number] :]
        if not waits_on or (most is not None and rank >= most):
            continue
        for other in line:
            if count := given_to[other.number]:
                last_rank, last_since = other.seats + count - 1, other.since[count - 1]
                assert (last_rank, last_since) <= (rank, waits_on[0])


@any_line
def test_a_seat_more_takes_none_away(line: list[InLine], free: int, most: int | None) -> None:
    fewer, more = (turns(line, free=seats, most=most) for seats in (free, free + 1))

    assert more[: len(fewer)] == fewer
