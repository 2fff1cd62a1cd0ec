"""From beginning to end with real files, a real worker and real mails; all that people do is done in a browser."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from celery.worker import WorkController
from django.urls import path
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import Participant, Role, User
from competition.tasks import sweep_outbox_task
from gdsc import mailbox, urls
from scoring.models import LedgerEntry, Standing
from scoring.tasks import announce_decisions_task
from solutions.models import Evidence
from tests import factories
from tests.accounts import PASSWORD, code_of_app
from tests.browser.test_walk import log_in, wait_until
from tests.files import pdf, picture
from tests.staff_site import cookie_of

urlpatterns = [
    path("postbus/", mailbox.mailbox, name="mailbox"),
    path("postbus/<slug:file>/<int:number>/", mailbox.mail, name="mail"),
    path("postbus/<slug:file>/<int:number>/html/", mailbox.mail_html, name="mail_html"),
    *urls.urlpatterns,
]
DAY_BEFORE, DAY = date(2026, 3, 17), date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _as_developed(settings: Settings, live_server: LiveServer, tmp_path: Path) -> None:
    """With the mailbox of `./dev run`, and the site's own clock on a day in March."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = DAY_BEFORE
    settings.SITE_URL = live_server.url
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


@pytest.fixture
def zwolle(transactional_db: None) -> Participant:
    return factories.participant("Zwolle", of=factories.edition(2026))


