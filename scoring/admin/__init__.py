"""The organisers' desk for the competition itself: editions, participants, claims, the ledger, the final."""

from scoring.admin import (  # noqa: F401 - they register themselves
    editions,
    final,
    freezes,
    ledger,
    lots,
    objections,
    participants,
    proposals,
    standings,
    verification,
)
