"""Files that no row names go after a day; files that one does name stay."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from pytest_django.fixtures import Settings

from competition import orphans
from competition.models import JobRun
from competition.uploads import UploadField
from gdsc.tasks import sweep_files_task
from solutions import adoptions, images
from solutions.models import Adoption, ContributionImage, Evidence
from tests import factories
from tests.factories import NOW
from tests.files import pdf, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_FILES_DIR = str(tmp_path)
    return tmp_path


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def age(root: Path, *, hours: float) -> None:
    moment = time.time() - hours * 3600
    for path in root.rglob("*"):
        os.utime(path, (moment, moment))


def sweep() -> int:
    return orphans.sweep(at=datetime.now(tz=UTC))


def adoption() -> Adoption:
    return factories.adoption(factories.participant(of=factories.edition()))


def keep(of: Adoption) -> None:
    checked = UploadField().clean(upload(pdf()))
    adoptions.draft(of.participant, of.solution, fields={}, by=factories.user(), at=NOW, evidence=checked)


def hand_in_and_fail(of: Adoption) -> None:
    with transaction.atomic():
        keep(of)
        transaction.set_rollback(True)


def test_the_file_of_an_upload_that_was_rolled_back_goes_after_a_day(root: Path) -> None:
    hand_in_and_fail(adoption())
    assert (Evidence.objects.count(), len(files(root))) == (0, 1)

    age(root, hours=23)
    assert (sweep(), len(files(root))) == (0, 1)
    age(root, hours=25)
    assert (sweep(), files(root)) == (1, [])
    assert sweep() == 0


def test_what_a_row_names_stays_however_old(root: Path) -> None:
    of = adoption()
    keep(of)
    contribution = factories.contribution(of.participant)
    shown = UploadField().clean(upload(picture(), "beeld.png"))
    images.add(contribution, shown, alt="Een beeld", by=factories.user(), at=NOW)
    hand_in_and_fail(
        factories.adoption(of.participant, solution=factories.solution(of=of.participant.edition, month=2))
    )
    age(root, hours=1000)

    assert sweep() == 1

    kept = [Evidence.objects.get().file.name, ContributionImage.objects.get().file.name]
    assert files(root) == sorted(Path(str(name)).name for name in kept)


def test_nothing_outside_the_folders_of_uploads_is_touched(root: Path) -> None:
    (root / "iets-anders").mkdir()
    (root / "iets-anders" / "backup.sql").write_bytes(b"x")
    (root / "los.txt").write_bytes(b"x")
    age(root, hours=1000)

    assert (sweep(), files(root)) == (0, ["backup.sql", "los.txt"])


def test_where_no_files_can_be_added_there_is_nothing_to_do(settings: Settings) -> None:
    settings.PRIVATE_FILES_DIR = ""

    assert sweep() == 0


def test_a_file_that_is_gone_already_stops_nothing(root: Path) -> None:
    hand_in_and_fail(adoption())
    Evidence._meta.get_field("file").storage.save("bewijs/tweede.pdf", ContentFile(b"x"))
    age(root, hours=25)
    (root / "bewijs" / "tweede.pdf").unlink()

    assert sweep() == 1


def test_the_task_says_what_it_did(root: Path, settings: Settings) -> None:
    hand_in_and_fail(adoption())
    age(root, hours=25)

    sweep_files_task()

    assert JobRun.objects.get(job="sweep_files").outcome == "1 bestand zonder rij verwijderd"
    assert settings.CELERY_BEAT_SCHEDULE["sweep-files"] == {
        "task": "gdsc.tasks.sweep_files_task",
        "schedule": timedelta(hours=6).total_seconds(),
    }
