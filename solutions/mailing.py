"""Mails to a municipality about adoptions and own solutions: one outbox row for each contact person and occasion."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from competition import mails, outbox
from competition.calendar import local_date
from competition.mail_texts import Letter
from competition.models import Membership, Municipality, Participant, Role, User


def contacts_of(municipalities: Iterable[Municipality], *, at: datetime) -> QuerySet[User]:
    """The contact persons of these municipalities, each once."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(role=Role.CONTACT)
    there = in_force.filter(municipality__in=list(municipalities))
    return User.objects.filter(is_active=True, memberships__in=there).distinct().order_by("pk")


def municipality_of(person: User, participant: Participant, *, at: datetime) -> Municipality | None:
    """For which of the participant's municipalities this person works; the first by name."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=person)
    there = Municipality.objects.filter(places__participant=participant, memberships__in=in_force)
    return there.order_by("sort_name", "pk").first()


def write_down(task: str, people: Iterable[User], *, occasion: str, at: datetime, **arguments: Any) -> int:
    """One mail to each; the same occasion mails nobody twice. Gives how many people there are."""
    mails = {f"{occasion}:{person.pk}": {**arguments, "user_id": person.pk} for person in people}
    outbox.add_many(task, mails, at=at)
    return len(mails)


def send(person: User, letter: Letter, *, path: str, **values: str) -> None:
    """Send one mail, with the address of the page that it is about. It names no other person."""
    mails.send(person, letter, values | {"pagina": f"{settings.SITE_URL}{path}"})
