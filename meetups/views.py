"""The public pages about meetups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competition import clock
from competition.access import public
from competition.calendar import MONTHS
from competition.models import Edition
from competition.pages import about, edition_of, for_edition, kept
from meetups import months, signups
from meetups.models import Meetup, MeetupQuerySet
from scoring import boards


@public
@kept
@for_edition
def agenda(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    meetups = list(_shown(edition))
    page = about(edition, at=at) | {
        "month": months.month_of(edition, months.current_number(edition, at=at), meetups, at=at),
        **_before_and_after(meetups, at=at),
        **_subscription(),
    }
    return render(request, "meetups/agenda.html", page)


@public
@kept
def month(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """One month of the calendar; no month has another name than one of ours."""
    if name not in MONTHS:
        raise Http404
    at = clock.now()
    edition = edition_of(year)
    shown = months.month_of(edition, MONTHS.index(name) + 1, _shown(edition), at=at)
    page = about(edition, at=at) | {
        "month": shown,
        "nav": "meetups",
        **_before_and_after(shown.meetups, at=at),
        **_subscription(),
    }
    return render(request, "meetups/month.html", page)


@public
@kept
def meetup(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    at = clock.now()
    edition = edition_of(year)
    shown = get_object_or_404(edition.meetups.select_related("host", "solution__giver"), slug=slug)
    attendances = shown.attendances.filter(boards.seen(edition)).select_related("participant")
    page = about(edition, at=at) | {
        "meetup": shown,
        "has_begun": shown.has_begun(at),
        "is_over": shown.is_over(at),
        "is_open": shown.is_open_for_signup(at),
        "room": signups.room_of(shown) if shown.is_open_for_signup(at) else None,
        "materials": shown.materials.order_by("pk"),
        "attendances": attendances.order_by("participant__sort_name", "pk"),
        "nav": "meetups",
    }
    return render(request, "meetups/meetup.html", page)


def _shown(edition: Edition) -> MeetupQuerySet:
    seen = boards.seen(edition, of="attendances__")
    meetups = edition.meetups.with_attendance_count(seen).select_related("edition", "host")
    return meetups.with_materials().in_order()


def _before_and_after(meetups: Sequence[Meetup], *, at: datetime) -> dict[str, list[Meetup]]:
    """Each nearest first."""
    return {
        "upcoming": [meetup for meetup in meetups if not meetup.is_over(at)],
        "past": [meetup for meetup in reversed(meetups) if meetup.is_over(at)],
    }


def _subscription() -> dict[str, Any]:
    """Where an agenda finds the meetups of this year and of later ones. No request says which host we are."""
    address = f"{settings.SITE_URL}{reverse('meetups:feed')}"
    return {"feed_address": address, "feed_link": urlsplit(address)._replace(scheme="webcal").geturl()}
