"""A walk over the whole public site with nothing but the keyboard, on a laptop and on a telephone.

Tab reaches each link, button, field and fold, in the order of the page; what has the focus shows it and lies in sight;
every fold opens by Enter, and Tab goes on through what it holds. (WCAG 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11.)
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.public_site import ADDRESSES, in_december, year

__all__ = ["in_december", "year"]
pytestmark = pytest.mark.django_db(transaction=True)

WITHOUT_SKIP_LINK = ("/embed/stand/", "/embed/deelnemer/", "/fout/500/")
"""Pages without a menu: there is nothing to skip."""
MOST_STEPS = 600

TOOLS = """
window.walk = {
  all: [...document.querySelectorAll('*')],
  name: element => {
    const words = (element.getAttribute('aria-label') || element.textContent || element.name || '').trim();
    return `${element.localName} ${words.replace(/\\s+/g, ' ').slice(0, 50)}`;
  },
  // What Tab has to reach, in the order of the page: of a group of radio buttons the chosen one, or the first.
  reachable: part => {
    const groups = new Set();
    const focusable = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]';
    return [...document.querySelectorAll(`${part} :is(${focusable})`)]
      .filter(element => element.tabIndex >= 0 && !element.disabled && element.type !== 'hidden')
      .filter(element => element.checkVisibility({visibilityProperty: true}))
      .filter(element => element.localName !== 'summary' || element.parentElement.localName === 'details')
      .filter(element => {
        if (element.type !== 'radio') return true;
        const chosen = document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
        const isStop = chosen ? element === chosen : !groups.has(element.name);
        groups.add(element.name);
        return isStop;
      })
      .map(element => walk.all.indexOf(element));
  },
  // A ring of two pixels or more around it, around the card that it fills, or along its shape on a map.
  hasRing: element => [element, element.closest('.card')].some(each => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && !['transparent', 'rgba(0, 0, 0, 0)'].includes(style.outlineColor);
  }) || [...element.querySelectorAll('path')].some(each => {
    const style = getComputedStyle(each);
    return element.namespaceURI.endsWith('svg') && style.stroke !== 'none' && parseFloat(style.strokeWidth) >= 2;
  }),
  // Some part of it is on top of everything else in the window.
  isInSight: element => [...element.getClientRects()].some(box =>
    [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([across, down]) => {
      const top = document.elementFromPoint(box.left + across * box.width, box.top + down * box.height);
      return top !== null && (element.contains(top) || top.contains(element) && top.localName !== 'body');
    })),
  last: part => walk.all.indexOf([...document.querySelectorAll(`${part} *`)].at(-1)),
  scrolls: element => element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight,
  step: () => {
    const element = document.activeElement;
    return {
      number: walk.all.indexOf(element), name: walk.name(element), atEnd: element === document.body,
      ring: walk.hasRing(element), inSight: walk.isInSight(element), scrolls: walk.scrolls(element),
      fold: element.localName === 'summary' && !element.parentElement.open,
    };
  },
};
"""
FROM_THE_TOP = """
document.body.tabIndex = -1;
document.body.focus();
document.body.removeAttribute('tabindex');
"""
"""A form may have taken the focus when the page came."""
NAMES = "numbers => numbers.map(number => walk.name(walk.all[number]))"
REORDERED = """
const focusable = 'a, button, input, select, textarea, summary';
[...document.querySelectorAll('body, body *')].filter(parent => {
  const parts = [...parent.children].filter(each => each.matches(focusable) || each.querySelector(focusable));
  const places = parts.map(each => Number(getComputedStyle(each).order));
  const {display, flexDirection} = getComputedStyle(parent);
  const isTurned = flexDirection.endsWith('reverse') || places.some((place, at) => place < places[at - 1]);
  return parent.tabIndex > 0 || parts.length > 1 && /flex|grid/.test(display) && isTurned;
}).map(walk.name)
"""


@pytest.fixture(params=[320, 1280])
def page_of(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 640}, reduced_motion="reduce", bypass_csp=True
    )
    yield context.new_page()
    context.close()


def test_every_page_can_be_walked_with_the_keyboard(
    page_of: Page, live_server: LiveServer, year: dict[str, int]
) -> None:
    wrong = []
    for address in ADDRESSES:
        page_of.goto(f"{live_server.url}{address.format(**year)}")
        found = walk(page_of, skips=not address.startswith(WITHOUT_SKIP_LINK))
        wrong += [f"{address} {each}" for each in found]

    assert wrong == [], "\n".join(wrong)


def walk(page: Page, *, skips: bool, part: str = "body") -> list[str]:
    """Go over the page, or that part of it, by Tab, opening every fold, and tell what is wrong on the way."""
    page.evaluate(TOOLS)
    wrong = skip_link(page) if skips else []
    page.evaluate(FROM_THE_TOP.replace("body", f"querySelector('{part}')"))
    last = page.evaluate("part => walk.last(part)", part)
    steps = list(takewhile(lambda step: step["number"] <= last, steps_over(page)))
    expected = page.evaluate("part => walk.reachable(part)", part)
    # A browser may stop at a part that scrolls, too, so that the arrows can move it.
    walked = [step for step in steps if step["number"] in expected or not step["scrolls"]]
    wrong += [f"no ring: {step['name']}" for step in steps if not step["ring"]]
    wrong += [f"out of sight: {step['name']}" for step in steps if not step["inSight"]]
    wrong += [f"out of order: {element}" for element in page.evaluate(REORDERED)]
    order = [step["number"] for step in walked]
    if order != expected:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(order, expected, strict=False)))
        went, had_to = (page.evaluate(NAMES, numbers[same : same + 2]) for numbers in (order, expected))
        wrong.append(f"after {same} stops Tab goes to {went}, not to {had_to}")
    return wrong


def steps_over(page: Page) -> Iterator[dict[str, Any]]:
    """Each thing that gets the focus, once: a date is one field with several stops."""
    first = before = None
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate("walk.step()")
        number = step["number"]
        if step["atEnd"] or (number == first != before):
            return
        first = number if first is None else first
        if number != before:
            yield step
        before = number
        if step["fold"]:
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open"), step["name"]
    raise AssertionError(f"Tab does not come to an end; it stands at {step['name']}.")


def skip_link(page: Page) -> list[str]:
    """The first stop skips the menu: Tab goes on inside the content."""
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    arrived = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")
    is_past = page.evaluate("document.activeElement.closest('header') === null")
    is_right = (first, arrived, is_past) == ("#inhoud", "inhoud", True)
    return [] if is_right else [f"the first stop, to {first}, leads to {arrived!r}"]
