"""The year of an edition: where each of its months stands, and the year as a line of steps."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import MONTHS, ONE_DAY, local_date
from competition.models import Edition, Phase, Round, Rules
from scoring.closing import RoundState, state_of


class Month(NamedTuple):
    """One month of an edition, with the last days on which something can still be done about it."""

    round: Round
    state: RoundState
    last_claim_day: date
    last_objection_day: date
    is_overdue: bool
    """Whether it could have been closed by now, but for claims that wait for a decision."""

    @property
    def is_closed(self) -> bool:
        return self.state == RoundState.CLOSED

    @property
    def is_waiting(self) -> bool:
        """Whether it is over, but its standing can still change."""
        return self.state in {RoundState.LATE_CLAIMS, RoundState.PROVISIONAL}


class Stop(NamedTuple):
    """One moment of which the standing can be looked at: a month, or now. Without an address it cannot be, yet."""

    label: str
    name: str
    words: str
    state: str
    href: str = ""
    is_here: bool = False


class Slider(NamedTuple):
    """The ten months and now, as `scoring/_moments.html` draws them, with the nearest ones that can be looked at."""

    stops: list[Stop]
    before: Stop | None
    after: Stop | None


class Step(NamedTuple):
    """One step of the year as `components/year.html` draws it."""

    label: str
    name: str
    state: str
    kind: str = "month"
    note: str = ""
    href: str = ""


def months_of(edition: Edition, *, at: datetime) -> list[Month]:
    """The ten months in order."""
    rounds = edition.rounds.in_order().select_related("closing")
    return [_month(round_, edition.rules, at=at) for round_ in rounds]


def of_now(months: Sequence[Month], edition: Edition, *, at: datetime) -> list[Month]:
    """Where months that were read before stand at another moment, while nothing but the time has changed."""
    return [_month(month.round, edition.rules, at=at) for month in months]


def _month(round_: Round, rules: Rules, *, at: datetime) -> Month:
    is_closed = hasattr(round_, "closing")
    return Month(
        round=round_,
        state=state_of(round_, rules, at=at, is_closed=is_closed),
        last_claim_day=_day_before(round_.late_claims_end_at(rules)),
        last_objection_day=_day_before(round_.closes_at(rules)),
        is_overdue=not is_closed and at >= round_.closes_at(rules),
    )


def _day_before(moment: datetime) -> date:
    return local_date(moment) - ONE_DAY


def steps(months: Sequence[Month], phase: Phase, *, has_winner: bool, linked: Collection[Round] = ()) -> list[Step]:
    """The months, then the campaign, then the winner; the `linked` months lead to their stored results."""
    campaign = {Phase.CAMPAIGN: "current", Phase.CONCLUDED: "past"}.get(phase, "upcoming")
    winner = "current" if phase == Phase.CONCLUDED else "upcoming"
    if has_winner:
        campaign = winner = "past"
    return [
        *(_step(month, is_linked=month.round in linked) for month in months),
        Step(gettext("campagne"), gettext("campagne in november en december"), campaign, "campaign"),
        Step(gettext("winnaar"), gettext("de winnaar"), winner, "winner"),
    ]


_STATES = {
    RoundState.UPCOMING: "upcoming",
    RoundState.OPEN: "current",
    RoundState.LATE_CLAIMS: "waiting",
    RoundState.PROVISIONAL: "waiting",
    RoundState.CLOSED: "past",
}


def _step(month: Month, *, is_linked: bool) -> Step:
    day = month.round.first_day
    note = month.state.label if month.is_waiting else ""
    href = _address(month) if is_linked else ""
    return Step(date_format(day, "b"), date_format(day, "F"), _STATES[month.state], note=str(note), href=href)


def slider(
    edition: Edition, months: Sequence[Month], *, visible: Collection[Round], here: Round | None, is_now: bool
) -> Slider:
    """The way along the months whose result is `visible`; `here` is the one on the page, unless that shows now."""
    stops = [_stop(month, is_visible=month.round in visible, is_here=month.round == here) for month in months]
    now = reverse("leaderboard_of", args=[edition.year])
    stops.append(Stop(gettext("nu"), gettext("nu"), gettext("de laatste stand"), "now", f"{now}#{_ANCHOR}", is_now))
    at = next((number for number, stop in enumerate(stops) if stop.is_here), None)
    if at is None:
        return Slider(stops, None, None)
    before = [stop for stop in stops[:at] if stop.href]
    after = [stop for stop in stops[at + 1 :] if stop.href]
    return Slider(stops, before[-1] if before else None, after[0] if after else None)


_ANCHOR = "stand"
"""Where the slider stands on each page, so that it stays in sight while one goes along the months."""


def _stop(month: Month, *, is_visible: bool, is_here: bool) -> Stop:
    words = {
        RoundState.UPCOMING: gettext("komt nog"),
        RoundState.OPEN: gettext("bezig"),
        RoundState.LATE_CLAIMS: gettext("voorlopig"),
        RoundState.PROVISIONAL: gettext("voorlopig"),
        RoundState.CLOSED: gettext("staat vast") if is_visible else gettext("nu niet te zien"),
    }[month.state]
    day = month.round.first_day
    href = f"{_address(month)}#{_ANCHOR}" if is_visible else ""
    return Stop(date_format(day, "b"), date_format(day, "F"), words, _STATES[month.state], href, is_here)


def _address(month: Month) -> str:
    day = month.round.first_day
    return reverse("month", args=[day.year, MONTHS[day.month - 1]])
