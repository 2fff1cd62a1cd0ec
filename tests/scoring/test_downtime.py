"""Beat was down for months, with its schedule file or without: it wakes all the same, and all that is due is closed."""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
import redis
import time_machine
from celery import current_app
from celery.beat import PersistentScheduler
from django.db import transaction

from competition.models import Edition, JobRun
from gdsc import embedded
from scoring import ledger
from scoring.closing import close_due
from scoring.models import Finalist, LedgerEntry, RoundClosing, RoundResult
from scoring.rules import Kind
from tests import factories
from tests.proposing import close_october_by_two

CLOSE_DUE = "scoring.tasks.close_due_task"
DOWN_FROM = datetime(2026, 2, 10, 12, tzinfo=UTC)
BACK_AFTER = {
    0: datetime(2026, 2, 20, 12, tzinfo=UTC),
    1: datetime(2026, 3, 20, 12, tzinfo=UTC),
    3: datetime(2026, 5, 20, 12, tzinfo=UTC),
    11: datetime(2027, 1, 20, 12, tzinfo=UTC),
}
CLOSED_THEN = {0: [1], 1: [1, 2], 3: [1, 2, 3, 4], 11: [1, 2, 3, 4, 5, 6, 7, 8, 9]}


# --- Beat ----------------------------------------------------------------------------------------


def leave_a_schedule_of_long_ago(file: Path) -> None:
    """As a beat that keeps its schedule leaves it behind: every task last ran when the machine went down."""
    scheduler = PersistentScheduler(current_app, schedule_filename=str(file))
    for entry in scheduler.schedule.values():
        entry.last_run_at = DOWN_FROM
    scheduler.close()


@cache
def what_beat_sends(*, is_file_kept: bool) -> list[str]:
    """Start the portal's own beat, and give what it sends to the broker until it has sent the closing."""
    # A busy machine takes its time to start beat; the client itself gives up reading after a few seconds.
    broker = redis.Redis.from_url(current_app.conf.broker_url, socket_timeout=120)
    broker.flushdb()
    sent: list[str] = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "schedule"
        if is_file_kept:
            leave_a_schedule_of_long_ago(file)
        before = {path: path.read_bytes() for path in Path(folder).iterdir()}
        celery = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app=tests.scoring.hurried"]
        env = os.environ | {"REDIS_URL": current_app.conf.broker_url}
        log = Path(folder) / "log"
        beat = embedded.start_process(
            "beat", [*celery, "beat", "--pidfile=", f"--schedule={file}"], env=env, output=log
        )
        try:
            while CLOSE_DUE not in sent:
                message = cast("tuple[bytes, bytes] | None", broker.blpop(["celery"], timeout=90))
                assert message, log.read_text()
                sent.append(json.loads(message[1])["headers"]["task"])
        finally:
            embedded.stop_process(beat)
            broker.flushdb()
        log.unlink()
        assert {path: path.read_bytes() for path in Path(folder).iterdir()} == before
    return sent


# --- A year --------------------------------------------------------------------------------------


def play_until(end: datetime, *, down_from: datetime) -> None:
    """A year of points and reversals, while the closing is woken every few days until the machine goes down."""
    edition = factories.edition()
    players = [factories.participant(name, of=edition) for name in ("Delft", "Breda", "Ede", "Goes", "Urk", "Tiel")]
    booked: list[LedgerEntry] = []
    day = edition.starts_at + timedelta(hours=12)
    while day < min(end, datetime(2026, 10, 31, tzinfo=UTC)):
        n = len(booked)
        booked.append(
            factories.entry(players[n * n % 7 % 6], kind=[*Kind][n % 3], counts_on=date(2026, day.month, 1), at=day)
        )
        if n % 5 == 4:
            ledger.reverse(booked[n - 1], because="Fout", by=factories.organiser(), at=day)
        if day < down_from:
            close_due(at=day)
        day += timedelta(days=6)
    while day < min(end, down_from):
        close_due(at=day)
        day += timedelta(days=6)


def closed() -> list[int]:
    return list(RoundClosing.objects.order_by("pk").values_list("round__month", flat=True))


def standings() -> list[tuple[Any, ...]]:
    """All that closing wrote but when it did: the months, the standing of each, and the finalists."""
    columns = ("version__closing__round__month", "version__number", "participant__name", "rank", "total")
    results = RoundResult.objects.order_by(*columns[:3]).values_list(*columns, "meetup_points", "adoption_points")
    finalists = Finalist.objects.order_by("place", "participant__name").values_list("participant__name", "place")
    return [*results, *finalists]


def close_october_once_it_waits(*, at: datetime) -> None:
    """October is nothing for a machine: two organisers close it."""
    if closed() == list(range(1, 10)):
        close_october_by_two(Edition.objects.select_related("rules").get(), at=at)


def standings_of_a_machine_that_was_never_down(end: datetime) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        play_until(end, down_from=end)
        close_due(at=end)
        close_october_once_it_waits(at=end)
        outcome = standings()
        transaction.set_rollback(True)
    return outcome


@pytest.mark.django_db
@pytest.mark.parametrize("months", BACK_AFTER)
@pytest.mark.parametrize("is_file_kept", [pytest.param(True, id="schedule kept"), pytest.param(False, id="lost")])
def test_after_a_downtime_the_first_wake_up_closes_all_that_is_due_as_if_there_had_been_none(
    is_file_kept: bool, months: int
) -> None:
    back = BACK_AFTER[months]
    expected = standings_of_a_machine_that_was_never_down(back)
    play_until(back, down_from=DOWN_FROM)
    assert closed() == []

    assert CLOSE_DUE in what_beat_sends(is_file_kept=is_file_kept)
    with time_machine.travel(back, tick=False):
        current_app.tasks[CLOSE_DUE].run()

    outcome = JobRun.objects.get(job="close_due").outcome
    assert closed() == CLOSED_THEN[months]
    assert outcome.count("afgesloten") == len(closed())
    assert ("oktober 2026: wacht op twee organisatoren" in outcome) == (len(closed()) == 9)
    close_october_once_it_waits(at=back)
    assert standings() == expected
    assert set(RoundClosing.objects.values_list("closed_at", flat=True)) == {back}
