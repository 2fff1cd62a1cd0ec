"""The mail about a decision on a claim, to the person who reported it and the contact persons.

Also while the board is held still: it tells a municipality of its own claim only, as its own page does, and never of a
total or a place.
"""

from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from competition import mails, outbox
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Membership, OutboxMessage, Role, User
from scoring import closing, letters
from scoring.models import Claim, ClaimState

MAIL_TASK = "scoring.tasks.mail_decision_task"
DECIDED = (ClaimState.CONFIRMED, ClaimState.REJECTED, ClaimState.REVERSED)
STALE_AFTER = timedelta(days=3)
"""Well within the time that the outbox remembers what it did, so that nothing is told twice."""


def announce_due(*, at: datetime) -> int:
    """Write down a mail for each reader of each decision of the last days that has none yet; gives how many.

    Harmless to repeat. What was decided longer ago stays untold: it is old news by then.
    """
    due = {
        f"decision:{claim._meta.label_lower}:{claim.pk}:{claim.version}:{person.pk}": {
            "kind": claim._meta.label_lower,
            "claim_id": claim.pk,
            "version": claim.version,
            "user_id": person.pk,
        }
        for claim in _decided(at=at)
        for person in readers_of(claim, at=at)
    }
    written = OutboxMessage.objects.filter(key__in=due).values_list("key", flat=True)
    new = {key: due[key] for key in due.keys() - set(written)}
    outbox.add_many(MAIL_TASK, new, at=at)
    return len(new)


def _decided(*, at: datetime) -> list[Claim]:
    recent = {"decided_at__gt": at - STALE_AFTER, "decided_at__lte": at, "state__in": DECIDED}
    return [claim for kind in closing.kinds_of_claim() for claim in kind.objects.filter(**recent).order_by("pk")]


def readers_of(claim: Claim, *, at: datetime) -> QuerySet[User]:
    """Who reported it, while at work there, and the contact persons of its municipalities; each once."""
    in_force = Membership.objects.in_force_on(local_date(at))
    own = in_force.filter(municipality__places__participant=claim.participant_id)
    told = own.filter(Q(role=Role.CONTACT) | Q(user=claim.submitted_by_id))
    return User.objects.filter(is_active=True, memberships__in=told).distinct().order_by("pk")


@in_dutch()
def mail(person: User, label: str, claim_id: int, *, version: int, at: datetime) -> bool:
    """Tell one person, unless something newer happened to the claim or it waited too long; gives whether it went."""
    kind: type[Claim] = apps.get_model(label)
    claim = kind.objects.select_related("participant").filter(pk=claim_id, version=version).first()
    if claim is None or claim.decided_at is None or claim.decided_at <= at - STALE_AFTER:
        return False
    if person not in readers_of(claim, at=at):
        return False
    return mails.send(person, letters.DECISION, _values_of(claim))


def _values_of(claim: Claim) -> dict[str, str]:
    what_now = "Alle meldingen van uw gemeente vindt u op uw eigen pagina:"
    if claim.state == ClaimState.REJECTED:
        what_now = (
            "Klopt dit niet? Pas de melding aan en dien haar opnieuw in. U vindt haar op de pagina van uw gemeente:"
        )
    return {
        "oordeel": _verdict_on(claim),
        "melding": claim.describe(),
        "deelnemer": str(claim.participant),
        "reden": f"Dit is de reden:\n\n{claim.decision_reason}" if claim.decision_reason else "",
        "wat_nu": what_now,
        "pagina": f"{settings.SITE_URL}{reverse('dashboard')}",
    }


def _verdict_on(claim: Claim) -> str:
    """A claim that is confirmed with a reason had lost its point before."""
    if claim.state == ClaimState.CONFIRMED and claim.decision_reason:
        return "alsnog bevestigd"
    return str(claim.get_state_display())
