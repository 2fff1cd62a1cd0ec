from scoring.models.claims import Claim, ClaimQuerySet, ClaimState
from scoring.models.final import EditionResult, Finalist, FinalistBy, LotDraw, SealedLot
from scoring.models.freezes import Freeze
from scoring.models.ledger import LedgerEntry
from scoring.models.objections import Objection, ObjectionState
from scoring.models.proposals import Act, Outcome, Proposal
from scoring.models.standings import ResultVersion, RoundClosing, RoundResult, Standing, Tally
from scoring.models.verification import Verification

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
    "Objection",
    "ObjectionState",
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
