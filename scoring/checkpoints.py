"""Checkpoints in other hands than the database: mailed to every contact person, and kept in a file beside it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from competition import mails, outbox
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Edition, Membership, Role, User
from scoring import closing, heads, letters
from scoring.models import LedgerEntry, ResultVersion

ANNOUNCE_TASK = "scoring.tasks.announce_checkpoints_task"
MAIL_TASK = "scoring.tasks.mail_checkpoints_task"
STALE_AFTER = timedelta(days=3)
LOOK_BACK = timedelta(days=14)
"""Well within the time that the outbox remembers what it did, so that nothing is announced twice."""


def announce_due(*, at: datetime) -> None:
    """Have the checkpoints that were made together mailed together, once, however often this is called.

    What is older than three days goes out only where nothing newer exists. Nobody is mailed about an example.
    """
    for edition_id, made_at in _due(at=at):
        moment = made_at.isoformat()
        key = f"checkpoints:{edition_id}:{moment}"
        outbox.add(ANNOUNCE_TASK, key=key, at=at, edition_id=edition_id, made_at=moment)


def _due(*, at: datetime) -> list[tuple[int, datetime]]:
    """Of each edition the moments, newest first, at which checkpoints were made that are still worth a mail."""
    recent = ResultVersion.objects.filter(made_at__gt=at - LOOK_BACK, closing__round__edition__is_example=False)
    moments = recent.order_by("closing__round__edition", "-made_at").values_list("closing__round__edition", "made_at")
    newest: dict[int, datetime] = {}
    return [
        (edition_id, made_at)
        for edition_id, made_at in moments.distinct()
        if newest.setdefault(edition_id, made_at) == made_at or made_at > at - STALE_AFTER
    ]


def announce(edition: Edition, *, made_at: datetime, at: datetime) -> int:
    """Write down one mail for each contact person, unless it waited too long; gives how many people there are."""
    if (edition.pk, made_at) not in _due(at=at):
        return 0
    moment = made_at.isoformat()
    people = contacts_of(edition, at=at)
    mails = {
        f"checkpoints:{edition.pk}:{moment}:{person.pk}": {
            "edition_id": edition.pk,
            "made_at": moment,
            "user_id": person.pk,
        }
        for person in people
    }
    outbox.add_many(MAIL_TASK, mails, at=at)
    return len(mails)


def contacts_of(edition: Edition, *, at: datetime) -> QuerySet[User]:
    """Each contact person of the municipalities that take part, once."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(role=Role.CONTACT)
    of_participants = in_force.filter(municipality__places__edition=edition)
    return User.objects.filter(is_active=True, memberships__in=of_participants).distinct().order_by("pk")


@in_dutch()
def mail(person: User, edition: Edition, *, made_at: datetime) -> None:
    """Send one person the checkpoints that were made at this moment. Names no other person."""
    made = ResultVersion.objects.filter(closing__round__edition=edition, made_at=made_at)
    versions = list(made.select_related("closing__round").order_by("pk"))
    values = {
        "editie": edition.name,
        "controlepunten": "\n\n".join(map(_in_words, versions)),
        "pagina": f"{settings.SITE_URL}{reverse('control_of', args=[edition.year])}",
        "opdracht": f"python3 verify.py gdsc-{edition.year}.json {versions[-1].checkpoint}",
    }
    mails.send(person, letters.CHECKPOINTS, values)


def _in_words(version: ResultVersion) -> str:
    month = str(version.closing.round)
    if version.number == 1:
        return f"{month}\n{version.checkpoint}"
    head = f"{month}, versie {version.number}. Na de afsluiting kwam er nog iets bij:"
    return f"{head}\n{version.reason}\n{version.checkpoint}"


def keep_published(*, at: datetime) -> None:
    """Keep outside the database what was published of each edition; harmless to repeat.

    That is each checkpoint, and the head that was last found right. One that is not in the ledger now is none of ours.
    """
    for edition in closing.started(at) if heads.is_on() else []:
        published = ResultVersion.objects.filter(closing__round__edition=edition).order_by("pk")
        right = edition.verifications.filter(faults=[]).order_by("-pk")
        told = [*published.values_list("head", "head_hash"), *right.values_list("head", "head_hash")[:1]]
        entries = LedgerEntry.objects.of_edition(edition).filter(number__in=[number for number, _ in told])
        there = set(entries.values_list("number", "hash"))
        heads.keep(edition, [head for head in told if head in there], at=at)
