"""Which badges a participant has earned. Pure: no queries, no clock.

Every badge, with its name, its explanation and the rule that gives it, stands in `BADGES` and nowhere else. A badge is
for something that stays true: nobody loses one by what comes later, but for a point that is taken back.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gdsc.participants.deeds import Deeds
from scoring.rules import Kind

IN_A_ROW = 5
MANY = 5


class Facts(NamedTuple):
    """What the rules look at."""

    counted: Sequence[tuple[date, str]]
    """Of each point that counts: from when, and its kind; in order."""
    deeds: Deeds
    led_on: date | None
    """The end of the first closed month after which it stood at the top."""
    won_on: date | None

    def days_of(self, kind: Kind) -> list[date]:
        return [day for day, of in self.counted if of == kind]


class Badge(NamedTuple):
    """What can be earned; `earned_on` gives the day on which these facts earned it, or None."""

    icon: str
    name: str | Promise
    words: str | Promise
    earned_on: Callable[[Facts], date | None]
    is_special: bool = False


class Earned(NamedTuple):
    badge: Badge
    on: date


def earned(facts: Facts) -> list[Earned]:
    """The latest first."""
    found = [(badge, badge.earned_on(facts)) for badge in BADGES]
    with_day = [Earned(badge, day) for badge, day in found if day is not None]
    return sorted(with_day, key=lambda one: one.on, reverse=True)


def still_to_earn(have: Sequence[Earned]) -> list[Badge]:
    names = {one.badge.name for one in have}
    return [badge for badge in BADGES if badge.name not in names]


# --- The rules ---------------------------------------------------------------------------------------


def _first_point(facts: Facts) -> date | None:
    return _nth([day for day, _kind in facts.counted], 1)


def _all_three(facts: Facts) -> date | None:
    firsts = [_nth(facts.days_of(kind), 1) for kind in Kind]
    days = [day for day in firsts if day is not None]
    return max(days) if len(days) == len(Kind) else None


def _many_adoptions(facts: Facts) -> date | None:
    return _nth(facts.days_of(Kind.ADOPTION), MANY)


def _several_contributions(facts: Facts) -> date | None:
    return _nth(facts.days_of(Kind.CONTRIBUTION), 3)


def _host(facts: Facts) -> date | None:
    return _nth([meetup.on for meetup in facts.deeds.hosted], 1)


def _in_a_row(facts: Facts) -> date | None:
    for was_there, meetups in groupby(facts.deeds.held, key=lambda meetup: meetup.was_there):
        row = list(meetups)
        if was_there and len(row) >= IN_A_ROW:
            return row[IN_A_ROW - 1].on
    return None


def _every_meetup(facts: Facts) -> date | None:
    """Only when no more come: before that nobody knows."""
    held = facts.deeds.held
    is_over = held and not facts.deeds.meetups_to_come
    return held[-1].on if is_over and all(meetup.was_there for meetup in held) else None


def _giver(facts: Facts) -> date | None:
    return _nth(_taken_over(facts), 1)


def _great_giver(facts: Facts) -> date | None:
    return _nth(_taken_over(facts), MANY)


def _taken_over(facts: Facts) -> list[date]:
    return sorted(taker.on for gift in facts.deeds.given for taker in gift.takers)


def _nth(days: Sequence[date], number: int) -> date | None:
    return days[number - 1] if len(days) >= number else None


BADGES: Sequence[Badge] = (
    Badge("plus", _("Eerste punt"), _("Het eerste punt van het jaar is binnen."), _first_point),
    Badge(
        "hexagon",
        _("Alle drie"),
        _("Een punt voor een meetup, voor een overname én voor een eigen oplossing."),
        _all_three,
    ),
    Badge("people", _("Gastheer"), _("Ontving de andere gemeenten bij een meetup."), _host),
    Badge("calendar", _("Vijf op rij"), _("Was bij vijf meetups achter elkaar."), _in_a_row),
    Badge("ok", _("Altijd erbij"), _("Was bij elke meetup van het jaar."), _every_meetup),
    Badge("adopt", _("Vijf keer overgenomen"), _("Gebruikt vijf van de tien oplossingen."), _many_adoptions),
    Badge(
        "contribute", _("Drie keer aangedragen"), _("Zette drie oplossingen in Goed Opgelost!"), _several_contributions
    ),
    Badge("star", _("Gever"), _("Een ander gebruikt een oplossing van deze deelnemer."), _giver),
    Badge(
        "star", _("Gulle gever"), _("Anderen namen al vijf keer een oplossing van deze deelnemer over."), _great_giver
    ),
    Badge("up", _("Bovenaan"), _("Stond aan het eind van een maand op plaats 1."), lambda facts: facts.led_on),
    Badge(
        "trophy",
        _("Finalist"),
        _("Hoort bij de deelnemers die na oktober campagne voerden."),
        lambda facts: facts.deeds.finalist_on,
        is_special=True,
    ),
    Badge(
        "trophy",
        _("Winnaar"),
        _("Mag zich de meest digiproofe stad van Nederland noemen."),
        lambda facts: facts.won_on,
        is_special=True,
    ),
)
