"""The pages of municipal staff in a real browser: for everybody, on a small screen, by keyboard, without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import User
from meetups.models import Attendance, Signup
from tests import staff_site
from tests.factories import NOW
from tests.staff_site import ADDRESSES, LONG, cookie_of

TOO_WIDE = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] : [
        document.documentElement.scrollWidth, ...[...document.querySelectorAll("main *")]
            .filter(each => each.scrollWidth > each.clientWidth).map(each => each.outerHTML)
    ]
"""


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


@pytest.fixture
def numbers() -> dict[str, int]:
    """Of what the pages are about."""
    return {}


@pytest.fixture
def person(transactional_db: None, numbers: dict[str, int]) -> User:
    """Works for two municipalities; one of them does not take part."""
    participant, found = staff_site.zwolle()
    person = staff_site.contact_of(participant, found)
    numbers |= found
    return person


def test_no_page_stands_in_anybodys_way(
    page: Page, live_server: LiveServer, person: User, numbers: dict[str, int], axe: Callable[[Page], list[str]]
) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    found: dict[str, list[str]] = {}
    for path in ADDRESSES:
        page.goto(f"{live_server.url}{path.format(**numbers)}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found[path] = axe(page)

    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_scrolls_sideways_on_a_small_telephone(
    page: Page, live_server: LiveServer, person: User, numbers: dict[str, int]
) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page.set_viewport_size({"width": 320, "height": 640})
    found: dict[str, list[object]] = {}
    for path in ADDRESSES:
        page.goto(f"{live_server.url}{path.format(**numbers)}")
        found[path] = page.evaluate(TOO_WIDE)

    assert {path: parts for path, parts in found.items() if parts} == {}


def test_reporting_works_by_keyboard_and_without_javascript(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_server.url}/mijn/zwolle/meetups/nieuw/")

    page.get_by_label("Aantal collega's").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("drie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Vul een heel getal in, met alleen cijfers.")
    expect(page.get_by_label("Aantal collega's")).to_have_value("drie")
    page.get_by_label("Aantal collega's").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    for key in ("Tab", "Tab", "Enter"):  # past the note, to the button
        page.keyboard.press(key)

    expect(page.get_by_role("status")).to_contain_text("Uw melding is ingediend.")
    claim = Attendance.objects.get(meetup__slug="nieuw")
    assert (claim.state, claim.people) == ("submitted", 3)
    context.close()


def test_a_host_marks_who_came_by_keyboard_and_without_javascript(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_server.url}/mijn/gastheer/2026/nu/")

    page.get_by_role("button", name=re.compile(f"Aanwezig ?: {LONG} absent")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Aanwezig: 2.")).to_be_visible()
    page.get_by_role("link", name="Sluit de lijst").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sluit de lijst").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("De lijst is gesloten.")
    assert sorted(Signup.objects.filter(meetup__slug="nu").values_list("presence", flat=True)) == [
        "absent",
        "excused",
        "present",
        "present",
    ]
    context.close()


def test_the_words_of_the_evening_are_typed_on_a_telephone(page: Page, live_server: LiveServer, person: User) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{live_server.url}/mijn/gastheer/2026/nu/code/")
    words = page.locator(".slide__code").inner_text().split()
    page.goto(f"{live_server.url}/mijn/zwolle/meetups/nu/code/")

    page.get_by_label("De vier woorden").fill("-".join(words).upper())
    page.get_by_role("button", name="Meld dat wij er zijn").click()

    expect(page.get_by_role("status")).to_contain_text("uw aanwezigheid is gemeld")
    assert Attendance.objects.get(meetup__slug="nu").state == "submitted"
