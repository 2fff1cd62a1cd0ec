from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scoring.charts import hexmap
from scoring.charts.hexmap import bands_of
from tests.scoring.charts.boards import board, municipality


def draw(*args: Any) -> hexmap.HexMap:
    return hexmap.draw(*args)


def test_each_place_has_its_own_cell_and_odd_rows_stand_half_a_cell_further() -> None:
    assert [hexmap.centre(*spot) for spot in ((0, 0), (1, 0), (0, 1), (3, 4))] == [(0, 0), (24, 0), (12, 21), (72, 84)]


def test_a_cell_is_a_hexagon_that_fills_as_much_of_its_place_as_told() -> None:
    assert hexmap.hexagon(100, 50) == "M100 36l12 7 0 14 -12 7 -12 -7 0 -14z"
    assert hexmap.hexagon(0, 0, 0.5) == "M0 -7l6 3.5 0 7 -6 3.5 -6 -3.5 0 -7z"


def test_a_cell_says_in_words_what_its_colour_says() -> None:
    standing = board(12, 5, 5, outside=[1], names=["Parkstad", "Ede", "Ede-Oost", "Texel"])
    places = [
        municipality(1, "Heerlen", (0, 0), plays_as=1),
        municipality(2, "Kerkrade", (1, 0), plays_as=1),
        municipality(3, "Ede", (0, 1), plays_as=2),
        municipality(4, "Texel", (1, 1), plays_as=4),
        municipality(5, "Urk", (2, 1)),
    ]

    drawn = draw(standing, places)

    assert [cell.words for cell in drawn.playing] == [
        "Heerlen (Parkstad): 12 punten, plaats 1",
        "Kerkrade (Parkstad): 12 punten, plaats 1",
        "Ede: 5 punten, plaats 2",
        "Texel: 1 punt, buiten mededinging",
    ]
    assert [cell.words for cell in drawn.others] == ["Urk doet niet mee"]


def test_the_cells_come_row_by_row_from_the_north_so_that_the_keyboard_walks_the_map() -> None:
    places = [
        municipality(1, "Zuid", (5, 9), plays_as=1),
        municipality(2, "Noordoost", (8, 1), plays_as=2),
        municipality(3, "Noordwest", (2, 1), plays_as=3),
    ]

    drawn = draw(board(3, 2, 1), places)

    assert [cell.municipality.common_name for cell in drawn.playing] == ["Noordwest", "Noordoost", "Zuid"]


def test_the_first_place_has_a_look_of_its_own_once_there_are_points() -> None:
    places = [municipality(1, "Ede", (0, 0), plays_as=1), municipality(2, "Urk", (1, 0), plays_as=2)]

    assert [cell.is_first for cell in draw(board(4, 2), places).playing] == [True, False]
    assert [cell.is_first for cell in draw(board(0, 0), places).playing] == [False, False]


def test_who_has_no_place_on_the_map_is_named_beside_it() -> None:
    drawn = draw(
        board(3, names=["Appingedam"]),
        [municipality(1, "Appingedam", None, plays_as=1), municipality(2, "Bedum", None)],
    )

    assert [cell.words for cell in drawn.unplaced] == ["Appingedam: 3 punten, plaats 1"]
    assert (drawn.playing, drawn.others, drawn.view_box) == ([], [], "0 0 1 1")
    assert [[cell.municipality.common_name for cell in region.playing] for region in drawn.regions] == [["Appingedam"]]


def test_an_empty_register_gives_an_empty_map() -> None:
    drawn = draw(board(), [])

    assert (drawn.playing, drawn.bands, drawn.regions, drawn.first) == ([], [], [], [])


def test_the_list_has_every_municipality_of_the_map_once_by_province() -> None:
    places = [
        municipality(1, "Ede", (0, 0), plays_as=1),
        municipality(2, "Urk", (1, 0)),
        municipality(3, "Assen", (2, 0), plays_as=2),
    ]
    places[2].province = "Drenthe"

    regions = draw(board(2, 1), places).regions

    assert [(r.name, [str(c.municipality) for c in r.playing], len(r.others)) for r in regions] == [
        ("Drenthe", ["Assen"], 0),
        ("Utrecht", ["Ede"], 1),
    ]


def test_the_steps_are_few_and_the_strongest_is_always_for_the_most_points() -> None:
    def steps(*totals: int) -> list[tuple[int, int, int, int]]:
        return [tuple(band) for band in bands_of(totals)]  # type: ignore[misc]

    assert steps(0, 0) == []
    assert steps(1, 0) == [(1, 1, 4, 1)]
    assert steps(5, 3, 1) == [(1, 2, 2, 1), (3, 4, 3, 1), (5, 5, 4, 1)]
    assert steps(17, 16, 9, 0) == [(1, 5, 1, 0), (6, 10, 2, 1), (11, 15, 3, 0), (16, 17, 4, 2)]


def test_the_first_are_not_counted_twice_in_the_legend() -> None:
    assert [band.players for band in draw(board(8, 8, 7, 1), []).bands] == [1, 0, 0, 1]


@given(st.lists(st.integers(-3, 500), max_size=60))
def test_every_total_above_zero_has_one_step_and_more_points_never_a_weaker_one(totals: list[int]) -> None:
    bands = bands_of(totals)

    assert len(bands) <= hexmap.LEVELS
    assert sum(band.players for band in bands) == sum(total > 0 for total in totals)
    assert all(after.low == before.high + 1 and after.level == before.level + 1 for before, after in pairwise(bands))
    assert [band.level for band in bands[-1:]] == ([hexmap.LEVELS] if max(totals, default=0) > 0 else [])
