"""The public list of objections and their answers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competition import clock
from competition.access import public
from competition.models import Edition
from competition.pages import about, for_edition, kept
from scoring import objections as noun
from scoring.rules import OBJECTION_DAYS

PAGE_SIZE = 50


@public
@kept
@for_edition
def objections(request: HttpRequest, edition: Edition) -> HttpResponse:
    page = Paginator(noun.shown_of(edition), PAGE_SIZE).get_page(request.GET.get("page"))
    context = about(edition, at=clock.now()) | {"page": page, "days": OBJECTION_DAYS}
    return render(request, "scoring/objections.html", context)
