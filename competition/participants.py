"""Who plays in an edition: municipalities of the Digitale Steden Agenda, wildcards, and alliances of several."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Edition, Entry, Municipality, Participant, ParticipantMunicipality, User
from competition.models.municipalities import MunicipalityQuerySet


class EntryRefusedError(Exception):
    """These municipalities cannot enter like this; the message says why, in words for the reader."""


def not_yet_entered(edition: Edition) -> MunicipalityQuerySet:
    """The DSA municipalities of the edition's first day that do not play yet, by name."""
    first_day = local_date(edition.starts_at)
    members = Municipality.objects.existing_on(first_day).dsa_members_on(first_day)
    return members.exclude(places__edition=edition).by_name()


@transaction.atomic
def enter_dsa_members(edition: Edition) -> list[Participant]:
    """Enter every DSA municipality that does not play in this edition yet; gives the new participants."""
    return [_enter(edition, [municipality], entry=Entry.DSA) for municipality in not_yet_entered(edition)]


@transaction.atomic
def enter_dsa_member(edition: Edition, municipality: Municipality) -> Participant:
    """Enter one municipality under its own name, as a member of the Digitale Steden Agenda."""
    if not _members_among([municipality], edition).exists():
        raise EntryRefusedError(
            gettext("%(name)s is geen lid van de Digitale Steden Agenda. Geef een wildcard.") % {"name": municipality}
        )
    return _enter(edition, [municipality], entry=Entry.DSA)


@transaction.atomic
def enter_alliance(edition: Edition, municipalities: Sequence[Municipality], *, name: str) -> Participant:
    """Enter several municipalities as one participant, through the DSA membership of at least one of them."""
    if not name.strip():
        raise EntryRefusedError(gettext("Geef het samenwerkingsverband een naam."))
    if not _members_among(municipalities, edition).exists():
        raise EntryRefusedError(
            gettext("Geen van deze gemeenten is lid van de Digitale Steden Agenda. Geef een wildcard.")
        )
    return _enter(edition, municipalities, entry=Entry.DSA, name=name)


def demand_wildcard_possible(edition: Edition, municipalities: Sequence[Municipality], *, name: str = "") -> str:
    """Refuse a wildcard that could not be granted now; gives the address that the participant would have."""
    if members := list(_members_among(municipalities, edition).by_name()):
        raise EntryRefusedError(
            gettext("%(name)s is lid van de Digitale Steden Agenda en kan zonder wildcard meedoen.")
            % {"name": members[0]}
        )
    return _free_address(edition, municipalities, name=name)


@transaction.atomic
def grant_wildcard(
    edition: Edition,
    municipalities: Sequence[Municipality],
    *,
    because: str,
    by: User,
    seconded_by: User,
    at: datetime,
    name: str = "",
    is_out_of_competition: bool = False,
) -> Participant:
    """Let municipalities from outside the Digitale Steden Agenda take part, for a reason that the site shows.

    The database asks for the proposal that `seconded_by` approved: see `scoring.proposals`, which calls this.
    """
    if not because.strip():
        raise EntryRefusedError(gettext("Geef een reden voor de wildcard: die staat op de site."))
    demand_wildcard_possible(edition, municipalities, name=name)
    grant = {
        "wildcard_reason": because.strip(),
        "wildcard_granted_on": local_date(at),
        "wildcard_granted_by": by,
        "wildcard_seconded_by": seconded_by,
        "is_out_of_competition": is_out_of_competition,
    }
    return _enter(edition, municipalities, entry=Entry.WILDCARD, name=name, **grant)


def _members_among(municipalities: Sequence[Municipality], edition: Edition) -> MunicipalityQuerySet:
    """Which of these were a member of the Digitale Steden Agenda on the edition's first day."""
    among = Municipality.objects.filter(pk__in=[municipality.pk for municipality in municipalities])
    return among.dsa_members_on(local_date(edition.starts_at))


def _enter(
    edition: Edition,
    municipalities: Sequence[Municipality],
    *,
    entry: Entry,
    name: str = "",
    **grant: Any,
) -> Participant:
    slug = _free_address(edition, municipalities, name=name)
    called = name.strip() or str(municipalities[0])
    participant = Participant.objects.create(edition=edition, name=called, slug=slug, entry=entry, **grant)
    for municipality in municipalities:
        ParticipantMunicipality.objects.create(participant=participant, municipality=municipality, edition=edition)
    return participant


def _free_address(edition: Edition, municipalities: Sequence[Municipality], *, name: str) -> str:
    """The slug of a new participant; refuses what has no name, or plays already."""
    if not municipalities:
        raise EntryRefusedError(gettext("Kies ten minste één gemeente."))
    called = name.strip() or str(municipalities[0])
    slug = slugify(called) if name.strip() else municipalities[0].slug
    if not slug:
        raise EntryRefusedError(gettext("Geef een naam met letters of cijfers."))
    if edition.participants.filter(slug=slug).exists():
        raise EntryRefusedError(gettext("Er doet al een deelnemer mee met de naam %(name)s.") % {"name": called})
    for municipality in municipalities:
        is_playing = ParticipantMunicipality.objects.filter(edition=edition, municipality=municipality).exists()
        if is_playing or municipalities.count(municipality) > 1:
            raise EntryRefusedError(gettext("%(name)s doet al mee aan deze editie.") % {"name": municipality})
    return slug
