"""The house font for pictures; how wide a text is in it."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

from scoring.charts.words import printable, shorten

_FILE: Path = settings.BASE_DIR / "static" / "vendor" / "source-sans-3" / "source-sans-3-latin-wght-normal.woff2"


@lru_cache(maxsize=64)
def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The same file that the pages use: Pillow's wheels can read it, with its weights as an axis."""
    made = ImageFont.truetype(_FILE, size)
    made.set_variation_by_axes([weight])
    return made


def width(text: str, *, size: int, weight: int) -> float:
    return font(size, weight).getlength(printable(text))


def cut(text: str, *, size: int, weight: int, room: float) -> str:
    """The text, or as much of it as there is room for."""
    text = printable(text)
    shorter = (shorten(text, most) for most in range(len(text), 0, -1))
    return next((one for one in shorter if width(one, size=size, weight=weight) <= room), "")
