"""The race, the map and the pages for a frame, as people see and use them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations, pairwise
from threading import Thread

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import Edition, Municipality
from scoring import closing
from tests import factories

ADDRESSES = ["/verloop/", "/kaart/", "/embed/?deelnemer=verband", "/embed/stand/", "/embed/deelnemer/verband/"]
LONG = "Samenwerkingsverband Maassluis, Vlaardingen en Schiedam"


@pytest.fixture(autouse=True)
def _in_may(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = date(2026, 5, 20)


@pytest.fixture(autouse=True)
def edition(transactional_db: None) -> Edition:
    """Twenty participants, two of them always level, one with a long name, and the whole country around them."""
    made = factories.edition(2026, is_example=True)
    call_command("import_municipalities", verbosity=0)
    for number, town in enumerate(Municipality.objects.filter(hex_col__isnull=False).by_name()[10:30]):
        name, slug = (LONG, "verband") if number == 1 else (town.common_name, town.slug)
        participant = factories.participant(name, of=made, municipalities=[town], slug=slug)
        for point in range((20 - number) // 2):
            day = date(2026, 1 + point % 5, 5)
            factories.entry(participant, counts_on=day, at=datetime(2026, day.month, 6, tzinfo=UTC))
    closing.close_due(at=datetime(2026, 4, 20, tzinfo=UTC))
    return made


@pytest.fixture(params=[320, 375, 1280])
def width(request: pytest.FixtureRequest) -> int:
    assert isinstance(request.param, int)
    return request.param


@pytest.fixture(params=["light", "dark"])
def page_of(request: pytest.FixtureRequest, browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_nothing_stands_in_anybodys_way_nor_outside_the_page(
    page_of: Page, live_server: LiveServer, axe: Callable[[Page], list[str]]
) -> None:
    complaints: list[str] = []
    page_of.on("console", lambda message: complaints.append(message.text))
    for address in ADDRESSES:
        page_of.goto(f"{live_server.url}{address}")
        too_wide = page_of.evaluate("document.documentElement.scrollWidth - innerWidth")

        assert (address, axe(page_of), too_wide) == (address, [], 0)
    assert complaints == []


def test_the_names_in_the_race_lie_beside_their_lines_and_never_over_each_other(
    page_of: Page, live_server: LiveServer, width: int
) -> None:
    page_of.goto(f"{live_server.url}/verloop/")

    boxes = [
        box
        for name in page_of.locator(".race__name").all()
        if name.is_visible() and (box := name.bounding_box()) is not None
    ]
    assert len(boxes) >= 10
    assert max(box["x"] + box["width"] for box in boxes) <= width
    tops = sorted((box["y"], box["y"] + box["height"]) for box in boxes)
    # Letters with their air may touch; a line of text is 1.3 times as high as its letters.
    assert all(below[0] >= above[1] - 4 for above, below in pairwise(tops))


def test_no_two_lines_in_the_race_look_the_same(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/verloop/")

    look = "e => { const s = getComputedStyle(e); return [s.stroke, s.strokeDasharray] }"
    looks = [
        (*leader.locator(".race__line").evaluate(look), leader.locator("use").first.get_attribute("href"))
        for leader in page.locator(".race__leader").all()
    ]
    assert len(looks) >= 10
    assert [pair for pair in combinations(looks, 2) if pair[0] == pair[1]] == []


def test_the_map_is_walked_with_the_keyboard_from_north_to_south(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/kaart/")
    page.get_by_label("De stand op drie manieren").get_by_role("link", name="Kaart").focus()

    middle = "const box = document.activeElement.getBoundingClientRect(); box.top + box.height / 2 + scrollY"
    walked = []
    for _ in range(20):
        page.keyboard.press("Tab")
        walked.append(round(page.evaluate(middle)))
    focused = page.locator(".hexmap__cell").last
    expect(focused).to_be_focused()
    stroke = focused.locator("path").evaluate("e => getComputedStyle(e).strokeWidth")

    assert walked == sorted(walked)
    assert stroke == "4px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/2026/deelnemers/**")


class OtherSite(BaseHTTPRequestHandler):
    """A page of somebody else, on an origin of its own; its path is the address that it frames."""

    frames = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.frames.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def test_another_site_can_show_only_the_pages_for_a_frame(page: Page, live_server: LiveServer) -> None:
    addresses = [f"{live_server.url}{path}" for path in ("/embed/stand/", "/ranglijst/")]
    OtherSite.frames = "".join(f'<iframe src="{address}"></iframe>' for address in addresses)
    with ThreadingHTTPServer(("127.0.0.1", 0), OtherSite) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        embedded, refused = page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)

        expect(embedded.get_by_role("heading", name="De stand")).to_be_visible()
        expect(refused.get_by_role("heading", name="Ranglijst 2026")).to_have_count(0)
        assert page.context.cookies() == []
        server.shutdown()


def test_on_paper_the_race_and_the_map_are_there(page: Page, live_server: LiveServer) -> None:
    page.emulate_media(media="print")
    for address, drawing in (("/verloop/", ".race"), ("/kaart/", ".hexmap")):
        page.goto(f"{live_server.url}{address}")
        box = page.locator(drawing).bounding_box()

        assert box is not None
        assert min(box["width"], box["height"]) > 150
