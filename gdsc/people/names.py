"""Names go some time after an edition: who did what is forgotten, and every point stays.

Nothing here touches the ledger or the checkpoints: they hold no names. What is forgotten of an edition is a list of
steps, each of which says how much it would take, so that organisers see beforehand what goes.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from competition import retention
from competition.calendar import local_date
from competition.models import CircularState, Edition, Invitation, Membership, OutboxMessage, User
from gdsc.people import removal, traces
from meetups.models import Attendance, Meetup
from scoring.models import Claim, ClaimState, Objection
from solutions.models import Adoption, Contribution, Evidence, Remark

GONE = "Verwijderd, omdat de editie lang geleden is."
"""Stands where a text is gone and something has to stand. In Dutch, as all that people wrote is."""
AGAIN_AFTER = timedelta(days=30)
"""What is still done about an old edition keeps its names so long."""

EDITION_OF = {
    "competition.circular": "edition",
    "competition.participant": "edition",
    "meetups.attendance": "participant__edition",
    "meetups.signup": "meetup__edition",
    "scoring.editionresult": "edition",
    "scoring.freeze": "edition",
    "scoring.lotdraw": "edition",
    "scoring.objection": "participant__edition",
    "scoring.proposal": "edition",
    "scoring.sealedlot": "edition",
    "solutions.adoption": "participant__edition",
    "solutions.contribution": "participant__edition",
    "solutions.contributionimage": "contribution__participant__edition",
    "solutions.evidence": "adoption__participant__edition",
    "solutions.experience": "adoption__participant__edition",
    "solutions.remark": "contribution__participant__edition",
    "solutions.usequestion": "adoption__participant__edition",
}
"""The way from each row that names somebody to its edition."""
OF_NO_EDITION = {"competition.invitation"}
"""What names somebody and belongs to no edition; it goes as a whole, once it ended before the end of this one."""
HOSTS = Meetup.appointed_hosts.through._default_manager  # noqa: SLF001 - Django names it so
ALSO_IN_HISTORY = {"meetups.meetup": "edition", "scoring.ledgerentry": "edition"}
"""What organisers change in the admin besides."""


class Step(NamedTuple):
    """One thing that is forgotten: of which rows, and how."""

    what: Any
    rows: QuerySet[Any]
    forget: Callable[[QuerySet[Any]], object]


def preview(edition: Edition, *, at: datetime) -> dict[str, int]:
    """What would be forgotten now, in words, and how much of it."""
    return _summed((step.what, step.rows.count()) for step in steps(edition, at=at))


@transaction.atomic
def forget(edition: Edition, *, at: datetime) -> dict[str, int]:
    """Forget who did what in this edition, if its term is over; gives what went. All of it goes, or nothing.

    What is still done about it afterwards is forgotten a month later. Two at once wait for each other.
    """
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if not _is_due(held, at=at):
        return {}
    taken = _summed([(step.what, _take(step)) for step in steps(held, at=at)])
    Edition.objects.filter(pk=held.pk).update(names_gone_at=at)
    return taken


def forget_due(*, at: datetime) -> list[str]:
    """Forget what is due of every edition, each by itself; gives a line for each. Harmless to repeat."""
    due = [edition for edition in Edition.objects.filter(is_archive=False).order_by("year") if _is_due(edition, at=at)]
    return [f"{edition}: {sum(forget(edition, at=at).values())}" for edition in due]


def _is_due(edition: Edition, *, at: datetime) -> bool:
    gone_at = edition.names_gone_at
    return retention.are_due(edition, at=at) and (gone_at is None or at - gone_at >= AGAIN_AFTER)


def _take(step: Step) -> int:
    count = step.rows.count()
    if count:
        step.forget(step.rows)
    return count


def _summed(counts: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for what, count in counts:
        if count:
            found[str(what)] = found.get(str(what), 0) + count
    return found


# --- What is forgotten ----------------------------------------------------------------------------


def steps(edition: Edition, *, at: datetime) -> Iterator[Step]:
    """In the order in which it goes: accounts last, as whoever left is seen by what is left."""
    yield from _names(edition)
    yield from _texts(edition)
    yield Step(_("bestanden als bewijs"), _settled(Evidence, edition).exclude(file=""), _forget_files)
    yield Step(_("regels in de geschiedenis van het beheer"), _history(edition), _forget_history)
    yield from _around(edition, at=at)
    yield Step(_("accounts die niemand meer gebruikt"), _unused(edition, at=at), partial(_remove_accounts, at=at))


def _names(edition: Edition) -> Iterator[Step]:
    what = _("namen bij meldingen, aanmeldingen en besluiten")
    for link in traces.links():
        if link.model._meta.label_lower in OF_NO_EDITION:
            continue
        named = _settled(link.model, edition).filter(**{f"{link.name}__isnull": False})
        yield Step(what, named, _setting(**{link.name: None}))
    yield Step(_("benoemde gastheren"), HOSTS.filter(meetup__edition=edition), _delete)


def _texts(edition: Edition) -> Iterator[Step]:
    """What people wrote that was never public. What is public was never to name anybody."""
    what = _("toelichtingen, vragen en antwoorden die niet openbaar zijn")
    yield Step(what, _settled(Objection, edition).exclude(grounds=None), _setting(grounds=None))
    yield Step(what, _settled(Attendance, edition).exclude(note=""), _setting(note=""))
    shown = _settled(Adoption, edition).exclude(evidence_url="", evidence_text="")
    yield Step(what, shown, _setting(evidence_url="", evidence_text=""))
    for model, field in [
        (Attendance, "decision_reason"),
        (Adoption, "decision_reason"),
        (Contribution, "decision_reason"),
        (Adoption, "giver_reason"),
        (Remark, "text"),
    ]:
        written = _settled(model, edition).exclude(**{f"{field}__in": ["", GONE]})
        yield Step(what, written, _setting(**{field: GONE}))


def _around(edition: Edition, *, at: datetime) -> Iterator[Step]:
    """What belongs to no edition, from before the end of this one."""
    ended = Q(accepted_at__isnull=False) | Q(revoked_at__isnull=False) | Q(expires_at__lt=at)
    invitations = Invitation.objects.filter(ended, created_at__lt=edition.ends_at)
    yield Step(_("uitnodigingen die voorbij zijn"), invitations, _delete)
    mails = OutboxMessage.objects.filter(created_at__lt=edition.ends_at).exclude(done_at=None, parked_at=None)
    yield Step(_("opdrachten en mails die voorbij zijn"), mails, _delete)
    yield Step(_("periodes waarin iemand voor een gemeente werkte"), _former_memberships(edition), _delete)


def _settled(model: type[models.Model], edition: Edition) -> QuerySet[Any]:
    """The rows of this edition, but for those that still wait for somebody: who must decide, has to know by whom."""
    path = EDITION_OF[model._meta.label_lower]
    waits = {
        "competition.circular": Q(state=CircularState.WAITING),
        "scoring.proposal": Q(decided_at=None),
        "scoring.objection": Q(ended_at=None),
        "solutions.evidence": Q(adoption__state=ClaimState.SUBMITTED),
    }
    if issubclass(model, Claim):
        waits[model._meta.label_lower] = Q(state=ClaimState.SUBMITTED)
    return model._base_manager.filter(**{path: edition}).exclude(waits.get(model._meta.label_lower, Q(pk__in=[])))


def _history(edition: Edition) -> QuerySet[LogEntry]:
    """The lines about anything of this edition that still name somebody or say something."""
    about = Q(content_type=ContentType.objects.get_for_model(Edition), object_id=str(edition.pk))
    for label, path in (EDITION_OF | ALSO_IN_HISTORY).items():
        model = apps.get_model(label)
        numbers = model._base_manager.filter(**{path: edition}).annotate(as_text=Cast("pk", models.TextField()))
        about |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=numbers.values("as_text"))
    return LogEntry.objects.filter(about).exclude(user__email=removal.FORMER_EMAIL, change_message="")


def _former_memberships(edition: Edition) -> QuerySet[Membership]:
    return Membership.objects.filter(ends_on__lte=local_date(edition.ends_at))


def _unused(edition: Edition, *, at: datetime) -> QuerySet[User]:
    """Who was not here since, works for nobody, is not invited and keeps no list.

    Never an organiser, whom organisers see to.
    """
    works = Membership.objects.exclude(pk__in=_former_memberships(edition).values("pk"))
    hosts = HOSTS.filter(meetup__edition__year__gt=edition.year)
    left = User.objects.filter(is_staff=False).exclude(email=removal.FORMER_EMAIL)
    left = left.exclude(pk__in=works.values("user")).exclude(pk__in=hosts.values("user"))
    invited = Invitation.objects.open_at(at).filter(email__iexact=OuterRef("email"))
    last_here = Coalesce("last_login", "joined_at")
    return left.annotate(last_here=last_here).filter(~Exists(invited), last_here__lt=edition.ends_at)


# --- How it is forgotten --------------------------------------------------------------------------


def _setting(**fields: str | None) -> Callable[[QuerySet[Any]], object]:
    return lambda rows: rows.update(**fields)


def _delete(rows: QuerySet[Any]) -> None:
    rows.delete()


def _forget_files(rows: QuerySet[Evidence]) -> None:
    """That there was a file stays known. One that cannot be removed now is swept up later: no row names it any more."""
    files = [(one.file.storage, str(one.file.name)) for one in rows]
    rows.update(file="", name=GONE)
    for storage, name in files:
        _delete_later(storage, name)


def _delete_later(storage: Storage, name: str) -> None:
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _forget_history(lines: QuerySet[LogEntry]) -> None:
    lines.update(change_message="")
    removal.hide_history(lines)


def _remove_accounts(people: QuerySet[User], *, at: datetime) -> None:
    for person in people:
        removal.remove(person, at=at)
