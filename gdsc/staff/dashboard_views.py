from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from competition import clock, pages
from competition.access import for_own_municipality, memberships_of
from competition.models import Edition, Municipality
from gdsc.staff import questions
from gdsc.staff.desk import desk_of, person_of
from gdsc.staff.meetups_ahead import meetups_ahead, running
from gdsc.staff.overview import overview_of
from gdsc.staff.season import notice_of
from meetups import hosting


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The way to the own municipality; a choice for who works for several."""
    municipalities = _municipalities_of(request)
    if len(municipalities) == 1:
        return redirect("dashboard_of", municipalities[0].slug)
    if not municipalities and _hosts_something(request):
        return redirect("hosting")
    return render(request, "staff/choose.html", {"nav": "dashboard", "municipalities": municipalities})


@for_own_municipality
@require_safe
def dashboard_of(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """What a municipality has done in the present edition, and what it can still do."""
    context: dict[str, Any] = {"nav": "dashboard", "municipality": municipality}
    context["municipalities"] = _municipalities_of(request)
    hosted = list(hosting.hosted_by(person_of(request), at=clock.now()).select_related("edition").in_order())
    context["is_host"] = bool(hosted)
    desk = desk_of(request, municipality)
    edition = desk.edition if desk else Edition.objects.current(clock.now())
    context["questions"] = questions.questions_to(municipality, edition)
    if desk is None:
        about = pages.about(edition, at=clock.now()) if edition else {"edition": None, "phase": ""}
        return render(request, "staff/not_playing.html", about | context)
    ahead = meetups_ahead(desk)
    urgent = [*questions.about_seats(ahead), *questions.about_contributions(desk)]
    context["questions"] = [*urgent, *questions.about_lists(hosted, desk), *context["questions"]]
    context |= {
        "overview": overview_of(desk),
        "ahead": ahead,
        "running": running(desk),
        "notice": notice_of(desk),
    }
    return render(request, "staff/dashboard.html", desk.context | context)


def _hosts_something(request: HttpRequest) -> bool:
    return hosting.hosted_by(person_of(request), at=clock.now()).exists()


def _municipalities_of(request: HttpRequest) -> list[Municipality]:
    """Each once, by name, also for who has two periods at one municipality."""
    memberships = memberships_of(person_of(request), at=clock.now())
    return list({each.municipality_id: each.municipality for each in memberships}.values())
