"""The pages of municipal staff in a real browser: for everybody, on a small screen, by keyboard, without JavaScript."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import Membership, Participant, User
from meetups.models import Attendance, Presence, Signup
from scoring import claims
from solutions.models import Adoption, Contribution, Stage, UseQuestion
from tests import factories
from tests.factories import NOW

LONG = "Samenwerkingsovereenkomstenregistratiesysteem"
PAGES = [
    "/mijn/",
    "/mijn/mail/",
    "/mijn/zwolle/",
    "/mijn/urk/",
    "/mijn/zwolle/meetups/nieuw/",
    "/mijn/zwolle/meetups/bevestigd/",
    "/mijn/zwolle/meetups/straks/",
    "/mijn/zwolle/meetups/straks/aanmelden/",
    "/mijn/zwolle/meetups/straks/afmelden/",
    "/mijn/zwolle/meetups/straks/plaats/",
    "/mijn/meetup/2026/straks/",
    "/mijn/zwolle/meetups/nu/code/",
    "/mijn/gastheer/",
    "/mijn/gastheer/2026/nu/",
    "/mijn/gastheer/2026/nu/code/",
    "/mijn/gastheer/2026/nu/sluiten/",
    "/mijn/gastheer/2026/nu/materiaal/",
    "/mijn/zwolle/oplossingen/concept/",
    "/mijn/zwolle/oplossingen/ingediend/",
    "/mijn/zwolle/oplossingen/ingediend/intrekken/",
    "/mijn/zwolle/oplossingen/afgewezen/",
    "/mijn/zwolle/goed-opgelost/",
    "/mijn/zwolle/van-u-overgenomen/",
    "/mijn/zwolle/van-u-overgenomen/{given}/",
    "/mijn/zwolle/nog-in-gebruik/{asked}/",
    "/mijn/zwolle/oplossingen/gebruikt/ervaring/",
    "/mijn/zwolle/goed-opgelost/{draft}/",
    "/mijn/zwolle/goed-opgelost/{draft}/beelden/",
    "/mijn/gegevens/",
    "/mijn/gegevens/verwijderen/",
]
TOO_WIDE = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll("main *")]
        .filter(each => each.getBoundingClientRect().right > window.innerWidth).map(each => each.outerHTML)
"""


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


@pytest.fixture
def zwolle(transactional_db: None) -> Participant:
    """With claims in every state."""
    edition = factories.edition(2026, is_example=True)
    participant = factories.participant("Zwolle", of=edition)
    for month, slug in enumerate(["concept", "ingediend", "afgewezen", "nog-niets"], 1):
        factories.solution(of=edition, month=month, slug=slug, title=f"{LONG} {slug}")
    concept, pending, rejected, _nothing = edition.solutions.in_order()
    factories.meetup(of=edition, slug="nieuw", title=LONG)
    ahead = factories.meetup(of=edition, slug="straks", title=f"{LONG} straks", starts_at=NOW.replace(month=4))
    factories.signup(
        ahead, participant.municipalities.get(), offered=1, offered_until=ahead.starts_at, offer_number=1, waiting=[NOW]
    )
    running = factories.meetup(
        of=edition,
        slug="nu",
        title=LONG,
        host=participant.municipalities.get(),
        starts_at=datetime.combine(NOW.date(), time(0, 1), tzinfo=UTC),
        ends_at=datetime.combine(NOW.date(), time(23, 59), tzinfo=UTC),
    )
    factories.material(running, title=LONG)
    for presence in ["", *Presence.values]:
        factories.signup(running, factories.municipality(f"{LONG} {presence}"), presence=presence)
    factories.confirmed(factories.attendance(participant, meetup=factories.meetup(of=edition, slug="bevestigd")))
    factories.adoption(participant, solution=concept, stage=Stage.DECISION)
    factories.submitted(factories.adoption(participant, solution=pending))
    refused = factories.submitted(factories.adoption(participant, solution=rejected))
    claims.reject(refused, because=f"Zie https://www.zwolle.nl/{LONG}/{LONG}", by=factories.organiser(), at=NOW)
    taken = factories.confirmed(factories.contribution(participant))
    claims.take_back(taken, because="Niet van u.", by=factories.organiser(), at=NOW)
    draft = factories.contribution(participant, title=LONG)
    factories.remark(draft, text=f"{LONG} {LONG}?")
    used = factories.solution(of=edition, month=5, slug="gebruikt", title=LONG)
    adoption = factories.confirmed(factories.adoption(participant, solution=used))
    UseQuestion.objects.create(adoption=adoption, months=6, asked_at=NOW)
    given = factories.solution(of=edition, month=6, title=LONG, giver=participant.municipalities.get())
    factories.submitted(factories.adoption(factories.participant(f"{LONG} nemer", of=edition), solution=given))
    return participant


