"""Tasks travel through the real broker to a real worker, and a broker that fails does not hold anybody up."""

import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import redis
from celery import current_app
from celery.worker import WorkController
from kombu.exceptions import OperationalError

from competition.models import JobRun
from gdsc import embedded
from tests.conftest import broker_at

SWEEP = "competition.tasks.sweep_outbox_task"


def wait_for(is_so: Callable[[], bool], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.05)


def test_a_worker_does_what_is_sent_by_name(worker: WorkController) -> None:
    current_app.send_task(SWEEP)

    wait_for(JobRun.objects.filter(job="sweep_outbox", finished_at__isnull=False).exists)


def test_every_task_of_the_schedule_exists() -> None:
    names = {entry["task"] for entry in current_app.conf.beat_schedule.values()}

    current_app.loader.import_default_modules()
    assert names <= set(current_app.tasks)


def test_sending_gives_up_when_the_broker_is_down(redis_down: None) -> None:
    with pytest.raises(OperationalError):
        current_app.send_task(SWEEP)


def test_sending_does_not_hang_when_the_broker_is_frozen() -> None:
    start = time.monotonic()
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # takes the connection, and never answers
        with broker_at(f"redis://127.0.0.1:{listener.getsockname()[1]}/0"), pytest.raises(OperationalError):
            current_app.send_task(SWEEP)
    assert time.monotonic() - start < 30  # unbounded, it hangs for minutes


def test_beat_goes_on_when_the_broker_comes_back(tmp_path: Path) -> None:
    with embedded.services(tmp_path, wanted=["valkey"]) as (services, started):
        with current_app.connection_for_write(services.redis_url) as connection:
            producer = current_app.amqp.Producer(
                connection, auto_declare=False
            )  # beat keeps one, and sends everything with it
            current_app.send_task(SWEEP, producer=producer)
            embedded.stop_process(started[0])
            with pytest.raises(OperationalError):
                current_app.send_task(SWEEP, producer=producer)
            started[0] = embedded.restart_valkey(tmp_path)

            current_app.send_task(SWEEP, producer=producer)

        assert redis.Redis.from_url(services.redis_url).llen("celery") == 2
