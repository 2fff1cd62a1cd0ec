"""What a municipality reads about the course of its claim; names no person."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from competition.calendar import AMSTERDAM
from scoring.models import Claim, ClaimState

_COUNTING = {ClaimState.SUBMITTED, ClaimState.CONFIRMED}


class Fact(NamedTuple):
    name: str
    value: str
    href: str = ""


def course_of(claim: Claim) -> list[Fact]:
    """The moments and decisions so far, oldest first; nothing while it has never been handed in.

    Why it was rejected or taken back stands at the top of the page already.
    """
    facts = []
    if claim.submitted_at:
        facts.append(Fact(gettext("Ingediend op"), _moment(claim.submitted_at)))
    if claim.counts_on and claim.state in _COUNTING:
        facts.append(Fact(gettext("Telt mee vanaf"), _day(claim.counts_on)))
    if claim.decided_at:
        facts.append(Fact(gettext("Beslist op"), _moment(claim.decided_at)))
    if claim.decision_reason and claim.state == ClaimState.CONFIRMED:
        facts.append(Fact(gettext("Reden"), claim.decision_reason))
    if claim.award and claim.state in _COUNTING:
        facts.append(_point(claim))
    return facts


def _point(claim: Claim) -> Fact:
    assert claim.award is not None
    words = ngettext("%(points)d punt, boeking %(number)d", "%(points)d punten, boeking %(number)d", claim.award.points)
    value = words % {"points": claim.award.points, "number": claim.award.number}
    return Fact(gettext("Punt"), value, claim.participant.get_absolute_url())


def _moment(moment: datetime) -> str:
    local = moment.astimezone(AMSTERDAM)
    return gettext("%(day)s, %(time)s uur") % {"day": _day(local.date()), "time": date_format(local, "TIME_FORMAT")}


def _day(day: date) -> str:
    return date_format(day, "j F Y")
