"""Drawing a picture of 1200 by 630 pixels in the house style; measures are in pixels of the finished picture."""

import re
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from scoring.charts.fonts import cut, font, width
from scoring.charts.hexmap import centre
from scoring.charts.words import printable

SIZE = (1200, 630)
WHITE, MUTED = "#ffffff", "#b9e0dc"
PETROL, ORANGE, CREAM = ("#15787a", "#ffffff"), ("#ff7a1a", "#2b1200"), ("#fff1dd", "#361800")
"""Ground, and the ink on it."""
_GROUND, _QUIET, _PLAYING, _SUBJECT = "#043233", "#0b4446", "#3b9693", "#ff7a1a"
LEADING = 1.06
"""From one line of a title to the next, by its size."""
_CAPITAL = 0.66
"""How high a capital is, by the size of the font."""
_FINER = 2
"""Drawn this many times as large and then shrunk, which makes the edges smooth."""
_MAP_LEFT, _MAP_TOP, _MAP_WIDTH, _MAP_HEIGHT = 752, 30, 424, 560
_HEXAGON = ((0, -14), (12, -7), (12, 7), (0, 14), (-12, 7), (-12, -7))

Spot = tuple[int, int]
"""Column and row of a municipality on the map."""


class Country(NamedTuple):
    """The map beside the text: all municipalities, those that play, and those that the picture is about."""

    everyone: tuple[Spot, ...]
    playing: tuple[Spot, ...]
    subject: tuple[Spot, ...]


class Canvas:
    def __init__(self, country: Country) -> None:
        self._image = _map_of(country).copy()
        self._pen = ImageDraw.Draw(self._image)

    def text(self, x: float, y: float, text: str, *, size: int, weight: int, fill: str = WHITE) -> float:
        """Write to the right of x with the capitals' middle at y; gives where the text ends."""
        baseline = y + _CAPITAL * size / 2
        pen = self._pen
        pen.text(
            (x * _FINER, baseline * _FINER), printable(text), font=font(size * _FINER, weight), fill=fill, anchor="ls"
        )
        return x + width(text, size=size, weight=weight)

    def text_before(self, x: float, y: float, text: str, *, size: int, weight: int) -> float:
        """Write to the left of x; gives where the text begins."""
        start = x - width(text, size=size, weight=weight)
        self.text(start, y, text, size=size, weight=weight)
        return start

    def pill(self, x: float, y: float, text: str, *, size: int, colours: tuple[str, str]) -> float:
        """A text on a rounded ground with its middle at y; gives where it ends."""
        ground, ink = colours
        padding, half = 0.55 * size, 0.72 * size
        end = x + width(text, size=size, weight=800) + 2 * padding
        box = [_FINER * length for length in (x, y - half, end, y + half)]
        self._pen.rounded_rectangle(box, radius=0.2 * size * _FINER, fill=ground)
        self.text(x + padding, y, text, size=size, weight=800, fill=ink)
        return end

    def hexagon(self, x: float, y: float, radius: float, text: str, *, colours: tuple[str, str]) -> None:
        """A place on the board, as the pages show it."""
        ground, ink = colours
        self._polygon([(x + radius / 14 * dx, y + radius / 14 * dy) for dx, dy in _HEXAGON], ground)
        size = round(radius * (0.95 if len(text) < 3 else 0.7))
        self.text(x - width(text, size=size, weight=800) / 2, y, text, size=size, weight=800, fill=ink)

    def mark(self, x: float, y: float, height: float) -> None:
        """The logo: a hexagon with three bars in it."""
        unit = height / 45

        def at(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
            return [(x + (px - 4.5) * unit, y + (py - 1.5) * unit) for px, py in points]

        self._polygon(at([(24, 1.5), (43.5, 12.75), (43.5, 35.25), (24, 46.5), (4.5, 35.25), (4.5, 12.75)]), WHITE)
        self._polygon(at([(11, 24.5), (18, 24.5), (18, 39), (11, 34.96)]), _GROUND)
        self._polygon(at([(30, 19.5), (37, 19.5), (37, 34.96), (30, 39)]), _GROUND)
        self._polygon(at([(20.5, 12), (27.5, 12), (27.5, 40.5), (24, 42.52), (20.5, 40.5)]), _SUBJECT)

    def png(self) -> bytes:
        image = self._image.resize(SIZE, Image.Resampling.LANCZOS)
        content = BytesIO()
        # A palette makes it four times as small, for these few colours without a visible difference.
        image.quantize(colors=128, dither=Image.Dither.NONE).save(content, "png", optimize=True)
        return content.getvalue()

    def _polygon(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self._pen.polygon([(_FINER * x, _FINER * y) for x, y in points], fill=fill)


@lru_cache(maxsize=16)
def _map_of(country: Country) -> Image.Image:
    """The ground with the map on it; the one of the whole country stands behind every picture of an edition."""
    if country.subject:
        image = _map_of(country._replace(subject=())).copy()
        _colour(image, country, country.subject, _GROUND, size=2.2)
        _colour(image, country, country.subject, _SUBJECT, size=1.7)
        return image
    image = Image.new("RGB", (SIZE[0] * _FINER, SIZE[1] * _FINER), _GROUND)
    ImageDraw.Draw(image).rectangle((0, (SIZE[1] - 12) * _FINER, SIZE[0] * _FINER, SIZE[1] * _FINER), fill=_SUBJECT)
    _colour(image, country, country.everyone, _QUIET)
    _colour(image, country, country.playing, _PLAYING)
    return image


def _colour(image: Image.Image, country: Country, spots: Sequence[Spot], fill: str, *, size: float = 0.9) -> None:
    """Colour the cells of these spots, on the map of everyone's that fits in its place at the right."""
    if not spots:
        return
    pen = ImageDraw.Draw(image)
    centres = [centre(*spot) for spot in country.everyone]
    left, right = min(x for x, _y in centres), max(x for x, _y in centres)
    top, bottom = min(y for _x, y in centres), max(y for _x, y in centres)
    scale = min(_MAP_WIDTH / (right - left + 24), _MAP_HEIGHT / (bottom - top + 28))
    start = _MAP_TOP + (_MAP_HEIGHT - scale * (bottom - top)) / 2
    for x, y in (centre(*spot) for spot in spots):
        middle_x, middle_y = _MAP_LEFT + scale * (x - left + 12), start + scale * (y - top)
        corners = [(middle_x + size * scale * dx, middle_y + size * scale * dy) for dx, dy in _HEXAGON]
        pen.polygon([(_FINER * x, _FINER * y) for x, y in corners], fill=fill)


def fit(text: str, *, sizes: Sequence[int], room: float, height: float) -> tuple[list[str], int]:
    """The lines of a title in the largest of these sizes that holds it; in the smallest, its end may be left out."""
    for size in sizes:
        lines = wrap(text, size=size, room=room)
        if len(lines) * size * LEADING <= height:
            return lines, size
    size = sizes[-1]
    *kept, last = wrap(text, size=size, room=room)[: int(height / (size * LEADING))]
    return [*kept, cut(f"{last} …", size=size, weight=800, room=room)], size


def wrap(text: str, *, size: int, room: float) -> list[str]:
    """Break after spaces and hyphens, and within a word only where that is wider than the room."""
    lines = [""]
    for piece in re.findall(r"[^ -]*-+ ?|[^ -]+ ?", printable(text)):
        if not _has_room(lines[-1] + piece, size, room):
            lines.append("")
        for character in piece:
            if not _has_room(lines[-1] + character, size, room):
                lines.append("")
            lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def _has_room(line: str, size: int, room: float) -> bool:
    return width(line, size=size, weight=800) <= room
