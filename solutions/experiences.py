"""How an adoption went: told by the municipality, read by those who take part."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Edition, Membership, User
from scoring import boards, claims
from scoring.models import ClaimState
from solutions.models import Adoption, Experience, Solution


@transaction.atomic
def tell(adoption: Adoption, *, fields: Mapping[str, Any], by: User, at: datetime) -> Experience:
    """Keep the adoption's one report; sending it again changes it.

    Raises `claims.WrongStateError` before the adoption was confirmed.
    """
    held = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if held.state != ClaimState.CONFIRMED:
        words = gettext("U kunt uw ervaring vertellen zodra de organisatie de overname heeft bevestigd.")
        raise claims.WrongStateError(words)
    told, _is_new = Experience.objects.update_or_create(
        adoption=held, defaults={**fields, "written_at": at, "written_by": by}
    )
    return told


def may_read(user: User | AnonymousUser, edition: Edition, *, at: datetime) -> bool:
    """Whoever works for a municipality that takes part, and the organisers."""
    if not isinstance(user, User):
        return False
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=user)
    return user.is_staff or in_force.filter(municipality__places__edition=edition).exists()


def of_solution(solution: Solution, edition: Edition) -> QuerySet[Experience]:
    told = Experience.objects.filter(boards.seen(edition, of="adoption__"), adoption__solution=solution)
    return told.select_related("adoption__participant").order_by("-written_at", "-pk")
