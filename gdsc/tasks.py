from celery import shared_task

from competition import clock, jobs, orphans
from competition.models import Round, User
from gdsc import digest, expiry
from gdsc.people import names
from scoring import changes


@shared_task(ignore_result=True)
def clear_expired_task() -> None:
    """Every hour, so that no address outlives its use by much, and notes of changes never become many."""
    with jobs.recorded("clear_expired") as run:
        changes.add_up()
        sessions, counts = expiry.clear_expired(at=clock.now() - clock.shift())
        run.outcome = f"{sessions} sessies en {counts} tellingen opgeruimd"


@shared_task(ignore_result=True)
def announce_digest_task() -> None:
    """Have each summary of a month that is due mailed. Beat only wakes it; what is due stands in the database."""
    with jobs.recorded("announce_digest") as run:
        run.outcome = f"{digest.announce_due(at=clock.now())} mails"


@shared_task(ignore_result=True)
def mail_digest_task(round_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    month = Round.objects.select_related("edition__rules", "closing").get(pk=round_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        digest.mail(person, month, at=clock.now())


@shared_task(ignore_result=True)
def sweep_files_task() -> None:
    with jobs.recorded("sweep_files") as run:
        count = orphans.sweep(at=clock.now() - clock.shift())
        run.outcome = f"{count} {'bestand' if count == 1 else 'bestanden'} zonder rij verwijderd"


@shared_task(ignore_result=True)
def forget_names_task() -> None:
    """Every hour; what is due stands in the database, so that a missed night repairs itself."""
    with jobs.recorded("forget_names") as run:
        run.outcome = "\n".join(names.forget_due(at=clock.now()))
