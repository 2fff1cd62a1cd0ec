"""The public pages that bring all apps together: the front page and the archive; and what stands where none is."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template import loader
from django.urls import Resolver404, is_valid_path, reverse
from django.utils import translation

from competition import clock
from competition.access import public
from competition.calendar import local_date
from competition.languages import address_in, of_address
from competition.models import Edition, Phase
from competition.pages import about, editions, kept
from gdsc.archive import archived, hall_of_fame, past_editions
from gdsc.languages import Version, versions_of
from scoring import boards, live, timeline
from scoring.final import lineup
from scoring.models import EditionResult


@public
@kept
def home(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    edition = editions().current(at)
    if edition is None:
        earlier = EditionResult.objects.last_before(local_date(at).year)
        return render(request, "gdsc/home.html", {"edition": None, "phase": "", "earlier": earlier})
    return render(request, "gdsc/home.html", about(edition, at=at) | _year_of(edition, at=at))


def _year_of(edition: Edition, *, at: datetime) -> dict[str, Any]:
    """What is to be told of an edition now; the standing gives way to the finalists once they are known."""
    phase = edition.phase_at(at)
    months = timeline.months_of(edition, at=at)
    final = lineup.after(months[-1].round)
    closed = [month.round for month in months if month.is_closed]
    visible = boards.visible_months(edition, closed)
    page: dict[str, Any] = {
        "steps": timeline.steps(months, phase, has_winner=hasattr(edition, "result"), linked=visible),
        "last_month": months[-1],
        "lineup": final,
        "rules": edition.rules,
        "earlier": EditionResult.objects.last_before(edition.year),
    }
    if not final.is_fixed:
        board = boards.shown(edition)
        podium = board.top(3, at_most=5)
        page |= {"board": board, "podium": podium, "next_up": board.top(5, at_most=8)[len(podium) :]}
        page |= {"is_live": live.is_on(board, edition), "refreshes_every": live.REFRESHES_EVERY}
        page["compared"] = boards.compared_with(board, closed)
    if phase == Phase.SCORING:
        seen = boards.seen(edition, of="adoptions__")
        central = edition.solutions.central_at(at).with_adopter_count(seen)
        page["central"] = central.select_related("round", "giver").first()
    if phase in {Phase.ANNOUNCED, Phase.SCORING}:
        page["next_meetups"] = edition.meetups.upcoming(at).select_related("host").in_order()[:2]
    return page


@public
@kept
def archive(request: HttpRequest) -> HttpResponse:
    """About several editions, so that nothing at its top speaks of the present one."""
    past = past_editions(clock.now())
    page = {"edition": None, "phase": "", "past": past, "hall_of_fame": hall_of_fame(past)}
    return render(request, "gdsc/archive.html", page)


@public
@kept
def archive_edition(request: HttpRequest, year: int) -> HttpResponse:
    at = clock.now()
    edition = get_object_or_404(archived(at), year=year)
    finalists = edition.finalists.select_related("participant").order_by("place", "participant__sort_name", "pk")
    page = about(edition, at=at) | {"finalists": finalists, "nav": "archive"}
    return render(request, "gdsc/archive_edition.html", page)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same to the last byte whatever was asked for, so the switch leads home.

    But where this address is none at all, and the same one in another language is (`/en/robots.txt`), it leads there.
    """
    languages = versions_of(reverse("home"))
    if isinstance(exception, Resolver404):
        asked = versions_of(request.get_full_path())
        languages = [there if _is_one(there) else home for there, home in zip(asked, languages, strict=True)]
    return render(request, "404.html", {"languages": languages}, status=404)


def _is_one(version: Version) -> bool:
    """Whether there can be a page at this address."""
    with translation.override(version.code):
        return bool(is_valid_path(version.address.partition("?")[0]))


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, the session or the addresses: any of them may be what broke."""
    home_url = address_in(of_address(request.path), "/")
    page = {"languages": versions_of(home_url), "home_url": home_url}
    return HttpResponse(loader.get_template("500.html").render(page), status=500)
