"""What the summary of a month says: of points and places what everybody sees, of what waits what the reader sees."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from competition.calendar import AMSTERDAM, local_date
from competition.models import Participant, Round
from gdsc.staff.desk import Desk
from gdsc.staff.meetups_ahead import meetups_ahead
from gdsc.staff.overview import overview_of
from gdsc.staff.questions import questions_to
from scoring import boards
from scoring.journal import bookings_of
from scoring.standings import Board, Line


def values_of(month: Round, desks: Sequence[Desk]) -> dict[str, str]:
    """For one reader, at the desk of each municipality that they work for."""
    seen = _Seen.of(month)
    participants = list({desk.participant.pk: desk.participant for desk in desks}.values())
    nothing = "Er wacht niets op een antwoord van u."
    return {
        "maand": str(month),
        "editie": month.edition.name,
        "stand": "\n\n".join(_standing(one, seen) for one in participants),
        "punten": "\n\n".join(_points(one, seen) for one in participants),
        "vooruit": "\n".join(_ahead(desks[0])),
        "wacht": _list("Dit wacht op een antwoord van u:", _waiting(desks)) or nothing,
        "pagina": f"{settings.SITE_URL}{reverse('dashboard')}",
    }


class _Seen(NamedTuple):
    """What everybody sees of the standing now, and what they saw of the month before the one that is told of."""

    month: Round
    board: Board
    month_before: Round | None
    ranks_before: dict[int, int | None]

    @classmethod
    def of(cls, month: Round) -> "_Seen":
        edition = month.edition
        earlier = [one for one in boards.versions_of(edition) if one.closing.round.starts_at < month.starts_at]
        if not earlier:
            return cls(month, boards.shown(edition), None, {})
        lines = boards.of_month(earlier[-1], edition).lines
        ranks = {line.participant.pk: line.rank for line in lines}
        return cls(month, boards.shown(edition), earlier[-1].closing.round, ranks)


def _standing(participant: Participant, seen: _Seen) -> str:
    lines = seen.board.lines
    line = next((one for one in lines if one.participant == participant), Line.nothing(participant))
    points = "1 punt" if line.total == 1 else f"{line.total} punten"
    if line.rank is None:
        words = [f"{participant} heeft {points}, en doet mee zonder plaats op de ranglijst."]
    else:
        shared = " (gedeeld)" if seen.board.count_sharing(line) else ""
        words = [f"{participant} staat op plaats {line.rank}{shared}, met {points}.", _movement(line, seen)]
    if seen.board.freeze is not None:
        words.append("De ranglijst staat stil: u leest hier de stand die iedereen nu ziet.")
    return " ".join(filter(None, words))


def _movement(line: Line, seen: _Seen) -> str:
    before = seen.ranks_before.get(line.participant.pk)
    if before is None or seen.month_before is None or line.rank is None:
        return ""
    since = f"eind {date_format(seen.month_before.first_day, 'F')}"
    if before == line.rank:
        return f"Dat is dezelfde plaats als {since}."
    count = abs(before - line.rank)
    places = "1 plaats" if count == 1 else f"{count} plaatsen"
    return f"Dat is {places} {'hoger' if line.rank < before else 'lager'} dan {since}."


def _points(participant: Participant, seen: _Seen) -> str:
    month = seen.month
    counted = [one.award for one in bookings_of(participant, seen.board) if one.is_in_effect]
    earned = [entry for entry in counted if month.first_day <= entry.counts_on <= month.last_day]
    name = date_format(month.first_day, "F")
    words = (f"{entry.description} ({entry.points:+d})" for entry in reversed(earned))
    return (
        _list(f"Deze punten haalde {participant} in {name}:", words) or f"{participant} haalde in {name} geen punten."
    )


def _ahead(desk: Desk) -> Iterator[str]:
    overview = overview_of(desk)
    if solution := overview.central_solution:
        yield f"De oplossing van {date_format(local_date(desk.at), 'F')} is ‘{solution.title}’."
    if meetup := overview.next_meetup:
        start = meetup.starts_at.astimezone(AMSTERDAM)
        day, time = date_format(start, "l j F"), date_format(start, "TIME_FORMAT")
        yield f"De volgende meetup is ‘{meetup.title}’, op {day} om {time} uur."


def _waiting(desks: Sequence[Desk]) -> Iterator[str]:
    """Each thing once, with the address where the reader answers."""
    told: dict[str, str] = {}
    for desk in desks:
        overview = overview_of(desk)
        told |= {one.href: f"Pas uw afgewezen melding aan: {one.title}" for one in overview.to_answer}
        told |= {one.href: f"Maak uw melding af: {one.title}" for one in overview.unfinished}
        told |= {one.href: f"Was u bij ‘{one.meetup}’? Meld het" for one in overview.meetups if not one.has_draft}
        told |= {one.href: one.title for one in questions_to(desk.municipality, desk.edition)}
        told |= {one.href: f"Er is plaats bij ‘{one.meetup}’" for one in meetups_ahead(desk) if one.has_offer}
    for href, words in told.items():
        yield f"{words}: {settings.SITE_URL}{href}"


def _list(head: str, words: Iterable[str]) -> str:
    """A heading with its lines; empty where there are none."""
    lines = [f"- {' '.join(each.split())}" for each in words]
    return "\n".join([head, *lines]) if lines else ""
