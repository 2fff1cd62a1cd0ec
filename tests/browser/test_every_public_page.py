"""Every public page, for everybody: what the accessibility statement says of them is tested here.

With texts that do not behave; in light and dark, on a telephone of 320 pixels and a laptop of 1280.
"""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.gdsc.test_public_pages import IN_DECEMBER, PAGES, year

__all__ = ["year"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_december(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does: a browser waits for a clock that stands still."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = IN_DECEMBER.date()
    settings.GDSC_STARTED_ON = timezone.localdate()


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
    for address in PAGES:
        page_of.goto(f"{live_server.url}{address.format(**year)}")
        too_wide = page_of.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [*axe(page_of), *([f"{too_wide} pixels too wide"] if too_wide else [])]
        if wrong:
            found[address] = wrong

    assert found == {}
    assert complaints == []
