"""The public pages about solutions in a real browser: for everybody, on every screen, without JavaScript."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from solutions.models import CostBand, Effort, Licence, Readiness, Theme
from tests import factories

LONG_WORD = "Samenwerkingsovereenkomstenregistratiesysteem"
LONG_NAME = "Nuenen, Gerwen en Nederwetten"
PAGES = [
    "/oplossingen/",
    "/2026/oplossingen/lang/",
    "/overnames/",
    "/overnames/?toon=overnemers",
    "/gevers-en-nemers/",
    "/goed-opgelost/",
    "/goed-opgelost/?zoek=vergunning&status=ready",
    f"/goed-opgelost/?zoek={LONG_WORD * 2}&thema=care&gever=nuenen-gerwen-en-nederwetten",
    "/goed-opgelost/?zoek=" + "x" * 300 + "&thema=paarden",
]
TOO_WIDE = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll("main *")]
        .filter(each => each.getBoundingClientRect().right > window.innerWidth).map(each => each.outerHTML)
"""
CORNER = ".matrix thead .matrix__name"
FIRST_NAME = ".matrix tbody tr:first-child .matrix__name"
LAST_TITLE = ".matrix thead th:nth-last-child(2) a"


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _shared(transactional_db: None) -> None:
    """Ten solutions, sixty participants of which some adopted, and a library of which one fits the search."""
    edition = factories.edition(2026, is_example=True)
    giver = factories.municipality(LONG_NAME)
    takes_part = factories.participant(LONG_NAME, of=edition, municipalities=[giver])
    told: dict[str, str] = {"theme": Theme.PERMITS, "cost_band": CostBand.UP_TO_250K, "effort": Effort.HALF_YEAR}
    told |= {"licence": Licence.METHOD, "problem": LONG_WORD}
    first = factories.solution(
        of=edition,
        month=1,
        slug="lang",
        title=LONG_WORD,
        giver=giver,
        **told,
    )
    for month in range(2, 11):
        factories.solution(of=edition, month=month, title="Parkeren zonder papier")
    for number in range(60):
        factories.participant(f"Gemeente {number:02}", of=edition, slug=f"g{number}")
    for participant in edition.participants.by_name()[:3]:
        factories.confirmed(factories.adoption(participant, solution=first))
    factories.confirmed(factories.contribution(takes_part, title=LONG_WORD, summary=f"Een vergunning: {LONG_WORD}"))
    fitting = {"title": "Vergunningcheck", "theme": Theme.PERMITS, "readiness": Readiness.READY}
    factories.confirmed(factories.contribution(takes_part, problem="Een vergunning duurt lang.", **fitting))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_stands_in_anybodys_way(
    browser: Browser, live_server: LiveServer, axe: Callable[[Page], list[str]], width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 812}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    found: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found[path] = axe(page)

    assert {path: faults for path, faults in found.items() if faults} == {}
    assert complaints == []
    context.close()


@pytest.mark.parametrize("width", [320, 1200])
def test_no_page_scrolls_sideways(page: Page, live_server: LiveServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    found: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        found[path] = page.evaluate(TOO_WIDE)

    assert {path: parts for path, parts in found.items() if parts} == {}


def test_on_a_telephone_names_and_titles_stay_in_sight_while_the_matrix_scrolls(
    page: Page, live_server: LiveServer
) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{live_server.url}/overnames/")
    region = page.locator(".table-region--both")
    region.scroll_into_view_if_needed()
    frame, corner = region.bounding_box(), page.locator(CORNER).bounding_box()

    region.evaluate("each => each.scrollTo(400, 900)")

    assert frame is not None
    assert corner is not None
    moved = page.locator(CORNER).bounding_box()
    assert moved is not None
    assert abs(moved["x"] - frame["x"]) <= 1
    assert abs(moved["y"] - frame["y"]) <= 1
    name = page.locator(".matrix tbody tr:nth-child(30) .matrix__name").bounding_box()
    assert name is not None
    assert abs(name["x"] - frame["x"]) <= 1
    expect(page.locator(FIRST_NAME)).not_to_be_in_viewport()


def test_on_a_wide_screen_the_matrix_scrolls_with_the_page_and_its_titles_stay_on_top(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/overnames/")

    page.mouse.wheel(0, 1500)
    page.wait_for_function("window.scrollY > 1000")

    title = page.locator(LAST_TITLE).bounding_box()
    assert title is not None
    assert 0 <= title["y"] < 120


def test_what_has_the_focus_is_never_behind_the_titles(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/overnames/")
    page.locator(".matrix tbody tr:nth-child(40) a").focus()
    hidden = []

    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        hidden.append(
            page.evaluate(
                """() => {
                    const box = document.activeElement.getBoundingClientRect();
                    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                    return document.activeElement.contains(top) ? "" : document.activeElement.outerHTML;
                }"""
            )
        )

    assert list(filter(None, hidden)) == []


def test_one_searches_and_lets_go_of_a_filter_by_keyboard_and_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/goed-opgelost/")

    page.get_by_label("Zoekwoord").focus()
    page.keyboard.type("vergunning")
    page.get_by_label("Status").select_option("ready")
    page.get_by_label("Zoekwoord").press("Enter")
    expect(page.get_by_role("heading", name="1 oplossing gevonden")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("link", name="Haal weg: Status").press("Enter")

    expect(page.get_by_role("heading", name="2 oplossingen gevonden")).to_be_visible()
    expect(page.get_by_label("Zoekwoord")).to_have_value("vergunning")
    expect(page.get_by_label("Status")).to_have_value("")
    context.close()
