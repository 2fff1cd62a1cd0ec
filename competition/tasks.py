from celery import shared_task

from competition import clock, jobs, outbox


@shared_task(ignore_result=True)
def deliver_task(message_id: int) -> None:
    outbox.deliver(message_id, at=clock.now())


@shared_task(ignore_result=True)
def sweep_outbox_task() -> None:
    """Do what a lost message left undone. Beat only wakes it; what is due stands in the database."""
    with jobs.recorded("sweep_outbox") as run:
        done = outbox.deliver_due(at=clock.now())
        forgotten = outbox.forget_done(at=clock.now())
        run.outcome = f"{done} gedaan, {forgotten} opgeruimd"
