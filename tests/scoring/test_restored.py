"""An older backup is put back: what was published since is missed, nothing is booked, until two accept it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test import Client

from competition.models import Edition, JobRun, Participant
from competition.tasks import sweep_outbox_task
from meetups.models import Attendance
from scoring import claims, closing, heads, ledger, proposals, standings, verification
from scoring.models import Claim, ClaimState, LedgerEntry, RoundClosing, Verification
from scoring.proposals import ProposalRefusedError, approve, propose_acceptance
from scoring.tasks import close_due_task, verify_due_task
from solutions.models import Adoption
from tests import database, factories
from tests.factories import NOW
from tests.proposing import REASON, lost
from tests.reading import main_of
from tests.scoring.rewriting import changed_by_the_owner

IN_MAY = datetime(2026, 5, 18, 11, 0, tzinfo=UTC)
IN_JUNE = datetime(2026, 6, 20, 11, 0, tzinfo=UTC)
LATER = IN_JUNE + timedelta(hours=1)
STOPPED = "staat stil, er ontbreken gepubliceerde controlepunten"


@pytest.fixture(autouse=True)
def directory(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLISHED_HEADS_DIR = str(tmp_path)
    return tmp_path


def wake(at: datetime) -> str:
    """What beat does every minute; gives what came of it."""
    with time_machine.travel(at, tick=False):
        close_due_task()
    return JobRun.objects.get(job="close_due").outcome


def points_in(edition: Edition, count: int, *, at: datetime) -> None:
    for participant in edition.participants.all():
        for _ in range(count):
            factories.entry(participant, counts_on=at.date(), at=at)


@pytest.fixture
def edition() -> Edition:
    """Four months closed, four entries."""
    edition = factories.edition()
    factories.participant("Zwolle", of=edition), factories.participant("Delft", of=edition)
    points_in(edition, 2, at=NOW)
    wake(IN_MAY)
    return edition


@contextmanager
def backup_put_back(edition: Edition) -> Iterator[Callable[[], None]]:
    """Play on for a month, and gives a function that puts the database back to before that."""
    with database.kept() as put_back:
        points_in(edition, 2, at=IN_JUNE)
        wake(IN_JUNE)
        verification.check(edition, at=IN_JUNE)
        wake(IN_JUNE)
        yield put_back


def accepted(edition: Edition, *, at: datetime) -> Verification:
    proposal = propose_acceptance(edition, because=REASON, by=factories.organiser(), at=at)
    approve(proposal, by=factories.organiser(), at=at)
    return Verification.objects.get(accepted_by=proposal)


# --- After the restore ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_first_wake_after_an_older_backup_finds_what_is_lost_and_stands_still(
    edition: Edition, mailoutbox: list[EmailMessage], client: Client
) -> None:
    with backup_put_back(edition) as put_back:
        published = heads.kept(edition)
        assert [number for number, _ in published] == [4, 8]
        put_back()

        outcome = wake(LATER)

        (verdict,) = edition.verifications.all()
        assert verdict.missing_heads == [f"8:{published[-1][1]}"]
        assert verdict.faults == [
            f"controlepunt 8:{published[-1][1]} noemt boeking 8, maar na boeking 4 komt niets meer"
        ]
        assert f"2026: {STOPPED}" in outcome
        assert RoundClosing.objects.count() == 4
        assert wake(LATER + timedelta(minutes=1)) == f"2026: {STOPPED}"
        assert (edition.verifications.count(), heads.kept(edition)) == (1, published)
        with time_machine.travel(LATER, tick=False):
            sweep_outbox_task()
            verify_due_task()
            page = main_of(client.get("/2026/controle/"))
            health = client.get("/gezondheid/")
        assert mailoutbox == []
        assert "Het puntenboek mist boekingen die al gepubliceerd waren" in page.words
        assert (health.status_code, health.json()["checks"]["ledger"]) == (503, False)


@pytest.mark.django_db(transaction=True)
def test_two_accept_it_and_all_goes_on_held_to_the_ledger_as_it_is_then(edition: Edition) -> None:
    with backup_put_back(edition) as put_back:
        put_back()
        wake(LATER)

        verdict = accepted(edition, at=LATER)
        points_in(edition, 1, at=LATER)
        outcome = wake(LATER)

        assert (verdict.faults, verdict.missing_heads, verdict.head) == ([], [], 4)
        assert outcome == "mei 2026: afgesloten, 0 meldingen nog open"
        assert verification.check(edition, at=LATER).is_right
        wake(LATER)
        assert [number for number, _ in heads.kept(edition)] == [4, 8, 6]
        assert verification.verify_restored(at=LATER) == []
        assert [str(proposal) for proposal in edition.proposals.all()] == [
            "Aanvaard dat 1 gepubliceerd controlepunt niet meer in het puntenboek staat, na boeking 8"
        ]


@pytest.mark.django_db(transaction=True)
def test_a_second_restore_of_the_same_backup_is_missed_again(edition: Edition) -> None:
    """The acceptance went with the database; the file knows what came after it too."""
    with backup_put_back(edition) as put_back:
        put_back()
        wake(LATER)
        accepted(edition, at=LATER)
        points_in(edition, 1, at=LATER)
        wake(LATER)

        put_back()
        wake(LATER)

        newest = Verification.objects.newest_of(edition)
        assert newest is not None
        assert [text.partition(":")[0] for text in newest.missing_heads] == ["8", "6"]


@pytest.mark.django_db
def test_when_all_is_there_again_the_next_wake_says_so_without_anybody_accepting(edition: Edition) -> None:
    head = f"4:{LedgerEntry.objects.get(number=4).hash}"
    lost(edition, head)
    assert wake(LATER) == "2026: alles klopt tot en met boeking 4\nmei 2026: afgesloten, 0 meldingen nog open"

    assert wake(LATER) == "niets te doen"
    lost(edition, head, f"9:{'c' * 64}")
    assert wake(LATER) == f"2026: {STOPPED}"


@pytest.mark.django_db(transaction=True)
def test_without_the_file_nobody_would_know(edition: Edition, settings: Any) -> None:
    """The control: what the database alone can tell after a restore is that all is well."""
    with backup_put_back(edition) as put_back:
        put_back()
        settings.PUBLISHED_HEADS_DIR = ""

        assert STOPPED not in wake(LATER)
        assert verification.check(edition, at=LATER).is_right


# --- While it stands still -----------------------------------------------------------------------


@pytest.fixture
def stopped() -> Participant:
    delft = factories.participant("Delft", of=factories.edition())
    factories.confirmed(factories.attendance(delft))
    factories.submitted(factories.adoption(delft))
    lost(delft.edition, at=NOW)
    return delft


def booked() -> int:
    return LedgerEntry.objects.count()


@pytest.mark.django_db
def test_nothing_is_booked_in_words(stopped: Participant) -> None:
    entry, by = LedgerEntry.objects.get(), factories.organiser()
    adoption, attendance = Adoption.objects.get(), Attendance.objects.get()
    acts: list[Callable[[], object]] = [
        lambda: factories.entry(stopped),
        lambda: ledger.reverse(entry, because="Fout", by=by, at=NOW),
        lambda: claims.confirm(adoption, by=by, at=NOW),
        lambda: claims.take_back(attendance, because="Fout", by=by, at=NOW),
    ]

    for act in acts:
        with pytest.raises(ledger.HeldUpError, match="boekingen die al gepubliceerd waren, ontbreken"):
            act()

    assert booked() == 1
    assert Adoption.objects.get().state == ClaimState.SUBMITTED
    assert Attendance.objects.get().state == ClaimState.CONFIRMED


@pytest.mark.django_db
def test_many_are_refused_one_by_one(stopped: Participant) -> None:
    waiting: list[Claim] = [factories.submitted(factories.attendance(stopped)) for _ in range(3)]
    seen = {claim.pk: claim.version for claim in waiting}

    outcomes = claims.confirm_all(Attendance, seen, by=factories.organiser(), at=NOW)

    assert [(outcome.is_new, type(outcome.refusal)) for outcome in outcomes] == [(False, ledger.HeldUpError)] * 3
    assert booked() == 1


@pytest.mark.django_db
def test_the_database_refuses_who_goes_around_it(stopped: Participant) -> None:
    entry = LedgerEntry.objects.get()

    with pytest.raises(IntegrityError, match="the ledger lacks what was published of it"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [
                LedgerEntry(
                    edition=stopped.edition,
                    participant=stopped,
                    kind="meetup",
                    source="meetup:9",
                    description="Punt",
                    points=1,
                    counts_on=entry.counts_on,
                    booked_at=NOW,
                    booked_by=entry.booked_by,
                    reason="",
                )
            ]
        )


@pytest.mark.django_db
def test_other_editions_go_on(stopped: Participant) -> None:
    other = factories.participant("Breda", of=factories.edition(2025))

    factories.entry(other, counts_on=date(2025, 3, 18))

    assert other.ledger_entries.count() == 1


@pytest.mark.django_db
def test_booking_costs_no_query_more(stopped: Participant, django_assert_num_queries: Any) -> None:
    """The database looks at it while it numbers the entry."""
    other = factories.participant("Breda", of=factories.edition(2025))
    by = factories.user()

    with django_assert_num_queries(4):  # savepoint, entry, outbox, release
        factories.entry(other, by=by, counts_on=date(2025, 3, 18))


@pytest.mark.django_db
def test_nothing_is_closed(stopped: Participant) -> None:
    edition = stopped.edition
    november = datetime(2026, 11, 20, tzinfo=UTC)

    assert closing.close_due(at=november) == ["2026: spelregels vastgezet", f"2026: {STOPPED}"]
    for round_ in edition.rounds.filter(month__lt=10).in_order():
        closing.close(round_, at=november)
    with pytest.raises(ProposalRefusedError, match="Er ontbreken gepubliceerde controlepunten"):
        proposals.propose_closing(edition, because=REASON, by=factories.organiser(), at=november)


# --- Accepting -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_what_is_lost_can_be_accepted() -> None:
    edition = factories.edition()
    Verification.objects.create(edition=edition, checked_at=NOW, head=1, head_hash="a" * 64, faults=["boeking 2: fout"])

    with pytest.raises(ProposalRefusedError, match="Dit is te herstellen"):
        propose_acceptance(edition, because=REASON, by=factories.organiser(), at=NOW)


@pytest.mark.django_db
def test_a_newer_verdict_that_misses_the_same_needs_no_second_proposal() -> None:
    edition = factories.edition()
    lost(edition)
    propose_acceptance(edition, because=REASON, by=factories.organiser(), at=NOW)
    lost(edition)

    with pytest.raises(ProposalRefusedError, match="ligt er al"):
        propose_acceptance(edition, because=REASON, by=factories.organiser(), at=NOW)
    lost(edition, f"3:{'a' * 64}", f"4:{'b' * 64}")
    more = propose_acceptance(edition, because=REASON, by=factories.organiser(), at=NOW)

    assert str(more).startswith("Aanvaard dat 2 gepubliceerde controlepunten niet meer")


@pytest.mark.django_db
def test_what_is_not_missed_any_more_cannot_be_accepted() -> None:
    edition = factories.edition()
    lost(edition)
    proposal = propose_acceptance(edition, because=REASON, by=factories.organiser(), at=NOW)
    verification.check(edition, at=NOW)

    with pytest.raises(ProposalRefusedError, match="mist geen controlepunten meer"):
        approve(proposal, by=factories.organiser(), at=NOW)


REHASH_FROM = """
DO $$
DECLARE
    entry scoring_ledgerentry%ROWTYPE;
    head text := repeat('0', 64);
