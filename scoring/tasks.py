from datetime import datetime

from celery import shared_task
from django.db.models import Count, Max

from competition import clock, jobs, outbox
from competition.models import Edition, User
from scoring import checkpoints, closing, decisions, standings, verification

RECOUNT_TASK = "scoring.tasks.recount_task"


def recount_later(edition: Edition, *, at: datetime) -> None:
    """Have the leaderboard of this edition counted again once the present transaction is committed."""
    outbox.add(RECOUNT_TASK, at=at, edition_id=edition.pk)


@shared_task(ignore_result=True)
def recount_task(edition_id: int) -> str:
    """Count again, closed months too; the outbox runs it, and records what it gives as the outcome."""
    edition, at = Edition.objects.get(pk=edition_id), clock.now()
    standings.rebuild(edition, at=at)
    kept = edition.standings.aggregate(count=Count("pk"), head=Max("head"))
    versions = "".join(f", {version.closing}: versie {version.number}" for version in closing.renew(edition, at=at))
    return f"{kept['count']} deelnemers, boeking {kept['head'] or 0}{versions}"


@shared_task(ignore_result=True)
def close_due_task() -> None:
    """Close every month that is due, however long ago. Beat only wakes it; the database says what is due.

    Not before it has been seen that the ledger still has all that was published of it.
    """
    with jobs.recorded("close_due") as run:
        at = clock.now()
        lines = [*verification.verify_restored(at=at), *closing.close_due(at=at)]
        run.outcome = "\n".join(lines) or "niets te doen"
        checkpoints.announce_due(at=at)
        checkpoints.keep_published(at=at)


@shared_task(ignore_result=True)
def announce_checkpoints_task(edition_id: int, made_at: str) -> str:
    edition, moment = Edition.objects.get(pk=edition_id), datetime.fromisoformat(made_at)
    return f"{checkpoints.announce(edition, made_at=moment, at=clock.now())} contactpersonen"


@shared_task(ignore_result=True)
def mail_checkpoints_task(edition_id: int, made_at: str, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    edition, moment = Edition.objects.get(pk=edition_id), datetime.fromisoformat(made_at)
    for person in User.objects.filter(pk=user_id, is_active=True):
        checkpoints.mail(person, edition, made_at=moment)


@shared_task(ignore_result=True)
def announce_decisions_task() -> None:
    """Have each new decision on a claim mailed. Beat only wakes it; the database says what was decided."""
    with jobs.recorded("announce_decisions") as run:
        run.outcome = f"{decisions.announce_due(at=clock.now())} mails"


@shared_task(ignore_result=True)
def mail_decision_task(kind: str, claim_id: int, version: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    for person in User.objects.filter(pk=user_id, is_active=True):
        decisions.mail(person, kind, claim_id, version=version, at=clock.now())


@shared_task(ignore_result=True)
def verify_due_task() -> None:
    """Check each edition once a day. Beat only wakes it; the database says which was not checked for a day."""
    with jobs.recorded("verify_due") as run:
        run.outcome = "\n".join(verification.verify_due(at=clock.now())) or "niets te doen"
