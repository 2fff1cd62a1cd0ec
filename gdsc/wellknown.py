"""The files that machines and researchers look for at a fixed place: robots.txt and security.txt."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from competition import clock
from competition.access import public
from competition.calendar import local_date, midnight
from competition.languages import address_in

CLOSED = ("/account/", "/beheer/", "/mijn/", "/uitnodiging/")
"""Where no search engine finds anything to show."""


@public
def robots(request: HttpRequest) -> HttpResponse:
    closed = [f"Disallow: {address_in(language, place)}" for language, _name in settings.LANGUAGES for place in CLOSED]
    return _text("User-agent: *", *closed, "", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")


@public
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a leak (RFC 9116)."""
    return _text(
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {_expires(at=clock.now()):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}{reverse('security')}",
    )


def _expires(*, at: datetime) -> datetime:
    """The beginning of a day, so that the file stays the same all day."""
    day = local_date(at) + timedelta(days=settings.SECURITY_TXT_DAYS)
    return midnight(day).astimezone(UTC)


def _text(*lines: str) -> HttpResponse:
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
