"""Questions of the organisers about a contribution, and what its municipality answers. Never public."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from competition.languages import in_dutch
from competition.models import Participant, User
from scoring import claims
from scoring.models import ClaimState
from solutions import letters, mailing
from solutions.models import Contribution, Remark

MAIL_TASK = "solutions.tasks.mail_remark_task"


@transaction.atomic
def ask(contribution: Contribution, *, text: str, form_key: UUID, by: User, at: datetime) -> Remark:
    """An organiser asks something about what was handed in; its contact persons and who handed it in are mailed.

    The key is the form's own: sending the same form twice asks once. Raises `claims.WrongStateError`.
    """
    if contribution.state == ClaimState.DRAFT:
        raise claims.WrongStateError(gettext("Dit is nog een concept van de gemeente. Wacht tot zij het indient."))
    people = [*mailing.contacts_of(contribution.participant.municipalities.all(), at=at)]
    return _say(contribution, text, people, form_key=form_key, by=by, at=at, is_from_organisers=True)


@transaction.atomic
def answer(contribution: Contribution, *, text: str, form_key: UUID, by: User, at: datetime) -> Remark:
    """The municipality answers; who asked is mailed. The key is as for `ask`. Raises `claims.WrongStateError`."""
    asked = contribution.remarks.filter(is_from_organisers=True)
    if not asked.exists():
        raise claims.WrongStateError(gettext("De organisatie heeft niets gevraagd."))
    people = [*User.objects.filter(pk__in=asked.values("written_by"), is_active=True, is_staff=True).order_by("pk")]
    return _say(contribution, text, people, form_key=form_key, by=by, at=at, is_from_organisers=False)


def _say(
    contribution: Contribution,
    text: str,
    people: list[User],
    *,
    form_key: UUID,
    by: User,
    at: datetime,
    is_from_organisers: bool,
) -> Remark:
    said, is_new = Remark.objects.get_or_create(
        contribution=contribution,
        form_key=form_key,
        defaults={"text": text, "is_from_organisers": is_from_organisers, "written_at": at, "written_by": by},
    )
    if is_new:
        mailing.write_down(MAIL_TASK, people, occasion=f"remark:{said.pk}", at=at, remark_id=said.pk)
    return said


@in_dutch()
def mail(person: User, remark: Remark, *, at: datetime) -> None:
    """Tell one person that there is something to read; the text itself stays in the portal."""
    contribution = remark.contribution
    mine = mailing.municipality_of(person, contribution.participant, at=at)
    if not remark.is_from_organisers:
        path = reverse("admin:solutions_contribution_change", args=[contribution.pk])
        name = contribution.participant.name
        mailing.send(person, letters.ANSWER, path=path, deelnemer=name, oplossing=contribution.title)
    elif mine is not None:
        path = reverse("own_contribution", args=[mine.slug, contribution.pk])
        mailing.send(person, letters.QUESTION, path=path, oplossing=contribution.title)


def open_questions(participant: Participant) -> list[Remark]:
    """The last word about each contribution of this participant, where the organisers have it."""
    said = Remark.objects.filter(contribution__participant=participant).select_related("contribution")
    last = said.order_by("contribution", "-pk").distinct("contribution")
    return [remark for remark in last if remark.is_from_organisers]


def awaits_answer(remarks: list[Remark]) -> bool:
    """Whether the last word is the organisers'."""
    return bool(remarks) and remarks[-1].is_from_organisers
