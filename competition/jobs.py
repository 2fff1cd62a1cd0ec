"""The last run of each periodic job, for the organisers to see."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from competition import clock
from competition.models import JobRun

PERIODIC = ("close_due", "sweep_outbox")
"""What beat wakes all the time; other jobs run when there is something to do."""
MAX_SILENCE = timedelta(minutes=15)


@contextmanager
def recorded(job: str) -> Iterator[JobRun]:
    """Write down when a job ran and what came of it; the caller fills in `outcome`. An error is kept and goes on.

    Outside a transaction: one that is rolled back would take the record of its error along.
    """
    run, _ = JobRun.objects.update_or_create(
        job=job, defaults={"started_at": clock.now(), "finished_at": None, "outcome": "", "error": ""}
    )
    try:
        yield run
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"
        raise
    finally:
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at", "outcome", "error"])


def silent(*, at: datetime) -> list[str]:
    """The periodic jobs that have not run for a quarter of an hour: beat, the broker or the worker is down."""
    alive = JobRun.objects.filter(started_at__gt=at - MAX_SILENCE).values_list("job", flat=True)
    return [job for job in PERIODIC if job not in set(alive)]
