"""The summary of a month, once to everybody who works for a participant, after the month was closed.

What it says of points and places is what everybody sees at that moment: while the board stands still the stored
standing, and nothing of a month that was closed since. One summary at most for each edition: of the newest month that
everybody may see, and only within three days of that; so a beat that was away for months causes no stale mail.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from competition import mails, outbox
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Edition, Membership, Municipality, OutboxMessage, Round, User
from gdsc import digest_words, letters
from gdsc.staff.desk import Desk, desk_for
from scoring import boards, closing
from scoring.models import Freeze

MAIL_TASK = "gdsc.tasks.mail_digest_task"
STALE_AFTER = timedelta(days=3)
"""Well within the time that the outbox remembers what it did, so that nobody gets a summary twice."""


def announce_due(*, at: datetime) -> int:
    """Write down each summary that is due and was not written down before; gives how many. Harmless to repeat."""
    due = {
        f"digest:{month.edition_id}:{month.pk}:{person.pk}": {"round_id": month.pk, "user_id": person.pk}
        for edition in closing.started(at)
        if not edition.is_example and (month := month_to_tell(edition, at=at))
        for person in readers_of(edition, at=at)
    }
    written = OutboxMessage.objects.filter(key__in=due).values_list("key", flat=True)
    new = {key: due[key] for key in due.keys() - set(written)}
    outbox.add_many(MAIL_TASK, new, at=at)
    return len(new)


def month_to_tell(edition: Edition, *, at: datetime) -> Round | None:
    """The newest closed month that everybody may see, if that has been so for less than three days."""
    closed = list(edition.rounds.filter(closing__isnull=False).select_related("closing").in_order())
    visible = boards.visible_months(edition, closed)
    if not visible:
        return None
    month = visible[-1]
    return month if at - STALE_AFTER < _visible_since(month) <= at else None


def _visible_since(month: Round) -> datetime:
    """When it was closed; or when the board was let go, where it stood still at that moment."""
    closed_at = month.closing.closed_at
    frozen = Freeze.objects.filter(edition=month.edition_id, frozen_at__lt=closed_at, lifted_at__gt=closed_at)
    return max([closed_at, *(one.lifted_at for one in frozen if one.lifted_at)])


def readers_of(edition: Edition, *, at: datetime) -> QuerySet[User]:
    """Everybody who works for a participant now, each once."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(municipality__places__edition=edition)
    return User.objects.filter(is_active=True, memberships__in=in_force).distinct().order_by("pk")


@in_dutch()
def mail(person: User, month: Round, *, at: datetime) -> bool:
    """Mail one person, unless it is old news by now, or they work for no participant any more."""
    edition = month.edition
    desks = _desks_of(person, edition, at=at)
    if not desks or month_to_tell(edition, at=at) != month:
        return False
    return mails.send(person, letters.DIGEST, digest_words.values_of(month, desks))


def _desks_of(person: User, edition: Edition, *, at: datetime) -> list[Desk]:
    """One for each municipality that this person works for and that takes part, by name."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=person)
    municipalities = Municipality.objects.filter(memberships__in=in_force).distinct().by_name()
    return [desk for one in municipalities if (desk := desk_for(person, one, edition, at=at))]
