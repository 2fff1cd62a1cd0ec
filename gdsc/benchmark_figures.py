"""One figure of the benchmark: ours and its floor in turns, and the ratio that is to be reached."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from competition.models import Edition, User

SECONDS_FOR_A_FIGURE = 10

Act = Callable[[], Any]
Times = tuple[float, float]
"""Median milliseconds of ours and of the floor."""


class Reach(NamedTuple):
    """What the ratio has to be: at most so many times the floor's time, or at least so much of its speed."""

    limit: float
    is_speed: bool = False

    def __str__(self) -> str:
        return f"≥ {self.limit:g}" if self.is_speed else f"≤ {self.limit:g}"


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    floor: str
    of_ours: float
    of_floor: float
    reach: Reach | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Of the times; of the speeds where that is what is to be reached."""
        is_speed = self.reach is not None and self.reach.is_speed
        return self.of_floor / self.of_ours if is_speed else self.of_ours / self.of_floor

    @property
    def is_met(self) -> bool | None:
        if self.reach is None:
            return None
        return self.ratio >= self.reach.limit if self.reach.is_speed else self.ratio <= self.reach.limit


class Ground(NamedTuple):
    """What is measured on: the editions, by the size that their ledger began with."""

    by: User
    turns: int
    editions: dict[int, Edition]

    @property
    def largest(self) -> Edition:
        return self.editions[max(self.editions)]


def in_turns(ours: Act, floor: Act, turns: int, *, before: Act = lambda: None) -> Times:
    """Median milliseconds of each, after one turn that does not count; at least three turns, and no more than fit."""
    times: dict[Act, list[float]] = {ours: [], floor: []}
    begun = time.perf_counter()
    for turn in range(turns + 1):
        if turn > min(turns, 3) and time.perf_counter() - begun > SECONDS_FOR_A_FIGURE:
            break
        for act in (ours, floor):
            before()
            start = time.perf_counter()
            act()
            times[act].append((time.perf_counter() - start) * 1000)
    return median(times[ours][1:]), median(times[floor][1:])
