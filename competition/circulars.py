"""Messages of the organisers to many people: written by one, and above fifty readers sent only when another agrees.

Each reader has one row in the outbox, with the message and the reader as its key; all of them are written down in the
transaction in which the message becomes a sent one, and go out at the outbox's pace.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import mails, outbox
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.mail_texts import Filled, Letter, Placeholder
from competition.models import Audience, Circular, CircularState, Edition, Membership, Role, User
from competition.models.circulars import MOST_ALONE

MAIL_TASK = "competition.tasks.mail_circular_task"

FORM = Letter(
    key="circular",
    name=_("Bericht van de organisatie"),
    when=_("als de organisatie het verstuurt"),
    to_whom=_("wie de organisatie kiest"),
    subject="",
    body="",
    placeholders=(
        Placeholder("naam", _("de naam van de lezer"), "Robin Voorbeeld"),
        Placeholder("editie", _("de naam van de editie"), "De Grote Digitale Steden Competitie 2026"),
    ),
)
"""What such a message can have in it; its words are each time others."""


class CircularRefusedError(Exception):
    """This cannot be done with the message now; the message says why, in words for the reader."""


def receivers_of(edition: Edition, audience: str, *, at: datetime) -> QuerySet[User]:
    """Who would get it now, each once."""
    there = Membership.objects.in_force_on(local_date(at)).filter(municipality__places__edition=edition)
    if audience == Audience.CONTACTS:
        there = there.filter(role=Role.CONTACT)
    return User.objects.filter(is_active=True, memberships__in=there).distinct().order_by("pk")


@transaction.atomic
def write(edition: Edition, audience: str, words: Filled, *, form_key: UUID, at: datetime) -> Circular:
    """Keep a first version; nobody gets it yet.

    The same form twice gives the same message, with the words of the last time as long as it is a draft: who got no
    answer to the first may have gone on writing.
    """
    first = {"edition": edition, "audience": audience, **words._asdict()}
    held = Circular.objects.select_for_update()
    made, is_new = held.get_or_create(form_key=form_key, defaults=first | {"written_at": at})
    differs = any(getattr(made, name) != value for name, value in first.items())
    if not is_new and differs and made.state == CircularState.DRAFT:
        rewrite(made, edition, audience, words, at=at)
        made.refresh_from_db()
    return made


@transaction.atomic
def rewrite(circular: Circular, edition: Edition, audience: str, words: Filled, *, at: datetime) -> None:
    """Change one that nobody looks at or got yet."""
    held = _hold(circular, CircularState.DRAFT)
    held.edition, held.audience, held.written_at = edition, audience, at
    held.subject, held.body = words
    held.save()


@transaction.atomic
def send(circular: Circular, *, by: User, at: datetime) -> int:
    """Send it to no more than fifty people, alone; gives to how many."""
    held = _hold(circular, CircularState.DRAFT)
    held.proposed_by, held.proposed_at = by, at
    people = receivers_of(held.edition, held.audience, at=at)
    if people.count() > MOST_ALONE:
        words = gettext("Dit gaat naar meer dan %(count)d mensen. Leg het voor aan een andere organisator.")
        raise CircularRefusedError(words % {"count": MOST_ALONE})
    return _write_down(held, at=at)


@transaction.atomic
def propose(circular: Circular, *, by: User, at: datetime) -> None:
    """Ask another organiser to look at it and send it; its words stand fixed from here on."""
    held = _hold(circular, CircularState.DRAFT)
    held.state, held.proposed_by, held.proposed_at = CircularState.WAITING, by, at
    held.save()


@transaction.atomic
def approve(circular: Circular, *, seen: str, by: User, at: datetime) -> int:
    """Agree with what another organiser proposed, and send it; gives to how many.

    `seen` is the moment of the proposal that this person looked at: what was taken back and changed since is another.
    """
    held = _hold(circular, CircularState.WAITING)
    if held.proposed_at is None or held.proposed_at.isoformat() != seen:
        raise CircularRefusedError(gettext("Het bericht is intussen veranderd. Bekijk het opnieuw."))
    if why_not := why_not_approve(held, by=by):
        raise CircularRefusedError(why_not)
    held.approved_by, held.approved_at = by, at
    return _write_down(held, at=at)


def why_not_approve(circular: Circular, *, by: User) -> str:
    """Why this person cannot be the second one, in words; empty when they can."""
    if circular.proposed_by is None:
        return gettext("Het account van wie dit voorlegde, bestaat niet meer. Neem het terug en leg het opnieuw voor.")
    if circular.proposed_by == by:
        return gettext("U heeft dit zelf voorgelegd. Een andere organisator moet het goedkeuren.")
    return ""


@transaction.atomic
def take_back(circular: Circular) -> None:
    """Make it a draft again, to change it or to leave it."""
    held = _hold(circular, CircularState.WAITING)
    held.state, held.proposed_by, held.proposed_at = CircularState.DRAFT, None, None
    held.save()


@in_dutch()
def mail(person: User, circular: Circular, *, at: datetime) -> bool:
    """Mail one person, unless they do not belong to its readers any more; gives whether it was sent."""
    if not receivers_of(circular.edition, circular.audience, at=at).filter(pk=person.pk).exists():
        return False
    values = {"naam": person.name, "editie": circular.edition.name}
    mails.post(FORM.filled(values, subject=circular.subject, body=circular.body), to=person.email)
    return True


def _hold(circular: Circular, state: CircularState) -> Circular:
    held = Circular.objects.select_for_update(of=("self",)).select_related("edition", "proposed_by").get(pk=circular.pk)
    if held.state != state:
        words = gettext("De toestand van dit bericht is nu: %(state)s.")
        raise CircularRefusedError(words % {"state": held.get_state_display()})
    return held


def _write_down(held: Circular, *, at: datetime) -> int:
    people = list(receivers_of(held.edition, held.audience, at=at).values_list("pk", flat=True))
    if not people:
        raise CircularRefusedError(gettext("Er is niemand die dit bericht zou krijgen."))
    rows = {f"circular:{held.pk}:{pk}": {"circular_id": held.pk, "user_id": pk} for pk in people}
    outbox.add_many(MAIL_TASK, rows, at=at)
    held.state, held.sent_at, held.receivers = CircularState.SENT, at, len(people)
    held.save()
    return len(people)
