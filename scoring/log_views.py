"""The public log of corrections."""

from datetime import date
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from competition import clock
from competition.access import public
from competition.calendar import MONTHS
from competition.models import Edition
from competition.pages import about, for_edition, kept
from scoring import log
from scoring.log import Line

PAGE_SIZE = 50


class StoredResult(NamedTuple):
    """One version of a closed month's standing that a line of the log is about."""

    first_day: date
    number: int
    address: str


class Shown(NamedTuple):
    line: Line
    results: list[StoredResult]


@public
@kept
@for_edition
def corrections(request: HttpRequest, edition: Edition) -> HttpResponse:
    page = Paginator(log.lines_of(edition), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = [_shown(Line(*row), edition) for row in page.object_list]
    return render(request, "scoring/log.html", about(edition, at=clock.now()) | {"page": page})


def _shown(line: Line, edition: Edition) -> Shown:
    return Shown(line, [_result(edition.year, month, number) for month, number in line.versions])


def _result(year: int, month: int, number: int) -> StoredResult:
    address = reverse("month_version", args=[year, MONTHS[month - 1], number])
    return StoredResult(date(year, month, 1), number, address)
