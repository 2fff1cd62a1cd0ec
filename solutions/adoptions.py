"""The adoption of one of the ten solutions, as a municipality reports it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Participant, User
from competition.uploads import Checked
from scoring import claims
from solutions import recognition
from solutions.models import Adoption, Evidence, Solution, Stage

MOST_FILES = 5


class TooManyFilesError(claims.IncompleteClaimError):
    """No more files can be added."""

    def __init__(self) -> None:
        words = gettext("U kunt hoogstens %(most)d bestanden toevoegen. Verwijder er eerst een.")
        super().__init__({"evidence_file": words % {"most": MOST_FILES}})


@transaction.atomic
def draft(
    participant: Participant,
    solution: Solution,
    *,
    fields: Mapping[str, Any],
    by: User,
    at: datetime,
    evidence: Checked | None = None,
) -> Adoption:
    """Keep what was filled in, in the participant's one adoption of this solution; and a file, unless it is there.

    Raises `claims.WrongStateError` when it has been handed in or decided on, and `TooManyFilesError`.
    """
    adoption, _ = Adoption.objects.get_or_create(
        participant=participant, solution=solution, defaults={"created_at": at, "created_by": by}
    )
    claims.change(adoption, fields={**fields, **_days_of_the_steps(adoption, fields, on=local_date(at))})
    if evidence:
        _add(adoption, evidence, by=by, at=at)
    return adoption


@transaction.atomic
def hand_in(
    participant: Participant,
    solution: Solution,
    *,
    fields: Mapping[str, Any],
    by: User,
    at: datetime,
    evidence: Checked | None = None,
) -> Adoption:
    """Keep what was filled in, hand it to the organisers and ask the giver: all, or nothing when it is refused.

    Raises what `draft` and `claims.submit` raise.
    """
    adoption = draft(participant, solution, fields=fields, by=by, at=at, evidence=evidence)
    claims.submit(adoption, by=by, at=at)
    recognition.ask(adoption, at=at)
    return adoption


def _days_of_the_steps(adoption: Adoption, fields: Mapping[str, Any], *, on: date) -> dict[str, date | None]:
    """The day on which each step before the last was first reported; one that was taken back has none."""
    match fields.get("stage"):
        case Stage.ORIENTATION:
            return {"orientation_since": adoption.orientation_since or on, "decision_since": None}
        case Stage.DECISION:
            return {"decision_since": adoption.decision_since or on}
        case _:
            return {}


def _add(adoption: Adoption, evidence: Checked, *, by: User, at: datetime) -> None:
    """The claim is locked by now, so that nobody else adds one."""
    if adoption.files.filter(digest=evidence.digest).exists():
        return
    if adoption.files.count() >= MOST_FILES:
        raise TooManyFilesError
    Evidence.objects.create(
        adoption=adoption,
        file=evidence.as_file(),
        name=evidence.name,
        content_type=evidence.content_type,
        size=len(evidence.content),
        digest=evidence.digest,
        added_at=at,
        added_by=by,
    )


@transaction.atomic
def remove_file(evidence: Evidence) -> None:
    """Take a file away, as long as the claim is the municipality's to change; a repeat changes nothing.

    Raises `claims.WrongStateError` after that: what was handed in or decided on stays as it was seen.
    """
    claims.change(evidence.adoption, fields={})
    Evidence.objects.filter(pk=evidence.pk).delete()
    transaction.on_commit(lambda: evidence.file.delete(save=False), robust=True)