def of_somebody(browser: Browser, person: User, live_server: LiveServer) -> Page:
    """A browser of one's own, in which one is logged in: without JavaScript, on a telephone."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700}, locale="nl-NL")
    context.add_cookies([cookie_of(person, live_server)])  # type: ignore[list-item]
    return context.new_page()


def mail_about(page: Page, live_server: LiveServer, subject: str) -> str:
    """The words of a mail in the mailbox, once it is there."""

    def is_there() -> bool:
        page.goto(f"{live_server.url}/postbus/")
        return page.get_by_role("link", name=subject).count() > 0

    sweep_outbox_task.delay()  # as beat does, several times a minute
    wait_until(is_there)
    page.get_by_role("link", name=subject).first.click()
    return page.get_by_role("main").inner_text()


def readers_of(page: Page, live_server: LiveServer, subject: str) -> str:
    """To whom mails with these words in their subject went: each is opened."""
    page.goto(f"{live_server.url}/postbus/")
    mails = page.get_by_role("link", name=subject).evaluate_all("links => links.map(link => link.href)")
    told = []
    for mail in mails:
        page.goto(mail)
        told.append(page.get_by_role("main").inner_text())
    return " ".join(told)


def test_an_adoption_with_files_is_recognised_confirmed_and_on_the_board(
    browser: Browser, page: Page, live_server: LiveServer, zwolle: Participant, worker: WorkController
) -> None:
    haarlem = factories.municipality("Haarlem")
    factories.solution(of=zwolle.edition, month=3, slug="snelbalie", title="Snelbalie", giver=haarlem)
    contact = factories.staff_of(haarlem, role=Role.CONTACT)
    factories.participant("Almere", of=zwolle.edition)

    # Zwolle reports on a telephone, with a PDF and a picture as evidence.
    zwolles = of_somebody(browser, factories.staff_of(zwolle.municipalities.get()), live_server)
    zwolles.goto(f"{live_server.url}/mijn/zwolle/oplossingen/snelbalie/")
    for name, kind, content in (
        ("besluit.pdf", "application/pdf", pdf()),
        ("balie.png", "image/png", picture()),
    ):
        zwolles.get_by_label("In gebruik:").check()
        zwolles.get_by_label("In gebruik sinds").fill("2026-03-02")
        zwolles.get_by_label("Bestand", exact=True).set_input_files(
            FilePayload(name=name, mimeType=kind, buffer=content)
        )
        zwolles.get_by_role("button", name="Bewaar als concept").click()
        expect(zwolles.get_by_role("link", name=name)).to_be_visible()
    zwolles.get_by_role("button", name="Dien in").click()
    expect(zwolles.get_by_role("status")).to_contain_text("Uw melding is ingediend.")
    assert [str(one) for one in Evidence.objects.order_by("pk")] == ["besluit.pdf", "balie.png"]

    # Haarlem gets a mail, and recognises it with one click.
    assert "/mijn/haarlem/van-u-overgenomen/" in mail_about(page, live_server, "Neemt Zwolle uw oplossing over?")
    haarlems = of_somebody(browser, contact, live_server)
    haarlems.goto(f"{live_server.url}/mijn/haarlem/van-u-overgenomen/")
    haarlems.get_by_role("button", name=re.compile("Ja, dat klopt")).click()
    expect(haarlems.get_by_role("status")).to_contain_text("Bij Zwolle staat nu dat u dit bevestigt.")

    # An organiser reads the evidence and confirms.
    page.goto(f"{live_server.url}/beheer/solutions/adoption/")
    log_in(page, factories.organiser())
    page.get_by_role("link", name="Oplossing overgenomen: Snelbalie").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="besluit.pdf").click()
    assert download.value.path().read_bytes() == pdf()
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_text("De melding van Zwolle is bevestigd.")).to_be_visible()

    # Everybody sees the point, and that both say so.
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/ranglijst/")
    expect(page.get_by_role("row", name="Zwolle").get_by_role("cell").last).to_have_text("1")
    page.goto(f"{live_server.url}/2026/oplossingen/snelbalie/")
    expect(page.get_by_role("row", name="Zwolle")).to_contain_text("Door gever en nemer")
    assert [(entry.participant, entry.points) for entry in LedgerEntry.objects.in_order()] == [(zwolle, 1)]
    wait_until(lambda: Standing.objects.filter(participant=zwolle, total=1, rank=1).exists())


def test_a_colleague_comes_in_by_invitation_and_earns_a_point_at_a_meetup(
    browser: Browser,
    page: Page,
    live_server: LiveServer,
    zwolle: Participant,
    worker: WorkController,
    settings: Settings,
) -> None:
    own = zwolle.municipalities.get()
    gouda = factories.municipality("Gouda")
    factories.meetup(
        of=zwolle.edition,
        slug="privacy",
        title="Privacy op orde",
        host=gouda,
        starts_at=datetime(2026, 3, 17, 23, 1, tzinfo=UTC),
        ends_at=datetime(2026, 3, 18, 22, 30, tzinfo=UTC),
    )

    # The contact person invites; the colleague follows the link in the mail and makes an account.
    contact = of_somebody(browser, factories.staff_of(own, role=Role.CONTACT), live_server)
    contact.goto(f"{live_server.url}/mijn/zwolle/collegas/uitnodigen/")
    contact.get_by_label("E-mailadres van uw collega").fill("noor@zwolle.example")
    contact.get_by_role("button", name="Verstuur de uitnodiging").click()
    expect(contact.get_by_role("status")).to_contain_text("noor@zwolle.example krijgt een mail")
    words = mail_about(page, live_server, "Doe mee voor Zwolle")
    page.goto(re.findall(r"http\S+sleutel=[\w-]+", words)[0])
    page.get_by_label("Uw naam").fill("Noor")
    page.get_by_label("Kies een wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Maak uw account en doe mee").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zwolle")

    # She secures it with an app.
    page.goto(f"{live_server.url}/account/2fa/totp/activate/")
    if page.get_by_label("Wachtwoord").count():
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Ga verder").click()
    page.locator("summary", has_text="Kunt u niet scannen?").click()
    secret = page.locator(".secret").text_content() or ""
    page.get_by_label("Code die de app nu toont").fill(code_of_app(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")

    # She signs two colleagues up; on the day itself she types the words on the screen of the host.
    page.goto(f"{live_server.url}/mijn/zwolle/meetups/privacy/aanmelden/")
    page.get_by_label("Aantal collega's").fill("2")
    page.get_by_role("button", name="Meld aan").click()
    expect(page.get_by_role("status")).to_contain_text("U heeft 2 plaatsen.")
    settings.GDSC_AS_OF = DAY
    host = of_somebody(browser, factories.staff_of(gouda), live_server)
    host.goto(f"{live_server.url}/mijn/gastheer/2026/privacy/code/")
    code = " ".join(host.locator(".slide__code").inner_text().split())
    page.goto(f"{live_server.url}/mijn/zwolle/")
    page.get_by_role("link", name="Vul de vier woorden in").click()
    expect(page.get_by_label("Aantal collega's")).to_have_value("2")
    page.get_by_label("De vier woorden").fill(code)
    page.get_by_role("button", name="Meld dat wij er zijn").click()
    expect(page.get_by_role("status")).to_contain_text("uw aanwezigheid is gemeld")

    # An organiser confirms; she reads it in her mailbox.
    organiser = browser.new_page(locale="nl-NL")
    organiser.goto(f"{live_server.url}/beheer/meetups/attendance/")
    log_in(organiser, factories.organiser())
    organiser.get_by_role("link", name="Meetup bijgewoond: Privacy op orde").click()
    organiser.get_by_role("button", name="Bevestig").click()
    expect(organiser.get_by_text("De melding van Zwolle is bevestigd.")).to_be_visible()
    announce_decisions_task()  # as beat does, every few minutes
    assert "Uw melding is bevestigd" in mail_about(page, live_server, "Privacy op orde")
    wait_until(lambda: "noor@zwolle.example" in readers_of(page, live_server, "Privacy op orde"))
    assert [(entry.participant, entry.points) for entry in LedgerEntry.objects.in_order()] == [(zwolle, 1)]
