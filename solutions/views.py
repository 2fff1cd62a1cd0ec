"""The public pages about solutions: the ten of an edition, who shares them, and the library Goed Opgelost!"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock, uploads
from competition.access import public
from competition.models import Edition, Municipality
from competition.pages import about, edition_of, for_edition, kept
from scoring import boards
from solutions import experiences, search, sharing
from solutions.adopters import adopters_of
from solutions.forms import LibraryForm
from solutions.matrix import matrix_of
from solutions.models import Contribution

PAGE_SIZE = 12
ADOPTERS_ONLY = "overnemers"


@public
@kept
@for_edition
def catalogue(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    seen = boards.seen(edition, of="adoptions__")
    solutions = list(edition.solutions.with_adopter_count(seen).select_related("round", "giver").in_order())
    page = about(edition, at=at) | {
        "solutions": solutions,
        "central": next((solution for solution in solutions if solution.round.contains(at)), None),
    }
    return render(request, "solutions/catalogue.html", page)


@public
@kept
def solution(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    at = clock.now()
    edition = edition_of(year)
    shown = get_object_or_404(edition.solutions.select_related("round", "giver"), slug=slug)
    seen = shown.adoptions.filter(boards.seen(edition))
    may_read = experiences.may_read(request.user, edition, at=at)
    page = about(edition, at=at) | {
        "solution": shown,
        "giver": edition.participants.filter(municipalities=shown.giver_id).first(),
        "is_central": shown.round.contains(at),
        "adopters": adopters_of(seen, at=at),
        "experiences": experiences.of_solution(shown, edition) if may_read else None,
        "meetups": shown.meetups.select_related("host").in_order(),
        "nav": "solutions",
    }
    return render(request, "solutions/solution.html", page)


@public
@kept
@for_edition
def matrix(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Every participant beside every solution."""
    adopters_only = request.GET.get("toon") == ADOPTERS_ONLY
    page = about(edition, at=clock.now()) | {
        "matrix": matrix_of(edition, adopters_only=adopters_only),
        "adopters_only": adopters_only,
        "nav": "solutions",
    }
    return render(request, "solutions/matrix.html", page)


@public
@kept
@for_edition
def givers_and_takers(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Who gives most, beside who takes over most."""
    page = about(edition, at=clock.now()) | {
        "givers": sharing.givers(edition),
        "takers": sharing.takers(edition),
        "nav": "solutions",
    }
    return render(request, "solutions/givers_and_takers.html", page)


@public
@kept
def library(request: HttpRequest) -> HttpResponse:
    """Of all editions; without words to look for, the latest first."""
    form = LibraryForm(request.GET, givers=search.givers(also=request.GET.get("gever", "")))
    found = Paginator(search.contributions(**form.wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    page = {
        "form": form,
        "page": found,
        "found": [search.shown(contribution) for contribution in found.object_list],
    }
    return render(request, "solutions/library.html", page)


@public
@kept
def contribution(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _seen_or_404(pk)
    page = about(shown.participant.edition, at=clock.now()) | {
        "contribution": shown,
        "images": shown.images.order_by("pk"),
        "municipalities": Municipality.objects.filter(places__participant=shown.participant).by_name(),
        "nav": "contributions",
    }
    return render(request, "solutions/contribution.html", page)


@public
def contribution_image(request: HttpRequest, pk: int, image_pk: int) -> HttpResponse:
    """A picture of what everybody may see; gone as soon as the contribution is."""
    image = get_object_or_404(_seen_or_404(pk).images, pk=image_pk)
    response = uploads.served(image.file, content_type=image.content_type)
    response["Cache-Control"] = "public, max-age=60"
    return response


def _seen_or_404(pk: int) -> Contribution:
    seen = Contribution.objects.filter(boards.seen_of_all()).select_related("participant__edition")
    return get_object_or_404(seen.defer("search_document"), pk=pk)
