from celery import shared_task

from competition import clock, jobs
from gdsc import expiry


@shared_task(ignore_result=True)
def clear_expired_task() -> None:
    """Every hour, so that no address outlives its use by much."""
    with jobs.recorded("clear_expired") as run:
        sessions, counts = expiry.clear_expired(at=clock.now() - clock.shift())
        run.outcome = f"{sessions} sessies en {counts} tellingen opgeruimd"
