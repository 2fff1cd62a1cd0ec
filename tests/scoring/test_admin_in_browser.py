"""Judging in a browser that obeys the content security policy, with the mouse."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from competition import clock
from competition.access import ORGANISER
from competition.calendar import local_date
from competition.models import Participant
from meetups.models import Attendance
from scoring import closing
from scoring.models import ClaimState
from tests import factories
from tests.admin_pages import address

PASSWORD = "een lang wachtwoord"


def complaints_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def complaints(page: Page) -> list[str]:
    return complaints_of(page)


def organiser_before(page: Page, live_server: LiveServer) -> Page:
    """The start page of the admin, with an organiser before it."""
    organiser = factories.in_group(ORGANISER)
    organiser.set_password(PASSWORD)
    organiser.save()
    EmailAddress.objects.create(user=organiser, email=organiser.email, verified=True, primary=True)
    page.goto(f"{live_server.url}/beheer/")
    page.locator("[name=login]").fill(organiser.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/beheer/")
    return page


@pytest.fixture
def desk(live_server: LiveServer, page: Page) -> Page:
    return organiser_before(page, live_server)


@pytest.fixture
def second_desk(live_server: LiveServer, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """The same, with another organiser at a browser of their own."""
    context = browser.new_context(**browser_context_args)
    yield organiser_before(context.new_page(), live_server)
    context.close()


def waiting(*names: str) -> list[Attendance]:
    """An attendance of each that waits, in an edition that is played now."""
    now = clock.now()
    edition = factories.edition(local_date(now).year)
    players = [factories.participant(name, of=edition) for name in names]
    return [
        factories.attendance(player, state=ClaimState.SUBMITTED, submitted_at=now, counts_on=local_date(now))
        for player in players
    ]


def state_of(claim: Attendance) -> str:
    return Attendance.objects.get(pk=claim.pk).state


def test_an_organiser_rejects_one_and_confirms_the_rest(desk: Page, complaints: list[str]) -> None:
    ede, gouda, zwolle = waiting("Ede", "Gouda", "Zwolle")

    desk.reload()
    desk.locator("#to-judge").get_by_role("link", name="Aanwezigheid").click()
    desk.locator("#result_list tr", has_text="Ede").get_by_role("link").click()
    desk.get_by_role("button", name="Wijs af").click()
    desk.get_by_label("Reden").fill("Niet gezien")
    desk.get_by_role("button", name="Wijs af").click()
    expect(desk.locator(".messagelist")).to_contain_text("De melding van Ede is afgewezen.")
    desk.locator("#action-toggle").check()
    desk.locator("select[name=action]").select_option("confirm_selected")
    desk.get_by_role("button", name="Uitvoeren").click()
    expect(desk.locator(".messagelist")).to_contain_text("2 meldingen zijn bevestigd.")

    assert [state_of(claim) for claim in (ede, gouda, zwolle)] == ["rejected", "confirmed", "confirmed"]
    assert complaints == []


def test_an_organiser_finds_a_municipality_by_typing(
    live_server: LiveServer, desk: Page, complaints: list[str]
) -> None:
    factories.edition(local_date(clock.now()).year)
    factories.dsa_membership(factories.municipality("Súdwest-Fryslân"))

    desk.goto(f"{live_server.url}{address(Participant, 'add')}")
    desk.locator(".select2-selection").click()
    desk.keyboard.type("sudw")
    desk.get_by_role("option", name="Súdwest-Fryslân").click()
    desk.get_by_role("button", name="Schrijf in").click()

    expect(desk.locator(".messagelist")).to_contain_text("Súdwest-Fryslân doet mee.")
    assert complaints == []


def test_two_organisers_grant_a_wildcard(
    live_server: LiveServer, desk: Page, second_desk: Page, complaints: list[str]
) -> None:
    edition = factories.edition(local_date(clock.now()).year)
    factories.municipality("Urk")
    others = complaints_of(second_desk)

    desk.goto(f"{live_server.url}{address(Participant, 'add')}")
    desk.locator(".select2-selection").click()
    desk.keyboard.type("urk")
    desk.get_by_role("option", name="Urk").click()
    desk.get_by_label("wildcard", exact=True).check()
    desk.get_by_label("Reden van de wildcard").fill("Een bijzonder plan")
    desk.get_by_role("button", name="Schrijf in").click()
    expect(desk.locator(".messagelist")).to_contain_text("Uw voorstel ligt er. Er is nog niets veranderd.")
    expect(desk.get_by_role("link", name="Trek in…")).to_be_visible()
    expect(desk.get_by_role("link", name="Keur goed…")).to_have_count(0)
    assert not edition.participants.exists()

    second_desk.reload()
    second_desk.locator("#proposals").get_by_role("link", name="Een wildcard voor Urk").click()
    second_desk.get_by_role("link", name="Keur goed…").click()
    expect(second_desk.locator("#content-main")).to_contain_text("Urk doet vanaf vandaag mee")
    second_desk.get_by_role("button", name="Keur goed").click()
    expect(second_desk.locator(".messagelist")).to_contain_text("Goedgekeurd en uitgevoerd: Een wildcard voor Urk.")

    desk.goto(f"{live_server.url}/correcties/")
    expect(desk.locator(".timeline")).to_contain_text("Een wildcard voor Urk")
    expect(desk.locator(".timeline")).to_contain_text("Een bijzonder plan")
    assert edition.participants.get().is_wildcard
    assert (complaints, others) == ([], [])


def test_two_organisers_close_october(
    live_server: LiveServer, desk: Page, second_desk: Page, complaints: list[str]
) -> None:
    edition = factories.edition(local_date(clock.now()).year - 1)
    factories.entry(factories.participant("Zwolle", of=edition), counts_on=date(edition.year, 3, 1))
    closing.close_due(at=clock.now())

    desk.reload()
    desk.get_by_role("link", name="Sluit af…").click()
    desk.get_by_role("button", name="Stel voor").click()
    expect(desk.locator(".infonote")).to_contain_text("U heeft dit zelf voorgesteld.")
    second_desk.reload()
    second_desk.locator("#proposals").get_by_role("link", name="Oktober").click()
    second_desk.get_by_role("link", name="Keur goed…").click()
    expect(second_desk.locator("#content-main")).to_contain_text("Naar de finale gaan: Zwolle (1).")
    second_desk.get_by_role("button", name="Keur goed").click()

    expect(second_desk.locator(".messagelist")).to_contain_text("Goedgekeurd en uitgevoerd: Oktober")
    assert edition.rounds.get(month=10).closing.pk
    assert [str(finalist) for finalist in edition.finalists.all()] == ["Zwolle"]
    assert complaints == []
