import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from scoring.next_point import OneMore, one_more
from tests.scoring.charts.boards import board


def gains(*totals: int, outside: tuple[int, ...] = ()) -> list[OneMore | None]:
    standing = board(*totals, outside=outside)
    known = one_more(standing)
    return [known.get(line.participant.pk) for line in standing.lines]


def test_nobody_plays() -> None:
    assert gains() == []


def test_with_one_more_point_the_fifth_passes_who_it_shares_its_place_with() -> None:
    assert gains(9, 7, 7) == [OneMore(1, 0, False), OneMore(2, 0, True), OneMore(2, 0, True)]


def test_with_one_more_point_it_draws_level_with_those_above() -> None:
    assert gains(9, 7, 6, 6)[1:] == [OneMore(2, 0, False), OneMore(2, 1, True), OneMore(2, 1, True)]


def test_far_behind_one_more_point_changes_nothing() -> None:
    assert gains(9, 3, 1)[2] == OneMore(3, 0, False)


def test_all_start_from_zero() -> None:
    assert gains(0, 0, 0) == [OneMore(1, 0, True)] * 3


def test_who_is_out_of_competition_gets_no_place_and_stands_in_nobodys_way() -> None:
    assert gains(5, 3, outside=(4,)) == [OneMore(1, 0, False), OneMore(2, 0, False), None]


def test_the_place_is_said_as_people_say_it() -> None:
    assert [OneMore(rank, 0, True).ordinal for rank in (1, 4, 12, 13)] == [
        "eerste",
        "vierde",
        "twaalfde",
        "op plaats 13",
    ]


@pytest.mark.parametrize(
    ("totals", "place", "words"),
    [
        ((9, 7, 7), 1, "Met één punt meer staat Stad 2 als enige tweede."),
        ((9, 7, 6, 6), 2, "Met één punt meer staat Stad 3 tweede, samen met 1 andere deelnemer."),
        ((9, 7, 7, 6), 3, "Met één punt meer staat Stad 4 tweede, samen met 2 andere deelnemers."),
        ((5, *[4] * 14), 14, "Met één punt meer staat Stad 15 eerste, samen met 1 andere deelnemer."),
        ((9, 3, 1), 2, ""),
    ],
)
def test_the_sentence_says_it(totals: tuple[int, ...], place: int, words: str) -> None:
    standing = board(*totals)
    line = standing.lines[place]
    gain = one_more(standing)[line.participant.pk]

    said = render_to_string("scoring/charts/_one_more.html", {"line": line, "gain": gain})

    assert said.strip() == words


@given(st.lists(st.integers(0, 20), max_size=30), st.lists(st.integers(0, 20), max_size=3))
def test_it_is_what_a_recount_with_that_point_says(totals: list[int], outside: list[int]) -> None:
    standing = board(*sorted(totals, reverse=True), outside=outside)
    known = one_more(standing)

    ranked = [line for line in standing.lines if line.rank]
    assert set(known) == {line.participant.pk for line in ranked}
    for line in ranked:
        others = [other.total for other in ranked if other is not line]
        rank = 1 + sum(total > line.total + 1 for total in others)
        sharing = sum(total == line.total + 1 for total in others)
        gain = known[line.participant.pk]
        assert (gain.rank, gain.shared_with) == (rank, sharing)
        assert gain.rank <= (line.rank or 0)
        assert gain.is_gain == ((rank, sharing) < (line.rank, sum(total == line.total for total in others)))
