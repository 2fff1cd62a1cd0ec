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


class ChangedSinceError(claims.ClaimError):
    """A colleague kept something else since this form was opened."""


@transaction.atomic
def change(contribution: Contribution, *, fields: Mapping[str, Any], seen_version: int) -> Contribution:
    """Keep what was changed, unless a colleague changed it after this person looked; a repeat changes nothing.

    Raises `ChangedSinceError` and `claims.WrongStateError`.
    """
    held = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if held.is_editable and held.version != seen_version and differing(held, fields):
        raise ChangedSinceError
    claims.change(contribution, fields=fields)
    return contribution


def differing(contribution: Contribution, fields: Mapping[str, Any]) -> list[str]:
    return [field for field, value in fields.items() if getattr(contribution, field) != value]


def in_words(contribution: Contribution, field: str) -> str:
    """What stands in a field, as a reader sees it; a choice by its name."""
    shown = getattr(contribution, f"get_{field}_display", None)
    return str(shown() if shown else getattr(contribution, field)) or "–"


@transaction.atomic
def hand_in(
    contribution: Contribution, *, fields: Mapping[str, Any], seen_version: int, by: User, at: datetime
) -> Contribution:
    """Keep what was changed and hand it to the organisers: both, or neither when it is refused.

    Raises what `change` and `claims.submit` raise.
    """
    change(contribution, fields=fields, seen_version=seen_version)
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
