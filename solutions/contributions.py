"""An own solution for the library Goed Opgelost!, as a municipality offers it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from competition.models import Participant, User
from scoring import claims
from solutions.models import Contribution


@transaction.atomic
def draft(
    participant: Participant, *, form_key: UUID, fields: Mapping[str, Any], by: User, at: datetime
) -> Contribution:
    """Keep a new contribution. The key is the form's own: sending the same form twice keeps one.

    Raises `claims.WrongStateError` when it has been handed in or decided on.
    """
    contribution, _ = Contribution.objects.get_or_create(
        participant=participant, form_key=form_key, defaults={"created_at": at, "created_by": by, **fields}
    )
    claims.change(contribution, fields=fields)
    return contribution


@transaction.atomic
def hand_in(contribution: Contribution, *, fields: Mapping[str, Any], by: User, at: datetime) -> Contribution:
    """Keep what was changed and hand it to the organisers: both, or neither when it is refused.

    Raises what `claims.change` and `claims.submit` raise.
    """
    claims.change(contribution, fields=fields)
    claims.submit(contribution, by=by, at=at)
    return contribution


@transaction.atomic
def hand_in_new(
    participant: Participant, *, form_key: UUID, fields: Mapping[str, Any], by: User, at: datetime
) -> Contribution:
    """Keep a new contribution and hand it in: both, or neither when it is refused. The key is as for `draft`."""
    contribution = draft(participant, form_key=form_key, fields=fields, by=by, at=at)
    claims.submit(contribution, by=by, at=at)
    return contribution
