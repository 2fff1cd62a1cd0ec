"""The only writer of the ledger."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from competition.calendar import midnight
from competition.models import Participant, User
from scoring import closing, tasks
from scoring.models import Act, LedgerEntry, Proposal, RoundClosing
from scoring.rules import Kind, RefusedByRulesError, points_for


class AlreadyReversedError(Exception):
    """The entry has been reversed before; an entry is reversed at most once."""


class ReasonMissingError(Exception):
    """A reversal needs a reason."""


class SecondPersonNeededError(RefusedByRulesError):
    """What counts for a closed month is booked back by two: see `scoring.proposals`."""


@transaction.atomic
def award(
    participant: Participant,
    *,
    kind: Kind,
    source: str,
    description: str,
    counts_on: date,
    by: User,
    at: datetime,
) -> LedgerEntry:
    """Book the points that the edition's rules give for this; a repeat for the same source adds nothing.

    The amount is copied into the entry, so that a later change of the rules never touches it. Raises
    `AlreadyReversedError` when the award was taken back: then only reversing that reversal brings it back.
    """
    edition = participant.edition
    if not edition.has_started(at):
        raise RefusedByRulesError(gettext("De competitie is nog niet begonnen. Er zijn nog geen punten te boeken."))
    entry, is_new = LedgerEntry.objects.get_or_create(
        participant=participant,
        source=source,
        reverses=None,
        defaults={
            "edition": edition,
            "kind": kind,
            "description": description,
            "points": points_for(kind, edition.rules),
            "counts_on": counts_on,
            "booked_at": at,
            "booked_by": by.actor_id,
        },
    )
    if is_new:
        tasks.recount_later(edition, at=at)
    elif not is_in_effect(entry):
        raise AlreadyReversedError(gettext("Dit punt is teruggenomen. Draai de tegenboeking terug."))
    return entry


@transaction.atomic
def reverse(entry: LedgerEntry, *, because: str, by: User, at: datetime) -> LedgerEntry:
    """Take an entry back by one with the opposite points; reversing a reversal gives the point again.

    The reversal counts from the same day as what it reverses, so that both fall in the same month.
    Raises `AlreadyReversedError` the second time, `ReasonMissingError` without a reason, and
    `SecondPersonNeededError` in a closed month when no second organiser has approved it.
    """
    reason = because.strip()
    if not reason:
        raise ReasonMissingError(gettext("Geef een reden: die staat straks bij de boeking op de site."))
    closing.hold_off(entry.edition_id)
    if needs_second_person(entry) and not _is_approved(entry):
        raise SecondPersonNeededError(
            gettext("Dit punt telt voor een afgesloten maand. Alleen twee organisatoren samen kunnen het terugboeken.")
        )
    reversal, is_new = LedgerEntry.objects.get_or_create(
        reverses=entry,
        defaults={
            "edition_id": entry.edition_id,
            "participant_id": entry.participant_id,
            "kind": entry.kind,
            "source": entry.source,
            "description": entry.description,
            "points": -entry.points,
            "counts_on": entry.counts_on,
            "booked_at": at,
            "booked_by": by.actor_id,
            "reason": reason,
        },
    )
    if not is_new:
        raise AlreadyReversedError(
            gettext("Boeking %(number)d is al teruggenomen met boeking %(reversal)d.")
            % {"number": entry.number, "reversal": reversal.number}
        )
    tasks.recount_later(entry.edition, at=at)
    return reversal


def needs_second_person(entry: LedgerEntry) -> bool:
    """Whether this entry counts for a month that is closed."""
    closed = RoundClosing.objects.filter(round__edition=entry.edition_id)
    return closed.filter(round__ends_at__gt=midnight(entry.counts_on)).exists()


def _is_approved(entry: LedgerEntry) -> bool:
    return Proposal.objects.approved().filter(act=Act.REVERSAL, details__entry=entry.pk).exists()


def last_of(entry: LedgerEntry) -> LedgerEntry:
    """The entry at the end of a chain of reversals: the only one that can still be reversed."""
    chain = LedgerEntry.objects.filter(participant=entry.participant_id, source=entry.source)
    return chain.select_related("edition", "participant").latest("number")


def is_in_effect(entry: LedgerEntry) -> bool:
    """Whether the points of this award count, after all reversals."""
    return last_of(entry).points > 0
