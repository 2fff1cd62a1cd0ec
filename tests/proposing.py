"""What two organisers do: a proposal of each kind that waits, and acts that both agree on."""

from datetime import UTC, datetime
from typing import Any

from competition.models import Edition, User
from scoring import closing, proposals
from scoring.models import Act, LedgerEntry, Proposal, Verification
from scoring.rules import Kind
from tests import factories

NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""October's claims and objections are over."""
REASON = "Samen besproken"


def proposed(act: Act, *, of: Edition | None = None, by: User | None = None) -> Proposal:
    """One that waits; each is about Urk, or in its edition."""
    edition = of or factories.edition()
    who: dict[str, Any] = {"because": REASON, "by": by or factories.organiser(), "at": NOVEMBER}
    match act:
        case Act.WILDCARD:
            return proposals.propose_wildcard(edition, [factories.municipality("Urk")], **who)
        case Act.RULES:
            return proposals.propose_rules(edition, {"late_claim_days": 10, "contribution_cap": 3}, **who)
        case Act.REVERSAL:
            entry = factories.entry(factories.participant("Urk", of=edition), description="Meetup bijgewoond")
            closing.close_due(at=NOVEMBER)
            return proposals.propose_reversal(entry, **who)
        case Act.CLOSING:
            factories.entry(factories.participant("Urk", of=edition))
            closing.close_due(at=NOVEMBER)
            return proposals.propose_closing(edition, **who)
        case Act.DRAW:
            players = [factories.participant(name, of=edition) for name in ("Urk", *"ABCDE")]
            for player in players:
                factories.entry(player, kind=Kind.MEETUP)
            closing.close_due(at=NOVEMBER)
            factories.close_october(edition, at=NOVEMBER)
            return proposals.propose_draw(edition, players[:5], **who)
        case Act.ACCEPTANCE:
            lost(edition)
            return proposals.propose_acceptance(edition, **who)


def lost(edition: Edition, *heads: str, at: datetime = NOVEMBER) -> Verification:
    """A verdict that published heads are not in the ledger any more, as after the restore of an older backup."""
    missing = list(heads or [f"3:{'a' * 64}"])
    words = [f"controlepunt {head} noemt een boeking die er niet is" for head in missing]
    return Verification.objects.create(
        edition=edition, checked_at=at, head=0, head_hash="0" * 64, faults=words, missing_heads=missing
    )


def close_october_by_two(edition: Edition, *, at: datetime) -> None:
    """One organiser proposes it and another approves."""
    proposal = proposals.propose_closing(edition, because=REASON, by=factories.organiser(), at=at)
    proposals.approve(proposal, by=factories.organiser(), at=at)


def book_back_by_two(entry: LedgerEntry, *, at: datetime, because: str = REASON) -> LedgerEntry:
    """Book back what counts for a closed month; gives the new entry."""
    proposal = proposals.propose_reversal(entry, because=because, by=factories.organiser(), at=at)
    proposals.approve(proposal, by=factories.organiser(), at=at)
    return LedgerEntry.objects.get(reverses=entry)
