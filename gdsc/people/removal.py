"""Removing somebody's account: the person goes, and what was done for a municipality stays, without a name."""

from datetime import datetime
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from competition import sessions
from competition.access import ORGANISER
from competition.calendar import local_date
from competition.models import Invitation, JobRun, Membership, OutboxMessage, Role, User
from gdsc.models import SentForm

FORMER_EMAIL = "verwijderd-account@account.invalid"
FORMER_NAME = "Verwijderd account"
"""Kept in Dutch, as all of the admin's history is."""


class RemovalRefusedError(Exception):
    """This account cannot go yet; the message says what to do first."""


def why_not(person: User, *, at: datetime) -> str:
    """Why this person's account cannot go now, in words that say what to do first; empty when it can."""
    if _is_last_of(person, _superusers()):
        return gettext("U bent de laatste beheerder. Maak eerst een collega beheerder.")
    if _is_last_of(person, organisers()):
        return gettext("U bent de laatste organisator. Vraag eerst de beheerder om een collega organisator te maken.")
    if alone_at := _only_contact_of(person, at=at):
        words = gettext("U bent de enige contactpersoon van %(name)s. Vraag de organisatie eerst om een opvolger.")
        return words % {"name": ", ".join(alone_at)}
    return ""


@transaction.atomic
def remove(person: User, *, at: datetime) -> None:
    """Remove the account with all that names the person. Points stay, with the random mark of who booked them.

    A repeat does nothing. Two who go at once wait for each other, so that the last one is refused.
    Raises RemovalRefusedError.
    """
    needed = Q(is_staff=True) | Q(pk__in=Membership.objects.filter(role=Role.CONTACT).values("user"))
    held = User.objects.select_for_update().filter(needed | Q(pk=person.pk)).order_by("pk")
    if person.pk not in list(held.values_list("pk", flat=True)):
        return
    if refusal := why_not(person, at=at):
        raise RemovalRefusedError(refusal)
    sessions.end(person)
    _forget_mails(person)
    _forget_invitations(person)
    hide_history(LogEntry.objects.filter(user=person))
    _forget_changes_to(person)
    person.delete()


def organisers() -> QuerySet[User]:
    """Who can do all that organisers do."""
    active = User.objects.filter(is_active=True, is_staff=True)
    return active.filter(Q(is_superuser=True) | Q(groups__name=ORGANISER)).distinct()


def _superusers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True, is_superuser=True)


def _is_last_of(person: User, people: QuerySet[User]) -> bool:
    return people.filter(pk=person.pk).exists() and not people.exclude(pk=person.pk).exists()


def _only_contact_of(person: User, *, at: datetime) -> list[str]:
    """The municipalities that play this year or later and have nobody else as contact person."""
    today = local_date(at)
    contacts = Membership.objects.in_force_on(today).filter(role=Role.CONTACT, user__is_active=True)
    others = contacts.exclude(user=person).values("municipality")
    own = contacts.filter(user=person, municipality__places__edition__year__gte=today.year)
    alone = own.exclude(municipality__in=others).select_related("municipality").distinct()
    return sorted({str(membership.municipality) for membership in alone})


def _forget_mails(person: User) -> None:
    """Also those that wait: nobody is left to read them. An error of the mail server may hold the address."""
    OutboxMessage.objects.filter(arguments__user_id=person.pk).delete()
    OutboxMessage.objects.filter(last_error__icontains=person.email).update(last_error="")
    JobRun.objects.filter(error__icontains=person.email).update(error="")
    JobRun.objects.filter(outcome__icontains=person.email).update(outcome="")
    for word in filter(None, (person.email, person.name)):
        SentForm.objects.filter(words__icontains=word).update(words="")


def _forget_invitations(person: User) -> None:
    """To every address that the person had here."""
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    to_person = reduce(or_, (Q(email__iexact=address) for address in addresses), Q(accepted_by=person))
    Invitation.objects.filter(to_person).delete()


def hide_history(lines: QuerySet[LogEntry]) -> int:
    """Take the name off these lines, and keep what was done: Django would remove them along with the account."""
    return lines.update(user=_former()) if lines.exists() else 0


def _former() -> User:
    """The one account, which nobody can log in to, that stands for everybody who left."""
    former, is_new = User.objects.get_or_create(email=FORMER_EMAIL, defaults={"name": FORMER_NAME, "is_active": False})
    if is_new:
        former.set_unusable_password()
        former.save(update_fields=["password"])
    return former


def _forget_changes_to(person: User) -> None:
    """The history of the person's own account stays as lines without their name."""
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    about.update(object_repr=FORMER_NAME, change_message="")
