"""Which municipality of the map plays as which participant."""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from competition.calendar import local_date
from competition.models import Edition, Municipality, ParticipantMunicipality


class PlaysAs(TypedDict):
    """What `of_edition` adds to each row: the primary key of a participant."""

    plays_as: int | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    Place = WithAnnotations[Municipality, PlaysAs]


def of_edition(edition: Edition, *, at: datetime) -> "QuerySet[Place]":
    """The municipalities that exist in the edition's year, and all that play in it, by name; in one query.

    The register knows the cells of today's municipalities only: who has gone since plays without one.
    """
    day = min(max(local_date(at), date(edition.year, 1, 1)), date(edition.year, 12, 31))
    place = ParticipantMunicipality.objects.filter(edition=edition, municipality=OuterRef("pk"))
    existing = Municipality.objects.existing_on(day).values("pk")
    those: QuerySet[Municipality] = Municipality.objects.filter(Q(pk__in=existing) | Exists(place)).by_name()
    return those.annotate(plays_as=Subquery(place.values("participant")[:1]))
