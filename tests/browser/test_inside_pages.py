"""Every page of who is inside, in dark, on a telephone: also those on which a form comes back with faults."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests import inside_site
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 800}, color_scheme="dark", reduced_motion="reduce", locale="nl-NL"
    )
    yield context.new_page()
    context.close()


@pytest.mark.long
def test_no_page_in_dark_stands_in_anybodys_way_nor_with_faults_in_its_form(
    page_of: Page, live_server: LiveServer, axe: Callable[[Page], list[str]]
) -> None:
    found: dict[str, list[str]] = {}
    complaints: list[str] = []
    page_of.on("console", lambda message: complaints.append(f"{message.type} {message.text}"))
    for shown in inside_site.pages():
        address = f"{live_server.url}{shown.path}"
        shown.enter(page_of.context, live_server)
        answer = page_of.goto(address)
        assert answer is not None
        assert (shown.path, answer.status) == (shown.path, shown.status)
        found[shown.path] = wrong_on(page_of, axe)
        refusal = next(inside_site.refusals(shown), None)
        if refusal is not None:
            page_of.evaluate(inside_site.SEND, list(refusal))
            with page_of.expect_navigation():
                page_of.keyboard.press("Enter")
            found[f"{shown.path} with faults"] = wrong_on(page_of, axe)

    assert {path: faults for path, faults in found.items() if faults} == {}
    assert len([path for path in found if path.endswith("with faults")]) > 20
    # The browser itself says of a page of an error that it is one; its hints about passwords are no complaint.
    known = ("error Failed to load resource: the server responded with", "debug ", "verbose ")
    assert [each for each in complaints if not each.startswith(known)] == []


def wrong_on(page: Page, axe: Callable[[Page], list[str]]) -> list[str]:
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*axe(page), *([f"{too_wide} pixels too wide"] if too_wide else [])]
