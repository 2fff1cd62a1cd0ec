"""The file beside the database in which published heads are kept."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from competition.models import Edition, JobRun
from scoring import checkpoints, closing, heads, verification
from scoring.heads import UnreadableHeadsError
from scoring.models import LedgerEntry, ResultVersion
from scoring.tasks import close_due_task
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ONE, TWO = (1, "a" * 64), (2, "b" * 64)
IN_MAY = datetime(2026, 5, 18, 11, 0, tzinfo=UTC)


@pytest.fixture
def directory(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLISHED_HEADS_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def file_of(directory: Path, year: int = 2026) -> Path:
    return directory / f"gdsc-{year}-controlepunten.txt"


def test_each_head_is_kept_once_in_the_order_in_which_it_came(directory: Path, edition: Edition) -> None:
    heads.keep(edition, [TWO, ONE, TWO], at=NOW)
    heads.keep(edition, [ONE], at=IN_MAY)
    heads.keep(edition, [(3, "c" * 64), ONE], at=IN_MAY)

    assert heads.kept(edition) == [TWO, ONE, (3, "c" * 64)]
    assert file_of(directory).read_text().splitlines() == [
        f"2026-03-18T11:00:00+00:00 2:{'b' * 64}",
        f"2026-03-18T11:00:00+00:00 1:{'a' * 64}",
        f"2026-05-18T11:00:00+00:00 3:{'c' * 64}",
    ]


def test_each_edition_has_a_file_of_its_own(directory: Path, edition: Edition) -> None:
    heads.keep(factories.edition(2027), [ONE], at=NOW)

    assert heads.kept(edition) == []
    assert [path.name for path in directory.iterdir()] == [file_of(directory, 2027).name]


def test_without_the_setting_nothing_is_kept(edition: Edition, tmp_path: Path) -> None:
    heads.keep(edition, [ONE], at=NOW)

    assert (heads.kept(edition), heads.is_on(), heads.is_well()) == ([], False, True)


@pytest.mark.parametrize(
    "content", ["geen controlepunt\n", f"2026-03-18 1:{'a' * 63}\n", "\n", f"1:{'a' * 64}\n2026-03-18", "é\n"]
)
def test_a_file_that_cannot_be_read_is_never_taken_for_an_empty_one(
    directory: Path, edition: Edition, content: str
) -> None:
    file_of(directory).write_text(content)

    with pytest.raises(UnreadableHeadsError, match=r"gdsc-2026-controlepunten\.txt"):
        heads.kept(edition)
    with pytest.raises(UnreadableHeadsError):
        heads.keep(edition, [ONE], at=NOW)

    (fault,) = verification.recount(edition).faults
    assert str(fault).startswith("de bewaarde controlepunten zijn niet te lezen: gdsc-2026")
    assert verification.verify_restored(at=NOW) == []
    assert file_of(directory).read_text() == content


def test_a_disk_that_is_not_there_is_never_taken_for_an_empty_one(
    directory: Path, edition: Edition, settings: Any
) -> None:
    settings.PUBLISHED_HEADS_DIR = str(directory / "weg")

    with pytest.raises(UnreadableHeadsError, match="is geen map"):
        heads.kept(edition)

    assert not heads.is_well()
    assert verification.check(edition, at=NOW).faults


# --- What is kept --------------------------------------------------------------------------------


def played() -> Edition:
    edition = factories.edition()
    zwolle = factories.participant("Zwolle", of=edition)
    factories.entry(zwolle, counts_on=date(2026, 1, 8))
    factories.entry(zwolle, counts_on=date(2026, 2, 8))
    return edition


def head_of(number: int) -> tuple[int, str]:
    return number, LedgerEntry.objects.get(number=number).hash


def test_every_checkpoint_and_the_head_that_was_last_found_right_are_kept(directory: Path) -> None:
    edition = played()
    closing.close(edition.rounds.get(month=1), at=IN_MAY)
    factories.entry(edition.participants.get())
    closing.close(edition.rounds.get(month=2), at=IN_MAY)
    factories.entry(edition.participants.get())
    verification.check(edition, at=IN_MAY)

    checkpoints.keep_published(at=IN_MAY)
    checkpoints.keep_published(at=IN_MAY)

    assert heads.kept(edition) == [head_of(2), head_of(3), head_of(4)]


def test_what_was_found_wrong_and_what_is_not_in_the_ledger_is_not_kept(directory: Path) -> None:
    edition = played()
    january = closing.close(edition.rounds.get(month=1), at=IN_MAY)
    ResultVersion.objects.create(
        closing=edition.rounds.get(month=1).closing, number=2, made_at=IN_MAY, head=2, head_hash="f" * 64, reason="x"
    )
    assert not verification.check(edition, at=IN_MAY).is_right

    checkpoints.keep_published(at=IN_MAY)

    assert january.is_closed
    assert heads.kept(edition) == [head_of(2)]


def test_closing_what_is_due_keeps_it_at_once_and_a_disk_that_is_full_stops_no_closing(
    directory: Path, settings: Any
) -> None:
    edition = played()
    with time_machine.travel(IN_MAY, tick=False):
        close_due_task()
    assert heads.kept(edition) == [head_of(2)]

    settings.PUBLISHED_HEADS_DIR = str(directory / "weg")
    later = datetime(2026, 6, 20, tzinfo=UTC)
    with time_machine.travel(later, tick=False), pytest.raises(UnreadableHeadsError):
        close_due_task()

    assert edition.rounds.get(month=5).closing.closed_at == later
    assert "is geen map" in JobRun.objects.get(job="close_due").error
