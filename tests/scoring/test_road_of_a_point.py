"""The whole road of a point, through a real broker and a real worker: from the claim to the leaderboard."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from celery.worker import WorkController
from kombu.exceptions import OperationalError

from competition.models import Edition, JobRun, OutboxMessage
from gdsc import embedded
from gdsc.celery import app as celery_app
from scoring import claims, standings
from scoring.models import Claim, ClaimState, Standing
from tests import factories
from tests.conftest import broker_at
from tests.factories import NOW, submitted

pytestmark = pytest.mark.django_db(transaction=True)
SWEEP = "competition.tasks.sweep_outbox_task"
LATER = NOW + timedelta(hours=1)


def wait_for(is_so: Callable[[], bool], *, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.05)


def kept(edition: Edition) -> list[tuple[str, int | None, int, int]]:
    """The leaderboard as the worker left it."""
    rows = Standing.objects.filter(edition=edition).order_by("rank")
    return list(rows.values_list("participant__name", "rank", "total", "head"))


def two_that_play() -> tuple[Edition, Claim]:
    """Breda leads; Delft has handed in an attendance."""
    edition = factories.edition()
    factories.entry(factories.participant("Breda", of=edition))
    claim = factories.attendance(factories.participant("Delft", of=edition))
    standings.rebuild(edition, at=NOW)
    OutboxMessage.objects.all().delete()
    assert kept(edition) == [("Breda", 1, 1, 1), ("Delft", 2, 0, 1)]
    return edition, submitted(claim)


@pytest.mark.usefixtures("worker")
def test_a_confirmed_claim_stands_on_the_leaderboard_that_the_worker_keeps() -> None:
    edition, claim = two_that_play()

    claims.confirm(claim, by=factories.organiser(), at=LATER)

    both = [("Breda", 1, 1, 2), ("Delft", 1, 1, 2)]
    wait_for(lambda: kept(edition) == both)
    wait_for(JobRun.objects.filter(job="recount", finished_at__isnull=False).exists)
    assert JobRun.objects.get(job="recount").outcome.startswith("2 deelnemers, boeking 2")
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.last_error, message.parked_at) == (1, "", None)
    assert message.done_at is not None


@pytest.mark.usefixtures("worker")
def test_a_point_that_is_taken_back_leaves_the_leaderboard() -> None:
    edition, claim = two_that_play()
    claims.confirm(claim, by=factories.organiser(), at=LATER)
    wait_for(lambda: kept(edition) == [("Breda", 1, 1, 2), ("Delft", 1, 1, 2)])

    claims.take_back(claim, because="Dubbel", by=factories.organiser(), at=LATER)

    wait_for(lambda: kept(edition) == [("Breda", 1, 1, 3), ("Delft", 2, 0, 3)])


# --- Redis goes away and comes back --------------------------------------------------------------


class Broker:
    """A Valkey of this test alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, embedded.free_port()
        (folder / "log").mkdir()
        self.process = self.launch()
        self.url = f"redis://:{embedded.secret(folder, 'valkey')}@{embedded.HOST}:{self.port}/0"

    def launch(self) -> embedded.Process:
        return embedded.start_valkey(self.folder, self.port, durable=False)

    def stop(self) -> None:
        embedded.stop_process(self.process)

    def start(self) -> None:
        self.process = self.launch()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    own = Broker(tmp_path)
    try:
        with broker_at(own.url):
            yield own
    finally:
        own.stop()


@pytest.fixture
def worker_at_it(broker: Broker, transactional_db: None) -> Iterator[WorkController]:
    """It lives through the outage, as it must in production."""
    with start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="CRITICAL") as started:
        yield started


@pytest.mark.usefixtures("worker_at_it")
def test_with_redis_stopped_the_point_is_booked_and_follows_when_redis_is_back(broker: Broker) -> None:
    edition, claim = two_that_play()
    broker.stop()

    start = time.monotonic()
    claims.confirm(claim, by=factories.organiser(), at=LATER)

    assert time.monotonic() - start < 5
    assert type(claim)._default_manager.get(pk=claim.pk).state == ClaimState.CONFIRMED
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.done_at) == (0, None)
    assert kept(edition) == [("Breda", 1, 1, 1), ("Delft", 2, 0, 1)]
    assert [line.total for line in standings.current(edition).lines] == [1, 1]
    with pytest.raises(OperationalError):
        current_app.send_task(SWEEP)

    broker.start()
    current_app.send_task(SWEEP)

    wait_for(lambda: kept(edition) == [("Breda", 1, 1, 2), ("Delft", 1, 1, 2)])
    wait_for(JobRun.objects.filter(job="sweep_outbox", finished_at__isnull=False).exists)
    message.refresh_from_db()
    assert (message.attempts, message.done_at is not None) == (1, True)
    assert JobRun.objects.get(job="sweep_outbox").outcome == "1 gedaan, 0 opgeruimd"
