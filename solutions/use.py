"""Whether what was adopted is still in use: asked after six and after twelve months.

The mark 'nog in gebruik' lapses when nobody answers within a month, and comes back with an answer. The point stays.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import local_date, months_after
from competition.languages import in_dutch
from competition.models import Municipality, User
from solutions import letters, mailing
from solutions.models import Adoption, UseAnswer, UseQuestion

MAIL_TASK = "solutions.tasks.mail_use_task"
TERMS = (6, 12)
"""Months after the municipality reported that it uses the solution."""
PATIENCE = timedelta(days=30)


class Mark(NamedTuple):
    """What everybody may believe of the use now."""

    kind: str
    words: str
    note: str


def ask_due(*, at: datetime) -> list[str]:
    """Ask everything that is due and was not asked; gives a line for each question.

    Harmless to repeat, and to run twice at once. After a long silence only the latest term is asked. Nobody is mailed
    about an example.
    """
    candidates = Adoption.objects.confirmed().filter(submitted_at__lt=at - timedelta(days=180))
    unfinished = candidates.exclude(use_questions__months=TERMS[-1])
    related = unfinished.select_related("participant__edition", "solution").prefetch_related("use_questions")
    return [line for adoption in related.order_by("pk") if (line := _ask(adoption, at=at))]


@transaction.atomic
def _ask(adoption: Adoption, *, at: datetime) -> str:
    assert adoption.submitted_at is not None  # the database refuses a confirmed claim without
    reported_on = local_date(adoption.submitted_at)
    due = [months for months in TERMS if months_after(reported_on, months) <= local_date(at)]
    asked = {question.months for question in adoption.use_questions.all()}
    if not due or max(due) in asked:
        return ""
    question, is_new = UseQuestion.objects.get_or_create(adoption=adoption, months=max(due), defaults={"asked_at": at})
    if not is_new:
        return ""
    if not adoption.participant.edition.is_example:
        people = mailing.contacts_of(adoption.participant.municipalities.all(), at=at)
        mailing.write_down(MAIL_TASK, people, occasion=f"use:{question.pk}", at=at, question_id=question.pk)
    return f"{adoption}: na {question.months} maanden"


@in_dutch()
def mail(person: User, question: UseQuestion, *, at: datetime) -> None:
    """Ask one person; nobody any more where it was answered since."""
    mine = mailing.municipality_of(person, question.adoption.participant, at=at)
    if question.answer or mine is None:
        return
    mailing.send(
        person,
        letters.USE,
        path=reverse("still_in_use", args=[mine.slug, question.pk]),
        maanden=str(question.months),
        oplossing=question.adoption.solution.title,
        dag=_day(local_date(question.asked_at + PATIENCE)),
    )


@transaction.atomic
def answer(question: UseQuestion, said: UseAnswer, *, by: User, at: datetime) -> None:
    """Keep what the municipality says now; the same answer again changes nothing, another one replaces it."""
    held = UseQuestion.objects.select_for_update().get(pk=question.pk)
    if held.answer != said:
        held.answer, held.answered_at, held.answered_by = said, at, by
        held.save(update_fields=["answer", "answered_at", "answered_by"])


def open_questions(municipality: Municipality) -> list[UseQuestion]:
    """What this municipality was asked and did not answer, of all years; of each adoption the latest question."""
    asked = UseQuestion.objects.filter(adoption__participant__municipalities=municipality)
    latest = asked.order_by("adoption", "-months").distinct("adoption").select_related("adoption__solution")
    return [question for question in latest if not question.answer]


def mark_of(adoption: Adoption, *, at: datetime) -> Mark:
    """From the questions of this adoption, which come along with it."""
    assert adoption.submitted_at is not None  # only what was handed in can be confirmed
    questions = sorted(adoption.use_questions.all(), key=lambda question: question.months)
    yes = [q.answered_at for q in questions if q.answer == UseAnswer.YES and q.answered_at]
    believed_on = local_date(max([adoption.submitted_at, *yes]))
    last = questions[-1] if questions else None
    if last and last.answer == UseAnswer.NO and last.answered_at:
        note = gettext("gemeld op %(day)s") % {"day": _day(local_date(last.answered_at))}
        return Mark("ended", gettext("Niet meer in gebruik"), note)
    if last and not last.answer and at >= last.asked_at + PATIENCE:
        note = gettext("voor het laatst op %(day)s") % {"day": _day(believed_on)}
        return Mark("lapsed", gettext("Niet opnieuw bevestigd"), note)
    note = gettext("bevestigd op %(day)s") % {"day": _day(believed_on)}
    return Mark("in-use", gettext("Nog in gebruik"), note)


def _day(day: date) -> str:
    return date_format(day, "j F Y")
