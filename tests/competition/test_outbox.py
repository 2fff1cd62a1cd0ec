"""Work that follows a change: never lost, done once, parked when it cannot be done."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Barrier

import pytest
from celery import current_app, shared_task
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from competition import outbox
from competition.models import JobRun, Municipality, OutboxMessage
from competition.tasks import sweep_outbox_task
from tests import factories
from tests.factories import NOW
from tests.racing import at_once

pytestmark = pytest.mark.django_db
NOTE = "tests.note_task"
FAIL = "tests.fail_task"
BREAK = "tests.break_database_task"
DIE = "tests.die_task"
noted: list[str] = []


class WorkerKilledError(BaseException):
    """What is left of a worker that is killed: nothing catches it."""


@shared_task(name=NOTE)
def note_task(text: str) -> str:
    noted.append(text)
    return f"genoteerd: {text}"


@shared_task(name=FAIL)
def fail_task() -> None:
    factories.municipality("Half werk")
    raise ValueError("kapot")


@shared_task(name=BREAK)
def break_database_task() -> None:
    factories.municipality(cbs_code="GM9999")
    factories.municipality(cbs_code="GM9999")


@shared_task(name=DIE)
def die_task() -> None:
    raise WorkerKilledError


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    noted.clear()
    yield
    noted.clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What is handed to the broker, in place of handing it over."""
    found: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: found.append((name, args)))
    return found


def state_of(message: OutboxMessage) -> tuple[int, str, datetime, bool, bool]:
    message.refresh_from_db()
    is_done, is_parked = message.done_at is not None, message.parked_at is not None
    return message.attempts, message.last_error, message.next_attempt_at, is_done, is_parked


