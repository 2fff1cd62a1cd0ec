"""The public pages about solutions: the ten of an edition, and the library Goed Opgelost!"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.access import public
from competition.models import Edition
from competition.pages import about, edition_of, for_edition
from solutions.models import Contribution

PAGE_SIZE = 12


@public
@for_edition
def catalogue(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    solutions = list(edition.solutions.with_adopter_count().select_related("round", "giver").in_order())
    page = about(edition, at=at) | {
        "solutions": solutions,
        "central": next((solution for solution in solutions if solution.round.contains(at)), None),
    }
    return render(request, "solutions/catalogue.html", page)


@public
def solution(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    at = clock.now()
    edition = edition_of(year)
    shown = get_object_or_404(edition.solutions.select_related("round", "giver"), slug=slug)
    adoptions = shown.adoptions.confirmed().select_related("participant")
    page = about(edition, at=at) | {
        "solution": shown,
        "is_central": shown.round.contains(at),
        "adoptions": adoptions.order_by("in_use_since", "participant__sort_name", "pk"),
        "meetups": shown.meetups.select_related("host").in_order(),
        "nav": "solutions",
    }
    return render(request, "solutions/solution.html", page)


@public
def library(request: HttpRequest) -> HttpResponse:
    """Of all editions, the latest first."""
    confirmed = Contribution.objects.confirmed().select_related("participant__edition")
    in_order = confirmed.order_by("-participant__edition__year", "-counts_on", "-pk")
    page = {"page": Paginator(in_order, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "solutions/library.html", page)


@public
def contribution(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Contribution.objects.confirmed().select_related("participant__edition"), pk=pk)
    page = about(shown.participant.edition, at=clock.now()) | {"contribution": shown, "nav": "contributions"}
    return render(request, "solutions/contribution.html", page)
