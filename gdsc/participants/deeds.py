"""What a participant did in an edition, and where that can be read: solutions, meetups, the library."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse

from competition.calendar import AMSTERDAM, local_date
from competition.models import Edition, Participant, ParticipantMunicipality
from competition.models.editions import LAST_SCORING_MONTH
from meetups.models import Meetup
from scoring import boards
from scoring.journal import Booking
from scoring.models import Finalist
from scoring.rules import Kind
from scoring.standings import Board
from solutions.models import Adoption, Contribution, Solution


class _Row(Enum):
    """The kinds of rows that the one question gives."""

    SOLUTION = "solution"
    MEETUP = "meetup"
    CONTRIBUTION = "contribution"
    TAKEN_OVER = "taken over"
    FINAL = "final"


class Deed(NamedTuple):
    """Something that earned a point, and has a page."""

    title: str
    href: str
    on: date
    """From when the point counts; of a meetup the day on which it was."""


class Taker(NamedTuple):
    name: str
    href: str
    on: date


class Gift(NamedTuple):
    """One of the ten solutions that comes from this participant, with who took it over, the first at the top."""

    title: str
    href: str
    takers: Sequence[Taker]


class Gathering(NamedTuple):
    """A meetup of the edition, as this participant sees it."""

    title: str
    href: str
    on: date
    is_hosted: bool
    was_there: bool


class Deeds(NamedTuple):
    """All of a participant in one edition; while the board stands still, as the shown standing counts it."""

    adopted: Sequence[Deed]
    contributed: Sequence[Deed]
    attended: Sequence[Deed]
    given: Sequence[Gift]
    held: Sequence[Gathering]
    """The edition's meetups that have been, whoever was there, in order; none of what was called off."""
    meetups_to_come: int
    finalist_on: date | None
    addresses: dict[str, str]
    """Where to read about what a booking is for, by its source."""

    @property
    def hosted(self) -> list[Gathering]:
        return [meetup for meetup in self.held if meetup.is_hosted]

    @property
    def meetups(self) -> list[Gathering]:
        """Those where it was, as a guest or as the host, the latest first."""
        return [meetup for meetup in reversed(self.held) if meetup.is_hosted or meetup.was_there]


