"""The list of a meetup, as its hosts keep it: which municipalities were there.

A host is whoever works for the municipality that hosts the meetup, or is appointed to it by the organisers. Closing the
list hands in the attendance of who was there. Whether that earns a point, an organiser decides: a host is a rival too.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from competition.access import HOST
from competition.calendar import local_date
from competition.models import Membership, Municipality, ParticipantMunicipality, User
from meetups import attendance, signups
from meetups.models import Attendance, Meetup, MeetupQuerySet, Presence, Signup
from scoring import claims
from scoring.models import ClaimState
from scoring.rules import RefusedByRulesError


class ListError(Exception):
    """This cannot be done with the list now; the message says why, in words for the reader."""


def hosted_by(user: User, *, at: datetime) -> MeetupQuerySet:
    """The meetups of which this person keeps the list."""
    works_for = Membership.objects.in_force_on(local_date(at)).filter(user=user).values("municipality")
    appointed = Meetup.appointed_hosts.through.objects.filter(user=user, user__groups__name=HOST).values("meetup")
    return Meetup.objects.filter(Q(host__in=works_for) | Q(pk__in=appointed))


def listed(meetup: Meetup) -> QuerySet[Signup]:
    """Who has a seat, waits for one or was seen, by name."""
    blank = Q(seats=0, offered=0, waiting=[], presence="")
    return meetup.signups.exclude(blank).select_related("municipality").order_by("municipality__sort_name", "pk")


def may_be_marked(meetup: Meetup) -> QuerySet[Municipality]:
    """Who is on the list and who else takes part in the edition, by name: some come without having signed up."""
    playing = ParticipantMunicipality.objects.filter(edition=meetup.edition_id).values("municipality")
    on_it = meetup.signups.values("municipality")
    return Municipality.objects.filter(Q(pk__in=playing) | Q(pk__in=on_it)).by_name()


def is_open(meetup: Meetup, *, at: datetime) -> bool:
    """Whether marks can be made: from the day itself, as people come in before the beginning."""
    return not meetup.is_cancelled and meetup.list_closed_at is None and local_date(at) >= meetup.held_on


@transaction.atomic
def mark(meetup: Meetup, municipality: Municipality, presence: Presence, *, at: datetime) -> None:
    """Write down what the host saw; the last mark counts."""
    signups.hold(meetup)
    if not is_open(meetup, at=at):
        raise ListError(gettext("De lijst is gesloten of nog niet open. Er is niets veranderd."))
    row = Signup.objects.filter(meetup=meetup, municipality=municipality).first()
    row = row or Signup(meetup=meetup, municipality=municipality, changed_at=at)
    row.presence = presence
    row.save()


@transaction.atomic
def close(meetup: Meetup, *, by: User, at: datetime) -> list[str]:
    """Close the list: who has a seat and was not marked was absent, and who was there has its attendance handed in.

    Gives in words for whom that could not be. A repeat changes nothing. What a municipality handed in or withdrew
    itself stays as it is.
    """
    signups.hold(meetup)
    if meetup.list_closed_at is not None:
        return []
    if not meetup.has_begun(at):
        raise ListError(gettext("De meetup is nog niet begonnen. U kunt de lijst daarna sluiten."))
    meetup.signups.filter(presence="", seats__gt=0).update(presence=Presence.ABSENT)
    present = meetup.signups.filter(presence=Presence.PRESENT).select_related("municipality")
    refused = [why for row in present.order_by("municipality__sort_name", "pk") if (why := _hand_in(row, by=by, at=at))]
    meetup.list_closed_at = at
    meetup.save(update_fields=["list_closed_at"])
    return refused


def _hand_in(row: Signup, *, by: User, at: datetime) -> str:
    """Hand in the attendance of one municipality, or tell why not."""
    places = ParticipantMunicipality.objects.filter(edition=row.meetup.edition_id, municipality=row.municipality_id)
    place = places.select_related("participant__edition__rules").first()
    if place is None:
        return gettext("%(name)s doet niet mee aan deze editie.") % {"name": row.municipality}
    claim = Attendance.objects.filter(participant=place.participant, meetup=row.meetup).first()
    if claim is not None and claim.state != ClaimState.DRAFT:
        return ""
    fields = {} if claim else {"people": max(1, row.seats)}
    try:
        with transaction.atomic():
            attendance.hand_in(place.participant, row.meetup, fields=fields, by=by, at=at)
    except (RefusedByRulesError, claims.ClaimError) as error:
        return f"{row.municipality}: {error}"
    return ""
