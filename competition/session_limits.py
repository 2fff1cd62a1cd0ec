"""How long somebody stays logged in: until they do nothing for a while, and at most so long in all.

Shorter for organisers, who can do more. Both count by the machine's clock, also where the site shows another day.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from competition import clock
from competition.models import User

BEGAN, SEEN = "logged_in_at", "last_seen_at"
"""Where a session keeps, in seconds, when it began and when it was used last."""
NOTE_EVERY = timedelta(minutes=1)
"""The last use is known this exactly: not every request writes."""


class Limits(NamedTuple):
    idle: timedelta
    in_all: timedelta


def limits_of(user: User) -> Limits:
    return Limits(*(settings.SESSION_LIMITS_OF_ORGANISERS if user.is_staff else settings.SESSION_LIMITS))


class SessionLimitMiddleware:
    """Logs out who stayed away or in for too long, and tells them why. Who has no session costs nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, User):
            _look_at(request, request.user, at=clock.now() - clock.shift())
        return self.get_response(request)


def _look_at(request: HttpRequest, user: User, *, at: datetime) -> None:
    began, seen = (_moment(request.session.get(key), instead=at) for key in (BEGAN, SEEN))
    limits = limits_of(user)
    if at - seen >= limits.idle:
        _out(request, _words_for_idle(limits.idle))
    elif at - began >= limits.in_all:
        _out(request, _words_for_all(limits.in_all))
    elif SEEN not in request.session or (at - seen >= NOTE_EVERY and "HX-Request" not in request.headers):
        # A page that refreshes itself is not somebody who does something.
        request.session.update({BEGAN: began.timestamp(), SEEN: at.timestamp()})


def _moment(kept: float | None, *, instead: datetime) -> datetime:
    return instead if kept is None else datetime.fromtimestamp(kept, tz=UTC)


def _out(request: HttpRequest, why: str) -> None:
    """The page that was asked for goes on without them: a closed one leads to the login, and back."""
    logout(request)
    messages.info(request, why)
    if request.method == "POST" and request.path not in (reverse("account_login"), reverse("account_logout")):
        messages.warning(request, gettext("Wat u net verstuurde, is niet bewaard. Doe dat na het inloggen opnieuw."))


def _words_for_idle(idle: timedelta) -> str:
    minutes = idle // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    if rest:
        words = ngettext(
            "U deed %(count)d minuut niets. Daarom bent u uitgelogd.",
            "U deed %(count)d minuten niets. Daarom bent u uitgelogd.",
            minutes,
        )
        return words % {"count": minutes}
    return gettext("U deed %(count)d uur niets. Daarom bent u uitgelogd.") % {"count": hours}


def _words_for_all(in_all: timedelta) -> str:
    hours = in_all // timedelta(hours=1)
    days, rest = divmod(hours, 24)
    if rest:
        return gettext("U was %(count)d uur ingelogd. Log voor de veiligheid opnieuw in.") % {"count": hours}
    words = ngettext(
        "U was %(count)d dag ingelogd. Log voor de veiligheid opnieuw in.",
        "U was %(count)d dagen ingelogd. Log voor de veiligheid opnieuw in.",
        days,
    )
    return words % {"count": days}
