"""Pages from memory are the pages that would be made now: after whatever changes them, and after whatever time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.models import Edition
from meetups.models import Meetup
from news.models import NewsItem
from scoring import claims, closing, freezes
from scoring.final.result import record_winner
from scoring.models import Finalist, FinalistBy
from solutions.models import Contribution
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/archief/",
    "/spelregels/",
    "/finalisten/",
    "/2026/deelnemers/ede/",
    "/oplossingen/",
    "/overnames/",
    "/gevers-en-nemers/",
    "/goed-opgelost/",
    "/meetups/",
    "/2026/meetups/samen/",
    "/nieuws/",
    "/ranglijst/",
]


@pytest.fixture(autouse=True)
def on(kept_pages: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def edition() -> Edition:
    edition = factories.edition()
    ede = factories.participant("Ede", of=edition)
    factories.solution(of=edition, month=3, title="Snelbalie", giver=factories.municipality("Gouda"))
    factories.meetup(of=edition, title="Samen", slug="samen")
    factories.submitted(factories.adoption(ede, solution=edition.solutions.get()))
    factories.submitted(factories.contribution(ede, title="Vondst van Ede"))
    factories.submitted(factories.attendance(ede, meetup=edition.meetups.get()))
    return edition


def kept(address: str) -> str:
    return Client().get(address).content.decode()


def made_now(address: str, settings: Settings) -> str:
    settings.PAGE_CACHE = False
    page = Client().get(address).content.decode()
    settings.PAGE_CACHE = True
    return page


def confirm_all() -> None:
    ede = Edition.objects.get(year=2026).participants.get()
    for claim in (ede.adoption_set.get(), ede.contribution_set.get(), ede.attendance_set.get()):
        claims.confirm(claim, by=factories.organiser(), at=NOW)


def freeze() -> None:
    edition = Edition.objects.get(year=2026)
    closing.close(edition.rounds.get(month=1), at=NOW)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)


def win() -> None:
    edition = Edition.objects.get(year=2026)
    ede = edition.participants.get()
    Finalist.objects.create(edition=edition, participant=ede, place=1, total=9, decided_by=FinalistBy.POINTS)
    record_winner(edition, ede, motivation="De beste", by=factories.organiser(), at=NOW)


def rename_what_is_given() -> None:
    Contribution.objects.update(title="Anders")
    Meetup.objects.update(title="Anders")
    factories.material(Meetup.objects.get())
    factories.news_item("Nieuws")
    NewsItem.objects.update(title="Anders")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_second_visitor_costs_one_question(address: str) -> None:
    kept(address)

    with CaptureQueriesContext(connection) as queries:
        kept(address)

    assert len(queries) == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_after_every_change_it_is_the_page_that_would_be_made_now(address: str, settings: Settings) -> None:
    changes: list[Callable[[], None]] = [confirm_all, rename_what_is_given, freeze, win]
    seen = {kept(address)}
    for change in changes:
        change()
        page = kept(address)
        assert page == made_now(address, settings), change.__name__
        seen.add(page)

    assert len(seen) > 1


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "moment",
    [
        NOW + timedelta(minutes=1),
        datetime(2026, 3, 31, 22, 0, tzinfo=UTC),  # April, in the Netherlands
        datetime(2026, 10, 31, 23, 0, tzinfo=UTC),  # the campaign
        datetime(2026, 12, 31, 23, 0, tzinfo=UTC),  # the year is over
    ],
)
def test_after_whatever_time_it_is_the_page_that_would_be_made_now(
    address: str, moment: datetime, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(moment - timedelta(seconds=1), tick=False)
    kept(address)
    time_machine.move_to(moment, tick=False)

    assert kept(address) == made_now(address, settings)


def test_news_appears_at_its_minute(time_machine: TimeMachineFixture) -> None:
    factories.news_item("Straks", published_at=NOW + timedelta(minutes=5))
    time_machine.move_to(NOW + timedelta(minutes=4, seconds=59), tick=False)
    before = kept("/nieuws/")
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)

    assert ("Straks" in before, "Straks" in kept("/nieuws/")) == (False, True)


def test_the_next_month_opens_at_midnight(time_machine: TimeMachineFixture) -> None:
    midnight = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    time_machine.move_to(midnight - timedelta(seconds=1), tick=False)
    before = kept("/ranglijst/")
    time_machine.move_to(midnight, tick=False)

    assert before != kept("/ranglijst/")


def test_a_past_day_changes_only_with_what_was_booked_on_it(settings: Settings) -> None:
    address = "/ranglijst/?op=2026-03-10"
    kept(address)
    confirm_all()

    assert kept(address) == made_now(address, settings)
