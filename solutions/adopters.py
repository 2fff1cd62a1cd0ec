"""Who uses a solution, as everybody may know it: since when, by whose word, and whether it still does."""

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext

from competition.models import Participant
from solutions import use
from solutions.models import Adoption, GiverAnswer
from solutions.recognition import by_another


class Adopter(NamedTuple):
    participant: Participant
    since: date | None
    is_by_both: bool
    said_by: str
    """Whose word there is for it; empty where nobody gives the solution."""
    mark: use.Mark


def adopters_of(seen: QuerySet[Adoption], *, at: datetime) -> list[Adopter]:
    """The longest in use first."""
    told = seen.select_related("participant", "solution").prefetch_related("use_questions")
    told = told.annotate(has_other_side=Case(When(by_another(), then=Value(True)), default=Value(False)))
    return [_adopter(adoption, at=at) for adoption in told.order_by("in_use_since", "participant__sort_name", "pk")]


def _adopter(adoption: Adoption, *, at: datetime) -> Adopter:
    is_by_both = adoption.giver_answer == GiverAnswer.RECOGNISED
    return Adopter(
        adoption.participant, adoption.in_use_since, is_by_both, said_by(adoption), use.mark_of(adoption, at=at)
    )


def said_by(adoption: Adoption) -> str:
    """That the giver does not recognise it, only the organisers know."""
    if adoption.solution.giver_id is None:
        return ""
    if not adoption.has_other_side:  # type: ignore[attr-defined]
        return gettext("Eigen oplossing")
    if adoption.giver_answer == GiverAnswer.RECOGNISED:
        return gettext("Door gever en nemer")
    return gettext("Door één partij gemeld")
