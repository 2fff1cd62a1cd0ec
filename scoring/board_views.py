"""The leaderboard: of now, of any past day and of each closed month, as a page and as a table to download."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.access import public
from competition.calendar import MONTHS, local_date
from competition.form_fields import DayField
from competition.models import Edition, Round
from competition.models.editions import LAST_SCORING_MONTH
from competition.pages import about, edition_of, for_edition, kept
from scoring import boards, tables, timeline
from scoring.charts import open_graph
from scoring.models import ResultVersion
from scoring.selections import SelectionForm, select
from scoring.standings import Board


class MomentForm(forms.Form):
    """Of which day somebody wants to see the standing."""

    op = DayField(label=_("Stand aan het eind van"), required=False)

    def __init__(self, *args: Any, edition: Edition, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._first, self._last = local_date(edition.starts_at), local_date(at)
        self.fields["op"].widget.attrs |= {"min": self._first.isoformat(), "max": self._last.isoformat()}

    def clean_op(self) -> date | None:
        day: date | None = self.cleaned_data["op"]
        if day is not None and day > self._last:
            raise ValidationError(gettext("Deze dag moet nog komen. Kies vandaag of een eerdere dag."))
        if day is not None and day < self._first:
            raise ValidationError(gettext("Toen was deze editie nog niet begonnen. Kies een latere dag."))
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
    page = _page(edition, board, months, at=at) | {
        "form": form,
        "podium": [] if chosen else board.top(3, at_most=5),
        "selection": selection,
        "chosen": chosen,
        "selected": select(board, edition, chosen),
    }
    page |= {
        "waiting_months": [month for month in months if month.is_waiting],
        "steps": timeline.steps(months, page["phase"], has_winner=hasattr(edition, "result")),
        "is_now": board.is_present,
        "preview": open_graph.of_standing(
            edition,
            title=gettext("Ranglijst %(year)d") % {"year": edition.year},
            address=reverse("leaderboard_of", args=[edition.year]),
        ),
        "csv": reverse("board_csv", args=[edition.year]) + (f"?op={board.day}" if board.day else ""),
        "json": reverse("api-v1:get_standing", args=[edition.year]) + (f"?date={board.day}" if board.day else ""),
    }
    return render(request, "scoring/leaderboard.html", page)


@public
@kept
def month(request: HttpRequest, year: int, month: str, number: int | None = None) -> HttpResponse:
    """The stored result of a closed month; without a number, its newest version."""
    at = clock.now()
    edition = edition_of(year)
    versions = _versions_of_month(edition, month)
    if not versions:
        return redirect("leaderboard_of", year)
    version = _chosen(versions, number)
    board = boards.of_month(version, edition)
    months = timeline.months_of(edition, at=at)
    page = _page(edition, board, months, at=at) | {
        "form": MomentForm(edition=edition, at=at),
        "podium": board.top(3, at_most=5),
        "version": version,
        "versions": versions,
        "month": version.closing.round,
        "month_name": month,
        "newest": versions[-1],
        "csv": reverse("month_csv", args=[year, month, version.number]),
        "json": f"{reverse('api-v1:get_month_result', args=[year, version.closing.round.month])}"
        f"?version={version.number}",
        "nav": "leaderboard",
    }
    return render(request, "scoring/month.html", page)


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
    return tables.download(_rows(edition, board), name=name)


@public
@kept
def month_csv(request: HttpRequest, year: int, month: str, number: int) -> HttpResponse:
    """One version of a closed month's standing as a table."""
    edition = edition_of(year)
    version = _chosen(_versions_of_month(edition, month), number)
    board = boards.of_month(version, edition)
    return tables.download(_rows(edition, board), name=f"gdsc-{year}-{month}-versie-{number}.csv")


def label_of(board: Board) -> str:
    """What a standing is a standing of, in words."""
    if board.version is not None:
        words = gettext("stand aan het eind van %(month)s, versie %(number)d") % {
            "month": board.version.closing.round,
            "number": board.version.number,
        }
        return gettext("stilgezet: %(what)s") % {"what": words} if board.freeze else words
    if board.day is not None:
        return gettext("stand aan het eind van %(day)s") % {"day": date_format(board.day, "j F Y")}
    return gettext("stand nu")


def _page(edition: Edition, board: Board, months: Sequence[timeline.Month], *, at: datetime) -> dict[str, Any]:
    """With the months that may be seen, and the one that the movement is against."""
    closed = [month.round for month in months if month.is_closed]
    last = board.freeze.version.closing.round.month if board.freeze else None
    visible = [round_ for round_ in closed if last is None or round_.month <= last]
    return about(edition, at=at) | {
        "board": board,
        "months": [(round_, MONTHS[round_.month - 1]) for round_ in visible],
        "compared": _compared_with(board, closed),
    }


def _compared_with(board: Board, closed: Sequence[Round]) -> Round | None:
    """The closed month before the standing; a past day is compared with nothing."""
    if board.day is not None:
        return None
    if board.version is not None:
        closed = [round_ for round_ in closed if round_.month < board.version.closing.round.month]
    return closed[-1] if closed else None


def _versions_of_month(edition: Edition, month: str) -> list[ResultVersion]:
    """What may be seen of a month; nothing while it is not closed. No month has another name than one of ours."""
    if month not in MONTHS[:LAST_SCORING_MONTH]:
        raise Http404
    return list(boards.versions_of(edition).filter(closing__round__month=MONTHS.index(month) + 1))


def _chosen(versions: Sequence[ResultVersion], number: int | None) -> ResultVersion:
    if not versions:
        raise Http404
    if number is None:
        return versions[-1]
    version = next((version for version in versions if version.number == number), None)
    if version is None:
        raise Http404
    return version


def _rows(edition: Edition, board: Board) -> list[list[str | int]]:
    """The board as rows, below each other what it is and then the participants."""
    moment = f"{timezone.localtime(board.as_of):%Y-%m-%d %H:%M:%S}" if board.as_of else ""
    about_it: list[list[str | int]] = [
        [gettext("editie"), edition.name],
        [gettext("stand"), label_of(board)],
        [gettext("geteld tot en met boeking"), board.head],
        [gettext("controlecode van die boeking"), board.head_hash],
        [gettext("moment"), moment],
        [],
    ]
    heads: list[str | int] = [
        gettext("plaats"),
        gettext("deelnemer"),
        gettext("doet mee als"),
        gettext("meetups"),
        gettext("overgenomen"),
        gettext("aangedragen"),
        gettext("punten"),
    ]
    lines: list[list[str | int]] = [
        [
            "" if line.rank is None else line.rank,
            line.participant.name,
            line.participant.get_entry_display(),
            line.meetup_points,
            line.adoption_points,
            line.contribution_points,
            line.total,
        ]
        for line in board.lines
    ]
    return [*about_it, heads, *lines]
