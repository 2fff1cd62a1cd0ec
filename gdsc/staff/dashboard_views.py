from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from competition import clock, pages
from competition.access import for_own_municipality, memberships_of
from competition.models import Edition, Municipality
from gdsc.staff.desk import desk_of, person_of
from gdsc.staff.meetups_ahead import meetups_ahead
from gdsc.staff.overview import overview_of
from gdsc.staff.season import notice_of


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The way to the own municipality; a choice for who works for several."""
    municipalities = _municipalities_of(request)
    if len(municipalities) == 1:
        return redirect("dashboard_of", municipalities[0].slug)
    return render(request, "staff/choose.html", {"nav": "dashboard", "municipalities": municipalities})


@for_own_municipality
@require_safe
def dashboard_of(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """What a municipality has done in the present edition, and what it can still do."""
    context = {"nav": "dashboard", "municipality": municipality, "municipalities": _municipalities_of(request)}
    desk = desk_of(request, municipality)
    if desk is None:
        edition = Edition.objects.current(clock.now())
        about = pages.about(edition, at=clock.now()) if edition else {"edition": None, "phase": ""}
        return render(request, "staff/not_playing.html", about | context)
    context |= {"overview": overview_of(desk), "ahead": meetups_ahead(desk), "notice": notice_of(desk)}
    return render(request, "staff/dashboard.html", desk.context | context)


def _municipalities_of(request: HttpRequest) -> list[Municipality]:
    """Each once, by name, also for who has two periods at one municipality."""
    memberships = memberships_of(person_of(request), at=clock.now())
    return list({each.municipality_id: each.municipality for each in memberships}.values())
