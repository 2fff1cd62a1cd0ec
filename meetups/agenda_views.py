"""Meetups for the agendas of others, as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import conditional_page

from competition import clock
from competition.access import public
from competition.pages import edition_of, editions, kept
from meetups import agenda


@public
@kept
@conditional_page
def feed(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """All meetups of one edition; without a year, of the current one, so that a subscription outlives the year."""
    edition = editions().current(clock.now()) if year is None else edition_of(year)
    if edition is None:
        raise Http404
    meetups = edition.meetups.select_related("edition", "host", "solution").in_order()
    return _answer(agenda.feed(edition, meetups), f'inline; filename="gdsc-meetups-{edition.year}.ics"')


@public
@kept
@conditional_page
def file(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    meetups = edition_of(year).meetups.select_related("edition", "host", "solution")
    meetup = get_object_or_404(meetups, slug=slug)
    return _answer(agenda.file(meetup), f'attachment; filename="gdsc-{year}-{meetup.slug}.ics"')


def _answer(content: bytes, disposition: str) -> HttpResponse:
    """Without a day of last change: a meetup that is deleted changes the feed and leaves no such day."""
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=agenda.CONTENT_TYPE, headers=headers)
