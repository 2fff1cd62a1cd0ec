"""Passkeys, an app with codes, recovery codes and codes by mail, in a real browser with an authenticator of its own."""

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import User
from tests import accounts, factories
from tests.accounts import PASSWORD, code_of_app

Look = Callable[[], None]
SIZES = [(320, 700), (1280, 800)]


@pytest.fixture
def person(transactional_db: None) -> User:
    return accounts.with_login(factories.user())


@pytest.fixture
def organiser(transactional_db: None) -> User:
    return accounts.with_login(factories.organiser())


@pytest.fixture
def errors(page: Page) -> Iterator[list[str]]:
    """What the browser refused or could not run; nothing, in the end."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def look(page: Page, axe: Callable[[Page], list[str]]) -> Look:
    """Whether the page as it stands is for everybody and fits, in both schemes."""

    def at_both_sizes() -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} at {width}"
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert axe(page) == [], f"{page.url} at {width}, {scheme}"

    return at_both_sizes


def enter_password(page: Page, person: User) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Inloggen").click()


def plug_in_authenticator(page: Page) -> None:
    """What a laptop with a fingerprint reader is to the browser: it keeps passkeys and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_out(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("banner").get_by_role("button", name="Uitloggen").click()


def test_an_organiser_enters_the_admin_by_passkey(
    page: Page, live_server: LiveServer, organiser: User, settings: Settings, look: Look, errors: list[str]
) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    plug_in_authenticator(page)
    page.goto(f"{live_server.url}/beheer/")
    look()
    enter_password(page, organiser)
    expect(page.get_by_role("main")).to_contain_text("Beveilig eerst uw account extra.")
    look()
    page.get_by_role("link", name="Voeg een passkey toe").click()
    look()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    look()
    page.get_by_label("Naam van de passkey").fill("Laptop van het werk")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    look()
    page.goto(f"{live_server.url}/account/2fa/webauthn/")
    expect(page.get_by_role("main")).to_contain_text("Laptop van het werk")
    look()
    log_out(page)

    # Back by the passkey alone, which counts as both factors.
    page.goto(f"{live_server.url}/beheer/competition/user/")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url(f"{live_server.url}/beheer/competition/user/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("gebruiker")


def test_a_passkey_is_the_second_factor_renamed_and_removed(
    page: Page, live_server: LiveServer, person: User, look: Look, errors: list[str]
) -> None:
    plug_in_authenticator(page)
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    enter_password(page, person)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label("Ik wil hiermee ook inloggen zonder wachtwoord").uncheck()
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    log_out(page)

    page.goto(f"{live_server.url}/account/2fa/webauthn/")
    enter_password(page, person)
    look()
    page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw passkeys")
    page.get_by_role("link", name="Wijzig de naam van Passkey 1").click()
    page.get_by_role("link", name="Gebruik uw passkey").click()
    look()
    page.get_by_role("button", name="Gebruik uw passkey").click()
    page.get_by_label("Naam van de passkey").fill("Sleutel")
    look()
    page.get_by_role("button", name="Bewaar de naam").click()
    page.get_by_role("link", name="Verwijder Sleutel").click()
    look()
    page.get_by_role("button", name="Verwijder de passkey").click()
    expect(page.get_by_role("heading", name="U heeft nog geen passkey")).to_be_visible()
    look()
    assert not Authenticator.objects.exists()


def test_a_browser_that_stops_says_so(page: Page, live_server: LiveServer, person: User, errors: list[str]) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    page.goto(f"{live_server.url}/account/login/")
    page.route("**/account/2fa/webauthn/login/", lambda route: route.abort())

    page.get_by_role("button", name="Log in met een passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("Het lukte niet met de passkey.")
    errors[:] = [each for each in errors if "ERR_FAILED" not in each]


def test_an_app_a_recovery_code_and_a_code_by_mail_without_javascript(
    browser: Browser, live_server: LiveServer, person: User
) -> None:
    page = browser.new_context(locale="nl-NL", java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/account/2fa/totp/activate/")
    expect(page.get_by_role("button", name="Log in met een passkey")).to_have_count(0)
    enter_password(page, person)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    secret = page.locator(".secret").text_content() or ""
    page.get_by_label("Code die de app nu toont").fill("geen code")
    page.get_by_role("button", name="Zet de app aan").click()
    expect(page.get_by_role("alert")).to_contain_text("Deze code klopt niet")
    page.get_by_label("Code die de app nu toont").fill(code_of_app(secret))
    page.get_by_role("button", name="Zet de app aan").click()
    recovery_code = page.locator(".codes code").first.text_content() or ""
    page.get_by_role("banner").get_by_role("button", name="Uitloggen").first.click()

    # The password and a code of the app.
    page.goto(f"{live_server.url}/account/2fa/")
    enter_password(page, person)
    page.get_by_label("Code uit uw app").fill(code_of_app(secret))
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("banner").get_by_role("button", name="Uitloggen").first).to_be_attached()
    page.get_by_role("banner").get_by_role("button", name="Uitloggen").first.click()

    # A code from the mail, and a recovery code instead of the app.
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("link", name="Stuur mij een code per mail").click()
    page.get_by_label("E-mailadres").fill(person.email)
    page.get_by_role("button", name="Stuur mij een code").click()
    page.get_by_label("Code uit de mail").fill(accounts.code_in(str(mail.outbox[-1].body)))
    page.get_by_role("button", name="Bevestig de code").click()
    page.get_by_label("Code uit uw app").fill(recovery_code)
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("banner").get_by_role("button", name="Uitloggen").first).to_be_attached()
    assert recovery_code not in accounts.recovery_codes(person)
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("main")).to_contain_text("Passkeys werken niet in deze browser, of JavaScript staat uit.")


def test_the_app_is_set_up_by_keyboard(
    page: Page, live_server: LiveServer, person: User, look: Look, errors: list[str]
) -> None:
    page.goto(f"{live_server.url}/account/2fa/totp/activate/")
    enter_password(page, person)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stel de app met codes in")
    look()
    page.locator("summary", has_text="Kunt u niet scannen?").focus()
    page.keyboard.press("Enter")
    secret = page.locator(".secret").text_content() or ""
    look()
    page.get_by_label("Code die de app nu toont").focus()
    page.keyboard.type(code_of_app(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    expect(page.get_by_role("main")).to_contain_text("De app met codes staat aan.")
    assert [message.subject for message in mail.outbox] == ["De app met codes staat aan"]
    for address in ("/account/2fa/", "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/generate/"):
        page.goto(f"{live_server.url}{address}")
        look()
    page.get_by_role("button", name="Maak nieuwe codes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
