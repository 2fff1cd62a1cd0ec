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


def bookings_of(participant: Participant) -> list[Booking]:
    """Everything that was booked for this participant, what counts from the latest day first."""
    bookings: dict[str, Booking] = {}
    for entry in participant.ledger_entries.select_related("reverses").order_by("number"):
        if entry.is_reversal:
            bookings[entry.source].reversals.append(entry)
        else:
            bookings[entry.source] = Booking(entry, [])
    return sorted(bookings.values(), key=lambda booking: (booking.award.counts_on, booking.award.number), reverse=True)
