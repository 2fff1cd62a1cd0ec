"""The mail to everybody on the list of a meetup that is cancelled, or gets another moment or place: once per change."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from competition import mails, outbox
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import User
from meetups import letters, signups
from meetups.models import Meetup, Signup

MAIL_TASK = "meetups.tasks.mail_change_task"


class Facts(NamedTuple):
    """What somebody who comes must know; as it is written in the outbox."""

    starts_at: str
    location: str
    is_cancelled: bool

    @classmethod
    def of(cls, meetup: Meetup) -> "Facts":
        return cls(meetup.starts_at.astimezone(UTC).isoformat(), meetup.location, meetup.is_cancelled)

    @property
    def begins(self) -> datetime:
        return localtime(datetime.fromisoformat(self.starts_at))

    @property
    def where(self) -> str:
        return f"Plaats: {self.location}" if self.location else "De meetup is alleen online."

    @property
    def in_words(self) -> str:
        day, time = date_format(self.begins, "l j F Y"), date_format(self.begins, "TIME_FORMAT")
        return f"{day}, om {time} uur.\n{self.where}"


def facts_before(meetup: Meetup) -> Facts:
    """As everybody knew them until now; whoever else changes this meetup waits until the transaction ends."""
    return Facts.of(Meetup.objects.select_for_update().get(pk=meetup.pk))


def tell(meetup: Meetup, *, before: Facts, at: datetime) -> int:
    """Have everybody who asked for seats mailed of what is other than before; gives how many mails that are.

    To be called in the transaction of the change, and before the list is put in order. Nobody is told of a meetup that
    is over by then, or of a change to one that stays cancelled. Mails of an earlier change that have not begun are
    replaced: who did not hear of that change yet is told of both as one, and of nothing when it was changed back.
    """
    now = Facts.of(meetup)
    if now == before:
        return 0
    not_told = _take_back(meetup)
    rows = {}
    for signup in meetup.signups.order_by("pk"):
        for person in signups.readers_of(signup, at=at) if signup.people else ():
            known = not_told.get((signup.pk, person.pk), before)
            if _is_news(now, known, at=at):
                facts = {"now": now, "before": known, "signup_id": signup.pk, "user_id": person.pk}
                rows[f"meetup_change:{signup.pk}:{at.isoformat()}:{person.pk}"] = facts
    outbox.add_many(MAIL_TASK, rows, at=at)
    return len(rows)


def _take_back(meetup: Meetup) -> dict[tuple[int, int], Facts]:
    """Remove the mails that have not begun; gives by signup and person what that person knew last."""
    ids = list(meetup.signups.values_list("pk", flat=True))
    known: dict[tuple[int, int], Facts] = {}
    for row in outbox.take_back(MAIL_TASK, signup_id__in=ids):
        known.setdefault((row["signup_id"], row["user_id"]), Facts(*row["before"]))
    return known


def _is_news(now: Facts, before: Facts, *, at: datetime) -> bool:
    stays_cancelled = now.is_cancelled and before.is_cancelled
    return now != before and not stays_cancelled and max(now.begins, before.begins) > at


@in_dutch()
def mail(person: User, signup: Signup, *, now: Facts, before: Facts, at: datetime) -> bool:
    """Tell one person, unless it was changed again since, which is told by itself; gives whether it was sent."""
    meetup = signup.meetup
    if Facts.of(meetup) != now or max(now.begins, before.begins) <= at:
        return False
    if person not in signups.readers_of(signup, at=at):
        return False
    about = {"gemeente": str(signup.municipality), "meetup": meetup.title}
    if now.is_cancelled:
        page = f"{settings.SITE_URL}{meetup.get_absolute_url()}"
        day = date_format(before.begins, "l j F Y")
        return mails.send(person, letters.CANCELLED, about | {"dag": day, "pagina": page})
    if not signup.people:
        return False
    path = reverse("sign_up", args=[signup.municipality.slug, meetup.slug])
    values = {
        "wat": _what(now, before),
        "dag": date_format(now.begins, "l j F Y"),
        "tijd": date_format(now.begins, "TIME_FORMAT"),
        "waar": now.where,
        "eerder": before.in_words,
        "pagina": f"{settings.SITE_URL}{path}",
    }
    return mails.send(person, letters.MOVED, about | values)


def _what(now: Facts, before: Facts) -> str:
    if before.is_cancelled:
        return "Gaat toch door"
    if now.begins == before.begins:
        return "Andere plaats"
    moment = "Andere tijd" if local_date(now.begins) == local_date(before.begins) else "Andere dag"
    return moment if now.location == before.location else f"{moment} en andere plaats"
