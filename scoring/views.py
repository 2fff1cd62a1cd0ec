"""The public pages about how points are earned and what they lead to: rules and finalists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competition import clock
from competition.access import public
from competition.models import Edition
from competition.pages import about, for_edition, kept
from scoring import log, timeline
from scoring.final import lineup, tiebreak
from scoring.rules import FINALIST_COUNT, KINDS, OBJECTION_DAYS


@public
@kept
@for_edition
def rules(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    months = timeline.months_of(edition, at=at)
    page = about(edition, at=at) | {
        "rules": edition.rules,
        "is_locked": edition.rules.is_locked(at),
        "months": months,
        "steps": timeline.steps(months, edition.phase_at(at), has_winner=hasattr(edition, "result")),
        "example": months[0],
        "last_day": months[-1].round.last_day,
        "kinds": KINDS,
        "amendments": log.amendments_of(edition),
        "finalist_count": FINALIST_COUNT,
        "objection_days": OBJECTION_DAYS,
    }
    return render(request, "scoring/rules.html", page)


@public
@kept
@for_edition
def finalists(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    last_month = timeline.months_of(edition, at=at)[-1]
    final = lineup.after(last_month.round)
    page = about(edition, at=at) | {
        "last_month": last_month,
        "lineup": final,
        "tiebreak": tiebreak.of(edition, final),
        "finalist_count": FINALIST_COUNT,
        "nav": "leaderboard",
    }
    return render(request, "scoring/finalists.html", page)
