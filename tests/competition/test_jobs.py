"""The last run of each job."""

from datetime import UTC, datetime

import pytest
import time_machine

from competition import jobs
from competition.models import JobRun

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
END = datetime(2026, 3, 18, 11, 5, tzinfo=UTC)


def run_of(job: str) -> tuple[datetime, datetime | None, str, str]:
    run = JobRun.objects.get(job=job)
    return run.started_at, run.finished_at, run.outcome, run.error


def test_a_run_is_written_down_with_its_outcome() -> None:
    with time_machine.travel(START, tick=False) as traveller, jobs.recorded("tellen") as run:
        assert run_of("tellen") == (START, None, "", "")
        traveller.move_to(END)
        run.outcome = "3 deelnemers"

    assert run_of("tellen") == (START, END, "3 deelnemers", "")


def test_an_error_is_kept_and_goes_on() -> None:
    with time_machine.travel(START, tick=False), pytest.raises(ValueError, match="stuk"), jobs.recorded("tellen"):
        raise ValueError("stuk")

    assert run_of("tellen") == (START, START, "", "ValueError: stuk")


def test_only_the_last_run_is_kept_with_nothing_of_the_one_before() -> None:
    with time_machine.travel(START, tick=False), jobs.recorded("tellen") as run:
        run.outcome = "3 deelnemers"
    with time_machine.travel(END, tick=False), pytest.raises(ValueError, match="stuk"), jobs.recorded("tellen"):
        raise ValueError("stuk")

    assert run_of("tellen") == (END, END, "", "ValueError: stuk")

    with time_machine.travel(START, tick=False), jobs.recorded("tellen") as run:
        run.outcome = "4 deelnemers"

    assert run_of("tellen") == (START, START, "4 deelnemers", "")
    assert JobRun.objects.count() == 1


def test_each_job_has_a_row_of_its_own() -> None:
    for job in ("tellen", "sluiten"):
        with time_machine.travel(START, tick=False), jobs.recorded(job) as run:
            run.outcome = job

    assert list(JobRun.objects.order_by("job").values_list("job", "outcome")) == [
        ("sluiten", "sluiten"),
        ("tellen", "tellen"),
    ]
