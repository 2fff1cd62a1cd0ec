"""The walk of a point, by hand: reported by a municipality, confirmed by an organiser, seen by everybody."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from celery.worker import WorkController
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import Participant, User
from scoring.models import LedgerEntry, Standing
from tests import factories

PASSWORD = "een lang wachtwoord"


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = date(2026, 3, 18)


@pytest.fixture
def zwolle(transactional_db: None) -> Participant:
    """One of two participants, without a point; a meetup was held on Monday."""
    edition = factories.edition(2026)
    factories.meetup(of=edition, title="Privacy op orde", host=factories.municipality("Haarlem"))
    factories.participant("Almere", of=edition)
    return factories.participant("Zwolle", of=edition)


def log_in(page: Page, person: User) -> None:
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Inloggen").click()


def test_a_point_walks_from_the_report_to_the_leaderboard(
    page: Page,
    live_server: LiveServer,
    zwolle: Participant,
    worker: WorkController,
    axe: Callable[[Page], list[str]],
) -> None:
    # Somebody of Zwolle comes to the own pages, is asked to log in, and reports the attendance.
    page.goto(f"{live_server.url}/mijn/")
    log_in(page, factories.staff_of(zwolle.municipalities.get()))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwolle")
    assert axe(page) == []
    page.get_by_role("link", name="Privacy op orde").click()
    page.get_by_label("Aantal collega's").fill("4")
    assert axe(page) == []
    page.get_by_role("button", name="Dien in").click()
    expect(page.get_by_role("status")).to_contain_text("Uw melding is ingediend. De organisatie kijkt ernaar.")
    row = page.get_by_role("row", name="Privacy op orde")
    expect(row).to_contain_text("Ingediend")
    assert axe(page) == []
    page.get_by_role("banner").get_by_role("button", name="Uitloggen").click()

    # An organiser finds it among the reports and confirms it.
    page.goto(f"{live_server.url}/beheer/meetups/attendance/")
    log_in(page, factories.organiser())
    page.get_by_role("link", name="Meetup bijgewoond: Privacy op orde").click()
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_text("De melding van Zwolle is bevestigd.")).to_be_visible()

    # Everybody sees the point; the worker counts it.
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/ranglijst/")
    line = page.get_by_role("row", name="Zwolle")
    expect(line.get_by_role("cell").last).to_have_text("1")
    page.get_by_role("main").get_by_role("link", name="Zwolle").first.click()
    expect(page.get_by_role("main")).to_contain_text("Meetup bijgewoond: Privacy op orde, 16 maart 2026")
    assert axe(page) == []
    assert [(entry.participant, entry.points) for entry in LedgerEntry.objects.in_order()] == [(zwolle, 1)]
    wait_until(lambda: Standing.objects.filter(participant=zwolle, total=1, rank=1).exists())


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.1)
