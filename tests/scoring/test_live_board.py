"""When the leaderboard refreshes itself: while a meetup evening of its edition is on, and only where it can change."""

import json
from datetime import datetime, timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.models import Edition
from gdsc import page_cache
from scoring import closing, freezes
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
EIGHT = NOW.replace(hour=20)


@pytest.fixture
def edition() -> Edition:
    """With a meetup from eight to ten."""
    edition = factories.edition()
    factories.participant("Ede", of=edition)
    factories.meetup(of=edition, slug="avond", starts_at=EIGHT)
    return edition


def lives(page: Part) -> list[Part]:
    return [part for part in page.parts() if part.attributes.get("id") == "live"]


def is_live(client: Client, address: str = "/ranglijst/") -> bool:
    """Whether it refreshes itself; then, and only then, there is a script on the page."""
    page = read(client.get(address))
    scripts = [str(script.attributes["src"]).rpartition("/")[2] for script in page.all("script")]
    assert scripts == (["htmx.min.js", "live.js"] if lives(page) else [])
    return bool(lives(page))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (EIGHT - timedelta(hours=1, seconds=1), False),
        (EIGHT - timedelta(hours=1), True),
        (EIGHT + timedelta(minutes=30), True),
        (EIGHT + timedelta(hours=3, seconds=-1), True),
        (EIGHT + timedelta(hours=3), False),
    ],
)
def test_from_an_hour_before_to_an_hour_after(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, moment: datetime, expected: bool
) -> None:
    time_machine.move_to(moment, tick=False)

    assert is_live(client) is expected


def test_not_for_a_meetup_that_was_cancelled_or_is_of_another_edition(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(EIGHT, tick=False)
    edition.meetups.update(is_cancelled=True)
    factories.meetup(of=factories.edition(2025), starts_at=EIGHT)

    assert not is_live(client)


def test_a_part_of_the_board_refreshes_as_that_part(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(EIGHT, tick=False)
    [live] = lives(main_of(client.get("/ranglijst/?door=dsa")))

    assert live.attributes["hx-get"] == "/ranglijst/?door=dsa"
    assert not is_live(client, "/ranglijst/?door=wildcard")


def test_the_front_page_refreshes_its_leaders_only(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    assert not is_live(client, "/")

    time_machine.move_to(EIGHT, tick=False)
    page = main_of(client.get("/"))
    [live] = lives(page)

    assert live.attributes["hx-get"] == "/"
    assert live.attributes["hx-select"] == live.attributes["hx-target"] == "#leaders"
    assert "hx-select-oob" not in live.attributes
    assert [part.attributes.get("id") for part in page.parts()].count("leaders") == 1


def test_a_past_day_and_a_board_that_stands_still_do_not(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(EIGHT, tick=False)
    assert not is_live(client, "/ranglijst/?op=2026-03-02")

    month = edition.rounds.get(month=1)
    closing.close(month, at=month.ends_at + timedelta(days=15))
    freezes.freeze(edition, because="De finale", by=factories.organiser(), at=EIGHT)

    assert not is_live(client)
    assert not is_live(client, "/")


def test_a_page_of_before_the_evening_is_not_served_in_it(
    client: Client, edition: Edition, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    """Also where a meetup does not begin on a whole minute: pages are kept for one."""
    settings.PAGE_CACHE, settings.PAGE_CACHE_SECONDS = True, 0.0
    edition.meetups.update(starts_at=EIGHT + timedelta(seconds=30))
    page_cache.PAGES.clear()
    seen = []
    for seconds in (10, 40, 70):
        time_machine.move_to(EIGHT - timedelta(hours=1) + timedelta(seconds=seconds), tick=False)
        kept = is_live(client)
        page_cache.PAGES.clear()
        assert is_live(client) is kept
        seen.append(kept)
    page_cache.PAGES.clear()

    assert seen == [False, False, True]


def test_what_htmx_may_do_is_what_the_security_policy_allows(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(EIGHT, tick=False)

    [meta] = [one for one in read(client.get("/ranglijst/")).all("meta") if one.attributes.get("name") == "htmx-config"]

    assert json.loads(str(meta.attributes["content"])) == {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "historyEnabled": False,
    }
    assert finders.find("vendor/htmx/LICENSE")