def test_a_row_is_written_with_the_change_and_a_worker_is_woken_after_it(
    sent: list[tuple[str, list[int]]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        message = outbox.add(NOTE, at=NOW, text="hallo")
        assert sent == []

    assert sent == [("competition.tasks.deliver_task", [message.pk])]
    assert list(OutboxMessage.objects.values_list("task", "arguments", "created_at", "next_attempt_at")) == [
        (NOTE, {"text": "hallo"}, NOW, NOW)
    ]


def test_a_change_that_is_rolled_back_takes_its_row_along(
    sent: list[tuple[str, list[int]]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        outbox.add(NOTE, at=NOW, text="hallo")
        transaction.set_rollback(True)

    assert sent == []
    assert not OutboxMessage.objects.exists()


def test_a_broker_that_is_down_does_not_hurt_the_change(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def refuse(name: str, args: list[int]) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        message = outbox.add(NOTE, at=NOW, text="hallo")

    assert state_of(message) == (0, "", NOW, False, False)
    assert outbox.deliver_due(at=NOW) == 1
    assert noted == ["hallo"]


def test_a_row_is_done_once_however_often_it_is_delivered() -> None:
    message = outbox.add(NOTE, at=NOW, text="hallo")

    assert [outbox.deliver(message.pk, at=NOW) for _ in range(3)] == [True, False, False]
    assert outbox.deliver_due(at=NOW + timedelta(days=1)) == 0
    assert noted == ["hallo"]
    assert message.job == "note"
    message.refresh_from_db()
    assert (message.done_at, message.attempts) == (NOW, 1)


def test_a_row_that_is_gone_is_no_trouble() -> None:
    assert outbox.deliver(123_456, at=NOW) is False


def test_what_is_due_is_done_in_order() -> None:
    for text in ("een", "twee", "drie"):
        outbox.add(NOTE, at=NOW, text=text)
    outbox.add(NOTE, at=NOW + timedelta(seconds=1), text="later")

    assert outbox.deliver_due(at=NOW) == 3
    assert noted == ["een", "twee", "drie"]


def test_failing_work_is_tried_again_with_a_growing_pause_and_parked_after_the_fifth_time() -> None:
    message = outbox.add(FAIL, at=NOW)
    at = NOW
    seen = []
    while not (state := state_of(message))[4]:
        at = state[2]
        assert outbox.deliver_due(at=at - timedelta(seconds=1)) == 0
        assert state_of(message) == state
        assert outbox.deliver_due(at=at) == 0
        message.refresh_from_db()
        seen.append((message.attempts, message.last_error, message.next_attempt_at - at))

    assert seen == [(n, "ValueError: kapot", timedelta(minutes=2**n)) for n in range(1, 6)]
    assert message.parked_at == at
    assert outbox.deliver(message.pk, at=at + timedelta(days=1)) is False
    assert state_of(message)[0] == 5
    assert not Municipality.objects.exists()


def test_work_that_breaks_the_transaction_is_written_down_like_any_other_failure() -> None:
    message = outbox.add(BREAK, at=NOW)

    assert outbox.deliver(message.pk, at=NOW) is False
    attempts, error, *_ = state_of(message)
    assert (attempts, error.splitlines()[0].partition(":")[0]) == (1, "IntegrityError")
    assert not Municipality.objects.exists()


def test_work_of_an_unknown_name_is_written_down_as_a_failure() -> None:
    message = outbox.add("tests.no_such_task", at=NOW)

    assert outbox.deliver(message.pk, at=NOW) is False
    assert state_of(message)[:2] == (1, "NotRegistered: 'tests.no_such_task'")


def test_failing_work_does_not_hold_up_what_stands_behind_it() -> None:
    outbox.add(FAIL, at=NOW)
    outbox.add(BREAK, at=NOW)
    outbox.add(NOTE, at=NOW, text="erachter")

    assert outbox.deliver_due(at=NOW) == 1
    assert noted == ["erachter"]


def test_work_that_kills_its_worker_each_time_is_parked_too() -> None:
    message = outbox.add(DIE, at=NOW)
    outbox.add(NOTE, at=NOW, text="erachter")
    at = NOW
    for _ in range(outbox.MAX_ATTEMPTS):
        with pytest.raises(WorkerKilledError):
            outbox.deliver_due(at=at)
        at = state_of(message)[2]

    assert outbox.deliver_due(at=at) == 1
    assert noted == ["erachter"]
    assert state_of(message) == (5, "de laatste poging is afgebroken", at, False, True)


def test_the_pause_of_work_that_killed_its_worker_lets_others_through() -> None:
    outbox.add(DIE, at=NOW)
    outbox.add(NOTE, at=NOW, text="erachter")
    with pytest.raises(WorkerKilledError):
        outbox.deliver_due(at=NOW)

    assert outbox.deliver_due(at=NOW) == 1
    assert noted == ["erachter"]


def test_a_parked_row_can_be_taken_up_again() -> None:
    message = OutboxMessage.objects.create(
        task=NOTE, arguments={"text": "toch"}, created_at=NOW, next_attempt_at=NOW, attempts=5, parked_at=NOW
    )
    later = NOW + timedelta(days=2)

    outbox.retry(message, at=later)

    assert outbox.deliver_due(at=later) == 1
    assert noted == ["toch"]


def test_the_run_is_recorded_with_what_the_work_gave() -> None:
    message = outbox.add(NOTE, at=NOW, text="hallo")

    outbox.deliver(message.pk, at=NOW)

    assert list(JobRun.objects.values_list("job", "outcome", "error")) == [("note", "genoteerd: hallo", "")]


@pytest.mark.parametrize(("task", "job", "error"), [(FAIL, "fail", "ValueError"), (BREAK, "break_database", "Integr")])
def test_the_run_is_recorded_also_when_the_work_fails(task: str, job: str, error: str) -> None:
    message = outbox.add(task, at=NOW)

    outbox.deliver(message.pk, at=NOW)

    run = JobRun.objects.get()
    assert (run.job, run.outcome, run.error[:6]) == (job, "", error[:6])
    assert run.finished_at is not None


def test_rows_that_were_done_a_month_ago_are_forgotten_and_parked_ones_are_not() -> None:
    month = outbox.KEEP_DONE_FOR
    fields = {"task": NOTE, "created_at": NOW, "next_attempt_at": NOW}
    OutboxMessage.objects.create(done_at=NOW - month - timedelta(seconds=1), **fields)
    kept = [
        OutboxMessage.objects.create(done_at=NOW - month, **fields),
        OutboxMessage.objects.create(parked_at=NOW - 2 * month, **fields),
        OutboxMessage.objects.create(**fields),
    ]

    assert outbox.forget_done(at=NOW) == 1
    assert list(OutboxMessage.objects.order_by("pk")) == kept


def test_the_sweep_does_and_forgets_and_says_so() -> None:
    outbox.add(NOTE, at=NOW, text="hallo")
    outbox.add(FAIL, at=NOW)

    sweep_outbox_task()

    assert noted == ["hallo"]
    assert JobRun.objects.get(job="sweep_outbox").outcome == "1 gedaan, 0 opgeruimd"


def test_of_a_row_with_a_key_there_is_one_also_after_it_was_done(
    sent: list[tuple[str, list[int]]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = outbox.add(NOTE, at=NOW, key="eens", text="hallo")
        assert outbox.add(NOTE, at=NOW, key="eens", text="nog eens") == first
        other = outbox.add(NOTE, at=NOW, key="anders", text="anders")
    assert outbox.deliver_due(at=NOW) == 2

    assert outbox.add(NOTE, at=NOW, key="eens", text="weer") == first
    assert (outbox.deliver_due(at=NOW), noted) == (0, ["hallo", "anders"])
    assert [arguments for _, arguments in sent] == [[first.pk], [other.pk]]


def test_rows_without_a_key_may_be_alike() -> None:
    assert outbox.add(NOTE, at=NOW, text="hallo") != outbox.add(NOTE, at=NOW, text="hallo")


def test_many_rows_are_written_at_once_but_none_twice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    outbox.add(NOTE, at=NOW, key="2", text="eerder")

    with django_assert_num_queries(1):
        outbox.add_many(NOTE, {str(n): {"text": str(n)} for n in (1, 2, 3)}, at=NOW)
    outbox.add_many(NOTE, {}, at=NOW)

    assert outbox.deliver_due(at=NOW) == 3
    assert noted == ["eerder", "1", "3"]


def write_many(count: int, *, task: str = NOTE) -> None:
    outbox.add_many(task, {f"veel:{n}": {"text": str(n)} for n in range(count)}, at=NOW)


def test_rows_that_are_written_in_numbers_begin_sixty_a_minute_and_each_is_done_once() -> None:
    write_many(130)
    moments = [NOW + timedelta(seconds=seconds) for seconds in range(0, 150, 15)]

    done = [outbox.deliver_due(at=at) for at in moments]

    assert done == [60, 0, 0, 0, 60, 0, 0, 0, 10, 0]
    assert noted == [str(n) for n in range(130)]
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_written_by_itself_does_not_wait_for_the_many() -> None:
    write_many(61)
    outbox.add(NOTE, at=NOW, text="code")

    assert outbox.deliver_due(at=NOW) == 61

    assert (noted[0], len(noted)) == ("code", 61)


def test_a_sweep_ends_before_its_worker_is_killed_and_the_next_goes_on(settings: Settings) -> None:
    write_many(60)
    slowly = (NOW + timedelta(seconds=6 * n) for n in count())

    assert outbox.deliver_due(at=NOW, now=lambda: next(slowly)) == 30
    assert outbox.deliver_due(at=next(slowly), now=lambda: next(slowly)) == 29

    assert noted == [str(n) for n in range(59)]
    at_worst = outbox.SWEEP_FOR + timedelta(seconds=6 * settings.EMAIL_TIMEOUT)
    assert at_worst < timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


def test_what_failed_in_other_hands_since_the_list_was_made_keeps_its_pause() -> None:
    message = outbox.add(FAIL, at=NOW)
    outbox.deliver(message.pk, at=NOW)
    state = state_of(message)

    assert outbox.deliver(message.pk, at=NOW + timedelta(seconds=119)) is False
    assert state_of(message) == state
    outbox.deliver(message.pk, at=NOW + timedelta(seconds=120))
    assert state_of(message)[0] == 2


def test_a_first_attempt_does_not_wait_for_a_clock_that_ran_ahead() -> None:
    message = outbox.add(NOTE, at=NOW + timedelta(seconds=2), text="hallo")

    assert outbox.deliver(message.pk, at=NOW) is True


def test_what_fails_takes_its_turn_too() -> None:
    outbox.add_many(FAIL, {f"mis:{n}": {} for n in range(60)}, at=NOW)
    write_many(1)

    assert [outbox.deliver_due(at=NOW), outbox.deliver_due(at=NOW + timedelta(seconds=30))] == [0, 0]
    assert outbox.deliver_due(at=NOW + timedelta(seconds=60)) == 1


def test_a_clock_that_is_set_back_an_hour_holds_nothing_up() -> None:
    write_many(61)
    outbox.deliver_due(at=NOW + timedelta(hours=1))

    assert outbox.deliver_due(at=NOW) == 1


def test_another_clock_that_runs_ahead_a_little_counts() -> None:
    write_many(61)
    outbox.deliver_due(at=NOW + timedelta(seconds=2))

    assert outbox.deliver_due(at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_keep_the_pace_together() -> None:
    write_many(67)
    *begun, last = [row.pk for row in OutboxMessage.objects.order_by("pk")][:60]
    OutboxMessage.objects.filter(pk__in=begun).update(begun_at=NOW, done_at=NOW)
    free = [last, *OutboxMessage.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)]

    done = at_once([partial(outbox.deliver, pk, at=NOW) for pk in free], refusals=())

    assert sorted(map(str, done)) == [*["False"] * 7, "True"]
    assert len(noted) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_add_one_row_for_a_key() -> None:
    start = Barrier(8)

    def add() -> int:
        try:
            connection.ensure_connection()
            start.wait(20)
            with transaction.atomic():
                return outbox.add(NOTE, at=NOW, key="eens", text="hallo").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        added = {future.result() for future in [pool.submit(add) for _ in range(8)]}

    assert added == set(OutboxMessage.objects.values_list("pk", flat=True))
    assert len(added) == 1


def test_a_row_is_never_done_and_parked_at_once() -> None:
    with pytest.raises(IntegrityError, match="outbox_done_or_parked_not_both"):
        OutboxMessage.objects.create(task=NOTE, created_at=NOW, next_attempt_at=NOW, done_at=NOW, parked_at=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_down")
def test_with_the_broker_down_the_row_waits_for_the_sweep(settings: Settings) -> None:
    with transaction.atomic():
        message = outbox.add(NOTE, at=NOW, text="hallo")

    assert state_of(message) == (0, "", NOW, False, False)
    assert outbox.deliver_due(at=NOW) == 1
    assert noted == ["hallo"]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_worker_holds_is_left_alone(in_another_session: Callable[[str], None]) -> None:
    message = outbox.add(NOTE, at=NOW, text="hallo")
    in_another_session(f"SELECT 1 FROM competition_outboxmessage WHERE id = {message.pk} FOR UPDATE")

    assert outbox.deliver(message.pk, at=NOW) is False
    assert outbox.deliver_due(at=NOW) == 0
    assert state_of(message) == (0, "", NOW, False, False)
    assert noted == []


@pytest.fixture
def in_another_session(transactional_db: None) -> Iterator[Callable[[str], None]]:
    """Run a statement on a connection of its own, and keep its locks until the end of the test."""
    other = connection.copy()

    def run(statement: str) -> None:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(statement)

    yield run
    other.rollback()
    other.close()
