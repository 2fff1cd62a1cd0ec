"""What others want to know of a municipality, whether it takes part or not."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from competition.models import Edition, Municipality
from solutions import recognition, use


class Question(NamedTuple):
    title: str
    text: str
    href: str
    action: str


def questions_to(municipality: Municipality, edition: Edition | None) -> list[Question]:
    return [*_about_what_it_gave(municipality, edition), *_about_what_it_uses(municipality)]


def _about_what_it_gave(municipality: Municipality, edition: Edition | None) -> list[Question]:
    waiting = recognition.reported_to(municipality, edition).filter(giver_answer="").count() if edition else 0
    if not waiting:
        return []
    title = ngettext(
        "%(count)d deelnemer meldt een oplossing van u over te nemen",
        "%(count)d deelnemers melden een oplossing van u over te nemen",
        waiting,
    )
    text = gettext("Herkent u dat? Met één klik staat er op de site dat u het bevestigt.")
    href = reverse("taken_over", args=[municipality.slug])
    return [Question(title % {"count": waiting}, text, href, gettext("Bekijk wie het zijn"))]


def _about_what_it_uses(municipality: Municipality) -> list[Question]:
    text = gettext("Zonder antwoord staat er na een maand niet meer op de site dat u haar gebruikt. Uw punt blijft.")
    return [
        Question(
            gettext("Gebruikt u ‘%(title)s’ nog?") % {"title": question.adoption.solution.title},
            text,
            reverse("still_in_use", args=[municipality.slug, question.pk]),
            gettext("Geef antwoord"),
        )
        for question in use.open_questions(municipality)
    ]
