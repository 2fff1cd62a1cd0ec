"""A standing as rows for a spreadsheet: below each other what it is, and the cells that the page has too."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.models import Edition, Participant
from scoring.standings import Board, Line

Row = list[str | int]


def rows(edition: Edition, board: Board) -> list[Row]:
    return [*_about(edition, board), [], _heads(), *map(_row, board.lines)]


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


def _about(edition: Edition, board: Board) -> list[Row]:
    moment = f"{timezone.localtime(board.as_of):%Y-%m-%d %H:%M:%S}" if board.as_of else ""
    return [
        [gettext("editie"), edition.name],
        [gettext("stand"), label_of(board)],
        [gettext("geteld tot en met boeking"), board.head],
        [gettext("controlecode van die boeking"), board.head_hash],
        [gettext("moment"), moment],
    ]


def _heads() -> Row:
    return [
        gettext("plaats"),
        gettext("verandering"),
        gettext("deelnemer"),
        gettext("doet mee als"),
        gettext("meetups"),
        gettext("overgenomen"),
        gettext("aangedragen"),
        gettext("punten"),
    ]


def _row(line: Line) -> Row:
    return [
        "" if line.rank is None else line.rank,
        line.movement.words if line.movement else "",
        line.participant.name,
        _plays_as(line.participant),
        line.meetup_points,
        line.adoption_points,
        line.contribution_points,
        line.total,
    ]


def _plays_as(participant: Participant) -> str:
    words = [participant.get_entry_display()]
    if participant.is_alliance:  # type: ignore[attr-defined]  # the boards' queries add it
        words.append(gettext("samenwerkingsverband"))
    if participant.is_out_of_competition:
        words.append(gettext("buiten mededinging"))
    return ", ".join(words)
