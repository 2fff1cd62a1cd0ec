"""The editions side by side: beside each other where there is room, below each other on a telephone."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from competition.models import Edition
from scoring.models import Finalist, FinalistBy
from tests import factories

NAMES = ["'s-Hertogenbosch", "Alphen aan den Rijn", "Súdwest-Fryslân", "Bergen op Zoom", "Ouder-Amstel"]


@pytest.fixture
def edition() -> Edition:
    edition = factories.edition(2024)
    for place, name in enumerate(NAMES, start=1):
        participant = factories.participant(name, of=edition)
        Finalist.objects.create(
            edition=edition, participant=participant, place=place, total=1, decided_by=FinalistBy.POINTS
        )
    return edition


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nobody_has_to_scroll_sideways(live_server: LiveServer, page: Page, edition: Edition, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/archief/")

    region = page.locator(".table-region:has(.editions)")
    assert region.evaluate("region => region.scrollWidth - region.clientWidth") == 0
    assert region.locator("tbody td").all_inner_texts()[-1] == ", ".join(NAMES)
