"""Lots in a real browser: the page for everybody in each of its states, and the road of a lot through the admin."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.access import ORGANISER
from competition.models import Edition, User
from scoring.final import finalists, lots
from scoring.models import Act, LotDraw, SealedLot
from scoring.rules import Kind
from tests import factories
from tests.admin_pages import address

IN_OCTOBER, IN_NOVEMBER = date(2026, 10, 14), date(2026, 11, 20)
CLOSED_AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
OWN, OTHER = "Zeven gele eenden zwemmen", "x" * 160 + " een tekst waar geen einde aan komt"
NAMES = ["Amersfoort", "Breda", "Capelle aan den IJssel", "Delft", "Ede", "Súdwest-Fryslân", "Bergen op Zoom", "Gouda"]
POINTS = [6, 5, 4, 2, 2, 2, 2, 2]
STATES = ["no lots", "sealed", "not needed", "one lot", "shut", "open", "drawn", "drawn in public"]
SCREENS: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("light", 375), ("dark", 375), ("dark", 1280)]
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(autouse=True)
def _in_november(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = IN_NOVEMBER


@pytest.fixture
def organiser(transactional_db: None) -> User:
    return factories.in_group(ORGANISER)


def state(name: str, by: User) -> Edition:
    """An edition in which lots are as far as this."""
    edition = factories.edition(2026, is_example=True)
    count = {"no lots": 0, "one lot": 1}.get(name, 2)
    sealed = [
        factories.sealed_lot(text, of=edition, sealed_by=who)
        for text, who in [(OWN, by), (OTHER, factories.organiser())][:count]
    ]
    for title, points in list(zip(NAMES, POINTS, strict=True))[: 5 if name == "not needed" else None]:
        player = factories.participant(title, of=edition)
        kinds = [Kind.ADOPTION] if title == "Gouda" else []
        for kind in [*kinds, *[Kind.MEETUP] * (points - len(kinds))]:
            factories.entry(player, kind=kind, counts_on=date(2026, 5, 1))
    if name not in {"no lots", "sealed"}:
        factories.close_october(edition, at=CLOSED_AT)
    for lot, text in list(zip(sealed, [OWN, OTHER], strict=False))[: {"shut": 1, "open": 2, "drawn": 2}.get(name, 0)]:
        lots.open_lot(lot, text=text, at=CLOSED_AT)
    return edition


def settle(name: str, edition: Edition) -> None:
    first, second = factories.organiser(), factories.organiser()
    if name == "drawn":
        lots.draw(edition, by=first, at=CLOSED_AT)
    if name == "drawn in public":
        factories.approved(Act.DRAW, of=edition)
        drawn = [line.participant for line in finalists.still_tied(edition).tied[:1]]
        record = "Op 18 november in de raadszaal van Utrecht. De voorzitter trok een briefje uit een hoge hoed."
        finalists.record_draw(edition, drawn=drawn, record=record, by=first, seconded_by=second, at=CLOSED_AT)


@pytest.mark.parametrize("name", STATES)
def test_the_page_of_the_finalists_is_for_everybody_in_every_state(
    page: Page, live_server: LiveServer, organiser: User, axe: Callable[[Page], list[str]], name: str
) -> None:
    settle(name, state(name, by=organiser))
    page.goto(f"{live_server.url}/2026/finalisten/")

    for scheme, width in SCREENS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert (scheme, width, axe(page), page.evaluate(TOO_WIDE)) == (scheme, width, [], 0)


def log_in(page: Page, person: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(person)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def test_a_lot_is_sealed_opened_and_drawn(
    page: Page,
    live_server: LiveServer,
    organiser: User,
    settings: Settings,
    axe: Callable[[Page], list[str]],
) -> None:
    settings.GDSC_AS_OF = IN_OCTOBER
    edition = factories.edition(2026, is_example=True)
    factories.sealed_lot(OTHER, of=edition)
    for title, points in zip(NAMES, POINTS, strict=True):
        player = factories.participant(title, of=edition)
        for _ in range(points):
            factories.entry(player, counts_on=date(2026, 5, 1))
    log_in(page, organiser, live_server)
    found = {}

    def look(step: str) -> None:
        page.wait_for_load_state()
        found[step] = axe(page)

    page.goto(f"{live_server.url}/beheer/")
    page.get_by_role("link", name="Verzegel een lot").click()
    look("seal")
    page.get_by_label("Geheime tekst").fill(OWN)
    page.get_by_role("button", name="Verzegel").click()
    expect(page.locator(".errorlist")).to_contain_text("Bewaar eerst de tekst")
    look("refused")
    page.get_by_label("Ik heb de tekst bewaard").check()
    page.get_by_role("button", name="Verzegel").click()
    expect(page.locator(".messagelist")).to_contain_text(
        f"Uw lot is verzegeld. Het zegel staat op de pagina met finalisten: {lots.seal_of(OWN)}"
    )
    look("list")

    settings.GDSC_AS_OF = IN_NOVEMBER
    factories.close_october(edition, at=CLOSED_AT)
    lots.open_lot(SealedLot.objects.exclude(sealed_by=organiser).get(), text=OTHER, at=CLOSED_AT)
    page.goto(f"{live_server.url}{address(LotDraw, 'add')}")
    expect(page.get_by_role("button", name="Stel voor")).to_be_visible()
    look("propose")
    page.goto(f"{live_server.url}/beheer/")
    page.get_by_role("link", name="Open uw lot").click()
    page.get_by_role("link", name=lots.seal_of(OWN)[:12]).click()
    look("open")
    page.get_by_label("Geheime tekst").fill(OWN.lower())
    page.get_by_role("button", name="Open").click()
    expect(page.locator(".errorlist")).to_contain_text("past niet op het zegel")
    page.get_by_label("Geheime tekst").fill(OWN)
    page.get_by_role("button", name="Open").click()
    expect(page.locator(".messagelist")).to_contain_text("Het lot is open.")
    page.goto(f"{live_server.url}/beheer/")
    page.get_by_role("link", name="Loot met de geopende loten").click()
    look("draw")
    page.get_by_role("button", name="Loot", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("De loting is vastgelegd.")
    look("drawn")

    assert LotDraw.objects.get().recorded_by == organiser
    assert {step: wrong for step, wrong in found.items() if wrong} == {}
