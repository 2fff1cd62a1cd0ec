"""A competition in plain Python, written anew from the rules page: what the portal should hold after any acts.

It knows two participants, one point for everything, and nothing of how the portal does it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from scoring.rules import Kind

KINDS = [Kind.MEETUP, Kind.ADOPTION, Kind.CONTRIBUTION]
TAKES_A_PLACE = {"submitted", "confirmed"}
NEXT_DAYS = [date(2026, month, 1) for month in range(2, 12)]
"""Of each month the day after it."""


class Row(NamedTuple):
    """One participant in a standing; without a rank, as a standing allows, nobody is in this model."""

    rank: int | None
    total: int
    meetup: int
    adoption: int
    contribution: int


@dataclass(eq=False)
class Reported:
    """What is known of one claim."""

    kind: Kind
    who: int
    happened_on: date | None
    state: str = "draft"
    counts_on: date | None = None
    booked: list[int] = field(default_factory=list)
    """The numbers of its entries: the award, its reversal, the reversal of that, and so on."""

    @property
    def in_effect(self) -> bool:
        return len(self.booked) % 2 == 1


class Booking(NamedTuple):
    it: Reported
    counts_on: date
    points: int


@dataclass
class Model:
    at_submission: bool
    cap: int | None = None
    all: list[Reported] = field(default_factory=list)
    ledger: list[Booking] = field(default_factory=list)
    versions: list[list[tuple[int, list[Row]]]] = field(default_factory=list)
    """Of each closed month its versions: up to which entry, and the standing."""
    finalists: set[int] | None = None

    # --- What may be -------------------------------------------------------------------------------

    def counting_day(self, it: Reported, today: date) -> date | None:
        """From which day its point would count; None where there is none to win."""
        if it.booked:
            return it.counts_on
        day = it.happened_on
        if day is not None and day.year == 2026 and day.month <= 10:
            end = NEXT_DAYS[day.month - 1] - timedelta(days=1)
            if today <= end + timedelta(days=7):
                return min(today, end)
        if it.kind == Kind.MEETUP:
            return None
        return today if today.year == 2026 and today.month <= 10 else None

    def may_report(self, it: Reported, today: date) -> bool:
        """A point that was booked before comes back where submitting gives it, so not in a closed month."""
        fits = self.could_count(it, today) and not self.is_over_the_cap(it)
        return fits and not (self.at_submission and it.booked and self.is_fixed(it))

    def could_count(self, it: Reported, today: date) -> bool:
        day = self.counting_day(Reported(it.kind, it.who, it.happened_on), today)
        return day is not None

    def is_over_the_cap(self, it: Reported) -> bool:
        others = [e for e in self.all if e is not it and (e.kind, e.who) == (Kind.CONTRIBUTION, it.who)]
        taken = sum(each.state in TAKES_A_PLACE for each in others)
        return it.kind == Kind.CONTRIBUTION and self.cap is not None and taken >= self.cap

    def is_fixed(self, it: Reported) -> bool:
        """Whether it counts for a month that is closed, where nobody books back alone."""
        return bool(self.versions) and it.counts_on is not None and it.counts_on < NEXT_DAYS[len(self.versions) - 1]

    def waits(self) -> bool:
        """Whether any claim does, of those that count at all."""
        return any(it.state == "submitted" for it in self.all)

    # --- What happens ------------------------------------------------------------------------------

    def book(self, it: Reported) -> None:
        """The award, or else the opposite of what was booked last."""
        assert it.counts_on is not None
        points = -1 if it.in_effect else 1
        self.ledger.append(Booking(it, it.counts_on, points))
        it.booked.append(len(self.ledger))

    def unbook(self, it: Reported) -> None:
        if it.in_effect:
            self.book(it)

    def close(self, months: int) -> None:
        """Close the months up to this one."""
        while len(self.versions) < months:
            self.versions.append([self._version(len(self.versions))])
            if len(self.versions) == 10:
                self.finalists = {who for who in range(2) if self.standing(until=NEXT_DAYS[9])[who].total > 0}

    def renew(self) -> None:
        """A new version of each closed month for which something was booked since."""
        for month, versions in enumerate(self.versions):
            if any(booking.counts_on < NEXT_DAYS[month] for booking in self.ledger[versions[-1][0] :]):
                versions.append(self._version(month))

    def _version(self, month: int) -> tuple[int, list[Row]]:
        return len(self.ledger), self.standing(until=NEXT_DAYS[month])

    # --- What it comes to --------------------------------------------------------------------------

    def standing(self, *, until: date = date.max) -> list[Row]:
        counting = [(b.it.who, b.it.kind, b.points) for b in self.ledger if b.counts_on < until]
        parts = [[_points(counting, who, kind) for kind in KINDS] for who in range(2)]
        totals = list(map(sum, parts))
        return [
            Row(1 + sum(other > total for other in totals), total, *own)
            for total, own in zip(totals, parts, strict=True)
        ]


def _points(counting: Iterable[tuple[int, Kind, int]], who: int, kind: Kind) -> int:
    return sum(points for its_who, its_kind, points in counting if (its_who, its_kind) == (who, kind))
