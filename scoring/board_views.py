"""The leaderboard: of now, of any past day and of each closed month, as a page and as a table to download.

A month has its Dutch name in its address, `/2027/ranglijst/maart/`: it is read by people, and never changes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.access import public
from competition.calendar import MONTHS, local_date
from competition.form_fields import DayField
from competition.models import Edition
from competition.pages import about, edition_of, for_edition, kept
from scoring import board_table, boards, live, tables, timeline
from scoring.board_page import GAPS, BoardPage
from scoring.board_rows import Rows
from scoring.charts import open_graph
from scoring.models import ResultVersion
from scoring.selections import SelectionForm, select
from scoring.standings import Board
from scoring.timeline import Month


class MomentForm(forms.Form):
    """Of which day somebody wants to see the standing."""

    op = DayField(label=_("Stand aan het eind van"), required=False)

    def __init__(self, *args: Any, edition: Edition, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last = local_date(at)
        first = local_date(edition.starts_at)
        self.fields["op"].widget.attrs |= {"min": first.isoformat(), "max": self._last.isoformat()}

    def clean_op(self) -> date | None:
        day: date | None = self.cleaned_data["op"]
        if day is not None and day > self._last:
            raise ValidationError(gettext("Deze dag moet nog komen. Kies vandaag of een eerdere dag."))
        return day


@public
@kept
@for_edition
def leaderboard(request: HttpRequest, edition: Edition) -> HttpResponse:
    at = clock.now()
    form = MomentForm(request.GET if request.GET.get("op") else None, edition=edition, at=at)
    day = form.cleaned_data["op"] if form.is_valid() else None
    board = boards.shown(edition) if day is None else boards.on_day(edition, day, at=at)
    months = timeline.months_of(edition, at=at)
    selection = SelectionForm(request.GET)
    chosen = selection.chosen()
    selected = select(board, edition, chosen)
    page = _page(edition, board, months, at=at)
    page |= {
        "form": form,
        "gaps": GAPS,
        "selection": selection,
        "chosen": chosen,
        "selected": selected,
        "is_live": bool(selected.lines) and live.is_on(board, edition),
        "refreshes_every": live.REFRESHES_EVERY,
        "waiting_months": [month for month in months if month.is_waiting],
        "steps": timeline.steps(months, page["phase"], has_winner=hasattr(edition, "result"), linked=page["visible"]),
        "preview": open_graph.of_standing(
            edition,
            title=gettext("Ranglijst %(year)d") % {"year": edition.year},
            address=reverse("leaderboard_of", args=[edition.year]),
        ),
        # Every day has an address: no search engine needs them all.
        "canonical": _address("leaderboard_of", edition.year) if board.day is None else "",
        "csv": reverse("board_csv", args=[edition.year]) + (f"?op={board.day}" if board.day else ""),
        "json": reverse("api-v1:get_standing", args=[edition.year]) + (f"?date={board.day}" if board.day else ""),
    }
    drawn = BoardPage(
        around=render_to_string("scoring/leaderboard.html", page, request),
        at=at,
        edition=edition,
        months=months,
        board=board,
        selected=frozenset(line.participant.pk for line in selected.lines),
        has_podium=not chosen,
        compared=page["compared"],
        rows=Rows(edition, is_compared=page["compared"] is not None),
    )
    response = HttpResponse(drawn.html())
    response.renewed = drawn.renewed  # type: ignore[attr-defined]  # see gdsc.page_cache
    return response


@public
@kept
def month(request: HttpRequest, year: int, month: str, number: int | None = None) -> HttpResponse:
    """The stored result of a closed month; without a number, its newest version."""
    at = clock.now()
    edition = edition_of(year)
    months = timeline.months_of(edition, at=at)
    asked = _month_or_404(months, month)
    versions = list(boards.versions_of(edition).filter(closing__round=asked.round))
    if not versions:
        return _not_fixed(request, edition, asked, months, at=at)
    version = _version_or_404(versions, number)
    board = boards.of_month(version, edition)
    is_newest = version == versions[-1]
    page = _page(edition, board, months, at=at) | {
        "form": MomentForm(edition=edition, at=at),
        "podium": board.top(3, at_most=5),
        "version": version,
        "versions": versions,
        "month": asked.round,
        "month_name": month,
        "newest": versions[-1],
        "canonical": _address("month", year, month)
        if is_newest
        else _address("month_version", year, month, version.number),
        "csv": reverse("month_csv", args=[year, month, version.number]),
        "json": reverse("api-v1:get_month_result", args=[year, asked.round.month]) + f"?version={version.number}",
        "nav": "leaderboard",
    }
    return render(request, "scoring/month.html", page)


def _not_fixed(
    request: HttpRequest, edition: Edition, month: Month, months: Sequence[Month], *, at: datetime
) -> HttpResponse:
    """Nothing is there yet, but something will be: so it says when."""
    visible = boards.visible_months(edition, [one.round for one in months if one.is_closed])
    page = about(edition, at=at) | {
        "month": month,
        "slider": timeline.slider(edition, months, visible=visible, here=month.round, is_now=False),
        "nav": "leaderboard",
    }
    return render(request, "scoring/month_to_come.html", page, status=HTTPStatus.NOT_FOUND)


@public
@kept
def board_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The leaderboard as a table, with `op` that of a past day."""
    at = clock.now()
    edition = edition_of(year)
    form = MomentForm(request.GET, edition=edition, at=at)
    if not form.is_valid():
        return HttpResponse(form.errors["op"][0], status=400, content_type="text/plain; charset=utf-8")
    day = form.cleaned_data["op"]
    board = boards.shown(edition) if day is None else boards.on_day(edition, day, at=at)
    name = f"gdsc-{year}-ranglijst{f'-{board.day}' if board.day else ''}.csv"
    return tables.download(board_table.rows(edition, board), name=name)


@public
@kept
def month_csv(request: HttpRequest, year: int, month: str, number: int) -> HttpResponse:
    """One version of a closed month's standing as a table."""
    edition = edition_of(year)
    if month not in MONTHS:
        raise Http404
    versions = boards.versions_of(edition).filter(closing__round__month=MONTHS.index(month) + 1)
    board = boards.of_month(_version_or_404(list(versions), number), edition)
    return tables.download(board_table.rows(edition, board), name=f"gdsc-{year}-{month}-versie-{number}.csv")


def _page(edition: Edition, board: Board, months: Sequence[Month], *, at: datetime) -> dict[str, Any]:
    """With the months that may be seen, and the one that the movement is against."""
    closed = [month.round for month in months if month.is_closed]
    visible = boards.visible_months(edition, closed)
    shows_month = board.version is not None and board.freeze is None
    here = board.version.closing.round if board.version is not None and shows_month else None
    is_now = not shows_month and board.day is None
    return about(edition, at=at) | {
        "board": board,
        "visible": visible,
        "slider": timeline.slider(edition, months, visible=visible, here=here, is_now=is_now),
        "compared": boards.compared_with(board, closed),
    }


def _address(name: str, *args: object) -> str:
    """A whole one, made from a setting: a request could name any host."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _month_or_404(months: Sequence[Month], name: str) -> Month:
    """No month has another name than one of ours, and no edition has a standing of November."""
    found = next((month for month in months if MONTHS[month.round.month - 1] == name), None)
    if found is None:
        raise Http404
    return found


def _version_or_404(versions: Sequence[ResultVersion], number: int | None) -> ResultVersion:
    """The one with this number; without a number, the newest."""
    chosen = [version for version in versions if number in {None, version.number}]
    if not chosen:
        raise Http404
    return chosen[-1]
