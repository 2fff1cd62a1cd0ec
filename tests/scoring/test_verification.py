"""The portal's check on itself: what it finds, when it looks, and what it says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from competition.models import Edition, JobRun
from scoring import claims, closing, standings, verification
from scoring.models import ClaimState, LedgerEntry, ResultVersion, RoundResult, Standing, Verification
from scoring.tasks import recount_task, verify_due_task
from solutions.models import Adoption
from tests import factories
from tests.factories import NOW
from tests.scoring.rewriting import changed_by_the_owner

IN_MAY = datetime(2026, 5, 18, 11, 0, tzinfo=UTC)


def played() -> Edition:
    edition = factories.edition()
    zwolle, delft = (factories.participant(name, of=edition) for name in ("Zwolle", "Delft"))
    for participant in (zwolle, delft, zwolle):
        factories.entry(participant)
    factories.confirmed(factories.adoption(zwolle))
    closing.close_due(at=IN_MAY)
    standings.rebuild(edition, at=IN_MAY)
    return edition


def faults_of(edition: Edition) -> list[str]:
    return list(verification.check(edition, at=IN_MAY).faults)


REHASH = """
UPDATE scoring_ledgerentry AS entry SET hash = encode(sha256(convert_to(scoring_canonical(entry), 'UTF8')), 'hex')
WHERE number = 2
"""

# --- What it finds -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_right_is_found_right_and_kept() -> None:
    edition = played()
    last = LedgerEntry.objects.of_edition(edition).latest("number")

    kept = verification.check(edition, at=IN_MAY)

    assert (kept.is_right, kept.checked_at, kept.head, kept.head_hash) == (True, IN_MAY, 4, last.hash)
    assert verification.last_of(edition) == kept


TAMPERED = [
    ("scoring_ledgerentry", "description = 'Anders' WHERE number = 2", "boeking 2: de controlecode past niet"),
    ("scoring_ledgerentry", "points = 5 WHERE number = 3", "boeking 3: de controlecode past niet"),
    ("scoring_ledgerentry", "number = 9 WHERE number = 4", "boeking 4: de controlecode past niet"),
    ("scoring_ledgerentry", "hash = repeat('0', 64) WHERE number = 1", "boeking 1: de controlecode past niet"),
    ("scoring_roundresult", "total = 7 WHERE rank = 1", "de stand van maand 1 (versie 1)"),
    ("scoring_roundresult", "rank = 2 WHERE rank = 1", "de stand van maand 1 (versie 1)"),
    ("scoring_resultversion", "head_hash = repeat('0', 64)", "het puntenboek is herschreven"),
    ("scoring_resultversion", "head = 2", "het puntenboek is herschreven"),
    ("scoring_standing", "total = 9 WHERE rank = 1", "de stand: deelnemer"),
]


@pytest.mark.parametrize(("table", "change", "words"), TAMPERED)
@pytest.mark.django_db(transaction=True)
def test_what_the_owner_changes_behind_our_back_is_named(table: str, change: str, words: str) -> None:
    edition = played()
    with changed_by_the_owner(table, f"UPDATE {table} SET {change}"):
        faults = faults_of(edition)

    assert [fault for fault in faults if words in fault]
    assert faults_of(edition) == []


@pytest.mark.django_db(transaction=True)
def test_a_tail_that_is_cut_off_below_a_checkpoint_is_missed() -> None:
    edition = played()
    checkpoint = ResultVersion.objects.latest("pk").checkpoint
    with changed_by_the_owner("scoring_ledgerentry", "DELETE FROM scoring_ledgerentry WHERE number > 2"):
        faults = faults_of(edition)

    assert f"controlepunt {checkpoint} noemt boeking 4, maar na boeking 2 komt niets meer" in faults


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM scoring_ledgerentry WHERE number = 2"], "noemt boeking 2, maar na boeking 1 komt niets meer"),
        (
            ["UPDATE scoring_ledgerentry SET description = 'Anders' WHERE number = 2", REHASH],
            "het puntenboek is herschreven",
        ),
    ],
    ids=["cut off", "rewritten"],
)
@pytest.mark.django_db(transaction=True)
def test_before_any_closing_the_head_that_was_found_right_catches_a_rewrite(statements: list[str], words: str) -> None:
    """And goes on doing so, until somebody has dealt with it."""
    edition = factories.edition()
    participant = factories.participant(of=edition)
    factories.entry(participant), factories.entry(participant)
    assert faults_of(edition) == []
    with changed_by_the_owner("scoring_ledgerentry", *statements):
        standings.rebuild(edition, at=IN_MAY)
        faults = [faults_of(edition) for _ in range(2)]

    assert [[words in fault for fault in each] for each in faults] == [[True], [True]]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [ClaimState.SUBMITTED, ClaimState.REJECTED])
def test_a_claim_that_says_something_else_than_its_point_is_named(state: ClaimState) -> None:
    edition = played()
    claim = Adoption.objects.get()
    Adoption.objects.update(state=state, decision_reason="Omdat" if state == ClaimState.REJECTED else "")

    (fault,) = faults_of(edition)

    assert fault.startswith(f"melding adoption {claim.pk} is ")


@pytest.mark.django_db
def test_a_claim_without_a_point_is_named_unless_it_should_have_none() -> None:
    edition = factories.edition()
    participant = factories.participant(of=edition)
    first, second, third = (factories.solution(of=edition, month=month) for month in (1, 2, 3))
    factories.adoption(participant, solution=first)
    submitted = factories.submitted(factories.adoption(participant, solution=second))
    taken_back = factories.confirmed(factories.adoption(participant, solution=third))
    claims.take_back(taken_back, because="Fout", by=factories.organiser(), at=NOW)
    assert verification.claims_that_disagree(edition) == []

    Adoption.objects.filter(pk=taken_back.pk).update(state=ClaimState.CONFIRMED)

    (fault,) = verification.claims_that_disagree(edition)
    assert fault.startswith(f"melding adoption {taken_back.pk} is ")
    assert submitted.state == ClaimState.SUBMITTED


@pytest.mark.django_db
def test_where_submitting_gives_the_point_a_submitted_claim_has_one() -> None:
    edition = factories.edition(rules={"award_moment": "submission"})
    factories.submitted(factories.adoption(factories.participant(of=edition)))

    assert verification.claims_that_disagree(edition) == []


# --- When it looks -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_looks_once_a_day_at_each_edition_that_has_started() -> None:
    factories.edition(2025), factories.edition(2026), factories.edition(2027)
    lines = [f"{year}: alles klopt tot en met boeking 0" for year in (2025, 2026)]

    assert verification.verify_due(at=NOW) == lines
    assert verification.verify_due(at=NOW + timedelta(hours=23, minutes=59)) == []
    assert verification.verify_due(at=NOW + timedelta(hours=24)) == lines
    assert Verification.objects.count() == 4


@pytest.mark.django_db
def test_the_task_records_what_it_found() -> None:
    edition = played()
    Standing.objects.filter(rank=1).update(total=9)

    for moment, words in ((IN_MAY, "2026: het klopt niet: de stand: deelnemer"), (IN_MAY, "niets te doen")):
        with time_machine.travel(moment, tick=False):
            verify_due_task()
        run = JobRun.objects.get(job="verify_due")
        assert (run.outcome[: len(words)], run.error) == (words, "")
    assert edition.verifications.count() == 1


@pytest.mark.django_db
def test_a_recount_makes_new_versions_of_closed_months_at_once() -> None:
    edition = played()
    with time_machine.travel(IN_MAY, tick=False):
        assert recount_task(edition.pk) == "2 deelnemers, boeking 4"
        factories.entry(edition.participants.get(name="Delft"), counts_on=date(2026, 4, 1), at=IN_MAY)
        outcome = recount_task(edition.pk)

    assert outcome.startswith("2 deelnemers, boeking 5, ")
    assert outcome.endswith(": versie 2")
    assert [v.closing.round.month for v in ResultVersion.objects.filter(number=2)] == [4]
    assert RoundResult.objects.filter(version__number=2, total=2).count() == 1
    assert faults_of(edition) == []


# --- The command ---------------------------------------------------------------------------------

Capture = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Capture:
    return lambda: capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_gives_a_verdict_for_each_edition_and_keeps_it(said: Capture) -> None:
    factories.edition(2025)
    edition = played()

    call_command("verify_ledger")

    assert said() == "2025: alles klopt tot en met boeking 0\n2026: alles klopt tot en met boeking 4\n"
    call_command("verify_ledger", "--year=2026")
    assert said() == "2026: alles klopt tot en met boeking 4\n"
    assert edition.verifications.count() == 2


@pytest.mark.django_db
def test_the_command_ends_with_1_when_something_is_wrong(said: Capture) -> None:
    played()
    Standing.objects.filter(rank=1).update(total=9)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger")

    assert ended.value.code == 1
    assert said().startswith("2026: het klopt niet: de stand: deelnemer")


@pytest.mark.django_db
def test_the_command_holds_an_edition_to_checkpoints_and_keeps_nothing(said: Capture) -> None:
    edition = played()
    held = ResultVersion.objects.order_by("pk")[0].checkpoint

    call_command("verify_ledger", "--year=2026", "--checkpoint", held)
    assert said() == "2026: de controlepunten kloppen\n"
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", "--year=2026", "--checkpoint", held, "--checkpoint", f"2:{'a' * 64}")

    assert ended.value.code == 1
    assert said().startswith("boeking 2: is niet meer wat controlepunt 2:aaa")
    assert not edition.verifications.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year=2030"], "Er is geen editie van 2030"),
        (["--checkpoint=1:a"], "geef ook --year"),
        (["--year=2026", "--checkpoint=1:a"], "geen controlepunt"),
    ],
)
def test_the_command_says_what_it_does_not_understand(arguments: list[str], words: str) -> None:
    factories.edition()

    with pytest.raises(CommandError, match=words):
        call_command("verify_ledger", *arguments)


@pytest.mark.django_db
def test_the_command_says_that_there_is_nothing(said: Capture) -> None:
    call_command("verify_ledger")

    assert said() == "Er is nog geen editie.\n"
