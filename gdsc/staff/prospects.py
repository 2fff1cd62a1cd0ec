"""Whether a point can still be won with a claim, and if not, why; asked of the same rules that booking asks."""

from datetime import date

from competition.calendar import local_date
from gdsc.staff.desk import Desk
from meetups import attendance
from meetups.models import Attendance, Meetup
from scoring.models import Claim
from scoring.rules import RefusedByRulesError, counting_day
from solutions.models import Adoption, Contribution, Solution


def in_season(desk: Desk) -> Desk:
    """The desk as it is on the first day of the competition, as long as that is to come: for what can be won then."""
    return desk._replace(at=max([desk.at, *(round_.starts_at for round_ in desk.rounds[:1])]))


def attendance_refusal(desk: Desk, meetup: Meetup) -> str:
    """Why this meetup cannot be reported now, in words for the reader; empty when it can."""
    claim = Attendance(participant=desk.participant, meetup=meetup)
    return attendance.not_yet(meetup, at=desk.at) or _refusal(desk, claim, happened_on=meetup.held_on)


def adoption_refusal(desk: Desk, solution: Solution) -> str:
    """Why this solution cannot be adopted for a point now; looks at the best day on which it can have come into use."""
    claim = Adoption(participant=desk.participant, solution=solution)
    return _refusal(desk, claim, happened_on=best_day(desk))


def best_day(desk: Desk) -> date:
    """Today; the last day that counts once that is behind us."""
    return min(local_date(desk.at), desk.rounds[-1].last_day)


def contribution_refusal(desk: Desk, contribution: Contribution | None = None) -> str:
    """Why this contribution, or a new one, cannot be handed in now."""
    claim = contribution or Contribution(participant=desk.participant)
    return _refusal(desk, claim, happened_on=local_date(desk.at))


def _refusal(desk: Desk, claim: Claim, *, happened_on: date) -> str:
    if refused := claim.refusal(desk.rules):
        return refused
    try:
        counting_day(claim.kind, happened_on=happened_on, submitted_at=desk.at, rounds=desk.rounds, rules=desk.rules)
    except RefusedByRulesError as error:
        return str(error)
    return ""
