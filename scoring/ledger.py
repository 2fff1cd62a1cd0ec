"""The only writer of the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from competition.calendar import midnight
from competition.models import Edition, Participant, User
from scoring import closing, tasks
from scoring.models import Act, LedgerEntry, Proposal, RoundClosing
from scoring.rules import Kind, RefusedByRulesError, points_for


class AlreadyReversedError(Exception):
    """The entry has been reversed before; an entry is reversed at most once."""


class ReasonMissingError(Exception):
    """A reversal needs a reason."""


class SecondPersonNeededError(RefusedByRulesError):
    """What counts for a closed month is booked back by two: see `scoring.proposals`."""


class HeldUpError(RefusedByRulesError):
    """The ledger lacks what was published, as after the restore of an older backup; two must accept that first."""


_HELD_UP = "ledger_has_what_was_published"
"""By this name the database refuses an entry."""


@contextmanager
def _in_words() -> Iterator[None]:
    """Work in a transaction; when the database refuses because the ledger is held up, say so in words.

    To ask first would cost every booking a query.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.Error) and error.__cause__.diag.constraint_name == _HELD_UP:
            raise HeldUpError(
                gettext(
                    "Er wordt nu niets geboekt: boekingen die al gepubliceerd waren, ontbreken in het puntenboek. "
                    "Twee organisatoren moeten dat eerst bekijken."
                )
            ) from error
        raise


class Award(NamedTuple):
    """What there is to book for one participant."""

    participant: Participant
    kind: Kind
    source: str
    description: str
    counts_on: date


class Booked(NamedTuple):
    entry: LedgerEntry
    is_new: bool


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
    [booked] = award_all([Award(participant, kind, source, description, counts_on)], by=by, at=at)
    demand_in_effect(booked)
    return booked.entry


@_in_words()
def award_all(awards: Sequence[Award], *, by: User, at: datetime) -> list[Booked]:
    """Book all of these in one statement, as `award` does each; gives the entry of each, in the same order.

    What was booked before stays as it is, also where it was taken back: see `demand_in_effect`. The awards of several
    editions come edition by edition, so that two who book at once wait for the editions in the same order.
    """
    editions = {award.participant.edition_id: award.participant.edition for award in awards}
    for edition in editions.values():
        demand_started(edition, at=at)
    new = _append(sorted(awards, key=lambda award: award.participant.edition_id), by=by, at=at)
    for edition_id in {entry.edition_id for entry in new.values()}:
        tasks.recount_later(editions[edition_id], at=at)
    return [_booked(award, new) for award in awards]


def demand_started(edition: Edition, *, at: datetime) -> None:
    if not edition.has_started(at):
        raise RefusedByRulesError(gettext("De competitie is nog niet begonnen. Er zijn nog geen punten te boeken."))


def demand_in_effect(booked: Booked) -> None:
    if not booked.is_new and not is_in_effect(booked.entry):
        raise AlreadyReversedError(gettext("Dit punt is teruggenomen. Draai de tegenboeking terug."))


_FIELDS = [field.attname for field in LedgerEntry._meta.concrete_fields]
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, '')"
_APPEND = """
INSERT INTO scoring_ledgerentry
    (edition_id, participant_id, kind, source, description, points, counts_on, booked_at, booked_by, reason)
VALUES {rows}
ON CONFLICT (participant_id, source) WHERE reverses_id IS NULL DO NOTHING RETURNING *
"""


def _append(awards: Sequence[Award], *, by: User, at: datetime) -> dict[tuple[int, str], LedgerEntry]:
    """Add the entries that are not there yet, in this order; gives those, by participant and source.

    To look first and add then would take more statements, and two who do so at once would both find nothing.
    """
    if not awards:
        return {}
    values: list[Any] = []
    for who, kind, source, description, counts_on in awards:
        points = points_for(kind, who.edition.rules)
        values += [who.edition_id, who.pk, kind, source, description, points, counts_on, at, by.actor_id]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND.format(rows=", ".join([_ROW] * len(awards))), values)
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    entries = [LedgerEntry.from_db(connection.alias, _FIELDS, [row[name] for name in _FIELDS]) for row in found]
    return {(entry.participant_id, entry.source): entry for entry in entries}


def _booked(award: Award, new: Mapping[tuple[int, str], LedgerEntry]) -> Booked:
    if entry := new.get((award.participant.pk, award.source)):
        return Booked(entry, is_new=True)
    return Booked(LedgerEntry.objects.awards().get(participant=award.participant, source=award.source), is_new=False)


@_in_words()
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
