"""Who plays in an edition: municipalities of the Digitale Steden Agenda, wildcards, and alliances of several."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from competition.calendar import local_date
from competition.models import Edition, Entry, Municipality, Participant, ParticipantMunicipality, User


class EntryRefusedError(Exception):
    """These municipalities cannot enter like this; the message says why, in words for the reader."""


@transaction.atomic
def enter_dsa_members(edition: Edition) -> list[Participant]:
    """Enter every DSA municipality of the edition's first day that does not play yet; gives the new participants."""
    first_day = local_date(edition.starts_at)
    members = Municipality.objects.existing_on(first_day).dsa_members_on(first_day)
    new = members.exclude(places__edition=edition).by_name()
    return [_enter(edition, [municipality], entry=Entry.DSA) for municipality in new]


@transaction.atomic
def enter_alliance(edition: Edition, municipalities: Sequence[Municipality], *, name: str) -> Participant:
    """Enter several municipalities as one participant, through the DSA membership of at least one of them."""
    first_day = local_date(edition.starts_at)
    among = Municipality.objects.filter(pk__in=[m.pk for m in municipalities])
    if not among.dsa_members_on(first_day).exists():
        raise EntryRefusedError(
            gettext("Geen van deze gemeenten is lid van de Digitale Steden Agenda. Geef een wildcard.")
        )
    return _enter(edition, municipalities, entry=Entry.DSA, name=name)


@transaction.atomic
def grant_wildcard(
    edition: Edition, municipalities: Sequence[Municipality], *, because: str, by: User, at: datetime, name: str = ""
) -> Participant:
    """Let municipalities from outside the Digitale Steden Agenda take part, for a reason that the site shows."""
    if not because.strip():
        raise EntryRefusedError(gettext("Geef een reden voor de wildcard: die staat op de site."))
    grant = {
        "wildcard_reason": because.strip(),
        "wildcard_granted_on": local_date(at),
        "wildcard_granted_by": by,
    }
    return _enter(edition, municipalities, entry=Entry.WILDCARD, name=name, **grant)


def _enter(
    edition: Edition,
    municipalities: Sequence[Municipality],
    *,
    entry: Entry,
    name: str = "",
    **grant: Any,
) -> Participant:
    called = name or str(municipalities[0])
    slug = slugify(called) if name else municipalities[0].slug
    participant = Participant.objects.create(edition=edition, name=called, slug=slug, entry=entry, **grant)
    for municipality in municipalities:
        if ParticipantMunicipality.objects.filter(edition=edition, municipality=municipality).exists():
            raise EntryRefusedError(gettext("%(name)s doet al mee aan deze editie.") % {"name": municipality})
        ParticipantMunicipality.objects.create(participant=participant, municipality=municipality, edition=edition)
    return participant
