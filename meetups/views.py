"""The public pages about meetups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.access import public
from competition.models import Edition
from competition.pages import about, edition_of, for_edition


@public
@for_edition
def agenda(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    meetups = list(edition.meetups.with_attendance_count().select_related("host").in_order())
    page = about(edition, at=at) | {
        "upcoming": [meetup for meetup in meetups if meetup.ends_at > at],
        "past": [meetup for meetup in reversed(meetups) if meetup.ends_at <= at],
    }
    return render(request, "meetups/agenda.html", page)


@public
def meetup(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    at = clock.now()
    edition = edition_of(year)
    shown = get_object_or_404(edition.meetups.select_related("host", "solution__giver"), slug=slug)
    attendances = shown.attendances.confirmed().select_related("participant")
    page = about(edition, at=at) | {
        "meetup": shown,
        "has_begun": shown.has_begun(at),
        "attendances": attendances.order_by("participant__sort_name", "pk"),
        "nav": "meetups",
    }
    return render(request, "meetups/meetup.html", page)
