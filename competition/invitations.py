"""Invitations to work for a municipality: for one address, for once, for two weeks to the end of the last day.

Only a mail ever holds the key of an invitation; we keep its hash. So the key is made when the mail is, and the mail
that was sent last is the one that works.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext

from competition import letters, mails, outbox
from competition.calendar import days_after, local_date
from competition.languages import in_dutch
from competition.models import Invitation, InvitationState, Membership, Municipality, Role, User
from competition.models.invitations import InvitationQuerySet

SEND_TASK = "competition.tasks.send_invitation_task"
DAYS_VALID = 14
MOST_PER_DAY = 30
"""So many invitations can one municipality send in a day: a stolen account must not become a source of spam."""


class InvitationError(Exception):
    """This cannot be done with the invitation; the message says why, in words for the reader."""


class AlreadyWorksHereError(InvitationError):
    pass


class TooManyError(InvitationError):
    pass


class WrongStateError(InvitationError):
    pass


class WrongPersonError(InvitationError):
    pass


@transaction.atomic
def invite(municipality: Municipality, email: str, *, role: Role, by: User, at: datetime) -> Invitation:
    """Invite somebody by mail. An invitation to this address that is still open is given as it is; no mail follows.

    But for one as staff when a contact person is asked for: that one gives way.
    """
    email = User.objects.normalize_email(email.strip())
    # Those who invite for this municipality take turns: two at once would count, and invite, past each other.
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    demand_possible(municipality, email, at=at)
    unanswered = Invitation.objects.unanswered().filter(municipality=municipality, email__iexact=email).first()
    if unanswered is not None:
        if unanswered.state_at(at) == InvitationState.OPEN and role in (unanswered.role, Role.STAFF):
            return unanswered
        _close(unanswered, by=by, at=at)
    expires_at = days_after(at, DAYS_VALID + 1)
    invitation = Invitation.objects.create(
        municipality=municipality, email=email, role=role, created_at=at, created_by=by, expires_at=expires_at
    )
    outbox.add(SEND_TASK, at=at, invitation_id=invitation.pk)
    return invitation


def demand_possible(municipality: Municipality, email: str, *, at: datetime) -> None:
    """Refuse an invitation to who works for the municipality, now or soon, and one too many in a day."""
    here = Membership.objects.unended_on(local_date(at)).filter(municipality=municipality)
    if here.filter(user__email__iexact=email).exists():
        raise AlreadyWorksHereError(gettext("Iemand met dit e-mailadres werkt al voor deze gemeente in dit portaal."))
    today = Invitation.objects.filter(municipality=municipality, created_at__gt=at - timedelta(days=1))
    if today.count() >= MOST_PER_DAY:
        raise TooManyError(gettext("Deze gemeente nodigde vandaag al veel mensen uit. Probeer het morgen opnieuw."))


@in_dutch()
@transaction.atomic
def send(invitation_id: int, *, at: datetime) -> None:
    """Make the key and mail it. Does nothing for an invitation that is no longer open."""
    invitation = _locked().filter(pk=invitation_id).first()
    if invitation is None or invitation.state_at(at) != InvitationState.OPEN:
        return
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.save(update_fields=["token_hash"])
    values = {
        "gemeente": str(invitation.municipality),
        "pagina": f"{settings.SITE_URL}{reverse('invitation')}?{urlencode({'sleutel': token})}",
        "dag": date_format(invitation.last_day, "j F Y"),
    }
    mails.send_to(invitation.email, letters.COLLEAGUE, values)


def find(token: str) -> Invitation | None:
    """The invitation that this key opens, in whatever state it is."""
    return Invitation.objects.select_related("municipality").filter(token_hash=_hash(token)).first()


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Make the invitation worthless; a repeat changes nothing. Refuses one that was accepted."""
    invitation = _locked().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise WrongStateError(gettext("Deze uitnodiging is al geaccepteerd. Haal de collega zelf weg."))
    if invitation.revoked_at is None:
        _close(invitation, by=by, at=at)


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Let the person who was invited work for the municipality, from today. Who accepts twice stays one member."""
    invitation = _locked().get(pk=invitation.pk)
    if not is_for(invitation, by):
        raise WrongPersonError(gettext("Deze uitnodiging is voor een ander e-mailadres."))
    here = Membership.objects.filter(user=by, municipality=invitation.municipality)
    current = here.unended_on(local_date(at)).order_by("starts_on", "pk").first()
    if current is not None and invitation.accepted_by_id == by.pk:
        return current
    # Also for who accepted it and was taken away since: the link does not bring them back.
    _demand_open(invitation, at=at)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at, accepted_by=by)
    return current or here.create(
        user=by, municipality=invitation.municipality, role=invitation.role, starts_on=local_date(at)
    )


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str, at: datetime) -> User:
    """Make an account for who was invited and has none; the key came from the mailbox, so the address is proven."""
    invitation = _locked().get(pk=invitation.pk)
    _demand_open(invitation, at=at)
    if account_of(invitation) is not None:
        raise WrongPersonError(gettext("Er is al een account met dit e-mailadres. Log eerst in."))
    person = User.objects.create_user(invitation.email, password, name=name)
    EmailAddress.objects.create(user=person, email=person.email.lower(), primary=True, verified=True)
    accept(invitation, by=person, at=at)
    return person


def is_for(invitation: Invitation, person: User) -> bool:
    """Whether the person reads the mail of the address that was invited, as far as we know."""
    if person.email.casefold() == invitation.email.casefold():
        return True
    return bool(EmailAddress.objects.filter(user=person, email__iexact=invitation.email, verified=True).exists())


def account_of(invitation: Invitation) -> User | None:
    email = invitation.email
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    return User.objects.filter(email__iexact=email).first() or User.objects.filter(pk__in=proven).first()


def _demand_open(invitation: Invitation, *, at: datetime) -> None:
    state = invitation.state_at(at)
    if state != InvitationState.OPEN:
        raise WrongStateError(gettext("Deze uitnodiging is %(state)s.") % {"state": state.label})


def _close(invitation: Invitation, *, by: User, at: datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=at, revoked_by=by)


def _locked() -> InvitationQuerySet:
    return Invitation.objects.select_related("municipality").select_for_update(of=("self",))


def _hash(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