def shown(path: str) -> str:
    """The address, with the number of what it is about."""
    given = Adoption.objects.get(solution__giver__isnull=False).pk
    draft = Contribution.objects.get(state="draft").pk
    return path.format(given=given, asked=UseQuestion.objects.get().pk, draft=draft)


@pytest.fixture
def person(zwolle: Participant) -> User:
    """Works for two municipalities; one of them does not take part."""
    person = factories.staff_of(zwolle.municipalities.get())
    Membership.objects.create(user=person, municipality=factories.municipality("Urk"), starts_on=date(2026, 1, 1))
    return person


def cookie_of(person: User, live_server: LiveServer) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


def test_no_page_stands_in_anybodys_way(
    page: Page, live_server: LiveServer, person: User, axe: Callable[[Page], list[str]]
) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    found: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(f"{live_server.url}{shown(path)}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found[path] = axe(page)

    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_scrolls_sideways_on_a_small_telephone(page: Page, live_server: LiveServer, person: User) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page.set_viewport_size({"width": 320, "height": 640})
    found: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(f"{live_server.url}{shown(path)}")
        found[path] = page.evaluate(TOO_WIDE)

    assert {path: parts for path, parts in found.items() if parts} == {}


def test_reporting_works_by_keyboard_and_without_javascript(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_server.url}/mijn/zwolle/meetups/nieuw/")

    page.get_by_label("Aantal collega's").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("drie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Vul een heel getal in, met alleen cijfers.")
    expect(page.get_by_label("Aantal collega's")).to_have_value("drie")
    page.get_by_label("Aantal collega's").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    for key in ("Tab", "Tab", "Enter"):  # past the note, to the button
        page.keyboard.press(key)

    expect(page.get_by_role("status")).to_contain_text("Uw melding is ingediend.")
    claim = Attendance.objects.get(meetup__slug="nieuw")
    assert (claim.state, claim.people) == ("submitted", 3)
    context.close()


def test_a_host_marks_who_came_by_keyboard_and_without_javascript(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_server.url}/mijn/gastheer/2026/nu/")

    page.get_by_role("button", name=re.compile(f"Aanwezig ?: {LONG} absent")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Aanwezig: 2.")).to_be_visible()
    page.get_by_role("link", name="Sluit de lijst").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sluit de lijst").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("De lijst is gesloten.")
    assert sorted(Signup.objects.filter(meetup__slug="nu").values_list("presence", flat=True)) == [
        "absent",
        "excused",
        "present",
        "present",
    ]
    context.close()


def test_the_words_of_the_evening_are_typed_on_a_telephone(page: Page, live_server: LiveServer, person: User) -> None:
    page.context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"{live_server.url}/mijn/gastheer/2026/nu/code/")
    words = page.locator(".slide__code").inner_text().split()
    page.goto(f"{live_server.url}/mijn/zwolle/meetups/nu/code/")

    page.get_by_label("De vier woorden").fill("-".join(words).upper())
    page.get_by_role("button", name="Meld dat wij er zijn").click()

    expect(page.get_by_role("status")).to_contain_text("uw aanwezigheid is gemeld")
    assert Attendance.objects.get(meetup__slug="nu").state == "submitted"
