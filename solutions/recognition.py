"""The other side of an adoption: the municipality that gives the solution says whether it knows of it.

Its answer is there for the organisers and the public. It books nothing and takes nothing back: a giver is often a
rival, so its silence may cost nobody a point. Who does not recognise an adoption says why, to the organisers only.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from competition import access
from competition.languages import in_dutch
from competition.models import Edition, Municipality, ParticipantMunicipality, User
from scoring import claims
from scoring.ledger import ReasonMissingError
from scoring.models import ClaimState
from solutions import letters, mailing
from solutions.models import Adoption, GiverAnswer

MAIL_TASK = "solutions.tasks.mail_giver_task"
OPEN_TO_ANSWER = (ClaimState.SUBMITTED, ClaimState.CONFIRMED)


def by_another() -> Q:
    """Adoptions of which somebody else than the participant itself gives the solution."""
    itself = ParticipantMunicipality.objects.filter(
        participant=OuterRef("participant"), municipality=OuterRef("solution__giver")
    )
    return Q(solution__giver__isnull=False) & Q(~Exists(itself))


def by_one_party() -> Q:
    """Adoptions that have another side, which did not say that it knows of them; that it denies, nobody else reads."""
    return by_another() & ~Q(giver_answer=GiverAnswer.RECOGNISED)


def reported_to(giver: Municipality, edition: Edition) -> QuerySet[Adoption]:
    """What others report to have taken over from this municipality, the latest first."""
    found = Adoption.objects.filter(by_another(), solution__giver=giver, state__in=OPEN_TO_ANSWER)
    return found.of_edition(edition).select_related("participant", "solution").order_by("-submitted_at", "-pk")


def ask(adoption: Adoption, *, at: datetime) -> int:
    """Have the giver's contact persons mailed, unless it recognised this adoption before; gives how many they are."""
    giver = adoption.solution.giver
    if giver is None or adoption.giver_answer == GiverAnswer.RECOGNISED:
        return 0
    if not Adoption.objects.filter(by_another(), pk=adoption.pk).exists():
        return 0
    occasion = f"adoption-giver:{adoption.pk}:{adoption.version}"
    people = mailing.contacts_of([giver], at=at)
    return mailing.write_down(MAIL_TASK, people, occasion=occasion, at=at, adoption_id=adoption.pk)


@in_dutch()
def mail(person: User, adoption: Adoption) -> None:
    """Ask one person; nobody any more where it was answered, withdrawn or rejected since."""
    giver = adoption.solution.giver
    if giver is None or adoption.giver_answer or adoption.state not in OPEN_TO_ANSWER:
        return
    mailing.send(
        person,
        letters.GIVER,
        path=reverse("taken_over", args=[giver.slug]),
        deelnemer=adoption.participant.name,
        oplossing=adoption.solution.title,
    )


@transaction.atomic
def recognise(adoption: Adoption, *, by: User, at: datetime) -> None:
    """The giver knows that this participant took its solution over; a repeat changes nothing."""
    held = _hold(adoption, by=by, at=at)
    if held.giver_answer != GiverAnswer.RECOGNISED:
        _answer(held, GiverAnswer.RECOGNISED, because="", by=by, at=at)


@transaction.atomic
def deny(adoption: Adoption, *, because: str, by: User, at: datetime) -> None:
    """The giver does not recognise it, and tells the organisers why; a repeat changes nothing.

    The claim gets a new version: an organiser who has it open looks again before deciding.
    """
    reason = because.strip()
    if not reason:
        raise ReasonMissingError(gettext("Vertel waarom u dit niet herkent."))
    held = _hold(adoption, by=by, at=at)
    if (held.giver_answer, held.giver_reason) != (GiverAnswer.NOT_RECOGNISED, reason):
        held.version += 1
        _answer(held, GiverAnswer.NOT_RECOGNISED, because=reason, by=by, at=at)


def _hold(adoption: Adoption, *, by: User, at: datetime) -> Adoption:
    held = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if held.state not in OPEN_TO_ANSWER:
        raise claims.WrongStateError(gettext("Deze overname is niet meer gemeld. U hoeft niets te doen."))
    if access.works_for(by, held.participant, at=at):
        words = gettext("U werkt ook voor de gemeente die dit meldt. Laat een collega antwoorden.")
        raise claims.OwnMunicipalityError(words)
    return held


def _answer(held: Adoption, answer: GiverAnswer, *, because: str, by: User, at: datetime) -> None:
    held.giver_answer, held.giver_reason = answer, because
    held.giver_answered_at, held.giver_answered_by = at, by
    held.save(update_fields=["giver_answer", "giver_reason", "giver_answered_at", "giver_answered_by", "version"])
