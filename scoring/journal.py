"""The bookings of one participant, as everyone may read them."""

from typing import NamedTuple

from competition.models import Participant
from scoring.models import LedgerEntry


class Booking(NamedTuple):
    """An award with the reversals that followed it, each of the one before it."""

    award: LedgerEntry
    reversals: list[LedgerEntry]

    @property
    def is_in_effect(self) -> bool:
        return len(self.reversals) % 2 == 0


def bookings_of(participant: Participant, *, up_to: int | None = None) -> list[Booking]:
    """Everything that was booked for this participant, what counts from the latest day first.

    With `up_to`, what was booked up to the entry of that number.
    """
    bookings: dict[str, Booking] = {}
    entries = participant.ledger_entries.select_related("reverses").order_by("number")
    if up_to is not None:
        entries = entries.filter(number__lte=up_to)
    for entry in entries:
        if entry.is_reversal:
            bookings[entry.source].reversals.append(entry)
        else:
            bookings[entry.source] = Booking(entry, [])
    return sorted(bookings.values(), key=lambda booking: (booking.award.counts_on, booking.award.number), reverse=True)
