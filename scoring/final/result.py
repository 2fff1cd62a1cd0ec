"""The winner of an edition."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from competition.models import Edition, Participant, User
from scoring.models import EditionResult, Finalist


class WinnerRefusedError(Exception):
    """This participant cannot win this edition; the message says why."""


@transaction.atomic
def record_winner(
    edition: Edition, winner: Participant, *, motivation: str, by: User | None, at: datetime
) -> EditionResult:
    """Write down who won and why; a second call replaces the first. `by` is None for history that is imported.

    The winner is one of the finalists; in an edition that was not played here, any of its participants.
    """
    if winner.edition_id != edition.pk:
        raise WinnerRefusedError(gettext("De winnaar is geen deelnemer van deze editie."))
    if not edition.is_archive and not Finalist.objects.filter(participant=winner).exists():
        raise WinnerRefusedError(gettext("Alleen een finalist kan winnen."))
    if not motivation.strip():
        raise WinnerRefusedError(gettext("Schrijf op waarom deze deelnemer wint."))
    result, _ = EditionResult.objects.update_or_create(
        edition=edition,
        defaults={"winner": winner, "motivation": motivation.strip(), "recorded_at": at, "recorded_by": by},
    )
    return result
