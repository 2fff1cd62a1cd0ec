"""What has run out is removed, and what has not stays."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.models import JobRun, PageChange
from gdsc.expiry import clear_expired
from gdsc.models import SentForm
from gdsc.tasks import clear_expired_task
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def counts_kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM gdsc_cache ORDER BY cache_key")
        return [key for (key,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def kept(time_machine: TimeMachineFixture) -> None:
    """A session and a count that hold for five minutes, and others that hold for a day."""
    time_machine.move_to(NOW, tick=False)
    for name, term in {"kort": timedelta(minutes=5), "lang": timedelta(days=1)}.items():
        Session.objects.create(session_key=name, session_data="", expire_date=NOW + term)
        cache.set(name, [1], term.total_seconds())


@pytest.mark.parametrize(
    ("minutes", "left"),
    [(4, ["kort", "lang"]), (6, ["lang"]), (24 * 60 + 1, [])],
    ids=["before", "after", "long after"],
)
def test_only_what_has_run_out_goes(minutes: int, left: list[str]) -> None:
    gone = clear_expired(at=NOW + timedelta(minutes=minutes))

    assert list(Session.objects.order_by("pk").values_list("pk", flat=True)) == left
    assert [key.rpartition(":")[2] for key in counts_kept()] == left
    assert gone == (2 - len(left), 2 - len(left))


def test_the_task_says_what_it_did(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW + timedelta(minutes=6), tick=False)

    clear_expired_task()

    run = JobRun.objects.get()
    assert (run.job, run.outcome, run.error) == ("clear_expired", "1 sessies en 1 tellingen opgeruimd", "")


def test_the_task_adds_up_the_notes_of_what_changed() -> None:
    for year in (2026, 2027):
        factories.edition(year)

    clear_expired_task()

    tables = list(PageChange.objects.order_by("table_name").values_list("table_name", flat=True))
    assert tables == ["competition_edition", "competition_round", "competition_rules"]
    assert PageChange.objects.get(table_name="competition_edition").times == 2


def test_another_day_on_the_site_logs_nobody_out(settings: Settings) -> None:
    settings.DEBUG = True
    settings.GDSC_AS_OF, settings.GDSC_STARTED_ON = date(2027, 1, 1), timezone.localdate()

    clear_expired_task()

    assert Session.objects.count() == 2
    assert len(counts_kept()) == 2


def test_beat_wakes_it_every_hour(settings: Settings) -> None:
    woken = {one["task"]: one["schedule"] for one in settings.CELERY_BEAT_SCHEDULE.values()}

    assert woken["gdsc.tasks.clear_expired_task"] == 3600.0


def test_a_form_is_remembered_for_a_week() -> None:
    for day in (0, 1):
        SentForm.objects.create(mark=uuid4(), answer=f"/{day}/", sent_at=NOW + timedelta(days=day))

    clear_expired(at=NOW + timedelta(days=7, minutes=1))

    assert [form.answer for form in SentForm.objects.all()] == ["/1/"]
