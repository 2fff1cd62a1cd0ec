"""The scoring's own background work: what it does, and what it leaves for the organisers to read."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from competition import outbox
from competition.models import Edition, JobRun, OutboxMessage, Rules
from scoring import standings
from scoring.models import RoundClosing, Standing
from scoring.tasks import close_due_task, recount_later, recount_task
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
JANUARY_CLOSES = datetime(2026, 2, 13, 23, tzinfo=UTC)


def run_of(job: str) -> tuple[datetime, datetime | None, str, str]:
    run = JobRun.objects.get(job=job)
    return run.started_at, run.finished_at, run.outcome, run.error


def closed_months() -> list[tuple[int, datetime]]:
    return list(RoundClosing.objects.order_by("round__month").values_list("round__month", "closed_at"))


# --- Recounting ----------------------------------------------------------------------------------


def test_a_recount_keeps_the_standing_and_says_how_far_it_counted() -> None:
    edition = factories.edition()
    delft = factories.participant("Delft", of=edition)
    factories.participant("Breda", of=edition)
    factories.entry(delft)
    factories.entry(delft)

    with time_machine.travel(LATER, tick=False):
        outcome = recount_task(edition.pk)

    assert outcome == "2 deelnemers, boeking 2"
    kept = Standing.objects.order_by("rank").values_list("participant__name", "rank", "total", "head", "counted_at")
    assert list(kept) == [("Delft", 1, 2, 2, LATER), ("Breda", 2, 0, 2, LATER)]


def test_a_recount_leaves_other_editions_alone() -> None:
    this_year, last_year = factories.edition(2026), factories.edition(2025)
    factories.participant("Delft", of=this_year)
    factories.participant("Breda", of=last_year)

    recount_task(this_year.pk)

    assert list(Standing.objects.values_list("participant__name", flat=True)) == ["Delft"]


def test_a_recount_travels_by_the_outbox_which_records_its_run() -> None:
    edition = factories.edition()
    factories.participant("Delft", of=edition)
    recount_later(edition, at=NOW)

    with time_machine.travel(LATER, tick=False):
        assert outbox.deliver_due(at=LATER) == 1

    assert run_of("recount") == (LATER, LATER, "1 deelnemers, boeking 0", "")
    assert OutboxMessage.objects.get().done_at == LATER


def test_a_recount_of_an_edition_that_is_gone_is_recorded_as_an_error() -> None:
    edition = Edition(pk=987_654_321)
    recount_later(edition, at=NOW)

    assert outbox.deliver_due(at=NOW) == 0

    assert run_of("recount")[3].startswith("DoesNotExist: ")
    assert OutboxMessage.objects.get().last_error.startswith("DoesNotExist: ")


# --- Closing -------------------------------------------------------------------------------------


def test_a_month_is_closed_at_the_moment_it_is_due_and_not_a_second_before() -> None:
    edition = factories.edition()
    factories.participant("Delft", of=edition)
    january = edition.rounds.get(month=1)
    assert january.closes_at(edition.rules) == JANUARY_CLOSES

    with time_machine.travel(JANUARY_CLOSES - timedelta(seconds=1), tick=False):
        close_due_task()
    assert closed_months() == []

    with time_machine.travel(JANUARY_CLOSES, tick=False):
        close_due_task()
    assert closed_months() == [(1, JANUARY_CLOSES)]
    assert run_of("close_due") == (
        JANUARY_CLOSES,
        JANUARY_CLOSES,
        f"{january}: afgesloten, 0 meldingen nog open",
        "",
    )


def test_a_task_that_slept_for_months_closes_them_all_and_names_each() -> None:
    edition = factories.edition()
    factories.participant("Delft", of=edition)

    with time_machine.travel(NOW, tick=False):
        close_due_task()

    january, february = edition.rounds.filter(month__lte=2).in_order()
    assert closed_months() == [(1, NOW), (2, NOW)]
    assert run_of("close_due")[2].splitlines() == [
        "2026: spelregels vastgezet",
        f"{january}: afgesloten, 0 meldingen nog open",
        f"{february}: afgesloten, 0 meldingen nog open",
    ]


def test_a_repeat_says_that_there_is_nothing_to_do() -> None:
    factories.participant("Delft", of=factories.edition())
    with time_machine.travel(NOW, tick=False):
        close_due_task()
        before = closed_months()

    with time_machine.travel(LATER, tick=False):
        close_due_task()

    assert closed_months() == before
    assert run_of("close_due") == (LATER, LATER, "niets te doen", "")


def test_before_the_year_begins_there_is_nothing_to_do() -> None:
    edition = factories.edition()

    with time_machine.travel(edition.starts_at - timedelta(seconds=1), tick=False):
        close_due_task()

    assert run_of("close_due")[2] == "niets te doen"
    assert Rules.objects.get(edition=edition).locked_at is None


def test_an_error_is_recorded_goes_on_and_leaves_no_half_closed_month(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.participant("Delft", of=factories.edition())

    def fail(*_args: object, **_fields: object) -> None:
        raise RuntimeError("schijf vol")

    with monkeypatch.context() as broken, time_machine.travel(NOW, tick=False):
        broken.setattr(standings, "fix", fail)
        with pytest.raises(RuntimeError, match="schijf vol"):
            close_due_task()

    assert run_of("close_due") == (NOW, NOW, "", "RuntimeError: schijf vol")
    assert closed_months() == []

    with time_machine.travel(LATER, tick=False):
        close_due_task()
    assert closed_months() == [(1, LATER), (2, LATER)]
    assert run_of("close_due")[3] == ""
