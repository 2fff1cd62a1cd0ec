"""The standing and the cut, counted by hand: plain Python that shares nothing with the product but its words."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from scoring.rules import Kind

Counted = tuple[int | None, int, int, int, int]
"""Rank, total, meetups, adoptions, contributions."""


class Booking(NamedTuple):
    """One entry of the ledger; `who` is a participant's place in the list of participants."""

    who: int
    kind: Kind
    points: int
    counts_on: date
    booked_at: datetime


def count(bookings: Sequence[Booking], *, out: Sequence[bool]) -> list[Counted]:
    """Each participant's line; `out` says for each whether it takes part out of competition."""
    parts = [dict.fromkeys(Kind, 0) for _ in out]
    for booking in bookings:
        parts[booking.who][booking.kind] += booking.points
    totals = [sum(each.values()) for each in parts]
    return [
        (rank_of(who, totals, out), totals[who], each[Kind.MEETUP], each[Kind.ADOPTION], each[Kind.CONTRIBUTION])
        for who, each in enumerate(parts)
    ]


def rank_of(who: int, totals: Sequence[int], out: Sequence[bool]) -> int | None:
    """One more than how many competitors have more."""
    if out[who]:
        return None
    return 1 + sum(totals[other] > totals[who] for other in range(len(out)) if not out[other])


class Candidate(NamedTuple):
    total: int
    adoptions: int
    meetups: int


def finalists(candidates: Sequence[Candidate], *, widen: bool) -> tuple[set[int], set[int], int]:
    """Who of these competitors is in, who must draw lots, and for how many places."""
    alive = [n for n, each in enumerate(candidates) if each.total > 0]
    if widen:
        return {n for n in alive if sum(candidates[m].total > candidates[n].total for m in alive) < 5}, set(), 0
    certain = {n for n in alive if sum(candidates[m] >= candidates[n] for m in alive) <= 5}
    possible = {n for n in alive if sum(candidates[m] > candidates[n] for m in alive) < 5}
    places_left = min(5, len(alive)) - len(certain)
    return certain, (possible - certain if places_left else set()), places_left
