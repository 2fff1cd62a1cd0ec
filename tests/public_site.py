"""Every public page for the browser tests: addresses, the clock of the site, and the pages of errors.

A test module imports `year` and `in_december` too: fixtures are found by their name in the module.
"""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import get_resolver, path
from django.utils import timezone
from django.views.csrf import csrf_failure
from pytest_django.fixtures import Settings

from competition.access import public
from gdsc import urls
from tests.gdsc.test_public_pages import IN_DECEMBER, PAGES, year

__all__ = ["ADDRESSES", "WITH_FORM_COOKIE", "in_december", "year"]

VARIANTS = [
    "/ranglijst/?op=2026-04-10",
    "/ranglijst/?door=wildcard&ervaring=nieuw",
    "/embed/?deelnemer=a",
    "/goed-opgelost/?zoek=niets+van+dit+alles",
    "/2026/overnames/?toon=overnemers",
    "/en/",
    "/en/2026/ranglijst/",
    "/en/2026/oplossingen/",
    "/en/meetups/",
]
"""Pages that look otherwise when somebody chose something, such as another language."""
ERRORS = {"/fout/400/": 400, "/fout/403/": 403, "/fout/404/": 404, "/fout/500/": 500, "/fout/formulier/": 403}
WITH_FORM_COOKIE = ["/account/login/", "/account/password/reset/"]
"""A form that is sent needs a cookie against forgery; nothing else that is public does."""
ADDRESSES = [*PAGES, *VARIANTS, *ERRORS, *WITH_FORM_COOKIE]


def page_of_error(status: int) -> Callable[[HttpRequest], HttpResponseBase]:
    """The site's own page: with DEBUG on, Django would show another one for a real error."""

    @public
    def show(request: HttpRequest) -> HttpResponseBase:
        handler: Callable[..., HttpResponseBase] = get_resolver("gdsc.urls").resolve_error_handler(status)
        return handler(request) if status == HTTPStatus.INTERNAL_SERVER_ERROR else handler(request, exception=Http404())

    return show


@public
def without_token(request: HttpRequest) -> HttpResponseBase:
    return csrf_failure(request)


urlpatterns = [
    *(path(f"fout/{status}/", page_of_error(status)) for status in (400, 403, 404, 500)),
    path("fout/formulier/", without_token),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def in_december(settings: Settings) -> None:
    """Sets the site's own clock, as `./dev run --as-of` does: a browser waits for a clock that stands still."""
    settings.DEBUG = True
    settings.GDSC_AS_OF = IN_DECEMBER.date()
    settings.GDSC_STARTED_ON = timezone.localdate()
    settings.ROOT_URLCONF = __name__
