"""How much a busy civil servant has to do on a telephone, from the own page until it is handed in: taps and fields."""

from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import Participant
from meetups.models import Attendance
from solutions.models import Adoption
from tests import factories
from tests.staff_site import cookie_of


class Hand:
    """Counts what it does. A field is tapped before something is typed in it."""

    def __init__(self) -> None:
        self.taps = self.typed = 0

    def tap(self, on: Locator) -> None:
        on.tap()
        self.taps += 1

    def type(self, words: str, into: Locator) -> None:
        self.tap(into)
        into.press_sequentially(words)
        self.typed += 1


@pytest.fixture
def browser_context_args() -> dict[str, object]:
    return {
        "viewport": {"width": 375, "height": 720},
        "has_touch": True,
        "is_mobile": True,
        "java_script_enabled": False,
        "locale": "nl-NL",
    }


@pytest.fixture
def phone(page: Page, live_server: LiveServer, settings: Settings, transactional_db: None) -> Page:
    """The own page of Zwolle, in the month of a solution and two days after a meetup."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = date(2026, 3, 18)
    edition = factories.edition(2026)
    zwolle: Participant = factories.participant("Zwolle", of=edition)
    factories.meetup(of=edition, slug="privacy", title="Privacy op orde", host=factories.municipality("Haarlem"))
    factories.solution(of=edition, month=3, slug="snelbalie", title="Snelbalie", giver=factories.municipality("Gouda"))
    person = factories.staff_of(zwolle.municipalities.get())
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page.goto(f"{live_server.url}/mijn/zwolle/")
    return page


def test_an_attendance_takes_two_taps_and_nothing_to_type(phone: Page) -> None:
    hand, main = Hand(), phone.get_by_role("main")

    hand.tap(main.get_by_role("link", name="Privacy op orde").first)
    expect(main.get_by_label("Toelichting")).to_be_hidden()
    hand.tap(main.get_by_role("button", name="Dien in"))

    expect(main.get_by_role("status")).to_contain_text("Uw melding is ingediend.")
    assert (hand.taps, hand.typed) == (2, 0)
    assert list(Attendance.objects.values_list("state", "people", "note")) == [("submitted", 1, "")]


def test_an_adoption_takes_four_taps_and_one_field_to_type_in(phone: Page) -> None:
    hand, main = Hand(), phone.get_by_role("main")

    hand.tap(main.get_by_role("link", name="Snelbalie").first)
    expect(main.get_by_label("Link naar een openbare pagina")).to_be_hidden()
    hand.tap(main.get_by_text("In gebruik: inwoners of collega's"))
    hand.type("Kijk op onze site.", into=main.get_by_label("Toelichting"))
    hand.tap(main.get_by_role("button", name="Dien in"))

    expect(main.get_by_role("status")).to_contain_text("Uw melding is ingediend.")
    assert (hand.taps, hand.typed) == (4, 1)
    kept = Adoption.objects.values_list("state", "in_use_since", "evidence_text")
    assert list(kept) == [("submitted", date(2026, 3, 18), "Kijk op onze site.")]


def test_what_is_folded_opens_where_something_is_wrong_in_it(phone: Page) -> None:
    main = phone.get_by_role("main")
    main.get_by_role("link", name="Snelbalie").first.tap()

    main.get_by_text("In gebruik: inwoners of collega's").tap()
    main.get_by_role("button", name="Dien in").tap()

    expect(main.get_by_label("Link naar een openbare pagina")).to_be_visible()
    expect(main.get_by_label("In gebruik sinds")).to_have_value("2026-03-18")
