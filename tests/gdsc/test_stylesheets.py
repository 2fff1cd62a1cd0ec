"""A brace that is missing in a stylesheet takes the look off all that stands below it, and fails nothing else."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"


@pytest.mark.parametrize("name", sorted(path.name for path in CSS.glob("*.css")))
def test_every_block_is_closed_before_the_next_part_begins(name: str) -> None:
    """A part of a stylesheet begins with a line `/* --- … */` at the margin, never inside a block."""
    text = (CSS / name).read_text()
    depth = 0
    for found in re.finditer(r"^/\* --- (?P<part>.*?) -*\*/|/\*.*?\*/|[{}]", text, re.DOTALL | re.MULTILINE):
        if found["part"] is not None:
            assert depth == 0, found["part"]
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        assert depth >= 0, text[: found.start()][-200:]

    assert depth == 0
