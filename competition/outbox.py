"""Work that follows a change: written down in the change's own transaction, so that no crash and no broker loses it.

A row is done at least once; what it calls must therefore be harmless to repeat.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction

from competition import clock
from competition.models import OutboxMessage

MAX_ATTEMPTS = 5
KEEP_DONE_FOR = timedelta(days=30)
DELIVER_TASK = "competition.tasks.deliver_task"

logger = logging.getLogger(__name__)


def add(task: str, *, at: datetime, **arguments: Any) -> OutboxMessage:
    """Write down that the Celery task of this name must run, and wake a worker once the transaction is committed.

    The arguments must be JSON. With the broker down only the waking fails: the sweep finds the row later.
    """
    message = OutboxMessage.objects.create(task=task, arguments=arguments, created_at=at, next_attempt_at=at)
    transaction.on_commit(lambda: _wake_a_worker(message.pk), robust=True)
    return message


def _wake_a_worker(message_id: int) -> None:
    current_app.send_task(DELIVER_TASK, args=[message_id])


def deliver_due(*, at: datetime) -> int:
    """Do everything that waits, each row in a transaction of its own; gives the number of rows that were done."""
    waiting = OutboxMessage.objects.due(at).values_list("pk", flat=True)
    return sum(deliver(pk, at=clock.now()) for pk in list(waiting))


def deliver(message_id: int, *, at: datetime) -> bool:
    """Do one row, if nobody else is doing it or has done it; gives whether it was done now.

    A failure is written on the row with a growing pause before the next attempt; after the fifth the row is parked.
    """
    with transaction.atomic():
        message = OutboxMessage.objects.waiting().select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None:
            logger.info("outbox message %s is done, parked or in other hands", message_id)
            return False
        return _attempt(message, at=at)


def _attempt(message: OutboxMessage, *, at: datetime) -> bool:
    message.attempts += 1
    try:
        with transaction.atomic():
            current_app.tasks[message.task].run(**message.arguments)
    except Exception as error:
        logger.exception("outbox message %s failed", message.pk)
        message.last_error = f"{type(error).__name__}: {error}"
        message.next_attempt_at = at + timedelta(minutes=2**message.attempts)
        if message.attempts >= MAX_ATTEMPTS:
            message.parked_at = at
    else:
        message.last_error = ""
        message.done_at = at
    message.save()
    return message.done_at is not None


def retry(message: OutboxMessage, *, at: datetime) -> None:
    """Take a parked row up again."""
    message.parked_at = None
    message.attempts = 0
    message.next_attempt_at = at
    message.save()


def forget_done(*, at: datetime) -> int:
    """Remove rows that were done a month ago; gives how many."""
    return OutboxMessage.objects.filter(done_at__lt=at - KEEP_DONE_FOR).delete()[0]
