"""What the public pages about one edition have in common."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from django.db.models import FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.models import Edition
from competition.models.editions import EditionQuerySet

P = ParamSpec("P")

_TOLD: dict[str, Callable[[datetime], Combinable]] = {}


def tell(name: str, fact: Callable[[datetime], Combinable]) -> None:
    """Let every edition of a public page carry, by this name, a fact of the moment; for the apps above this one."""
    _TOLD[name] = fact


def about(edition: Edition, *, at: datetime) -> dict[str, Any]:
    """The part of a page's context that `base.html` shows above the page."""
    return {"edition": edition, "phase": edition.phase_at(at), "at": at}


def editions() -> EditionQuerySet:
    """With what the scoring app knows of the outcome of each; by name, as that app stands above this one.

    Also with the `faults` that its last check on itself found, and the freeze that holds its board still (`frozen`);
    and with what other apps `tell` of it now.
    """
    newest_first = Edition.objects.filter(pk=OuterRef("pk")).order_by("-verifications__pk")
    last_faults = Subquery(newest_first.values("verifications__faults")[:1])
    frozen = FilteredRelation("freezes", condition=Q(freezes__lifted_at=None))
    told = Edition.objects.annotate(faults=last_faults, frozen=frozen, freeze_is_known=Value(True))
    told = told.annotate(**{name: fact(clock.now()) for name, fact in _TOLD.items()})
    joined = ("result__winner", "lot_draw", "frozen__version__closing__round")
    return told.select_related(*joined)


def told(edition: Edition, *, at: datetime) -> dict[str, Any]:
    """What is told of this edition at that moment."""
    facts = {name: fact(at) for name, fact in _TOLD.items()}
    return dict(Edition.objects.filter(pk=edition.pk).values(**facts).get()) if facts else {}


def edition_of(year: int) -> Edition:
    """The edition that is, was or will be played here in this year, or a 404."""
    return get_object_or_404(editions().played(), year=year)


def for_edition(view: Callable[[HttpRequest, Edition], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the edition of the year in the address; without a year, the current one.

    While there is no edition at all, a page that says so stands in its place.
    """

    @wraps(view)
    def page(request: HttpRequest, year: int | None = None) -> HttpResponse:
        edition = editions().current(clock.now()) if year is None else edition_of(year)
        if edition is None:
            return render(request, "competition/no_edition.html", {"edition": None, "phase": ""})
        return view(request, edition)

    return page


def kept(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let everybody who is not logged in have the same page, until something changes that the public pages show.

    For pages that are made of the tables whose changes the database notes (`PageChange`), the ledger and the minute.
    """

    @wraps(view)
    def page(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response.is_kept = True  # type: ignore[attr-defined]
        return response

    return page
