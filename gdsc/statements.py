"""What the portal says about itself: how it deals with people's data, and who can use it."""

from datetime import date, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from competition import retention
from competition.access import public
from competition.outbox import KEEP_DONE_FOR
from gdsc.expiry import REMEMBER_FORMS

TESTED_ON = date(2026, 11, 24)
"""When the tests that the accessibility statement tells of were last looked through by a person."""
ABOUT_NO_EDITION = {"edition": None, "phase": ""}


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """The names and terms come from the settings that the portal obeys, so that the page cannot say another."""
    facts = {
        "organisation": _organisation(),
        "contact": settings.CONTACT_EMAIL,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "session_days": settings.SESSION_COOKIE_AGE // (24 * 3600),
        **_session_limits(),
        "names_months": retention.longest_term(),
        "form_cookie": settings.CSRF_COOKIE_NAME,
        "mail_days": KEEP_DONE_FOR.days,
        "form_days": REMEMBER_FORMS.days,
    }
    return render(request, "gdsc/privacy.html", ABOUT_NO_EDITION | facts)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    facts = {
        "organisation": _organisation(),
        "contact": settings.CONTACT_EMAIL,
        "site_address": settings.SITE_URL,
        "tested_on": TESTED_ON,
    }
    return render(request, "gdsc/accessibility.html", ABOUT_NO_EDITION | facts)


def _session_limits() -> dict[str, int]:
    """How long somebody stays logged in, in the units of the page."""
    (idle, in_all), (organisers_idle, organisers_in_all) = (
        settings.SESSION_LIMITS,
        settings.SESSION_LIMITS_OF_ORGANISERS,
    )
    hour = timedelta(hours=1)
    return {
        "logged_in_days": in_all.days,
        "idle_hours": idle // hour,
        "organisers_idle_minutes": organisers_idle // timedelta(minutes=1),
        "organisers_hours": organisers_in_all // hour,
    }


def _organisation() -> str:
    """As the settings name it, or else in general words."""
    return settings.ORGANISATION or gettext("de organisatie van De Grote Digitale Steden Competitie")
