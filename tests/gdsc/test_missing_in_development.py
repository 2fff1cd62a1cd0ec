"""Where nothing is, makers see what visitors see; what breaks shows them Django's technical page."""

from typing import TYPE_CHECKING

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings

from competition.access import public
from gdsc import urls
from tests.gdsc.test_headers import assert_guarded
from tests.reading import read

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@public
def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Stuk")


urlpatterns = [path("niets/", nothing), path("stuk/", broken), *urls.urlpatterns]


@pytest.fixture(autouse=True)
def in_development(settings: Settings) -> None:
    settings.DEBUG = True


def asked(address: str) -> "Answer":
    return Client(raise_request_exception=False).get(address)


def heading(answer: "Answer") -> str:
    answer.status_code = 200  # `read` wants a page that is there
    return read(answer).one("h1").words


@pytest.mark.parametrize("address", ["/bestaat-niet/", "/niets/", "/static/weg.css", "/2026/deelnemers/niemand/"])
def test_where_nothing_is_stands_our_own_page_with_its_policy(address: str) -> None:
    answer = asked(address)

    assert answer.status_code == 404
    assert_guarded(answer)
    assert heading(answer) == "Deze pagina bestaat niet"


def test_it_is_in_the_language_of_the_address() -> None:
    assert heading(asked("/en/bestaat-niet/")) == "This page does not exist"


def test_what_breaks_shows_what_broke() -> None:
    answer = asked("/stuk/")

    assert answer.status_code == 500
    assert "RuntimeError at /stuk/" in answer.content.decode()


def test_a_slash_is_still_added() -> None:
    assert asked("/spelregels")["Location"] == "/spelregels/"


def test_the_data_tells_in_its_own_form_that_nothing_is_there() -> None:
    assert asked("/api/v1/niets")["Content-Type"] == "application/problem+json"
