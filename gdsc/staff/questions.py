"""What others want to know of a municipality, and of who hosts a meetup: the most urgent first."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from competition.models import Edition, Municipality
from gdsc.staff.desk import Desk
from gdsc.staff.meetups_ahead import MeetupAhead
from meetups.models import Meetup
from solutions import recognition, remarks, use


class Question(NamedTuple):
    title: str
    text: str
    href: str
    action: str
    is_urgent: bool = False


def about_seats(ahead: Iterable[MeetupAhead]) -> list[Question]:
    """Offers go to others when they are not answered in time."""
    return [
        Question(
            gettext("Er is plaats voor u: %(title)s") % {"title": one.meetup.title},
            gettext("U kunt ja zeggen %(until)s.") % {"until": one.signup.offer_ends},
            one.href,
            gettext("Zeg of u komt"),
            is_urgent=True,
        )
        for one in ahead
        if one.has_offer
    ]


def about_contributions(desk: Desk) -> list[Question]:
    return [
        Question(
            gettext("Vraag over uw oplossing ‘%(title)s’") % {"title": remark.contribution.title},
            gettext("De organisatie vroeg u iets. Zij beslist pas als zij uw antwoord kent."),
            f"{reverse('own_contribution', args=[desk.municipality.slug, remark.contribution_id])}#vragen",
            gettext("Geef antwoord"),
            is_urgent=True,
        )
        for remark in remarks.open_questions(desk.participant)
    ]


def about_lists(hosted: Iterable[Meetup], desk: Desk) -> list[Question]:
    """Meetups of which this person keeps the list, and has not closed it after the end."""
    return [
        Question(
            gettext("De lijst is nog open: %(title)s") % {"title": meetup.title},
            gettext("Sluit haar als alles klopt. Dan melden wij de aanwezigheid van wie er was."),
            reverse("host_list", args=[meetup.edition.year, meetup.slug]),
            gettext("Kijk de lijst na en sluit haar"),
        )
        for meetup in hosted
        if meetup.edition_id == desk.edition.pk
        and meetup.is_over(desk.at)
        and not meetup.is_cancelled
        and meetup.list_closed_at is None
    ]


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
