"""What the database refuses without the proposal that a second organiser approved, whoever asks."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from competition.models import Edition, Entry, Participant, Rules
from scoring import closing, ledger
from scoring.models import Act, Freeze, LedgerEntry, LotDraw, Outcome, Proposal, SealedLot
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

AFTER_OCTOBER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def refuses(words: str) -> Any:
    return pytest.raises(IntegrityError, match=words)


def closed_march(edition: Edition) -> None:
    closing.close(edition.rounds.get(month=3), at=NOW + timedelta(days=40))


def opposite(of: LedgerEntry) -> LedgerEntry:
    """A reversal as somebody with a database client would write it."""
    return LedgerEntry(
        edition_id=of.edition_id,
        participant_id=of.participant_id,
        kind=of.kind,
        source=of.source,
        description=of.description,
        points=-of.points,
        counts_on=of.counts_on,
        booked_at=NOW,
        booked_by=of.booked_by,
        reverses=of,
        reason="Zomaar",
    )


def test_a_reversal_in_an_open_month_needs_nobody_else() -> None:
    entry = factories.entry(factories.participant("Ede", of=factories.edition()))

    opposite(entry).save()

    assert LedgerEntry.objects.count() == 2


def test_a_reversal_in_a_closed_month_needs_two() -> None:
    edition = factories.edition()
    entry = factories.entry(factories.participant("Ede", of=edition))
    other = factories.entry(entry.participant)
    closed_march(edition)

    with refuses("needs a second person"), transaction.atomic():
        opposite(entry).save()
    with pytest.raises(ledger.SecondPersonNeededError):
        ledger.reverse(entry, because="Zomaar", by=factories.organiser(), at=NOW)
    factories.approved(Act.REVERSAL, of=edition, entry=other.pk)
    with refuses("needs a second person"), transaction.atomic():
        opposite(entry).save()

    factories.approved(Act.REVERSAL, of=edition, entry=entry.pk)
    ledger.reverse(entry, because="Samen besloten", by=factories.organiser(), at=NOW)
    assert LedgerEntry.objects.filter(reverses=entry).count() == 1


def test_a_closed_month_leaves_the_months_after_it_to_one() -> None:
    edition = factories.edition()
    entry = factories.entry(factories.participant("Ede", of=edition), counts_on=date(2026, 4, 1))
    closed_march(edition)

    ledger.reverse(entry, because="Vergissing", by=factories.organiser(), at=NOW)

    assert LedgerEntry.objects.filter(reverses=entry).count() == 1


def test_october_is_closed_by_two() -> None:
    edition = factories.edition()
    factories.approved(Act.CLOSING, of=factories.edition(2027))

    with refuses("October needs a second person"), transaction.atomic():
        closing.close(edition.rounds.get(month=10), at=AFTER_OCTOBER)

    assert factories.close_october(edition, at=AFTER_OCTOBER).is_closed


def test_a_wildcard_is_granted_by_two() -> None:
    edition = factories.edition()
    wildcard: dict[str, Any] = {
        "edition": edition,
        "name": "Urk",
        "slug": "urk",
        "entry": Entry.WILDCARD,
        "wildcard_reason": "Mooi plan",
        "wildcard_granted_on": date(2026, 1, 1),
    }

    with refuses("a wildcard needs a second person"), transaction.atomic():
        Participant.objects.create(**wildcard)
    factories.approved(Act.WILDCARD, of=edition, slug="texel")
    with refuses("a wildcard needs a second person"), transaction.atomic():
        Participant.objects.create(**wildcard)

    factories.approved(Act.WILDCARD, of=edition, slug="urk")
    assert Participant.objects.create(**wildcard).is_wildcard


def test_a_participant_is_not_made_a_wildcard_afterwards() -> None:
    ede = factories.participant("Ede", of=factories.edition())

    with refuses("a wildcard needs a second person"):
        Participant.objects.filter(pk=ede.pk).update(
            entry=Entry.WILDCARD, wildcard_reason="Zo", wildcard_granted_on=date(2026, 1, 1)
        )


def test_an_archive_tells_of_wildcards_as_they_were() -> None:
    archive = factories.edition(2015, is_archive=True)

    Participant.objects.create(
        edition=archive,
        name="Urk",
        slug="urk",
        entry=Entry.WILDCARD,
        wildcard_reason="Zo was het",
        wildcard_granted_on=date(2015, 1, 1),
    )


@pytest.fixture
def locked() -> Rules:
    rules = factories.edition().rules
    Rules.objects.filter(pk=rules.pk).update(locked_at=NOW)
    return rules


def amend(rules: Rules, **values: Any) -> None:
    with transaction.atomic():
        Rules.objects.filter(pk=rules.pk).update(**values)


def test_locked_rules_change_by_an_approved_proposal_and_only_in_what_it_names(locked: Rules) -> None:
    proposal = factories.approved(Act.RULES, of=locked.edition, contribution_cap=3)

    wrong: list[dict[str, Any]] = [
        {"contribution_cap": 3},
        {"contribution_cap": 4, "amendment": proposal.pk},
        {"contribution_cap": 3, "meetup_points": 2, "amendment": proposal.pk},
        {"contribution_cap": 3, "locked_at": None, "amendment": proposal.pk},
        {"amendment": proposal.pk},
    ]
    for values in wrong:
        with refuses("rules of this edition are locked"):
            amend(locked, **values)
    amend(locked, contribution_cap=3, amendment=proposal.pk)

    locked.refresh_from_db()
    assert (locked.contribution_cap, locked.meetup_points) == (3, 1)


def test_an_approved_change_of_the_rules_is_used_once(locked: Rules) -> None:
    first = factories.approved(Act.RULES, of=locked.edition, contribution_cap=3)
    second = factories.approved(Act.RULES, of=locked.edition, contribution_cap=None)
    amend(locked, contribution_cap=3, amendment=first.pk)
    amend(locked, contribution_cap=None, amendment=second.pk)

    with refuses("rules of this edition are locked"):
        amend(locked, contribution_cap=3, amendment=first.pk)


@pytest.mark.parametrize("what", ["pending", "refused", "of another edition", "of another act"])
def test_locked_rules_do_not_change_by_any_other_proposal(what: str, locked: Rules) -> None:
    edition = factories.edition(2027) if what == "of another edition" else locked.edition
    act = Act.REVERSAL if what == "of another act" else Act.RULES
    proposal = Proposal.objects.create(
        edition=edition,
        act=act,
        details={"contribution_cap": 3},
        summary="Een maximum",
        reason="Zo is het eerlijk",
        proposed_at=NOW,
        proposed_by=factories.organiser(),
        outcome=what if what in Outcome else Outcome.APPROVED,
        decided_at=None if what == "pending" else NOW,
    )

    with refuses("rules of this edition are locked"):
        amend(locked, contribution_cap=3, amendment=proposal.pk)


# --- What is settled stays -------------------------------------------------------------------------


def changed(row: Any, **values: Any) -> int:
    with transaction.atomic():
        return int(type(row).objects.filter(pk=row.pk).update(**values))


def test_nobody_approves_their_own_proposal() -> None:
    proposal = factories.approved(Act.WILDCARD, of=factories.edition(), slug="urk")
    own: dict[str, Any] = {
        "edition": proposal.edition,
        "act": Act.DRAW,
        "summary": "Iets",
        "reason": "Zo",
        "proposed_at": NOW,
    }

    with refuses("proposal_needs_two_people"):
        Proposal.objects.create(
            **own,
            proposed_by=proposal.proposed_by,
            decided_by=proposal.proposed_by,
            outcome=Outcome.APPROVED,
            decided_at=NOW,
        )


def test_a_decided_proposal_stays_as_it_is() -> None:
    proposal = factories.approved(Act.WILDCARD, of=factories.edition(), slug="urk")

    wrong: list[dict[str, Any]] = [
        {"details": {"slug": "texel"}},
        {"reason": "Anders"},
        {"outcome": Outcome.REFUSED},
        {"outcome": Outcome.PENDING, "decided_at": None, "decided_by": None},
        {"decided_by": factories.organiser()},
    ]
    for values in wrong:
        with refuses("what is settled"):
            changed(proposal, **values)


def test_a_proposal_that_waits_can_be_decided_and_not_rewritten() -> None:
    proposal = Proposal.objects.create(
        edition=factories.edition(), act=Act.DRAW, summary="Iets", reason="Zo", proposed_at=NOW
    )

    with refuses("what is settled"):
        changed(proposal, reason="Anders")
    assert changed(proposal, outcome=Outcome.REFUSED, decided_at=NOW, decision_note="Nee") == 1


def test_a_person_can_be_taken_out_of_what_is_settled() -> None:
    proposal = factories.approved(Act.WILDCARD, of=factories.edition(), slug="urk")
    assert proposal.decided_by is not None

    proposal.decided_by.delete()

    proposal.refresh_from_db()
    assert Proposal.objects.filter(pk=proposal.pk, decided_by=None, outcome=Outcome.APPROVED).exists()


def test_an_ended_freeze_does_not_begin_again() -> None:
    edition = factories.edition()
    closed_march(edition)
    version = edition.rounds.get(month=3).closing.versions.get()
    freeze = Freeze.objects.create(edition=edition, version=version, reason="Finale", frozen_at=NOW)

    with refuses("what is settled"):
        changed(freeze, reason="Anders")
    assert changed(freeze, lifted_at=NOW, lifted_by=factories.organiser()) == 1
    with refuses("what is settled"):
        changed(freeze, lifted_at=None)


# --- Lots ------------------------------------------------------------------------------------------


def lots(edition: Edition, *secrets: str) -> list[SealedLot]:
    return [
        SealedLot.objects.create(
            edition=edition,
            seal=hashlib.sha256(secret.encode()).hexdigest(),
            sealed_at=NOW,
            sealed_by=factories.organiser(),
        )
        for secret in secrets or ("appel", "peer")
    ]


def test_a_lot_is_sealed_before_october_is_closed() -> None:
    edition = factories.edition()
    factories.close_october(edition, at=AFTER_OCTOBER)

    with refuses("sealed before October"):
        lots(edition)


def test_a_lot_is_opened_after_october_is_closed_by_its_own_text() -> None:
    edition = factories.edition()
    lot = lots(edition)[0]

    with refuses("opened after October"):
        changed(lot, opened="appel", opened_at=NOW)
    factories.close_october(edition, at=AFTER_OCTOBER)
    with refuses("opened after October"):
        changed(lot, opened="peer", opened_at=AFTER_OCTOBER)
    with refuses("what is settled"):
        changed(lot, seal="0" * 64)
    assert changed(lot, opened="appel", opened_at=AFTER_OCTOBER) == 1
    with refuses("what is settled"):
        changed(lot, opened="", opened_at=None)


def draw(edition: Edition, **fields: Any) -> LotDraw:
    with transaction.atomic():
        return LotDraw.objects.create(edition=edition, drawn_at=AFTER_OCTOBER, record="Zo", **fields)


def test_lots_are_drawn_from_sealed_ones_when_all_are_open() -> None:
    edition = factories.edition()
    first, second = lots(edition)
    factories.close_october(edition, at=AFTER_OCTOBER)
    changed(first, opened="appel", opened_at=AFTER_OCTOBER)

    with refuses("a draw needs two people"):
        draw(edition, seed="1" * 64)
    changed(second, opened="peer", opened_at=AFTER_OCTOBER)
    assert draw(edition, seed="1" * 64).pk


def test_one_sealed_lot_is_not_enough() -> None:
    edition = factories.edition()
    (only,) = lots(edition, "appel")
    factories.close_october(edition, at=AFTER_OCTOBER)
    changed(only, opened="appel", opened_at=AFTER_OCTOBER)

    with refuses("a draw needs two people"):
        draw(edition, seed="1" * 64)


def test_a_public_draw_is_written_down_by_two() -> None:
    edition = factories.edition()
    factories.close_october(edition, at=AFTER_OCTOBER)

    with refuses("a draw needs two people"):
        draw(edition)
    factories.approved(Act.DRAW, of=edition)
    assert draw(edition).pk
