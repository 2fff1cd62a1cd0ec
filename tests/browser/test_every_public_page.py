"""Every public page, for everybody: what the accessibility statement says of them is tested here.

With texts that do not behave; in light and dark, on a telephone of 320 pixels and a laptop of 1280.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.public_site import ADDRESSES, ERRORS, WITH_FORM_COOKIE, in_december, year

__all__ = ["in_december", "year"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(
    params=[
        (320, "light"),
        (1280, "dark"),
        pytest.param((320, "dark"), marks=pytest.mark.long),
        pytest.param((1280, "light"), marks=pytest.mark.long),
    ],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def page_of(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_nothing_stands_in_anybodys_way_nor_outside_the_page(
    page_of: Page, live_server: LiveServer, year: dict[str, int], axe: Callable[[Page], list[str]]
) -> None:
    found: dict[str, list[str]] = {}
    complaints: list[str] = []
    page_of.on("console", lambda message: complaints.append(message.text))
    for address in ADDRESSES:
        page_of.goto(f"{live_server.url}{address.format(**year)}")
        too_wide = page_of.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [*axe(page_of), *([f"{too_wide} pixels too wide"] if too_wide else [])]
        if wrong:
            found[address] = wrong

    assert found == {}
    # The browser itself says of a page of an error that it is one, and nothing else of any page.
    assert [each for each in complaints if "Failed to load resource: the server responded with" not in each] == []


def test_no_other_host_is_asked_no_cookie_is_set_and_the_policy_lets_in_nothing_of_others(
    page: Page, live_server: LiveServer, year: dict[str, int]
) -> None:
    asked: set[tuple[str, str]] = set()
    page.on("request", lambda request: asked.add((urlsplit(request.url).netloc, request.resource_type)))
    found: dict[str, object] = {}
    for address in ADDRESSES:
        response = page.goto(f"{live_server.url}{address.format(**year)}")
        assert response is not None
        assert (address, response.status) == (address, ERRORS.get(address, 200))
        cookies = [] if address in WITH_FORM_COOKIE else page.context.cookies()
        # With DEBUG on, a page of an error has no policy: tests/gdsc/test_headers.py looks at it with DEBUG off.
        policy = "" if address in ERRORS else response.headers["content-security-policy"]
        wrong = [*allowed_of_others(policy), *cookies]
        if wrong:
            found[address] = wrong

    assert found == {}
    assert {host for host, _kind in asked} == {urlsplit(live_server.url).netloc}
    assert {kind for _host, kind in asked} <= {"document", "stylesheet", "font", "image", "script", "other"}


def allowed_of_others(policy: str) -> list[str]:
    """What a policy allows beside the site itself; a frame on somebody else's page is what the embeds are for."""
    directives = [each.split() for each in policy.split("; ")]
    return [
        f"{name} {source}"
        for name, *sources in filter(None, directives)
        for source in sources
        if source not in {"'self'", "'none'"} and (name, source) != ("frame-ancestors", "*")
    ]
