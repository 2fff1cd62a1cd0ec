"""A second factor: asked after the password, changed only by who shows again who they are, obligatory in the admin."""

from html.parser import HTMLParser
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from competition import second_factor
from competition.models import User
from tests import accounts, factories
from tests.accounts import PASSWORD, code_of_app
from tests.factories import NOW
from tests.gdsc.staff.pages import message_of
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def person() -> User:
    return accounts.with_login(factories.user())


@pytest.fixture
def organiser() -> User:
    return accounts.with_login(factories.organiser())


# --- Setting it up --------------------------------------------------------------------------------


def test_an_app_is_set_up_after_the_password_was_given_again(client: Client, person: User) -> None:
    accounts.log_in(client, person)
    asked = client.get("/account/2fa/totp/activate/")
    assert asked["Location"] == "/account/reauthenticate/?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F"
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/2fa/totp/activate/"})
    secret = main_of(client.get("/account/2fa/totp/activate/")).one("code").words

    done = client.post("/account/2fa/totp/activate/", {"code": code_of_app(secret)}, follow=True)

    assert len(main_of(done).one(".codes").all("li")) == 10
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_a_wrong_code_does_not_set_the_app_up(client: Client, person: User) -> None:
    accounts.log_in(client, person)
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/2fa/totp/activate/"})
    client.get("/account/2fa/totp/activate/")

    refused = client.post("/account/2fa/totp/activate/", {"code": "000000"})

    assert main_of(refused).one(".utrecht-form-field-error-message").words.startswith("Deze code klopt niet")
    assert not Authenticator.objects.exists()


def test_the_qr_code_is_part_of_the_page_without_style(client: Client, person: User) -> None:
    accounts.log_in(client, person)
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/"})

    page = main_of(client.get("/account/2fa/totp/activate/"))

    drawing = page.one(".qr").one("svg")
    assert drawing.one("path").attributes["d"]
    assert [part for part in page.parts() if "style" in part.attributes] == []
    assert [part for part in page.parts() if "data:" in (part.attributes.get("src") or "")] == []


def test_secrets_are_unreadable_in_the_database(settings: Settings, person: User) -> None:
    accounts.with_app(person)

    kept = Authenticator.objects.get(type="totp").data["secret"]

    assert accounts.SECRET not in kept
    assert second_factor.MFAAdapter().decrypt(kept) == accounts.SECRET
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert second_factor.MFAAdapter().decrypt(kept) == accounts.SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        second_factor.MFAAdapter().decrypt(kept)


@pytest.mark.parametrize(
    "address",
    [
        "/account/2fa/totp/activate/",
        "/account/2fa/totp/deactivate/",
        "/account/2fa/webauthn/add/",
        "/account/2fa/recovery-codes/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/recovery-codes/download/",
    ],
)
def test_nothing_about_factors_opens_without_showing_again_who_you_are(
    client: Client, person: User, address: str
) -> None:
    if "activate" not in address or "deactivate" in address:
        accounts.with_app(person)
        accounts.log_in(client, person)
        client.post("/account/2fa/authenticate/", {"code": code_of_app()})
    else:
        accounts.log_in(client, person)
    assert accounts.is_logged_in(client)

    to_confirm = f"/account/reauthenticate/?next={quote(address, safe='')}"
    assert client.get(address)["Location"] == to_confirm
    if not address.endswith(("codes/", "download/")):
        assert client.post(address)["Location"] == to_confirm


def test_the_app_is_switched_off_after_a_question(client: Client, person: User) -> None:
    accounts.with_app(person)
    accounts.log_in(client, person)
    client.post("/account/2fa/authenticate/", {"code": code_of_app()})
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/"})

    asked = client.get("/account/2fa/totp/deactivate/")
    assert main_of(asked).one("h1").words == "Wilt u de app met codes uitzetten?"
    assert Authenticator.objects.filter(type="totp").exists()
    done = client.post("/account/2fa/totp/deactivate/", follow=True)

    assert message_of(done) == "De app met codes staat uit."
    assert not Authenticator.objects.exists()


# --- Logging in with it ---------------------------------------------------------------------------


