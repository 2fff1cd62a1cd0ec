"""Work that follows a change: written down in the change's own transaction, so that no crash and no broker loses it.

A row is done at least once; what it calls must therefore be harmless to repeat.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction

from competition import jobs
from competition.models import OutboxMessage

MAX_ATTEMPTS = 5
KEEP_DONE_FOR = timedelta(days=30)
DELIVER_TASK = "competition.tasks.deliver_task"

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
    """Write down one row for each key that has none yet, in one statement; the next sweep finds them."""
    rows = [
        OutboxMessage(task=task, key=key, arguments=arguments, created_at=at, next_attempt_at=at)
        for key, arguments in by_key.items()
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def _wake_a_worker(message_id: int) -> None:
    current_app.send_task(DELIVER_TASK, args=[message_id])


def deliver_due(*, at: datetime) -> int:
    """Do everything that waits, each row by itself; gives the number of rows that were done."""
    waiting = OutboxMessage.objects.due(at).values_list("pk", flat=True)
    return sum(deliver(pk, at=at) for pk in list(waiting))


def deliver(message_id: int, *, at: datetime) -> bool:
    """Do one row, if nobody else is doing it or has done it; gives whether it was done now.

    The attempt is counted before anything else, with a growing pause before the next one; so the row is parked after
    the fifth, also when its work takes the whole worker down. A failure is written on the row.
    """
    message = _begin_attempt(message_id, at=at)
    if message is None:
        logger.info("outbox message %s is done, parked or in other hands", message_id)
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
    if message is None:
        return None
    if message.attempts >= MAX_ATTEMPTS:
        _keep_error(message, message.last_error or "de laatste poging is afgebroken", at=at)
        return None
    message.attempts += 1
    message.next_attempt_at = at + timedelta(minutes=2**message.attempts)
    message.save(update_fields=["attempts", "next_attempt_at"])
    return message


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
