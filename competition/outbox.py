"""Work that follows a change: written down in the change's own transaction, so that no crash and no broker loses it.

A row is done at least once; what it calls must therefore be harmless to repeat.

Rows that are written in numbers, which are mails, keep a pace: sixty of them begin in any minute, whatever number of
workers there is. The rows themselves say when they began, so that no broker and no process has to remember it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction

from competition import jobs
from competition.models import OutboxMessage
from competition.models.background import PACE

MAX_ATTEMPTS = 5
KEEP_DONE_FOR = timedelta(days=30)
SWEEP_FOR = timedelta(minutes=3)
"""After this a sweep begins nothing more: at `CELERY_TASK_TIME_LIMIT` it would be killed in the middle of a mail."""
DELIVER_TASK = "competition.tasks.deliver_task"
_PACE_LOCK = 7123

logger = logging.getLogger(__name__)


def add(task: str, *, at: datetime, key: str | None = None, **arguments: Any) -> OutboxMessage:
    """Write down that the Celery task of this name must run, and wake a worker once the transaction is committed.

    The arguments must be JSON. With the broker down only the waking fails: the sweep finds the row later.
    Where there is a row with this key already, done or not, that one is given and nothing is added; two at once wait
    for each other. A row that was done is kept for a month, so a key is of use for less long than that.
    """
    row = {"task": task, "arguments": arguments, "created_at": at, "next_attempt_at": at}
    if key is None:
        message, is_new = OutboxMessage.objects.create(**row), True
    else:
        message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults=row)
    if is_new:
        transaction.on_commit(lambda: _wake_a_worker(message.pk), robust=True)
    return message


def add_many(task: str, by_key: dict[str, dict[str, Any]], *, at: datetime) -> None:
    """Write down one row for each key that has none yet, in one statement; the sweeps find them, at the pace."""
    rows = [
        OutboxMessage(task=task, key=key, arguments=arguments, created_at=at, next_attempt_at=at, is_paced=True)
        for key, arguments in by_key.items()
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def take_back(task: str, **found: Any) -> list[dict[str, Any]]:
    """Remove the rows of this task with such arguments that nobody has begun; gives their arguments, oldest first."""
    of_task = OutboxMessage.objects.waiting().filter(task=task, begun_at__isnull=True)
    rows = of_task.filter(**{f"arguments__{name}": value for name, value in found.items()})
    held = list(rows.select_for_update().order_by("pk"))
    OutboxMessage.objects.filter(pk__in=[row.pk for row in held]).delete()
    return [row.arguments for row in held]


def _wake_a_worker(message_id: int) -> None:
    current_app.send_task(DELIVER_TASK, args=[message_id])


def deliver_due(*, at: datetime, now: Callable[[], datetime] | None = None) -> int:
    """Do everything that waits and has its turn, each row by itself; gives the number of rows that were done.

    With `now` each row begins at the moment that it has become, as the work before it may have taken long; what has
    not begun after `SWEEP_FOR` is left for the next sweep.
    """
    due = OutboxMessage.objects.due(at).values_list("pk", flat=True)
    waiting = [*due.filter(is_paced=False), *due.filter(is_paced=True)[: PACE.at_most]]
    done = 0
    for pk in waiting:
        moment = now() if now else at
        if moment - at >= SWEEP_FOR:
            break
        done += deliver(pk, at=moment)
    return done


def deliver(message_id: int, *, at: datetime) -> bool:
    """Do one row, if nobody else is doing it or has done it; gives whether it was done now.

    The attempt is counted before anything else, with a growing pause before the next one; so the row is parked after
    the fifth, also when its work takes the whole worker down. A failure is written on the row.
    """
    message = _begin_attempt(message_id, at=at)
    if message is None:
        logger.info("outbox message %s is done, parked, in other hands or not yet at its turn", message_id)
        return False
    try:
        return _do(message, at=at)
    except Exception as error:
        logger.exception("outbox message %s failed", message.pk)
        _keep_error(message, f"{type(error).__name__}: {error}", at=at)
        return False


@transaction.atomic
def _begin_attempt(message_id: int, *, at: datetime) -> OutboxMessage | None:
    message = _hold(message_id)
    if message is None or message.is_resting(at):
        return None
    if message.attempts >= MAX_ATTEMPTS:
        _keep_error(message, message.last_error or "de laatste poging is afgebroken", at=at)
        return None
    if message.is_paced and not _has_turn(at=at):
        return None
    message.attempts += 1
    message.begun_at = at
    message.next_attempt_at = at + timedelta(minutes=2**message.attempts)
    message.save(update_fields=["attempts", "begun_at", "next_attempt_at"])
    return message


def _has_turn(*, at: datetime) -> bool:
    """Whether one more may begin. Until the transaction ends others wait to ask this, so that they count this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PACE_LOCK])
    return OutboxMessage.objects.paced_around(at).count() < PACE.at_most


def _do(message: OutboxMessage, *, at: datetime) -> bool:
    """Do the work and tick it off in one transaction, which the record of the run outlives."""
    with jobs.recorded(message.job) as run, transaction.atomic():
        if _hold(message.pk) is None:
            return False
        run.outcome = current_app.tasks[message.task].run(**message.arguments) or ""
        OutboxMessage.objects.filter(pk=message.pk).update(done_at=at, last_error="")
    return True


def _hold(message_id: int) -> OutboxMessage | None:
    """Keep others off the row until the transaction ends; None when it does not wait, or others hold it."""
    return OutboxMessage.objects.waiting().select_for_update(skip_locked=True).filter(pk=message_id).first()


def _keep_error(message: OutboxMessage, words: str, *, at: datetime) -> None:
    parked_at = at if message.attempts >= MAX_ATTEMPTS else None
    OutboxMessage.objects.waiting().filter(pk=message.pk).update(last_error=words, parked_at=parked_at)


def retry(message: OutboxMessage, *, at: datetime) -> None:
    """Take a parked row up again."""
    message.parked_at = None
    message.attempts = 0
    message.next_attempt_at = at
    message.save()


def forget_done(*, at: datetime) -> int:
    """Remove rows that were done a month ago; gives how many."""
    return OutboxMessage.objects.filter(done_at__lt=at - KEEP_DONE_FOR).delete()[0]
