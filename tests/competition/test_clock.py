"""The one clock of the site. No database."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from competition import clock

A_DAY_IN_MARCH = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)


@pytest.fixture
def as_of_december(settings: Settings) -> Settings:
    settings.DEBUG = True
    settings.GDSC_STARTED_ON = date(2026, 3, 18)
    settings.GDSC_AS_OF = date(2026, 12, 1)
    return settings


@time_machine.travel(A_DAY_IN_MARCH, tick=False)
def test_now_is_a_moment_in_utc() -> None:
    assert clock.now() == A_DAY_IN_MARCH
    assert clock.now().tzinfo == UTC


@time_machine.travel(A_DAY_IN_MARCH, tick=False)
@pytest.mark.usefixtures("as_of_december")
def test_in_development_the_site_can_stand_on_another_day() -> None:
    assert clock.now() == datetime(2026, 12, 1, 11, 0, tzinfo=UTC)


@pytest.mark.usefixtures("as_of_december")
def test_the_clock_keeps_ticking_on_the_other_day() -> None:
    with time_machine.travel(A_DAY_IN_MARCH, tick=False) as traveller:
        traveller.shift(timedelta(hours=30))

        assert clock.now() == datetime(2026, 12, 2, 17, 0, tzinfo=UTC)


@time_machine.travel(A_DAY_IN_MARCH, tick=False)
def test_in_production_the_clock_cannot_be_moved(as_of_december: Settings) -> None:
    as_of_december.DEBUG = False

    assert clock.now() == A_DAY_IN_MARCH


def test_nothing_else_reads_the_clock() -> None:
    reads = re.compile(r"\b(timezone\.now|datetime\.now|datetime\.today|date\.today|utcnow|time\.time)\(")
    root: Path = django_settings.BASE_DIR
    apps = ("competition", "scoring", "solutions", "meetups", "gdsc")
    sources = [path for app in apps for path in (root / app).rglob("*.py")]

    found = {str(path.relative_to(root)) for path in sources if reads.search(path.read_text())}

    # The settings need today's date once, to know how far GDSC_AS_OF lies from it.
    assert found == {"competition/clock.py", "gdsc/settings.py"}
