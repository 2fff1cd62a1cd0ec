from scoring.models.claims import Claim, ClaimQuerySet, ClaimState
from scoring.models.control import Act, Freeze, Outcome, Proposal, SealedLot, Verification
from scoring.models.final import EditionResult, Finalist, FinalistBy, LotDraw
from scoring.models.ledger import LedgerEntry
from scoring.models.standings import ResultVersion, RoundClosing, RoundResult, Standing, Tally

__all__ = [
    "Act",
    "Claim",
    "ClaimQuerySet",
    "ClaimState",
    "EditionResult",
    "Finalist",
    "FinalistBy",
    "Freeze",
    "LedgerEntry",
    "LotDraw",
    "Outcome",
    "Proposal",
    "ResultVersion",
    "RoundClosing",
    "RoundResult",
    "SealedLot",
    "Standing",
    "Tally",
    "Verification",
]
