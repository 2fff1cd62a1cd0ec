"""The map of the Netherlands with a hexagon for each municipality, coloured by points."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext, ngettext

from competition.models import Municipality, Province
from scoring.standings import Board, Line

if TYPE_CHECKING:
    from scoring.places import Place

LEVELS = 4
"""How many steps of colour and size there are above zero points."""
_WIDTH, _ROW, _HEIGHT = 24, 21, 28
"""A hexagon is 24 wide and 28 high, its rows lie 21 apart: in whole numbers, which keeps the page light."""
_QUIET = 0.6
_SIZES = (0.72, 0.8, 0.88, 0.94, 1.0)
"""How much of its place a hexagon fills, by level: the size tells the same as the colour."""


def centre(col: int, row: int) -> tuple[int, int]:
    """Where the cell of this column and row lies; odd rows stand half a cell to the right."""
    return _WIDTH * col + _WIDTH // 2 * (row % 2), _ROW * row


def hexagon(x: int, y: int, size: float = 1) -> str:
    """A path around this centre, filling so much of its place."""
    half, edge = round(size * _WIDTH / 2, 1), round(size * _HEIGHT / 4, 1)
    corners = (half, edge), (0, 2 * edge), (-half, edge), (-half, -edge), (0, -2 * edge)
    return f"M{x} {y - 2 * edge:g}l" + " ".join(f"{dx:g} {dy:g}" for dx, dy in corners) + "z"


class Band(NamedTuple):
    """A range of points, both ends included, with its level and how many participants it has besides the first."""

    low: int
    high: int
    level: int
    players: int

    @property
    def key(self) -> str:
        """Its hexagon in the legend, around the origin."""
        return hexagon(0, 0, _SIZES[self.level])


class Cell(NamedTuple):
    """One municipality on the map; `line` is that of its participant, or None where it does not take part.

    `path` is empty for a municipality without a place on the map.
    """

    municipality: Municipality
    line: Line | None
    level: int
    path: str
    x: int
    y: int
    words: str

    @property
    def place(self) -> str:
        return _place(self.line) if self.line else ""

    @property
    def is_first(self) -> bool:
        return self.line is not None and self.line.rank == 1 and self.line.total > 0

    @property
    def is_together(self) -> bool:
        """Whether it plays under another name than its own: together with others."""
        return self.line is not None and self.line.participant.name != self.municipality.common_name


class Region(NamedTuple):
    """One province of the list that says the same as the map."""

    name: str
    playing: list[Cell]
    others: list[Cell]


class HexMap(NamedTuple):
    view_box: str
    playing: list[Cell]
    others: list[Cell]
    bands: list[Band]
    zero_count: int
    first: list[Line]
    regions: list[Region]
    unplaced: list[Cell]
    """Who take part, but have no place on the map, such as a municipality that has gone since."""

    @property
    def keys(self) -> dict[str, str]:
        """The hexagons in the legend of who has most, of who has none yet, and of who does not take part."""
        sizes = {"first": _SIZES[-1], "zero": _SIZES[0], "quiet": _QUIET}
        return {name: hexagon(0, 0, size) for name, size in sizes.items()}


def draw(board: Board, places: Iterable["Place"]) -> HexMap:
    """The map of these municipalities, which come by name."""
    lines = {line.participant.pk: line for line in board.lines}
    first = board.top(1, at_most=len(board.lines))
    bands = bands_of([line.total for line in board.lines], besides=[line.total for line in first])
    cells = [_cell(place, lines.get(place.plays_as or 0), bands) for place in places]
    placed = sorted((cell for cell in cells if cell.path), key=lambda cell: (cell.y, cell.x))
    return HexMap(
        view_box=_view_box(placed),
        playing=[cell for cell in placed if cell.line],
        others=[cell for cell in placed if not cell.line],
        bands=bands,
        zero_count=sum(line.total <= 0 for line in board.lines),
        first=first,
        regions=_regions(cells),
        unplaced=[cell for cell in cells if cell.line and not cell.path],
    )


def bands_of(totals: Sequence[int], *, besides: Sequence[int] = ()) -> list[Band]:
    """At most four equal ranges that hold every total above zero; the highest always has the strongest level.

    The totals of those on the first place are also given as `besides`, because they have a colour of their own.
    """
    highest = max(totals, default=0)
    size = max(-(-highest // LEVELS), 1)
    ranges = [(low, min(low + size - 1, highest)) for low in range(1, highest + 1, size)]

    def count(low: int, high: int) -> int:
        return sum(low <= total <= high for total in totals) - sum(low <= total <= high for total in besides)

    return [
        Band(low, high, LEVELS - len(ranges) + number, count(low, high))
        for number, (low, high) in enumerate(ranges, start=1)
    ]


def _cell(place: "Place", line: Line | None, bands: Sequence[Band]) -> Cell:
    level = next((band.level for band in bands if line and band.low <= line.total <= band.high), 0)
    path, x, y = "", 0, 0
    if place.hex_col is not None and place.hex_row is not None:
        x, y = centre(place.hex_col, place.hex_row)
        path = hexagon(x, y, _SIZES[level] if line else _QUIET)
    words = _words(place, line, is_late=line is None and place.plays_as is not None)
    return Cell(place, line, level, path, x, y, words)


def _words(municipality: Municipality, line: Line | None, *, is_late: bool) -> str:
    """What the cell says, as in: Heerlen (Parkstad): 12 punten, plaats 3.

    `is_late` is who came in after the month that the board stands still on.
    """
    if is_late:
        return gettext("%(name)s staat nog niet op de ranglijst") % {"name": municipality}
    if line is None:
        return gettext("%(name)s doet niet mee") % {"name": municipality}
    name = str(municipality)
    if line.participant.name != name:
        name = f"{name} ({line.participant.name})"
    points = ngettext("%(total)d punt", "%(total)d punten", line.total) % {"total": line.total}
    return f"{name}: {points}, {_place(line)}"


def _place(line: Line) -> str:
    if line.rank:
        return gettext("plaats %(rank)d") % {"rank": line.rank}
    # A month's result keeps the place of then, also of who plays by the rules again since.
    return gettext("buiten mededinging") if line.participant.is_out_of_competition else gettext("geen plaats")


def _view_box(placed: Sequence[Cell]) -> str:
    if not placed:
        return "0 0 1 1"
    left, top = min(cell.x for cell in placed) - _WIDTH, min(cell.y for cell in placed) - _WIDTH
    right, bottom = max(cell.x for cell in placed) + _WIDTH, max(cell.y for cell in placed) + _WIDTH
    return f"{left} {top} {right - left} {bottom - top}"


def _regions(cells: Sequence[Cell]) -> list[Region]:
    regions = [
        Region(
            name,
            [cell for cell in cells if cell.municipality.province == name and cell.line],
            [cell for cell in cells if cell.municipality.province == name and not cell.line],
        )
        for name in Province.values
    ]
    return [region for region in regions if region.playing or region.others]
