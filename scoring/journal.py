"""The bookings of one participant, as everyone may read them."""

from typing import NamedTuple

from competition.models import Participant
from scoring.models import LedgerEntry
from scoring.standings import Board


class Booking(NamedTuple):
    """An award with the reversals that followed it, each of the one before it."""

    award: LedgerEntry
    reversals: list[LedgerEntry]

    @property
    def is_in_effect(self) -> bool:
        return len(self.reversals) % 2 == 0


def bookings_of(participant: Participant, board: Board) -> list[Booking]:
    """What this board counts of this participant, what counts from the latest day first; so that it adds up."""
    bookings: dict[str, Booking] = {}
    entries = participant.ledger_entries.filter(number__lte=board.head).select_related("reverses")
    if board.version is not None:
        entries = entries.filter(counts_on__lt=board.version.closing.round.first_day_after)
    for entry in entries.order_by("number"):
        if entry.is_reversal:
            bookings[entry.source].reversals.append(entry)
        else:
            bookings[entry.source] = Booking(entry, [])
    return sorted(bookings.values(), key=lambda booking: (booking.award.counts_on, booking.award.number), reverse=True)
