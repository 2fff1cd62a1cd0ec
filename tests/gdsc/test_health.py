"""The address that a machine watches."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from competition import outbox
from competition.models import Edition, JobRun, OutboxMessage
from gdsc import health
from scoring import verification
from scoring.models import Verification
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
WELL = {
    "database": True,
    "close_due": True,
    "sweep_outbox": True,
    "outbox": True,
    "ledger": True,
    "published_heads": True,
}


@pytest.fixture(autouse=True)
def edition() -> Edition:
    """A portal that is well, in the third month of an edition."""
    edition = factories.edition()
    factories.entry(factories.participant(of=edition))
    for job in ("close_due", "sweep_outbox"):
        JobRun.objects.create(job=job, started_at=NOW, finished_at=NOW)
    verification.check(edition, at=NOW)
    return edition


def answer(client: Client) -> tuple[int, dict[str, bool]]:
    response = client.get("/gezondheid/")
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response.json()["is_well"] == (response.status_code == 200)
    return response.status_code, response.json()["checks"]


def test_all_is_well(client: Client) -> None:
    assert answer(client) == (200, WELL)


@pytest.mark.parametrize("job", ["close_due", "sweep_outbox"])
@pytest.mark.parametrize(
    ("run", "is_well"),
    [
        ({"finished_at": NOW - timedelta(minutes=14)}, True),
        ({"finished_at": NOW - timedelta(minutes=15)}, False),
        ({"finished_at": None}, True),
        ({"finished_at": None, "started_at": NOW - timedelta(minutes=15)}, False),
        ({"error": "ValueError: stuk"}, False),
    ],
)
def test_a_job_has_to_end_well_every_quarter_of_an_hour(
    client: Client, job: str, run: dict[str, Any], is_well: bool
) -> None:
    JobRun.objects.filter(job=job).update(**run)

    assert answer(client) == (200 if is_well else 503, WELL | {job: is_well})


def test_a_job_that_never_ran_is_not_well(client: Client) -> None:
    JobRun.objects.filter(job="close_due").delete()

    assert answer(client) == (503, WELL | {"close_due": False})


def test_work_that_was_given_up_is_not_well(client: Client) -> None:
    message = outbox.add("scoring.tasks.recount_task", at=NOW, edition_id=1)
    assert answer(client) == (200, WELL)

    OutboxMessage.objects.filter(pk=message.pk).update(parked_at=NOW)

    assert answer(client) == (503, WELL | {"outbox": False})


@pytest.mark.parametrize(
    ("checked_at", "faults", "is_well"),
    [
        (NOW, ["fout"], False),
        (NOW - timedelta(hours=25), [], True),
        (NOW - timedelta(hours=26), [], False),
        (None, [], False),
    ],
)
def test_the_ledger_has_to_be_found_right_every_day(
    client: Client, checked_at: datetime | None, faults: list[str], is_well: bool
) -> None:
    """Asked of an edition of its own, as no verdict is ever taken out."""
    another = factories.edition(2025)
    if checked_at:
        Verification.objects.create(edition=another, checked_at=checked_at, head=1, head_hash="", faults=faults)

    assert answer(client) == (200 if is_well else 503, WELL | {"ledger": is_well})


def test_an_edition_that_has_not_started_need_not_be_checked(client: Client) -> None:
    factories.edition(2027)

    assert answer(client) == (200, WELL)


def test_a_database_that_is_down_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(**_: Any) -> dict[str, bool]:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "_checks", no_answer)

    assert answer(client) == (503, {"database": False})
