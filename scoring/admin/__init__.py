"""The organisers' desk for the competition itself: editions, participants, claims, the ledger, the final."""

from scoring.admin import editions, final, ledger, lots, participants, standings  # noqa: F401 - they register themselves
