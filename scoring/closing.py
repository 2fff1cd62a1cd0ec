"""The states of a month, and closing what is due."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Round, Rules
from scoring import standings
from scoring.final import finalists
from scoring.models import Claim, LedgerEntry, ResultVersion, RoundClosing, Verification

_CLOSING_LOCK = 7121
"""Namespace of the advisory lock; the second half of the key is the edition."""


class RoundState(models.TextChoices):
    UPCOMING = "upcoming", _("komt nog")
    OPEN = "open", _("bezig")
    LATE_CLAIMS = "late_claims", _("nog te melden")
    PROVISIONAL = "provisional", _("voorlopig")
    CLOSED = "closed", _("afgesloten")


def state_of(round_: Round, rules: Rules, *, at: datetime, is_closed: bool) -> RoundState:
    """Where a month stands: by its dates, and closed only when its result has been fixed."""
    if is_closed:
        return RoundState.CLOSED
    if at < round_.starts_at:
        return RoundState.UPCOMING
    if at < round_.ends_at:
        return RoundState.OPEN
    return RoundState.LATE_CLAIMS if at < round_.late_claims_end_at(rules) else RoundState.PROVISIONAL


def close_due(*, at: datetime) -> list[str]:
    """Lock the rules of what has started and close every month that is due, in order; gives a line for each act.

    Harmless to repeat, and to run twice at once. It asks the database what is due, so that it catches up after any
    downtime. The last month, which fixes the finalists, is closed by two organisers: it is named when it waits.
    """
    return [line for edition in started(at) for line in _close_due_of(edition, at=at)]


def started(at: datetime) -> list[Edition]:
    """The editions that are or were played here, by year."""
    played = Edition.objects.filter(is_archive=False, rules__isnull=False).select_related("rules")
    return [edition for edition in played.order_by("year") if edition.has_started(at)]


def _close_due_of(edition: Edition, *, at: datetime) -> Iterator[str]:
    if edition.rules.locked_at is None:
        Rules.objects.filter(pk=edition.rules.pk, locked_at=None).update(locked_at=at)
        yield f"{edition.year}: spelregels vastgezet"
    if Verification.objects.is_held_up(edition):
        yield f"{edition.year}: staat stil, er ontbreken gepubliceerde controlepunten"
        return
    for round_ in edition.rounds.filter(closing=None, ends_at__lte=at).in_order():
        if at < round_.closes_at(edition.rules):
            break
        if round_.is_last:
            yield f"{round_}: wacht op twee organisatoren"
            break
        closed = close(round_, at=at)
        yield f"{round_}: afgesloten, {closed.pending_count} meldingen nog open"
    for version in renew(edition, at=at):
        yield f"{version.closing}: versie {version.number}"


class Closed(NamedTuple):
    is_closed: bool
    pending_count: int


@transaction.atomic
def close(round_: Round, *, at: datetime) -> Closed:
    """Fix the standing as of the end of this month, for every participant, moved or not; a repeat changes nothing.

    The last month decides who is in the final, so it stays open while one of its claims waits for a decision; and
    the database asks for the proposal to close it that a second organiser approved (`scoring.proposals`).
    """
    _wait_for_the_others(round_.edition)
    pending_count = count_pending(round_)
    if RoundClosing.objects.filter(round=round_).exists():
        return Closed(True, pending_count)
    if round_.is_last and pending_count:
        return Closed(False, pending_count)
    closing = RoundClosing.objects.create(round=round_, closed_at=at, pending_count=pending_count)
    _fix(closing, at=at)
    if round_.is_last:
        finalists.fix(round_.edition, finalists.october(round_.edition).lines)
    return Closed(True, pending_count)


@transaction.atomic
def renew(edition: Edition, *, at: datetime) -> list[ResultVersion]:
    """Make a new version of each closed month's result that a later booking changed; gives the new versions.

    What was booked after a closing, such as a late confirmation or a reversal, is named as the version's reason.
    The versions before it stay as they are, and so do the finalists. Harmless to repeat.
    """
    _wait_for_the_others(edition)
    closings = RoundClosing.objects.filter(round__edition=edition).select_related("round__edition")
    made = []
    for closing in closings.order_by("round__starts_at"):
        last = closing.versions.latest("number")
        if _booked_since(last, closing).exists():
            made.append(_fix(closing, at=at, last=last))
    return made


def _booked_since(version: ResultVersion, closing: RoundClosing) -> QuerySet[LedgerEntry]:
    """What was booked for this month, or an earlier one, after this version was made."""
    later = LedgerEntry.objects.of_edition(closing.round.edition).filter(number__gt=version.head)
    return later.filter(counts_on__lt=closing.round.first_day_after)


def _fix(closing: RoundClosing, *, at: datetime, last: ResultVersion | None = None) -> ResultVersion:
    """Keep the standing of this month; the reason names all that came after the `last` version, and no more."""
    if last is None:
        return standings.fix(closing, version=1, reason="", last=None, at=at)
    head = standings.head_of(closing.round.edition)
    new = _booked_since(last, closing).filter(number__lte=head).select_related("participant").order_by("number")
    return standings.fix(closing, version=last.number + 1, reason="\n".join(map(_why, new)), last=head, at=at)


def _why(entry: LedgerEntry) -> str:
    """One booking that came after the closing, in words for everybody."""
    words = gettext("Boeking %(number)d, %(points)+d voor %(participant)s: %(description)s") % {
        "number": entry.number,
        "points": entry.points,
        "participant": entry.participant,
        "description": entry.description,
    }
    return f"{words} ({entry.reason})" if entry.reason else words


def _wait_for_the_others(edition: Edition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CLOSING_LOCK, edition.pk])


def hold_off(edition_id: int) -> None:
    """Let no month of this edition be closed until the transaction ends; many can hold at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_CLOSING_LOCK, edition_id])


def count_pending(round_: Round) -> int:
    """How many claims that count for this month, or an earlier one, still wait for a decision."""
    return sum(pending_of(kind, round_).count() for kind in kinds_of_claim())


def pending_of(kind: type[Claim], round_: Round) -> QuerySet[Claim]:
    """The claims of this kind that count for this month, or an earlier one, and still wait for a decision."""
    return kind.objects.of_edition(round_.edition).pending().filter(counts_on__lt=round_.first_day_after)


def kinds_of_claim() -> list[type[Claim]]:
    """The claims of all apps; scoring knows them only as claims."""
    return Claim.__subclasses__()
