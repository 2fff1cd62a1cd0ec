from scoring.charts import ranks
from scoring.courses import Course, Courses, Mark
from tests.scoring.charts.boards import moments, participant


def one(*places: int | None, closed: int, present: float | None, absent: int = 0) -> Courses:
    """The course of one participant that stood on these places, after so many moments without it."""
    marks = [None] * absent + [Mark(rank, 10) for rank in places]
    return Courses(moments(closed, present=present), (Course(participant(1), tuple(marks)),))


def test_the_first_place_stands_at_the_top() -> None:
    chart = ranks.draw(one(5, 3, 1, closed=2, present=3.0))

    assert chart is not None
    assert chart.path == "M0 1000 500 500 1000 0"
    assert [(place.x, place.y, place.rank) for place in chart.places] == [
        ("0%", "100%", 5),
        ("50%", "50%", 3),
        ("100%", "0%", 1),
    ]


def test_a_small_step_near_the_top_stays_small() -> None:
    chart = ranks.draw(one(1, 2, closed=1, present=2.0))

    assert chart is not None
    assert chart.path == "M0 0 1000 250"
    assert [row.label for row in chart.rows] == ["1", "2", "3", "4", "5"]


def test_far_down_the_axis_has_round_numbers() -> None:
    chart = ranks.draw(one(387, 400, closed=1, present=2.0))

    assert chart is not None
    assert [row.label for row in chart.rows] == ["1", "100", "200", "300", "400"]


def test_with_one_place_there_is_nothing_to_connect() -> None:
    assert ranks.draw(one(4, closed=0, present=0.5)) is None


def test_out_of_competition_there_is_no_place_to_draw() -> None:
    outside = one(None, None, closed=1, present=2.0)

    assert ranks.draw(outside) is None
    assert [(row.moment.name, row.mark.total) for row in ranks.rows_of(outside)] == [("jan", 10), ("nu", 10)]


def test_the_line_is_broken_while_it_played_out_of_competition() -> None:
    chart = ranks.draw(one(1, 3, None, 5, 5, closed=4, present=5.0))

    assert chart is not None
    assert chart.path == "M0 0 250 500M750 1000 1000 1000"
    assert [place.rank for place in chart.places] == [1, 3, 5, 5]


def test_who_came_later_starts_at_the_left_with_the_first_month_it_has() -> None:
    later = one(2, 1, closed=2, present=3.0, absent=1)
    chart = ranks.draw(later)

    assert chart is not None
    assert [(column.at, column.label) for column in chart.columns] == [("0%", "feb"), ("100%", "nu")]
    assert [row.moment.name for row in ranks.rows_of(later)] == ["feb", "nu"]


def test_the_present_stands_as_far_on_as_a_month_however_near_it_is() -> None:
    chart = ranks.draw(one(3, 2, 1, closed=2, present=2.25))

    assert chart is not None
    assert [column.at for column in chart.columns] == ["0%", "50%", "100%"]
