"""Objecting to a booking, and the public answer.

Any participant of an edition may object to any booking of it, of its own or of a rival. An objection that is upheld
has the booking reversed: by the organiser who answers, or, in a closed month, by two organisers first.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext

from competition import access
from competition.calendar import local_date, midnight
from competition.models import Edition, Participant, User
from scoring import boards, claims, ledger
from scoring.models import LedgerEntry, Objection, ObjectionState
from scoring.rules import OBJECTION_DAYS


class ObjectionRefusedError(Exception):
    """This objection cannot be made, withdrawn or answered in this way; the message says why, for the reader."""


def last_day_for(entry: LedgerEntry) -> date:
    """The last day, in the Netherlands, on which one can object to this booking."""
    return local_date(entry.booked_at) + timedelta(days=OBJECTION_DAYS)


def is_visible(entry: LedgerEntry) -> bool:
    """Whether everybody can see this booking: not while the board stands still at an earlier one."""
    head = boards.visible_head(entry.edition)
    return head is None or entry.number <= head


def open_to_objection(edition: Edition, *, at: datetime) -> QuerySet[LedgerEntry]:
    """What one can still object to, the newest first: of what everybody can see, and as far as it is in force."""
    since = midnight(local_date(at) - timedelta(days=OBJECTION_DAYS))
    entries = LedgerEntry.objects.of_edition(edition).filter(booked_at__gte=since, reversal=None)
    if (head := boards.visible_head(edition)) is not None:
        entries = entries.filter(number__lte=head)
    return entries.select_related("participant", "reverses").order_by("-number")


def why_not(entry: LedgerEntry, participant: Participant, *, at: datetime) -> str:
    """Why this participant cannot object to this booking now, in words; empty when it can."""
    if participant.edition_id != entry.edition_id:
        return gettext("Deze boeking hoort bij een andere editie.")
    if local_date(at) > last_day_for(entry):
        words = gettext("Bezwaar maken kan tot en met %(days)d dagen na de boeking. Die tijd is voorbij.")
        return words % {"days": OBJECTION_DAYS}
    if ledger.last_of(entry) != entry:
        return gettext("Deze boeking is al teruggeboekt. Bezwaar maken hoeft niet meer.")
    if _of(participant, entry).exists():
        return gettext("U heeft tegen deze boeking al bezwaar gemaakt.")
    return ""


@transaction.atomic
def object_to(
    entry: LedgerEntry, participant: Participant, *, grounds: str, form_key: UUID, by: User, at: datetime
) -> Objection:
    """Object to a booking in the name of a participant. The same form sent twice gives the same objection."""
    sent_before = Objection.objects.filter(participant=participant, form_key=form_key).first()
    if sent_before is not None:
        return sent_before
    if not grounds.strip():
        raise ObjectionRefusedError(gettext("Schrijf op wat er volgens u niet klopt."))
    if refusal := why_not(entry, participant, at=at):
        raise ObjectionRefusedError(refusal)
    try:
        with transaction.atomic():
            return Objection.objects.create(
                entry=entry,
                participant=participant,
                grounds=grounds.strip(),
                form_key=form_key,
                submitted_at=at,
                submitted_by=by,
            )
    except IntegrityError as error:
        # A second click, or a colleague, was faster by less than a moment.
        same = Objection.objects.filter(participant=participant, form_key=form_key).first()
        if same is None:
            raise ObjectionRefusedError(gettext("U heeft tegen deze boeking al bezwaar gemaakt.")) from error
        return same


@transaction.atomic
def withdraw(objection: Objection, *, by: User, at: datetime) -> None:
    """Take an objection back that was not answered yet; a repeat changes nothing."""
    _hold(objection)
    if objection.state == ObjectionState.WITHDRAWN:
        return
    _demand_pending(objection)
    _end(objection, ObjectionState.WITHDRAWN, by=by, at=at)


@transaction.atomic
def dismiss(objection: Objection, *, because: str, by: User, at: datetime) -> None:
    """Leave the booking as it is, with a reason that everybody reads."""
    _hold(objection)
    _demand_answerable(objection, because=because, by=by, at=at)
    _end(objection, ObjectionState.DISMISSED, by=by, at=at, answer=because.strip())


@transaction.atomic
def uphold(objection: Objection, *, because: str, by: User, at: datetime) -> None:
    """Agree, with a reason that everybody reads; what was booked is reversed in the same transaction.

    Where it has been reversed already, by two in a closed month, that is left as it is. Raises
    `ledger.SecondPersonNeededError` when two must do that first, and what `claims.book_back` raises.
    """
    _hold(objection)
    _demand_answerable(objection, because=because, by=by, at=at)
    if ledger.last_of(objection.entry) == objection.entry:
        claims.book_back(objection.entry, because=because.strip(), by=by, at=at)
    _end(objection, ObjectionState.UPHELD, by=by, at=at, answer=because.strip())


def shown_of(edition: Edition) -> QuerySet[Objection]:
    """What everybody may read, the latest first: not what was withdrawn, nor what a board that stands still hides.

    Each with `is_told`: whether its answer may be read. One of after the result that the board stands still on is not.
    """
    shown = Objection.objects.filter(entry__edition=edition).exclude(state=ObjectionState.WITHDRAWN)
    version = boards.shown_instead(edition)
    if version is None:
        shown = shown.annotate(is_told=Value(True))
    else:
        later = Q(ended_at__gt=version.made_at) | Q(entry__reversal__number__gt=version.head)
        is_told = Case(When(later, then=Value(False)), default=Value(True))
        shown = shown.filter(entry__number__lte=version.head).annotate(is_told=is_told)
    return shown.select_related("participant", "entry__participant").order_by("-submitted_at", "-pk")


def why_not_answer(objection: Objection, *, by: User, at: datetime) -> str:
    """Why this organiser cannot answer it, in words; empty when they can."""
    if not objection.is_pending:
        return gettext("Dit bezwaar is al %(state)s.") % {"state": _ENDED[ObjectionState(objection.state)]()}
    involved = {objection.participant, objection.entry.participant}
    if any(access.works_for(by, participant, at=at) for participant in involved):
        return gettext("Dit gaat over de gemeente waarvoor u werkt. Laat een collega antwoorden.")
    return ""


_ENDED = {
    ObjectionState.UPHELD: lambda: gettext("gegrond verklaard"),
    ObjectionState.DISMISSED: lambda: gettext("ongegrond verklaard"),
    ObjectionState.WITHDRAWN: lambda: gettext("ingetrokken"),
}


def _of(participant: Participant, entry: LedgerEntry) -> QuerySet[Objection]:
    return Objection.objects.filter(participant=participant, entry=entry).exclude(state=ObjectionState.WITHDRAWN)


def _hold(objection: Objection) -> None:
    """Keep the row until the transaction ends, and look at it as it is now."""
    Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    objection.refresh_from_db()


def _demand_pending(objection: Objection) -> None:
    if not objection.is_pending:
        words = gettext("De organisatie heeft dit bezwaar al beantwoord. U kunt het niet meer intrekken.")
        raise ObjectionRefusedError(words)


def _demand_answerable(objection: Objection, *, because: str, by: User, at: datetime) -> None:
    if refusal := why_not_answer(objection, by=by, at=at):
        raise ObjectionRefusedError(refusal)
    if not because.strip():
        raise ObjectionRefusedError(gettext("Geef een reden: die staat bij het bezwaar op de site."))


def _end(objection: Objection, state: ObjectionState, *, by: User, at: datetime, answer: str = "") -> None:
    objection.state, objection.answer, objection.ended_at, objection.ended_by = state, answer, at, by
    objection.save(update_fields=["state", "answer", "ended_at", "ended_by"])