BEGIN
    FOR entry IN SELECT * FROM scoring_ledgerentry ORDER BY number LOOP
        entry.previous_hash := head;
        head := encode(sha256(convert_to(scoring_canonical(entry), 'UTF8')), 'hex');
        UPDATE scoring_ledgerentry SET previous_hash = entry.previous_hash, hash = head WHERE id = entry.id;
    END LOOP;
END
$$
"""
CHANGED = "UPDATE scoring_ledgerentry SET description = 'Anders' WHERE number = {}"
TAMPERED_AFTER = [
    pytest.param("scoring_ledgerentry", [CHANGED.format(1)], "boeking 1: de controlecode past niet", id="an entry"),
    pytest.param("scoring_ledgerentry", [CHANGED.format(4)], "boeking 4: de controlecode past niet", id="the last"),
    pytest.param(
        "scoring_ledgerentry", ["DELETE FROM scoring_ledgerentry WHERE number = 4"], "komt niets meer", id="cut again"
    ),
    pytest.param("scoring_ledgerentry", [CHANGED.format(2), REHASH_FROM], "is herschreven", id="rewritten"),
    pytest.param(
        "scoring_roundresult", ["UPDATE scoring_roundresult SET total = 9 WHERE rank = 1"], "maand 1", id="a month"
    ),
    pytest.param(
        "scoring_resultversion",
        ["UPDATE scoring_resultversion SET head_hash = repeat('f', 64)"],
        "is herschreven",
        id="a checkpoint",
    ),
    pytest.param("scoring_standing", ["UPDATE scoring_standing SET total = 9"], "de stand:", id="the standing"),
    pytest.param(
        "meetups_attendance",
        ["UPDATE meetups_attendance SET state = 'submitted', decided_at = NULL, decided_by_id = NULL"],
        "maar het punt zegt iets anders",
        id="a claim",
    ),
]


@pytest.mark.parametrize(("table", "statements", "words"), TAMPERED_AFTER)
@pytest.mark.django_db(transaction=True)
def test_what_was_accepted_hides_no_tampering_that_comes_later(table: str, statements: list[str], words: str) -> None:
    edition = factories.edition()
    delft = factories.participant("Delft", of=edition)
    for _ in range(3):
        factories.confirmed(factories.attendance(delft))
    factories.entry(delft)
    closing.close_due(at=IN_MAY)
    heads.keep(edition, [(9, "c" * 64)], at=IN_MAY)
    standings.rebuild(edition, at=IN_MAY)
    verification.verify_restored(at=IN_MAY)
    assert accepted(edition, at=IN_MAY).is_right

    with changed_by_the_owner(table, *statements):
        if table == "scoring_ledgerentry":
            standings.rebuild(edition, at=IN_MAY)
        found = verification.check(edition, at=IN_MAY)

    assert [fault for fault in found.faults if words in fault]
    assert not [fault for fault in found.faults if "c" * 64 in fault]
    assert verification.check(edition, at=IN_MAY).is_right


@pytest.mark.django_db(transaction=True)
def test_the_same_tampering_twice_is_an_alarm_twice() -> None:
    """Accepted is one number with one hash; whatever else comes to stand there is not."""
    edition = factories.edition()
    delft = factories.participant("Delft", of=edition)
    factories.entry(delft), factories.entry(delft)
    standings.rebuild(edition, at=IN_MAY)
    assert verification.check(edition, at=IN_MAY).is_right

    with changed_by_the_owner("scoring_ledgerentry", CHANGED.format(2), REHASH_FROM):
        assert verification.check(edition, at=IN_MAY).is_held_up
        assert accepted(edition, at=IN_MAY).is_right
        with connection.cursor() as cursor:
            cursor.execute("UPDATE scoring_ledgerentry SET description = 'Weer anders' WHERE number = 2")
            cursor.execute(REHASH_FROM)
        again = verification.check(edition, at=IN_MAY)

    assert len(again.missing_heads) == 1
    assert "het puntenboek is herschreven" in again.faults[0]
