"""Each kind of public page in English, on a telephone: nothing stands in anybody's way, and all of it fits."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.gdsc.test_public_pages import PAGES
from tests.public_site import in_december, year

__all__ = ["in_december", "year"]
pytestmark = pytest.mark.django_db(transaction=True)

ONE_OF_EACH = [page for page in PAGES if not page.startswith("/2026/") or page.removeprefix("/2026") not in PAGES]


def test_an_english_page_is_for_everybody_and_fits_a_telephone(
    page: Page, live_server: LiveServer, year: dict[str, int], axe: Callable[[Page], list[str]]
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    found: dict[str, list[str]] = {}
    for address in ONE_OF_EACH:
        page.goto(f"{live_server.url}/en{address.format(**year)}")
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [*axe(page), *([f"{too_wide} pixels too wide"] if too_wide else [])]
        if wrong:
            found[address] = wrong

    assert found == {}
