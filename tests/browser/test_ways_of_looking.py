"""Every public page as some people set their browser: larger, with more space, without motion."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.public_site import ADDRESSES, in_december, year

__all__ = ["in_december", "year"]
pytestmark = pytest.mark.django_db(transaction=True)

MORE_SPACE = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
"""As WCAG 1.4.12 wants a page to bear it."""
CLIPPED = """
[...document.querySelectorAll('body *')].filter(element => {
  const style = getComputedStyle(element);
  const words = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const hidden = style.clipPath.startsWith('inset') || !element.checkVisibility({visibilityProperty: true});
  const clips = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
  return words && clips && !hidden && element.localName !== 'select'
    && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
}).map(element => element.outerHTML.slice(0, 120))
"""
OUTSIDE = """
[...document.querySelectorAll('.nl-button, .nl-data-badge, .tabs a, .rank, .card, .stat, .podium__place, .year__step')]
  .filter(element => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
  .map(element => element.outerHTML.slice(0, 120))
"""
MOVING = """
[...document.querySelectorAll('*')].filter(element => ['', '::before', '::after'].some(part => {
  const style = getComputedStyle(element, part || null);
  return style.animationName !== 'none' || style.scrollBehavior === 'smooth'
    || style.transitionDuration.split(', ').some(duration => parseFloat(duration) > 0);
})).map(element => element.outerHTML.slice(0, 80))
"""


@contextmanager
def page_at(browser: Browser, width: int, motion: Literal["reduce", "no-preference"] = "reduce") -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 640}, reduced_motion=motion, bypass_csp=True, locale="nl-NL"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("width", "spaced"),
    [pytest.param(320, True, id="320-spaced"), pytest.param(640, False, id="zoomed-to-200-percent")],
)
def test_nothing_is_cut_off_or_outside_the_page(
    browser: Browser, live_server: LiveServer, year: dict[str, int], width: int, spaced: bool
) -> None:
    found = []
    with page_at(browser, width) as page:
        for address in ADDRESSES:
            page.goto(f"{live_server.url}{address.format(**year)}")
            if spaced:
                page.add_style_tag(content=MORE_SPACE)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            wrong = [*page.evaluate(CLIPPED), *page.evaluate(OUTSIDE)]
            too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{too_wide} pixels too wide"] if too_wide else []
            found += [f"{address} {each}" for each in wrong]

    assert found == [], "\n".join(found)


def test_nothing_moves_for_who_asked_for_that(browser: Browser, live_server: LiveServer, year: dict[str, int]) -> None:
    with page_at(browser, 1280, "no-preference") as page:
        page.goto(f"{live_server.url}/")
        assert page.evaluate(MOVING) != []
    with page_at(browser, 1280) as page:
        for address in ADDRESSES:
            page.goto(f"{live_server.url}{address.format(**year)}")
            assert (address, page.evaluate(MOVING)) == (address, [])
