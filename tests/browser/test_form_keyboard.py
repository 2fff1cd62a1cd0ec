"""Every form of who is inside, by keyboard, without JavaScript, on a telephone of 320 pixels.

Found from the list of pages: Tab reaches each field and button in order, what has the focus shows it and lies in
sight; a form with faults comes back with what is wrong at the top, in links that lead to the fields.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests import inside_site
from tests.browser.test_keyboard import walk
from tests.factories import NOW
from tests.inside_site import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

OUT_OF_REACH = """
[...document.querySelectorAll('main form :is(input, select, textarea, button)')]
  .filter(each => each.type !== 'hidden' && !each.disabled && !each.closest('[hidden]'))
  .filter(each => each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true}))
  .map(walk.name)
"""
SUMMARY = """
() => {
  const summary = document.querySelector('main [role=alert]:not([hidden], [hidden] *)');
  if (!summary) return {missing: true};
  const form = document.querySelector('main [aria-invalid=true]')?.form ?? document;
  const fields = [...form.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')];
  const isAbove = each => summary.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
  const links = [...summary.querySelectorAll('a[href^="#"]')];
  return {
    missing: false,
    focused: document.activeElement === summary,
    onTop: fields.every(isAbove),
    items: summary.querySelectorAll('li').length,
    links: links.length,
    dead: links.map(each => each.hash).filter(hash => !document.getElementById(hash.slice(1))),
    invalid: document.querySelectorAll('main [aria-invalid=true]').length,
  };
}
"""
ARRIVED = """
hash => {
  const field = document.getElementById(hash.slice(1));
  return field.contains(document.activeElement);
}
"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=False, reduced_motion="reduce", locale="nl-NL"
    )
    yield context.new_page()
    context.close()


def test_every_form_works_by_keyboard_without_javascript_on_a_small_telephone(
    page_of: Page, live_server: LiveServer
) -> None:
    wrong: list[str] = []
    walked = refused = 0
    for shown in inside_site.pages():
        if not shown.has_form:
            continue
        shown.enter(page_of.context, live_server)
        page_of.goto(f"{live_server.url}{shown.path}")
        wrong += [f"{shown.path} {each}" for each in [*walk(page_of, skips=True, part="main"), *out_of_reach(page_of)]]
        walked += 1
        for refusal in inside_site.refusals(shown):
            found = faults_of_refusal(page_of, f"{live_server.url}{shown.path}", refusal)
            wrong += [f"{shown.path} {refusal} {each}" for each in found]
            refused += 1

    assert wrong == [], "\n".join(wrong)
    assert (walked > 40, refused > 25) == (True, True), (walked, refused)


def out_of_reach(page: Page) -> list[str]:
    too_wide = page.evaluate(TOO_WIDE)
    missed = [f"out of reach: {each}" for each in page.evaluate(OUT_OF_REACH)]
    return [*missed, *([f"{too_wide} pixels too wide"] if too_wide else [])]


def faults_of_refusal(page: Page, address: str, refusal: Refusal) -> list[str]:
    """What is wrong with the page on which a form with faults comes back."""
    page.goto(address)
    page.evaluate(inside_site.SEND, list(refusal))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    summary: dict[str, Any] = page.evaluate(SUMMARY)
    if summary["missing"]:
        return ["comes back without a summary"]
    wrong = [name for name in ("focused", "onTop", "items") if not summary[name]]
    wrong += [f"dead link {each}" for each in summary["dead"]]
    if page.evaluate(TOO_WIDE):
        wrong.append("too wide with faults")
    if summary["links"] and not summary["dead"]:
        wrong += faults_of_link(page)
    elif summary["invalid"]:
        wrong.append("no link to a field")
    return wrong


def faults_of_link(page: Page) -> list[str]:
    """The first stop in the summary is a link, which leads to its field."""
    page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.hash")
    if not target:
        return ["Tab does not go on to the first link of the summary"]
    page.keyboard.press("Enter")
    if not page.evaluate(ARRIVED, target):
        page.keyboard.press("Tab")
    return [] if page.evaluate(ARRIVED, target) else [f"the link to {target} does not lead there"]
