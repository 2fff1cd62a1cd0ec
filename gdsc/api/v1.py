"""Version 1 of the open data API: one function for each address."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.db.models import Case, Prefetch, Value, When
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Path, Query

from competition import clock
from competition.models import Edition, Participant
from competition.pages import edition_of, editions
from gdsc.api import schemas
from gdsc.api.base import OpenDataAPI, tell_problems
from meetups.models import Attendance, Material, Meetup
from scoring import boards
from scoring.board_table import label_of
from scoring.models import LedgerEntry, ResultVersion
from scoring.standings import Board, Movement
from solutions.models import Adoption, Contribution, Solution
from solutions.recognition import by_one_party

F = TypeVar("F", bound=Callable[..., Any])

LEDGER_PAGE = 500
TRAITS = ("theme", "cost_band", "licence")
CONTACT = {
    "name": "De Grote Digitale Steden Competitie",
    "url": settings.SITE_URL,
    "email": settings.DEFAULT_FROM_EMAIL,
}

api = OpenDataAPI(
    title="De Grote Digitale Steden Competitie: open data",
    version="1.2.0",
    description=(
        "Alles wat de openbare pagina's over de competitie laten zien, om te lezen en zonder sleutel. "
        "Tijden zijn in UTC. Elke stand noemt de boeking waarop zij is geteld; `/editions/{year}/ledger` geeft de "
        "boekingen zelf, zodat iedereen kan natellen."
    ),
    openapi_extra={"info": {"contact": CONTACT}},
    docs_url=None,
    urls_namespace="api-v1",
)
tell_problems(api)


def _get(path: str, response: Any, operation_id: str, tag: str, summary: str) -> Callable[[F], F]:
    """Answer GET at this address; the design rules ask for documentation in Dutch.

    Tag and summary are marked for the page of documentation, which is there in other languages too.
    """
    return api.get(
        path,
        response=response,
        by_alias=True,
        operation_id=operation_id,
        tags=[tag],
        summary=summary,
        description=summary + ".",
    )


Year = Annotated[int, Path(ge=2000, le=9999, description="Het jaar van de editie.")]
Slug = Annotated[str, Path(max_length=150, pattern="^[-a-zA-Z0-9_]+$", description="De naam in het webadres.")]


@_get("/editions", list[schemas.Edition], "listEditions", _("edities"), _("Alle edities, de nieuwste eerst"))
def list_editions(request: HttpRequest) -> Any:
    """All editions, the latest first."""
    return [_edition(one) for one in editions().order_by("-year")]


@_get("/editions/{year}", schemas.Edition, "getEdition", _("edities"), _("Eén editie"))
def get_edition(request: HttpRequest, year: Year) -> Any:
    """One edition."""
    return _edition(get_object_or_404(editions(), year=year))


@_get(
    "/editions/{year}/standing",
    schemas.Standing,
    "getStanding",
    _("stand"),
    _("De stand nu, of aan het eind van een dag; gelijk aan de ranglijst op de site"),
)
def get_standing(
    request: HttpRequest,
    year: Year,
    day: Annotated[date | None, Query(alias="date", description=_("De stand aan het eind van deze dag."))] = None,
) -> Any:
    """The standing now, or at the end of a past day. The same as the leaderboard shows, also while it is frozen."""
    edition, at = edition_of(year), clock.now()
    return _standing(edition, boards.shown(edition) if day is None else boards.on_day(edition, day, at=at))


@_get(
    "/editions/{year}/checkpoints",
    list[schemas.Version],
    "listCheckpoints",
    _("stand"),
    _("Elke versie van elke afgesloten maand: de controlepunten van het puntenboek"),
)
def list_checkpoints(request: HttpRequest, year: Year) -> Any:
    """Each version of each closed month, in the order in which they were made."""
    return [_version(version) for version in boards.versions_of(edition_of(year)).order_by("pk")]


@_get(
    "/editions/{year}/months/{month}",
    schemas.MonthResult,
    "getMonthResult",
    _("stand"),
    _("De vastgelegde stand van een afgesloten maand"),
)
def get_month_result(
    request: HttpRequest,
    year: Year,
    month: Annotated[int, Path(ge=1, le=10)],
    version: Annotated[int | None, Query(ge=1, le=30_000, description=_("Zonder: de nieuwste versie."))] = None,
) -> Any:
    """The stored standing at the end of a closed month."""
    edition = edition_of(year)
    versions = boards.versions_of(edition).filter(closing__round__month=month)
    if version is not None:
        versions = versions.filter(number=version)
    found = versions.last()
    if found is None:
        raise Http404
    return _version(found) | {"year": year, "places": _places(boards.of_month(found, edition).lines)}


@_get(
    "/editions/{year}/participants",
    list[schemas.Participant],
    "listParticipants",
    _("deelnemers"),
    _("Wie meedoen, op naam"),
)
def list_participants(request: HttpRequest, year: Year) -> Any:
    """Who takes part, by name."""
    return [_participant(one) for one in _participants(edition_of(year)).by_name()]


@_get(
    "/editions/{year}/participants/{slug}", schemas.Participant, "getParticipant", _("deelnemers"), _("Eén deelnemer")
)
def get_participant(request: HttpRequest, year: Year, slug: Slug) -> Any:
    """One participant."""
    return _participant(get_object_or_404(_participants(edition_of(year)), slug=slug))


@_get(
    "/editions/{year}/solutions",
    list[schemas.Solution],
    "listSolutions",
    _("oplossingen"),
    _("De tien oplossingen, op maand"),
)
def list_solutions(request: HttpRequest, year: Year) -> Any:
    """The ten curated solutions, by month."""
    return [_solution(one) for one in _solutions(edition_of(year)).in_order()]


@_get("/editions/{year}/solutions/{slug}", schemas.Solution, "getSolution", _("oplossingen"), _("Eén oplossing"))
def get_solution(request: HttpRequest, year: Year, slug: Slug) -> Any:
    """One curated solution."""
    return _solution(get_object_or_404(_solutions(edition_of(year)), slug=slug))


@_get(
    "/contributions",
    list[schemas.Contribution],
    "listContributions",
    _("oplossingen"),
    _("De bibliotheek Goed Opgelost!, de nieuwste eerst"),
)
def list_contributions(request: HttpRequest) -> Any:
    """The library Goed Opgelost!, the latest first."""
    seen = (
        Contribution.objects.filter(boards.seen_of_all())
        .select_related("participant__edition")
        .defer("search_document")
    )
    return [_contribution(one) for one in seen.order_by("-participant__edition__year", "-counts_on", "-pk")]


@_get("/editions/{year}/meetups", list[schemas.Meetup], "listMeetups", _("meetups"), _("Alle meetups, op datum"))
def list_meetups(request: HttpRequest, year: Year) -> Any:
    """All meetups, in the order in which they take place."""
    return [_meetup(one) for one in _meetups(edition_of(year)).in_order()]


@_get("/editions/{year}/meetups/{slug}", schemas.Meetup, "getMeetup", _("meetups"), _("Eén meetup"))
def get_meetup(request: HttpRequest, year: Year, slug: Slug) -> Any:
    """One meetup."""
    return _meetup(get_object_or_404(_meetups(edition_of(year)), slug=slug))


@_get(
    "/editions/{year}/ledger",
    schemas.Page,
    "listEntries",
    _("puntenboek"),
    _("Het puntenboek, in delen, tot en met de boeking waarop de getoonde stand is geteld"),
)
def list_entries(
    request: HttpRequest,
    year: Year,
    after: Annotated[int, Query(ge=0, le=2_000_000_000, description=_("Alleen boekingen met een hoger nummer."))] = 0,
    limit: Annotated[int, Query(ge=1, le=LEDGER_PAGE, description=_("Hoeveel boekingen."))] = LEDGER_PAGE,
) -> Any:
    """The point ledger, in order of number, a part at a time; up to the head of the standing that the pages show."""
    edition = edition_of(year)
    board = boards.shown(edition)
    entries = LedgerEntry.objects.of_edition(edition).filter(number__gt=after, number__lte=board.head)
    found = list(entries.select_related("participant", "reverses").order_by("number")[: limit + 1])
    shown = found[:limit]
    address = reverse("api-v1:list_entries", args=[year])
    return {
        "year": year,
        "head": {"number": board.head, "hash": board.head_hash},
        "entries": [_entry(one) for one in shown],
        "next": f"{address}?after={shown[-1].number}&limit={limit}" if len(found) > limit else None,
    }


# --- From rows to shapes ---------------------------------------------------------------------------


def _edition(edition: Edition) -> dict[str, Any]:
    winner = edition.result.winner.slug if hasattr(edition, "result") else None
    fields = ("year", "name", "is_example", "is_archive", "starts_at", "campaign_starts_at", "ends_at")
    return {field: getattr(edition, field) for field in fields} | {"winner": winner}


def _standing(edition: Edition, board: Board) -> dict[str, Any]:
    return {
        "year": edition.year,
        "label": label_of(board),
        "is_frozen": board.freeze is not None,
        "as_of": board.as_of,
        "head": {"number": board.head, "hash": board.head_hash},
        "places": _places(board.lines),
    }


def _places(lines: Iterable[Any]) -> list[dict[str, Any]]:
    parts = ("rank", "total", "meetup_points", "adoption_points", "contribution_points")
    return [
        {"participant": line.participant.slug, "name": line.participant.name}
        | {part: getattr(line, part) for part in parts}
        | {"moved": line.movement and line.movement.places, "is_new": line.movement == Movement(None)}
        for line in lines
    ]


def _version(version: ResultVersion) -> dict[str, Any]:
    return {
        "month": version.closing.round.month,
        "version": version.number,
        "made_at": version.made_at,
        "head": {"number": version.head, "hash": version.head_hash},
        "reason": version.reason,
    }


def _participants(edition: Edition) -> Any:
    return edition.participants.prefetch_related("municipalities")


def _participant(participant: Participant) -> dict[str, Any]:
    fields = ("slug", "name", "entry", "wildcard_reason", "is_out_of_competition")
    members = sorted(participant.municipalities.all(), key=lambda one: one.sort_name)
    places = [{"cbs_code": one.cbs_code, "name": one.name, "province": one.province} for one in members]
    return {field: getattr(participant, field) for field in fields} | {"municipalities": places}


def _solutions(edition: Edition) -> Any:
    seen = (
        Adoption.objects.filter(boards.seen(edition))
        .annotate(is_one_sided=Case(When(by_one_party(), then=Value(True)), default=Value(False)))
        .select_related("participant")
        .order_by("participant__sort_name", "pk")
    )
    adopters = Prefetch("adoptions", queryset=seen, to_attr="confirmed_adoptions")
    return edition.solutions.select_related("round", "giver").prefetch_related(adopters)


def _solution(solution: Solution) -> dict[str, Any]:
    adoptions: list[Any] = solution.confirmed_adoptions  # type: ignore[attr-defined]
    one_sided = [adoption.participant.slug for adoption in adoptions if adoption.is_one_sided]
    fields = ("slug", "title", "summary", "problem", "description", *TRAITS, "effort", "website")
    return {field: getattr(solution, field) for field in fields} | {
        "month": solution.round.month,
        "giver": str(solution.giver) if solution.giver else None,
        "adopters": [adoption.participant.slug for adoption in adoptions],
        "one_sided_adopters": one_sided,
    }


def _contribution(contribution: Contribution) -> dict[str, Any]:
    told = ("title", "summary", "problem", "solution", "result", "supplier", "standards", "contact_role")
    fields = (*told, *TRAITS, "readiness", "website")
    return {field: getattr(contribution, field) for field in fields} | {
        "id": contribution.pk,
        "year": contribution.participant.edition.year,
        "participant": contribution.participant.slug,
    }


def _meetups(edition: Edition) -> Any:
    seen = (
        Attendance.objects.filter(boards.seen(edition))
        .select_related("participant")
        .order_by("participant__sort_name", "pk")
    )
    present = Prefetch("attendances", queryset=seen, to_attr="confirmed_attendances")
    return edition.meetups.select_related("solution", "host").prefetch_related(present).with_materials()


def _meetup(meetup: Meetup) -> dict[str, Any]:
    attendances: list[Attendance] = meetup.confirmed_attendances  # type: ignore[attr-defined]
    materials: list[Material] = meetup.known_materials  # type: ignore[attr-defined]
    fields = ("slug", "title", "starts_at", "ends_at", "location", "expert", "description", "is_cancelled")
    return {field: getattr(meetup, field) for field in fields} | {
        "solution": meetup.solution.slug if meetup.solution else None,
        "host": str(meetup.host) if meetup.host else None,
        "materials": [{"kind": one.kind, "title": one.title, "url": one.url} for one in materials],
        "attending": [attendance.participant.slug for attendance in attendances],
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    fields = ("number", "kind", "source", "description", "points", "counts_on", "booked_at", "recorded_at", "reason")
    return {field: getattr(entry, field) for field in fields} | {
        "participant": entry.participant.slug,
        "reverses": entry.reverses.number if entry.reverses else None,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
