"""All that the portal keeps of one person, to take along. Always in Dutch, and nothing about anybody else."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry

from competition import sessions
from competition.languages import in_dutch
from competition.models import Invitation, SwitchedOffMail, User
from gdsc.people import traces
from scoring.models import LedgerEntry


@in_dutch()
def of(person: User, *, at: datetime) -> dict[str, Any]:
    """What is kept, ready for JSON. Acts are references: what was done is about a municipality, or about others."""
    return {
        "gemaakt_op": at,
        "account": {
            "naam": person.name,
            "e_mailadres": person.email,
            "actief": person.is_active,
            "organisator": person.is_staff,
            "groepen": sorted(person.groups.values_list("name", flat=True)),
            "aangemaakt_op": person.joined_at,
            "laatst_ingelogd_op": person.last_login,
            "kenmerk_in_het_puntenboek": person.actor_id,
        },
        "e_mailadressen": [
            {"adres": one.email, "bevestigd": one.verified, "belangrijkste": one.primary}
            for one in EmailAddress.objects.filter(user=person).order_by("pk")
        ],
        "gemeenten": _memberships(person),
        "uitnodigingen_aan_u": _invitations(person, at=at),
        "extra_beveiliging": [
            {"soort": one.type, "naam": str(one) if one.type == "webauthn" else "", "sinds": one.created_at}
            for one in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "accounts_van_uw_werk": [
            {"bij": one.provider, "kenmerk": one.uid, "sinds": one.date_joined}
            for one in SocialAccount.objects.filter(user=person).order_by("pk")
        ],
        "mail_die_u_niet_wilt": [
            one.get_kind_display() for one in SwitchedOffMail.objects.filter(user=person).order_by("kind")
        ],
        "plekken_waar_u_bent_ingelogd": len(sessions.of(person)),
        "wat_u_deed": [
            {"soort": link.model._meta.verbose_name, "wat": link.verbose_name, "nummers": numbers}
            for link, numbers in traces.of(person)
        ],
        "uw_boekingen_in_het_puntenboek": [
            {"editie": year, "boeking": number}
            for year, number in LedgerEntry.objects.filter(booked_by=person.actor_id)
            .in_order()
            .values_list("edition__year", "number")
        ],
        "wat_u_in_het_beheer_veranderde": _history(person),
    }


def _memberships(person: User) -> list[dict[str, Any]]:
    memberships = person.memberships.select_related("municipality").order_by("starts_on", "pk")
    return [
        {"gemeente": str(one.municipality), "rol": one.get_role_display(), "vanaf": one.starts_on, "tot": one.ends_on}
        for one in memberships
    ]


def _invitations(person: User, *, at: datetime) -> list[dict[str, Any]]:
    to_person = Invitation.objects.filter(email__iexact=person.email).select_related("municipality").order_by("pk")
    return [
        {"gemeente": str(one.municipality), "op": one.created_at, "toestand": str(one.state_at(at).label)}
        for one in to_person
    ]


def _history(person: User) -> list[dict[str, Any]]:
    """Without the words of each line, which may name whom it was about."""
    lines = LogEntry.objects.filter(user=person).order_by("pk").select_related("content_type")
    return [
        {
            "op": line.action_time,
            "soort": line.content_type.name if line.content_type else "",
            "nummer": line.object_id,
            "wat": line.get_action_flag_display(),
        }
        for line in lines
    ]
