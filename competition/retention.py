"""How long the portal keeps who did what in an edition. What exactly goes, the apps above this one know."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import Max

from competition.calendar import midnight, months_after
from competition.models import Edition
from competition.models.editions import NAMES_KEPT_MONTHS

NOTICE = timedelta(days=30)
"""Another term never ends sooner than this: it cannot be undone, so that all organisers see it coming."""

_counts: list[Callable[..., dict[str, int]]] = []


def names_go_on(edition: Edition, *, months: int | None = None) -> date:
    """The first day on which nobody is named any more, with the edition's term or another."""
    return months_after(date(edition.year + 1, 1, 1), edition.names_kept_months if months is None else months)


def are_due(edition: Edition, *, at: datetime) -> bool:
    """Whether the term is over. An edition that was not played here has none: what is known of it is its history."""
    return not edition.is_archive and at >= midnight(names_go_on(edition))


def ends_too_soon(edition: Edition, *, months: int, at: datetime) -> bool:
    """Whether such a term leaves organisers too little time to see it coming."""
    return at + NOTICE > midnight(names_go_on(edition, months=months))


def longest_term() -> int:
    """The most months after its end for which an edition keeps names."""
    played = Edition.objects.filter(is_archive=False)
    longest: int | None = played.aggregate(longest=Max("names_kept_months"))["longest"]
    return NAMES_KEPT_MONTHS if longest is None else longest


def count_by(count: Callable[..., dict[str, int]]) -> None:
    """Let organisers see beforehand what goes, by what this function counts of an edition."""
    _counts[:] = [count]


def what_goes(edition: Edition, *, at: datetime) -> dict[str, int]:
    """What would go of this edition if its term ended now, in words, and how much of it."""
    return {what: number for count in _counts for what, number in count(edition, at=at).items()}