def deeds_of(
    participant: Participant, edition: Edition, board: Board, bookings: Sequence[Booking], *, at: datetime
) -> Deeds:
    """In one question, however much it did. What earned a point comes from the bookings, so that the page adds up."""
    rows: dict[_Row, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(participant, edition):
        rows[_Row(row["row_kind"])].append(row)
    named = _by_source(rows, edition)
    of_kind = {kind: list(_in_effect(bookings, kind, named)) for kind in Kind}
    last_day = _last_day(board, at=at)
    meetups = [row for row in rows[_Row.MEETUP] if not row["row_off"]]
    sources = {booking.award.source for booking in bookings if booking.is_in_effect}
    return Deeds(
        adopted=of_kind[Kind.ADOPTION],
        contributed=of_kind[Kind.CONTRIBUTION],
        attended=of_kind[Kind.MEETUP],
        given=_gifts(rows, edition),
        held=[_gathering(row, edition, sources) for row in meetups if row["row_day"] <= last_day],
        meetups_to_come=sum(row["row_day"] > last_day for row in meetups),
        finalist_on=_finalist_on(rows, board),
        addresses={source: deed.href for source, deed in named.items()},
    )


def _last_day(board: Board, *, at: datetime) -> date:
    """Up to when is told what was and was not done: today, or the end of the month that the board stands still on."""
    return local_date(at) if board.version is None else board.version.closing.round.last_day


def _by_source(rows: dict[_Row, list[dict[str, Any]]], edition: Edition) -> dict[str, Deed]:
    return {
        f"{kind.value}:{row['row_number']}": Deed(row["row_title"], _address(kind, row, edition), row["row_day"])
        for kind in (_Row.SOLUTION, _Row.MEETUP, _Row.CONTRIBUTION)
        for row in rows[kind]
    }


def _address(kind: _Row, row: dict[str, Any], edition: Edition) -> str:
    if kind == _Row.CONTRIBUTION:
        return reverse("contributions:detail", args=[row["row_number"]])
    return reverse(
        "solutions:detail" if kind == _Row.SOLUTION else "meetups:detail", args=[edition.year, row["row_slug"]]
    )


def _in_effect(bookings: Iterable[Booking], kind: Kind, named: dict[str, Deed]) -> Iterable[Deed]:
    for booking in bookings:
        deed = named.get(booking.award.source)
        if deed is not None and booking.award.kind == kind and booking.is_in_effect:
            yield deed if kind == Kind.MEETUP else deed._replace(on=booking.award.counts_on)


def _gifts(rows: dict[_Row, list[dict[str, Any]]], edition: Edition) -> list[Gift]:
    takers: dict[int, list[Taker]] = defaultdict(list)
    for row in sorted(rows[_Row.TAKEN_OVER], key=lambda row: (row["row_day"], row["row_title"])):
        href = reverse("participant", args=[edition.year, row["row_slug"]])
        takers[row["row_number"]].append(Taker(row["row_title"], href, row["row_day"]))
    return [
        Gift(row["row_title"], _address(_Row.SOLUTION, row, edition), takers[row["row_number"]])
        for row in rows[_Row.SOLUTION]
        if row["row_own"]
    ]


def _gathering(row: dict[str, Any], edition: Edition, sources: set[str]) -> Gathering:
    was_there = f"meetup:{row['row_number']}" in sources
    return Gathering(row["row_title"], _address(_Row.MEETUP, row, edition), row["row_day"], row["row_own"], was_there)


def _finalist_on(rows: dict[_Row, list[dict[str, Any]]], board: Board) -> date | None:
    """Not while the board stands still on an earlier month: its October is not to be seen yet."""
    if board.freeze is not None and not board.freeze.version.closing.round.is_last:
        return None
    return next((row["row_day"] for row in rows[_Row.FINAL]), None)


# --- The one question --------------------------------------------------------------------------------


def _rows(participant: Participant, edition: Edition) -> Iterable[dict[str, Any]]:
    """The edition's solutions and meetups, and what this participant has to do with them, each in order of the year."""
    places = ParticipantMunicipality.objects.filter(participant=participant)
    own_solution = Exists(places.filter(municipality=OuterRef("giver")))
    own_meetup = Exists(places.filter(municipality=OuterRef("host")))
    given = Q(solution__giver__in=places.values("municipality"), solution__edition=edition)
    taken_over = Adoption.objects.of_edition(edition).filter(boards.seen(edition)).exclude(participant=participant)
    questions: list[QuerySet[Any]] = [
        _as_rows(
            _Row.SOLUTION, Solution.objects.filter(edition=edition), day=_day_of("round__starts_at"), own=own_solution
        ),
        _as_rows(
            _Row.MEETUP,
            Meetup.objects.filter(edition=edition),
            day=_day_of("starts_at"),
            own=own_meetup,
            off=F("is_cancelled"),
        ),
        _as_rows(
            _Row.CONTRIBUTION,
            Contribution.objects.filter(boards.seen(edition), participant=participant),
            slug=Value(""),
            day=F("counts_on"),
        ),
        _as_rows(
            _Row.TAKEN_OVER,
            taken_over.filter(given),
            number=F("solution_id"),
            title=F("participant__name"),
            slug=F("participant__slug"),
            day=F("counts_on"),
        ),
        _as_rows(
            _Row.FINAL,
            Finalist.objects.filter(
                participant=participant,
                edition__rounds__closing__isnull=False,
                edition__rounds__month=LAST_SCORING_MONTH,
            ),
            title=Value(""),
            slug=Value(""),
            day=_day_of("edition__rounds__closing__closed_at"),
        ),
    ]
    first, *others = questions
    return first.union(*others, all=True).order_by("row_day", "row_number")


def _day_of(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=AMSTERDAM)


_NO = Value(False, BooleanField())


def _as_rows(kind: _Row, of: QuerySet[Any], **columns: Any) -> QuerySet[Any]:
    """All with the same columns in the same order, so that the database can put them in one list."""
    filled_in = {"number": F("pk"), "title": F("title"), "slug": F("slug"), "own": _NO, "off": _NO} | columns
    named = {
        "row_kind": Value(kind.value, CharField()),
        "row_number": filled_in["number"],
        "row_title": Cast(filled_in["title"], TextField()),
        "row_slug": Cast(filled_in["slug"], TextField()),
        "row_day": Cast(filled_in["day"], DateField()),
        "row_own": filled_in["own"],
        "row_off": filled_in["off"],
    }
    rows: QuerySet[Any] = of.order_by().annotate(**named).values(*named)
    return rows
