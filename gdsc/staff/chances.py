"""What a participant can still earn, counted by the same rules that booking asks."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from competition.calendar import local_date
from gdsc.staff import prospects
from gdsc.staff.desk import Desk
from meetups.models import Attendance, Meetup
from scoring.models import ClaimState
from scoring.rules import Kind, points_for


class Chance(NamedTuple):
    """One of the three ways, with the points that it can still bring; `note` says how and when."""

    points: int
    label: str
    note: str


def chances(
    desk: Desk, *, to_report: int, ahead: Iterable[Meetup], to_adopt: int, central: bool, contributed: int
) -> Iterator[Chance]:
    """By way; those that bring nothing more are left out.

    `to_report` meetups can be reported now, `ahead` are still to come, `to_adopt` solutions were not adopted yet and
    can be, now or when the competition begins, with or without the `central` one of this month.
    """
    yield from _meetups(desk, to_report, [meetup for meetup in ahead if _would_count(desk, meetup)])
    if to_adopt:
        each = points_for(Kind.ADOPTION, desk.rules)
        note = gettext("waarvan %(n)d met die van deze maand") % {"n": each} if central else ""
        label = gettext("als u de oplossingen overneemt die u nog niet heeft")
        yield Chance(to_adopt * each, label, note)
    yield from _contributions(desk, contributed)


def _meetups(desk: Desk, to_report: int, ahead: list[Meetup]) -> Iterator[Chance]:
    each = points_for(Kind.MEETUP, desk.rules)
    this_month = sum(_is_this_month(desk, meetup) for meetup in ahead)
    parts = {
        gettext("nu te melden: %(n)d"): to_report,
        gettext("nog deze maand: %(n)d"): this_month,
        gettext("later: %(n)d"): len(ahead) - this_month,
    }
    if total := to_report + len(ahead):
        note = ", ".join(words % {"n": count * each} for words, count in parts.items() if count)
        yield Chance(total * each, gettext("met meetups"), note)


def _contributions(desk: Desk, contributed: int) -> Iterator[Chance]:
    if prospects.contribution_refusal(prospects.in_season(desk)):
        return
    each, cap = points_for(Kind.CONTRIBUTION, desk.rules), desk.rules.contribution_cap
    label = gettext("met een eigen oplossing aandragen")
    if cap is None:
        yield Chance(each, label, gettext("elke keer weer, zo vaak u wilt"))
    else:
        left = cap - contributed
        note = ngettext("nog %(n)d oplossing", "nog %(n)d oplossingen", left) % {"n": left}
        yield Chance(left * each, label, note)


def _would_count(desk: Desk, meetup: Meetup) -> bool:
    is_in_season = any(round_.first_day <= meetup.held_on <= round_.last_day for round_ in desk.rounds)
    return is_in_season and not Attendance(participant=desk.participant, meetup=meetup).refusal(desk.rules)


def _is_this_month(desk: Desk, meetup: Meetup) -> bool:
    today = local_date(desk.at)
    return (meetup.held_on.year, meetup.held_on.month) == (today.year, today.month)


TAKES_A_PLACE = (ClaimState.SUBMITTED, ClaimState.CONFIRMED)
"""A contribution in one of these states is one of those that the rules allow."""
