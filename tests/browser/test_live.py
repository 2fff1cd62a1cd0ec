"""The leaderboard on a meetup evening, in a browser: a point is awarded, and the row changes without a reload."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from competition import clock
from competition.models import Participant
from meetups.models import Meetup
from scoring import live
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
BOARD = "/ranglijst/"


@pytest.fixture(autouse=True)
def _quicker(kept_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production, but asking more often."""
    monkeypatch.setattr(live, "REFRESHES_EVERY", timedelta(seconds=0.4))


@pytest.fixture
def meetup(transactional_db: None) -> Meetup:
    """Of an edition in which Ede and Zwolle play; it began an hour ago."""
    now = clock.now()
    edition = factories.edition(now.year)
    for name in ("Ede", "Zwolle"):
        factories.participant(name, of=edition)
    return factories.meetup(of=edition, starts_at=now - timedelta(hours=1))


@pytest.fixture
def zwolle(meetup: Meetup) -> Participant:
    return meetup.edition.participants.get(slug="zwolle")


@pytest.fixture
def answers(page: Page) -> list[int]:
    """What the site answered to the page when it asked again."""
    found: list[int] = []
    page.on(
        "response", lambda response: found.append(response.status) if response.request.resource_type == "xhr" else None
    )
    return found


@pytest.fixture
def complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def rows(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll("#board tbody tr")].map(
            (row) => [row.querySelector("a").textContent, row.cells[row.cells.length - 1].textContent])"""
    )
    return found


def test_a_point_changes_the_row_without_a_reload(
    live_server: LiveServer,
    page: Page,
    zwolle: Participant,
    answers: list[int],
    complaints: list[str],
    axe: Callable[[Page], list[str]],
) -> None:
    page.goto(f"{live_server.url}{BOARD}")
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator("#live")).to_be_visible()
    assert rows(page) == [["Ede", "0"], ["Zwolle", "0"]]
    page.locator("#board a", has_text="Zwolle").focus()

    factories.entry(zwolle, at=clock.now(), counts_on=clock.now().date())

    expect(page.locator("#live [role=status]")).to_contain_text("Andere punten voor Zwolle (1).")
    assert rows(page) == [["Zwolle", "1"], ["Ede", "0"]]
    expect(page.locator("#podium a")).to_have_text(["Zwolle"])
    expect(page.locator("#board .is-changed a")).to_have_text(["Zwolle"])
    expect(page.locator("#board a", has_text="Zwolle")).to_be_focused()
    assert page.evaluate("window.isTheSamePage") is True
    assert axe(page) == []
    assert complaints == []
    assert set(answers) <= {200, 304}


def test_a_board_that_did_not_change_is_not_sent_again(live_server: LiveServer, page: Page, meetup: Meetup) -> None:
    page.goto(f"{live_server.url}{BOARD}")
    with page.expect_response(lambda response: response.status == 304):
        pass
    page.evaluate("document.querySelector('#board').isUntouched = true")

    with page.expect_response(lambda response: response.status == 304):
        pass

    assert page.evaluate("document.querySelector('#board').isUntouched") is True
    assert "Er is een meetup. De stand ververst vanzelf." in page.locator("#live [role=status]").inner_text()


def test_whoever_wants_rest_stops_it_and_lets_it_go_on(
    live_server: LiveServer, page: Page, zwolle: Participant, answers: list[int]
) -> None:
    page.goto(f"{live_server.url}{BOARD}")
    page.get_by_role("button", name="Stop met verversen").click()
    page.wait_for_timeout(500)
    answers.clear()
    factories.entry(zwolle, at=clock.now(), counts_on=clock.now().date())
    page.wait_for_timeout(1500)
    assert (answers, rows(page)) == ([], [["Ede", "0"], ["Zwolle", "0"]])

    page.get_by_role("button", name="Ververs weer vanzelf").click()

    expect(page.locator("#board tbody a").first).to_have_text("Zwolle")


def test_out_of_sight_it_does_not_ask(live_server: LiveServer, page: Page, meetup: Meetup, answers: list[int]) -> None:
    page.goto(f"{live_server.url}{BOARD}")
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true })")
    page.evaluate("window.isAway = true")
    page.wait_for_timeout(500)
    answers.clear()
    page.wait_for_timeout(1500)
    assert answers == []

    with page.expect_response(lambda response: response.request.resource_type == "xhr"):
        page.evaluate("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_after_the_evening_it_says_so_and_stops(
    live_server: LiveServer, page: Page, meetup: Meetup, answers: list[int]
) -> None:
    page.goto(f"{live_server.url}{BOARD}")
    Meetup.objects.update(is_cancelled=True)

    expect(page.locator("#live [role=status]")).to_contain_text("ververst niet meer vanzelf")
    expect(page.locator("#live button")).to_be_hidden()
    page.wait_for_timeout(500)
    answers.clear()
    page.wait_for_timeout(1000)
    assert answers == []
    assert rows(page) == [["Ede", "0"], ["Zwolle", "0"]]


def test_the_front_page_follows_too_and_can_be_stopped(
    live_server: LiveServer, page: Page, zwolle: Participant, complaints: list[str], axe: Callable[[Page], list[str]]
) -> None:
    """From nobody on it, to a podium; the focus stays."""
    page.goto(live_server.url)
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator("#leaders .empty")).to_be_visible()

    factories.entry(zwolle, at=clock.now(), counts_on=clock.now().date())

    expect(page.locator("#live [role=status]")).to_contain_text("Andere punten voor Zwolle (1).")
    expect(page.locator("#leaders .podium a")).to_have_text(["Zwolle"])
    expect(page.locator("#leaders .is-changed a")).to_have_text(["Zwolle"])
    page.locator("#leaders .podium a").focus()

    factories.entry(zwolle, at=clock.now(), counts_on=clock.now().date())

    expect(page.locator("#live [role=status]")).to_contain_text("Andere punten voor Zwolle (2).")
    expect(page.locator("#leaders .podium a")).to_be_focused()
    assert page.evaluate("window.isTheSamePage") is True
    assert axe(page) == []
    assert complaints == []
    page.get_by_role("button", name="Stop met verversen").click()
    expect(page.get_by_role("button", name="Ververs weer vanzelf")).to_be_visible()


@pytest.mark.parametrize("address", ["/", BOARD])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits(live_server: LiveServer, page: Page, meetup: Meetup, width: int, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}{address}")
    expect(page.locator("#live")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
