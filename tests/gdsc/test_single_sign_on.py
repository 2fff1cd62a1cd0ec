"""Logging in with the account of one's work, against an issuer that really answers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPErrorProcessor, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from competition.models import User
from gdsc import single_sign_on
from tests import accounts, factories, issuer
from tests.issuer import Issuer
from tests.reading import main_of

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/zwolle/login/"
EMAIL = "medewerker@zwolle.example"


class _Stay(HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        return response


@pytest.fixture(scope="module")
def running() -> Iterator[Issuer]:
    with issuer.running() as started:
        yield started


@pytest.fixture
def zwolle(running: Issuer, settings: Settings) -> Issuer:
    running.claims, running.refuses = {"sub": "123", "email": EMAIL, "name": "Anna", "amr": ["pwd"]}, False
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([told(running.url)], insecure=True)
    return running


@pytest.fixture
def person() -> User:
    made = User.objects.create_user(EMAIL, name="Anna")
    EmailAddress.objects.create(user=made, email=EMAIL, verified=True, primary=True)
    return made


def told(url: str, **more: Any) -> dict[str, Any]:
    known = {"id": "zwolle", "name": "Gemeente Zwolle", "server_url": url, "domains": ["zwolle.example"]}
    return known | {"client_id": issuer.CLIENT, "secret": issuer.SECRET} | more


def log_in(client: Client, *, process: str = "login") -> Any:
    """Press the button, log in at work, and come back; gives our answer to that."""
    away = client.post(f"{LOGIN}?process={process}")
    assert away.status_code == 302
    back = build_opener(_Stay).open(away["Location"], timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def test_nothing_is_offered_where_nothing_is_configured(client: Client, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([], insecure=False)

    assert "Of log in via uw gemeente" not in client.get("/account/login/").content.decode()
    assert [client.get(LOGIN).status_code, client.post(LOGIN).status_code] == [404, 404]


def test_the_login_page_has_a_button_for_the_municipality(client: Client, zwolle: Issuer) -> None:
    page = main_of(client.get("/account/login/"))

    assert page.one("h1").words == "Inloggen"
    assert "Gemeente Zwolle" in page.texts("button")
    assert "U gaat nu naar de inlogpagina van uw werk" in main_of(client.get(LOGIN)).words


def test_who_has_an_account_is_logged_in_and_linked(client: Client, zwolle: Issuer, person: User) -> None:
    log_in(client)

    assert client.session["_auth_user_id"] == str(person.pk)
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.provider, linked.uid, linked.extra_data) == (person, "zwolle", "123", {})
    assert not SocialToken.objects.exists()
    assert [message.subject for message in mail.outbox] == ["Uw account is gekoppeld aan dat van uw werk"]


def test_from_the_english_page_the_way_back_is_the_one_that_the_issuer_knows(client: Client, zwolle: Issuer) -> None:
    away = client.post(f"/en{LOGIN}?process=login")

    assert parse_qs(urlsplit(away["Location"]).query)["redirect_uri"] == [f"http://testserver{LOGIN}callback/"]


def test_a_link_holds_when_the_address_changes_at_work(client: Client, zwolle: Issuer, person: User) -> None:
    log_in(client)
    zwolle.claims["email"] = "getrouwd@zwolle.example"

    again = Client()
    log_in(again)

    assert again.session["_auth_user_id"] == str(person.pk)
    assert SocialAccount.objects.get().extra_data == {}


def test_nobody_gets_an_account_by_logging_in_at_work(client: Client, zwolle: Issuer) -> None:
    answer = log_in(client)

    assert "U kunt niet zelf een account maken." in main_of(answer).words
    assert not accounts.is_logged_in(client)
    assert not User.objects.exists()
    assert main_of(client.get("/account/3rdparty/signup/", follow=True)).one("h1").words == "Inloggen"


@pytest.mark.parametrize("email", ["organisator@gdsc.example", "medewerker@nep-zwolle.example", ""])
def test_an_issuer_is_not_believed_about_addresses_that_are_not_its_own(
    client: Client, zwolle: Issuer, email: str
) -> None:
    other = User.objects.create_user(email or "zonder@zwolle.example")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    zwolle.claims |= {"email": email, "email_verified": True}

    log_in(client)

    assert not accounts.is_logged_in(client)
    assert not SocialAccount.objects.exists()


def test_an_account_that_is_closed_stays_closed(client: Client, zwolle: Issuer, person: User) -> None:
    User.objects.update(is_active=False)

    log_in(client)

    assert not accounts.is_logged_in(client)


# --- The second factor ----------------------------------------------------------------------------


def test_the_second_factor_is_asked_as_after_a_password(client: Client, zwolle: Issuer, person: User) -> None:
    accounts.with_app(person)
    zwolle.claims["amr"] = ["pwd", "mfa"]

    assert log_in(client)["Location"] == "/account/2fa/authenticate/"
    assert not accounts.is_logged_in(client)
    client.post("/account/2fa/authenticate/", {"code": accounts.code_of_app()})
    assert accounts.is_logged_in(client)


@pytest.mark.parametrize(("amr", "is_in"), [(["pwd", "mfa"], True), (["pwd"], False), (None, False)])
def test_a_second_factor_at_work_counts_where_we_agreed_so(
    client: Client, zwolle: Issuer, person: User, settings: Settings, amr: list[str] | None, is_in: bool
) -> None:
    agreed = told(zwolle.url, trusts_second_factor=True)
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([agreed], insecure=True)
    accounts.with_app(person)
    zwolle.claims.pop("amr") if amr is None else zwolle.claims.update(amr=amr)

    log_in(client)

    assert accounts.is_logged_in(client) == is_in


@pytest.mark.parametrize("is_linked", [False, True])
def test_an_organiser_never_comes_in_by_a_municipality(
    client: Client, zwolle: Issuer, person: User, settings: Settings, is_linked: bool
) -> None:
    agreed = told(zwolle.url, trusts_second_factor=True)
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([agreed], insecure=True)
    zwolle.claims["amr"] = ["pwd", "mfa"]
    if is_linked:
        log_in(Client())
    User.objects.update(is_staff=True)

    answer = log_in(client)

    assert answer.status_code == 403
    assert "Log in met uw eigen wachtwoord" in answer.content.decode()
    assert not accounts.is_logged_in(client)
    assert [linked.extra_data for linked in SocialAccount.objects.all()] == [{}] * is_linked


def test_an_organiser_links_no_account_of_a_municipality(client: Client, zwolle: Issuer) -> None:
    zwolle.claims["email"] = "elders@zwolle.example"
    organiser = accounts.with_login(factories.organiser())
    accounts.log_in(client, organiser)
    client.post("/account/reauthenticate/", {"password": accounts.PASSWORD, "next": "/"})

    assert log_in(client, process="connect").status_code == 403
    assert not SocialAccount.objects.exists()


# --- What goes wrong ------------------------------------------------------------------------------


def test_who_stops_at_work_is_told_so(client: Client, zwolle: Issuer) -> None:
    zwolle.refuses = True

    answer = log_in(client)
    if answer.status_code == 302:
        answer = client.get(answer["Location"])

    assert "U bent niet ingelogd" in answer.content.decode()


@pytest.mark.parametrize("claims", [{"aud": "een ander"}, {"iss": "https://kwaad.example"}, {"exp": 1}])
def test_a_token_that_is_not_for_us_opens_nothing(
    client: Client, zwolle: Issuer, person: User, claims: dict[str, Any]
) -> None:
    zwolle.claims |= claims

    answer = log_in(client)

    assert "Inloggen is niet gelukt" in answer.content.decode()
    assert not accounts.is_logged_in(client)


def test_an_answer_that_nobody_asked_for_opens_nothing(client: Client, zwolle: Issuer, person: User) -> None:
    other = Client()
    away = other.post(LOGIN)
    back = build_opener(_Stay).open(away["Location"], timeout=5).headers["Location"]

    client.get(back.removeprefix("http://testserver"))

    assert not accounts.is_logged_in(client)


def test_an_issuer_that_is_down_gives_a_page(client: Client, settings: Settings) -> None:
    down = told("http://127.0.0.1:1")
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([down], insecure=True)

    answer = client.post(LOGIN)

    assert "Inloggen is niet gelukt" in answer.content.decode()


def test_a_link_is_made_and_broken_by_hand(client: Client, zwolle: Issuer) -> None:
    zwolle.claims["email"] = "elders@zwolle.example"
    somebody = accounts.with_login(factories.user())
    accounts.log_in(client, somebody)
    client.post("/account/reauthenticate/", {"password": accounts.PASSWORD, "next": "/"})
    log_in(client, process="connect")
    linked = SocialAccount.objects.get(user=somebody)
    assert "Gemeente Zwolle" in main_of(client.get("/account/3rdparty/")).words

    client.post("/account/3rdparty/", {"account": linked.pk})

    assert not SocialAccount.objects.exists()
    assert "niet gekoppeld" in main_of(client.get("/account/3rdparty/")).words


# --- Configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"secret": ""}, "missing"),
        ({"domains": []}, "missing"),
        ({"tenant": "x"}, "unknown"),
        ({"id": "Zwolle!"}, "no id"),
        ({"server_url": "http://inloggen.zwolle.example"}, "https"),
    ],
)
def test_a_wrong_configuration_stops_the_start(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        single_sign_on.providers([told("https://inloggen.zwolle.example") | wrong], insecure=False)


def test_two_issuers_need_two_ids() -> None:
    with pytest.raises(ImproperlyConfigured, match="same id"):
        single_sign_on.providers([told("https://a.example"), told("https://b.example")], insecure=False)


def test_the_environment_switches_it_on_and_opens_the_policy_for_that_issuer_only() -> None:
    show = (
        "from gdsc import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']);"
        "print([app['provider_id'] for app in s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS']])"
    )
    one = told("https://login.microsoftonline.com/1234/v2.0", origins=["https://sts.zwolle.example/adfs"])

    def started(**more: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", show], env=os.environ | more, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    assert started(SSO_PROVIDERS=json.dumps([one])) == [
        "[\"'self'\", 'https://login.microsoftonline.com', 'https://sts.zwolle.example']",
        "['zwolle']",
    ]
    assert started(SSO_PROVIDERS="[]") == ["[\"'self'\"]", "[]"]
