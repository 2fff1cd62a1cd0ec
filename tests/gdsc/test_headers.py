"""What every answer carries, whatever the page."""

from typing import TYPE_CHECKING

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from competition.access import public

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@public
def open_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


def closed_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("closed")


urlpatterns = [
    path("open/", open_page),
    path("closed/", closed_page),
    path("account/", include("allauth.account.urls")),
]
with_open_and_closed_page = pytest.mark.urls(__name__)


def assert_guarded(response: "Answer") -> None:
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@with_open_and_closed_page
def test_a_page_is_closed_unless_it_is_marked_public(client: Client) -> None:
    assert client.get("/closed/")["Location"] == "/account/login/?next=/closed/"
    assert client.get("/open/").content == b"open"


@with_open_and_closed_page
def test_a_visitor_who_reads_gets_no_cookie_and_costs_no_query(client: Client) -> None:
    # Without a database: a query would fail here.
    assert not client.get("/open/").cookies


@with_open_and_closed_page
def test_every_answer_forbids_what_a_page_does_not_need(client: Client) -> None:
    for address in ("/open/", "/closed/"):
        assert_guarded(client.get(address))


@pytest.mark.django_db
def test_an_unknown_address_answers_with_the_same_headers(client: Client) -> None:
    response = client.get("/bestaat-niet/")

    assert response.status_code == 404
    assert_guarded(response)


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_the_same_headers() -> None:
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@b.example"})

    assert response.status_code == 403
    assert_guarded(response)


def test_the_admin_sends_everybody_to_the_one_login(client: Client) -> None:
    response = client.get("/beheer/login/")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
