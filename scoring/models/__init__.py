from scoring.models.claims import Claim, ClaimQuerySet, ClaimState
from scoring.models.final import EditionResult, Finalist, FinalistBy, LotDraw
from scoring.models.ledger import LedgerEntry
from scoring.models.standings import ResultVersion, RoundClosing, RoundResult, Standing, Tally
from scoring.models.verification import Verification

__all__ = [
    "Claim",
    "ClaimQuerySet",
    "ClaimState",
    "EditionResult",
    "Finalist",
    "FinalistBy",
    "LedgerEntry",
    "LotDraw",
    "ResultVersion",
    "RoundClosing",
    "RoundResult",
    "Standing",
    "Tally",
    "Verification",
]