def test_the_password_alone_does_not_get_in(client: Client, person: User) -> None:
    accounts.with_app(person)

    answer = accounts.log_in(client, person)

    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not accounts.is_logged_in(client)
    assert client.get("/mijn/").status_code == 302


def test_a_code_of_the_app_gets_in_and_works_once(client: Client, person: User) -> None:
    accounts.with_app(person)
    accounts.log_in(client, person)
    client.post("/account/2fa/authenticate/", {"code": code_of_app()})
    assert accounts.is_logged_in(client)

    other = Client()
    accounts.log_in(other, person)
    again = other.post("/account/2fa/authenticate/", {"code": code_of_app()})

    assert "is al gebruikt" in main_of(again).words
    assert not accounts.is_logged_in(other)


def test_a_recovery_code_gets_in_once(client: Client, person: User) -> None:
    accounts.with_app(person)
    code = accounts.recovery_codes(person)[0]
    accounts.log_in(client, person)
    client.post("/account/2fa/authenticate/", {"code": code})
    assert accounts.is_logged_in(client)

    other = Client()
    accounts.log_in(other, person)
    other.post("/account/2fa/authenticate/", {"code": code})

    assert not accounts.is_logged_in(other)
    assert code not in accounts.recovery_codes(person)


def test_an_old_code_of_the_app_does_not_get_in(client: Client, person: User) -> None:
    accounts.with_app(person)
    accounts.log_in(client, person)

    client.post("/account/2fa/authenticate/", {"code": code_of_app(steps_ago=1)})

    assert not accounts.is_logged_in(client)


@pytest.mark.parametrize("redis", ["up", "down"])
def test_guessing_codes_stops_also_while_redis_is_down(
    client: Client, person: User, redis: str, request: pytest.FixtureRequest
) -> None:
    if redis == "down":
        request.getfixturevalue("redis_down")
    accounts.with_app(person)
    accounts.log_in(client, person)
    for _guess in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})

    # The right code does not help any more, from another browser neither.
    other = Client()
    accounts.log_in(other, person)
    refused = other.post("/account/2fa/authenticate/", {"code": code_of_app()})

    assert "U probeerde te vaak in te loggen" in main_of(refused).words
    assert not accounts.is_logged_in(other)


def test_the_session_has_another_key_after_logging_in(client: Client, person: User) -> None:
    accounts.with_app(person)
    accounts.log_in(client, person)
    before = client.session.session_key

    client.post("/account/2fa/authenticate/", {"code": code_of_app()})

    assert client.session.session_key != before


# --- Logging in with a code from a mail -----------------------------------------------------------


def ask_code(client: Client, email: str) -> None:
    client.post("/account/login/code/", {"email": email})


def test_a_code_from_the_mail_gets_in_without_a_password(client: Client, person: User) -> None:
    ask_code(client, person.email)
    client.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert accounts.is_logged_in(client)


def test_a_code_from_the_mail_does_not_replace_the_second_factor(client: Client, person: User) -> None:
    accounts.with_app(person)
    ask_code(client, person.email)

    answer = client.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not accounts.is_logged_in(client)


def test_a_code_belongs_to_the_browser_that_asked_for_it(client: Client, person: User) -> None:
    ask_code(client, person.email)

    other = Client()
    other.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert not accounts.is_logged_in(other)


def test_a_code_from_the_mail_stops_working_after_three_wrong_ones(client: Client, person: User) -> None:
    ask_code(client, person.email)
    for _guess in range(3):
        client.post("/account/login/code/confirm/", {"code": "XXXXXX"})

    client.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert not accounts.is_logged_in(client)


def test_a_code_from_the_mail_stops_working_after_ten_minutes(client: Client, person: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ask_code(client, person.email)
        clock.shift(601)
        client.post("/account/login/code/confirm/", {"code": accounts.code_from_mail()})

    assert not accounts.is_logged_in(client)


# --- Nothing tells who has an account -------------------------------------------------------------


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())


def _seen(client: Client, address: str, fields: dict[str, str], email: str) -> tuple[object, ...]:
    """All that a visitor can tell apart: statuses, addresses and words, without the address that was typed."""
    answer = client.post(address, fields)
    steps: list[object] = [answer.status_code, answer.headers.get("Location")]
    while answer.status_code == 302:
        answer = client.get(answer["Location"])
        steps += [answer.status_code, answer.headers.get("Location")]
    reader = _Text()
    reader.feed(answer.content.decode().replace(email, "…"))
    return (*steps, [text for text in reader.found if text])


