"""Round numbers along an axis, and coordinates that read the same in every language."""

from collections.abc import Sequence
from itertools import count

STRETCH = 1000
"""Lines are drawn on a square of this size, which the page stretches to the room there is."""


def percentage(share: float) -> str:
    """As an SVG attribute; never with the decimal comma of the page's language."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def polyline(points: Sequence[tuple[float, float]]) -> str:
    """A path through points that are given as shares of the square; y runs downwards."""
    return "M" + " ".join(f"{STRETCH * x:.0f} {STRETCH * y:.0f}" for x, y in points)


def ticks(highest: int, *, at_most: int = 6) -> list[int]:
    """The whole, round numbers from 0 up to `highest`."""
    steps = (lead * 10**power for power in count() for lead in (1, 2, 5))
    step = next(step for step in steps if highest // step < at_most)
    return list(range(0, highest + 1, step))


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as needed to stand at least `gap` apart between `low` and `high`; their order stays.

    `wanted` is in ascending order. Where they do not fit, they stand closer, at equal distances.
    """
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    # With the gaps taken out, only the order has to be kept: neighbours that would cross share their mean.
    blocks: list[tuple[float, int]] = []
    for index, position in enumerate(wanted):
        mean, size = position - index * gap, 1
        while blocks and blocks[-1][0] >= mean:
            before, many = blocks.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        blocks.append((mean, size))
    last = high - (len(wanted) - 1) * gap
    closed_up = [min(max(mean, low), last) for mean, size in blocks for _ in range(size)]
    return [position + index * gap for index, position in enumerate(closed_up)]
