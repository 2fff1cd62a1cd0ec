"""The editions that are over, side by side: what each came to, as far as is known."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Sign, TruncDate

from competition.calendar import AMSTERDAM, local_date
from competition.models import Edition, Participant
from competition.models.editions import EditionQuerySet
from competition.pages import editions
from meetups.models import Meetup
from scoring.models import EditionResult, Finalist, LedgerEntry
from scoring.rules import Kind


class Counts(NamedTuple):
    """How much there was of everything in an edition that was played with this portal."""

    participants: int
    meetups: int
    adoptions: int
    contributions: int


class Past(NamedTuple):
    """One edition. Of one from before this portal nothing is counted, as nothing of it was kept."""

    edition: Edition
    counts: Counts | None
    finalists: list[Participant]
    result: EditionResult | None


def archived(at: datetime) -> EditionQuerySet:
    """The editions of which the outcome is known, or that are over; those of before this portal too."""
    is_over = Q(rules__isnull=False, year__lt=local_date(at).year)
    return editions().filter(Q(is_archive=True) | Q(result__isnull=False) | is_over)


def past_editions(at: datetime) -> list[Past]:
    """The latest first, in two questions; of one whose board stands still, what that board counts."""
    in_order = Finalist.objects.select_related("participant").order_by("place", "participant__sort_name", "pk")
    told = archived(at).annotate(
        participant_count=_count(Participant.objects.all()),
        meetup_count=_count(Meetup.objects.begun(at)),
        adoption_count=_points_of(Kind.ADOPTION),
        contribution_count=_points_of(Kind.CONTRIBUTION),
    )
    with_finalists = told.prefetch_related(Prefetch("finalists", queryset=in_order, to_attr="known_finalists"))
    return [_past(edition) for edition in with_finalists.order_by("-year")]


def hall_of_fame(past: Iterable[Past]) -> list[Past]:
    """Those of which the winner is known."""
    return [one for one in past if one.result is not None]


def _past(edition: Any) -> Past:
    counts = Counts(edition.participant_count, edition.meetup_count, edition.adoption_count, edition.contribution_count)
    finalists = [finalist.participant for finalist in edition.known_finalists]
    return Past(edition, None if edition.is_archive else counts, finalists, getattr(edition, "result", None))


def _count(rows: "QuerySet[Any]") -> Coalesce:
    own = rows.filter(edition=OuterRef("pk")).order_by().values("edition")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


def _points_of(kind: Kind) -> Coalesce:
    """How many points of this kind count, whatever each is worth: those booked, less those booked back."""
    still = FilteredRelation("edition__freezes", condition=Q(edition__freezes__lifted_at=None))
    is_seen = Q(
        number__lte=F("still__version__head"),
        counts_on__lt=TruncDate("still__version__closing__round__ends_at", tzinfo=AMSTERDAM),
    )
    of_edition = LedgerEntry.objects.annotate(still=still).filter(edition=OuterRef("pk"), kind=kind)
    own = of_edition.filter(Q(still=None) | is_seen)
    booked = own.order_by().values("edition").annotate(count=Sum(Sign("points"))).values("count")
    return Coalesce(Subquery(booked), 0)
