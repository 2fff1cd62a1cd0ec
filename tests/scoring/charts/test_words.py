from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.charts.fonts import cut, width
from scoring.charts.words import for_xml, printable, shorten


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [("Zwolle", 6, "Zwolle"), ("Zwolle", 5, "Zwol…"), ("Alphen aan den Rijn", 12, "Alphen aan…"), ("Ab", 1, "…")],
)
def test_a_text_that_is_too_long_ends_in_an_ellipsis(text: str, most: int, expected: str) -> None:
    assert shorten(text, most) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_can_stand_in_an_svg(text: str) -> None:
    escaped = for_xml(text).replace("&", "&amp;").replace("<", "&lt;")

    assert ET.fromstring(f"<text>{escaped}</text>").tag == "text"  # noqa: S314 - a text of this test


def test_a_text_in_a_picture_stands_on_one_line() -> None:
    assert printable("Zwolle\n en \x00\x1f\u2028 omgeving ") == "Zwolle en omgeving"


def test_a_heavier_text_is_wider() -> None:
    assert width("Zwolle", size=20, weight=800) > width("Zwolle", size=20, weight=400) > 0


@given(st.text(max_size=80), st.integers(0, 200))
def test_a_text_is_cut_to_the_room_there_is(text: str, room: int) -> None:
    assert width(cut(text, size=16, weight=600, room=room), size=16, weight=600) <= room
