"""The adoption of one of the ten solutions, as a municipality reports it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from competition.models import Participant, User
from scoring import claims
from solutions.models import Adoption, Solution


@transaction.atomic
def draft(
    participant: Participant, solution: Solution, *, fields: Mapping[str, Any], by: User, at: datetime
) -> Adoption:
    """Keep what was filled in, in the participant's one adoption of this solution.

    Raises `claims.WrongStateError` when it has been handed in or decided on.
    """
    adoption, _ = Adoption.objects.get_or_create(
        participant=participant, solution=solution, defaults={"created_at": at, "created_by": by}
    )
    claims.change(adoption, fields=fields)
    return adoption


@transaction.atomic
def hand_in(
    participant: Participant, solution: Solution, *, fields: Mapping[str, Any], by: User, at: datetime
) -> Adoption:
    """Keep what was filled in and hand it to the organisers: both, or neither when it is refused.

    Raises what `draft` and `claims.submit` raise.
    """
    adoption = draft(participant, solution, fields=fields, by=by, at=at)
    claims.submit(adoption, by=by, at=at)
    return adoption
