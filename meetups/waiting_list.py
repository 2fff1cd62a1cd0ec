"""Whose turn it is when seats come free. Pure: no queries, no clock, no chance."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class InLine(NamedTuple):
    """One municipality that waits: the seats it has, offered ones too, and since when each of the others waits."""

    number: int
    seats: int
    since: tuple[datetime, ...]
    """The longest first."""


def turns(line: Iterable[InLine], *, free: int | None, most: int | None) -> list[int]:
    """The number of the municipality that each free seat goes to, in order.

    A municipality's first guest goes before anybody's second, and a second before anybody's third: so who has no seat
    yet goes first. Between guests of the same rank who waits longest goes first; then the lower number. Nobody gets
    more than `most` in all. Without an end to the seats (`free` is None) everybody gets one.
    """
    guests = sorted(
        (rank, since, one.number)
        for one in line
        for rank, since in enumerate(one.since, one.seats)
        if _fits(rank, most)
    )
    return [number for _rank, _since, number in guests[:free]]


def _fits(rank: int, most: int | None) -> bool:
    return most is None or rank < most
