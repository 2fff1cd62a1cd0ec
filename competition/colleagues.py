"""Who works for a municipality: taken away, and the handover of the contact person. Every period stays on record."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Membership, Municipality, Role, User

LONGEST_AHEAD = timedelta(days=366)


class ColleagueError(Exception):
    """This cannot be done with the colleague; the message says why, in words for the reader."""


def current(municipality: Municipality, *, at: datetime) -> list[Membership]:
    """Who works for the municipality today: the contact person first, then the others by name."""
    found = Membership.objects.in_force_on(local_date(at)).filter(municipality=municipality)
    return list(found.select_related("user").order_by("role", "user__name", "user__email", "pk"))


def former(municipality: Municipality, *, at: datetime) -> list[Membership]:
    """The contact persons that the municipality had before, the last one first."""
    past = Membership.objects.filter(municipality=municipality, role=Role.CONTACT, ends_on__lte=local_date(at))
    return list(past.select_related("user").order_by("-ends_on", "-pk"))


def coming(municipality: Municipality, *, at: datetime) -> Membership | None:
    """The contact person to whom the task has been handed over, from a later day."""
    future = Membership.objects.filter(municipality=municipality, role=Role.CONTACT, starts_on__gt=local_date(at))
    return future.exclude_empty().select_related("user").order_by("starts_on", "pk").first()


@transaction.atomic
def remove(person: User, municipality: Municipality, *, by: User, at: datetime) -> None:
    """Let somebody no longer work for the municipality, from the next request on; a repeat changes nothing.

    The contact person stays until the task has been handed over: somebody has to be able to invite.
    """
    _take_turns(municipality)
    if person == by:
        raise ColleagueError(gettext("U kunt uzelf niet weghalen. Draag eerst uw taak over."))
    today = local_date(at)
    unended = Membership.objects.unended_on(today).filter(municipality=municipality, user=person)
    if unended.filter(role=Role.CONTACT).exists():
        raise ColleagueError(gettext("Alleen de organisatie kan een contactpersoon weghalen."))
    for period in unended:
        period.ends_on = max(today, period.starts_on)
        period.save(update_fields=["ends_on"])


@transaction.atomic
def hand_over(municipality: Municipality, to: User, *, on: date, by: User, at: datetime) -> Membership:
    """Make a colleague the contact person from this day; who was it before works on as staff.

    A repeat gives what was agreed already.
    """
    _take_turns(municipality)
    today = local_date(at)
    _demand_day(on, today=today)
    agreed = coming(municipality, at=at)
    if agreed is not None and (agreed.user_id, agreed.starts_on) != (to.pk, on):
        words = gettext("%(name)s wordt al contactpersoon op %(day)s. Vraag de organisatie om dat te veranderen.")
        raise ColleagueError(words % {"name": agreed.user, "day": date_format(agreed.starts_on)})
    if agreed is not None:
        return agreed
    then = Membership.objects.in_force_on(on).filter(municipality=municipality)
    own = then.filter(user=to).order_by("role", "pk").first()
    if own is None:
        raise ColleagueError(gettext("Kies een collega die op die dag voor uw gemeente werkt."))
    if own.role == Role.CONTACT:
        return own
    for period in then.filter(role=Role.CONTACT).order_by("pk"):
        _go_on_as(Role.STAFF, period, on=on)
    return _go_on_as(Role.CONTACT, own, on=on)


def _demand_day(on: date, *, today: date) -> None:
    if on < today:
        raise ColleagueError(gettext("Kies vandaag of een latere dag."))
    if on > today + LONGEST_AHEAD:
        raise ColleagueError(gettext("Kies een dag binnen een jaar."))


def _take_turns(municipality: Municipality) -> None:
    """Whoever changes the people of a municipality waits for who is doing so."""
    Municipality.objects.select_for_update().get(pk=municipality.pk)


def _go_on_as(role: Role, period: Membership, *, on: date) -> Membership:
    """End this period, and begin one in another role that ends when this one would have."""
    until, period.ends_on = period.ends_on, on
    period.save(update_fields=["ends_on"])
    return Membership.objects.create(
        user_id=period.user_id, municipality_id=period.municipality_id, role=role, starts_on=on, ends_on=until
    )