@pytest.mark.parametrize("form", ["/account/login/", "/account/login/code/", "/account/password/reset/"])
def test_a_form_answers_the_same_whether_there_is_an_account_or_not(form: str, person: User) -> None:
    stranger, closed = "niemand@voorbeeld.example", factories.user(is_active=False)
    accounts.with_login(closed)
    secured = accounts.with_app(accounts.with_login(factories.user()))
    known = [person.email, secured.email, closed.email]

    seen = {
        email: _seen(Client(), form, {"email": email, "login": email, "password": "een verkeerd wachtwoord"}, email)
        for email in [stranger, *known]
    }

    assert [email for email in known if seen[email] != seen[stranger]] == []
    assert stranger not in [address for message in mail.outbox for address in message.to]


def test_the_page_for_a_passkey_says_the_same_about_everybody(client: Client) -> None:
    asked = client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()

    assert not asked["request_options"]["publicKey"].get("allowCredentials")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"response": {"userHandle": "MQ"}}', "\x00"])
def test_no_made_up_passkey_gets_in(client: Client, person: User, credential: str) -> None:
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})

    answer = client.post("/account/2fa/webauthn/login/", {"credential": credential})

    assert (answer.status_code, accounts.is_logged_in(client)) == (302, False)


# --- The admin ------------------------------------------------------------------------------------


def test_the_admin_opens_with_a_password_where_no_second_factor_is_asked(
    client: Client, organiser: User, settings: Settings
) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    accounts.log_in(client, organiser)

    assert client.get("/beheer/").status_code == 200


def test_an_organiser_without_a_second_factor_is_led_to_one(
    client: Client, organiser: User, settings: Settings
) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    accounts.log_in(client, organiser)

    answer = client.get("/beheer/competition/user/", follow=True)

    assert answer.redirect_chain[-1] == ("/account/2fa/", 302)
    assert message_of(answer) == "Beveilig eerst uw account extra. Daarna kunt u het beheer in."


def test_an_organiser_who_showed_a_second_factor_enters(client: Client, organiser: User, settings: Settings) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    accounts.with_app(organiser)
    accounts.log_in(client, organiser)
    client.post("/account/2fa/authenticate/", {"code": code_of_app()})

    assert client.get("/beheer/").status_code == 200
    assert client.get("/beheer/login/?next=/beheer/competition/user/")["Location"] == "/beheer/competition/user/"
    assert client.get("/beheer/login/?next=//kwaad.example/")["Location"] == "/beheer/"


def test_a_session_from_before_the_second_factor_has_to_show_it_first(
    client: Client, organiser: User, settings: Settings
) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    accounts.log_in(client, organiser)
    accounts.with_app(organiser)

    answer = client.get("/beheer/competition/user/", follow=True)
    assert answer.redirect_chain[-1] == ("/account/2fa/reauthenticate/?next=%2Fbeheer%2Fcompetition%2Fuser%2F", 302)
    shown = {"code": code_of_app(), "next": "/beheer/competition/user/"}
    entered = client.post("/account/2fa/reauthenticate/", shown, follow=True)

    assert entered.redirect_chain == [("/beheer/competition/user/", 302)]
    assert entered.status_code == 200


def test_who_takes_the_second_factor_away_leaves_the_admin(client: Client, organiser: User, settings: Settings) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    accounts.with_app(organiser)
    accounts.log_in(client, organiser)
    client.post("/account/2fa/authenticate/", {"code": code_of_app()})
    Authenticator.objects.filter(user=organiser).delete()

    assert client.get("/beheer/").status_code == 302


def test_a_second_factor_does_not_open_the_admin_for_who_is_no_organiser(
    client: Client, person: User, settings: Settings
) -> None:
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    accounts.with_app(person)
    accounts.log_in(client, person)
    client.post("/account/2fa/authenticate/", {"code": code_of_app()})

    assert client.get("/beheer/", follow=True).status_code == 403
