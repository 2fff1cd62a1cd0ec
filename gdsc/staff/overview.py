"""What a municipality's dashboard shows: what waits for it, what it can still do, and what it has reported."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from competition.calendar import local_date
from gdsc.staff import prospects, season
from gdsc.staff.chances import TAKES_A_PLACE, Chance, chances
from gdsc.staff.desk import Desk
from meetups.models import Attendance, Meetup
from scoring import boards
from scoring.fifth_place import distance_in_words
from scoring.models import Claim, ClaimState
from scoring.rules import Kind
from scoring.standings import Board, Line
from solutions.models import Adoption, Contribution, Solution

SOON = timedelta(days=7)


class Reported(NamedTuple):
    """A claim of the participant, and the page about it."""

    claim: Claim
    title: str
    href: str
    refusal: str
    """Why it could not be handed in now, in words; empty when it could."""

    @property
    def changed_at(self) -> datetime:
        return self.claim.decided_at or self.claim.submitted_at or self.claim.created_at

    @property
    def asks_for_an_answer(self) -> bool:
        return self.claim.state == ClaimState.REJECTED and not self.refusal

    @property
    def is_unfinished(self) -> bool:
        return self.claim.state == ClaimState.DRAFT and not self.refusal


class MeetupToReport(NamedTuple):
    meetup: Meetup
    href: str
    until: date
    is_urgent: bool
    has_draft: bool

    @property
    def badge_kind(self) -> str:
        return "warning" if self.is_urgent else "neutral"

    @property
    def note(self) -> str:
        return gettext("U bewaarde een concept.") if self.has_draft else ""


class SolutionToAdopt(NamedTuple):
    solution: Solution
    href: str
    stage: str
    """How far the participant said to be; empty while it said nothing."""
    is_central: bool


class Overview(NamedTuple):
    board: Board
    line: Line
    reported: list[Reported]
    """The latest change first."""
    meetups: list[MeetupToReport]
    solutions: list[SolutionToAdopt]
    """The one of this month first."""
    contribution_refusal: str
    central_solution: Solution | None
    next_meetup: Meetup | None
    chances: list[Chance]
    distance: str
    """To place five, in words; empty once no more points can be won."""

    @property
    def to_answer(self) -> list[Reported]:
        return [one for one in self.reported if one.asks_for_an_answer]

    @property
    def unfinished(self) -> list[Reported]:
        return [one for one in self.reported if one.is_unfinished]

    @property
    def unfinished_contributions(self) -> list[Reported]:
        return [one for one in self.unfinished if one.claim.kind == Kind.CONTRIBUTION]

    @property
    def has_nothing_to_do(self) -> bool:
        return not self.meetups and not self.solutions and bool(self.contribution_refusal)

    @property
    def waiting_count(self) -> int:
        return len(self.to_answer) + len(self.unfinished)

    @property
    def pending_count(self) -> int:
        return sum(one.claim.is_pending for one in self.reported)

    @property
    def sharing_count(self) -> int:
        return self.board.count_sharing(self.line)


def overview_of(desk: Desk) -> Overview:
    """Everything on the dashboard, in a fixed number of queries."""
    mine = desk.participant
    board = boards.shown(desk.edition)
    meetups = list(desk.edition.meetups.in_order().select_related("host"))
    solutions = list(desk.edition.solutions.in_order().select_related("round", "giver"))
    attendances = {one.meetup_id: one for one in Attendance.objects.filter(participant=mine)}
    adoptions = {one.solution_id: one for one in Adoption.objects.filter(participant=mine)}
    contributions = Contribution.objects.filter(participant=mine)
    contribution_refusal = prospects.contribution_refusal(desk)
    reported = [
        *(_attendance(desk, meetup, attendances[meetup.pk]) for meetup in meetups if meetup.pk in attendances),
        *(_adoption(desk, solution, adoptions[solution.pk]) for solution in solutions if solution.pk in adoptions),
        *(_contribution(desk, one, contribution_refusal) for one in contributions),
    ]
    to_report = list(_meetups_to_report(desk, meetups, attendances))
    to_adopt = list(_solutions_to_adopt(desk, solutions, adoptions))
    line = next((line for line in board.lines if line.participant == mine), Line.nothing(mine))
    can_earn = chances(
        desk,
        to_report=len(to_report),
        ahead=[meetup for meetup in meetups if not meetup.has_begun(desk.at)],
        to_adopt=sum(1 for _ in _solutions_to_adopt(prospects.in_season(desk), solutions, adoptions)),
        central=any(one.is_central for one in to_adopt),
        contributed=sum(one.claim.kind == Kind.CONTRIBUTION and one.claim.state in TAKES_A_PLACE for one in reported),
    )
    return Overview(
        board,
        line,
        sorted(reported, key=lambda one: (one.changed_at, one.href), reverse=True),
        to_report,
        sorted(to_adopt, key=lambda one: not one.is_central),
        contribution_refusal,
        next((solution for solution in solutions if solution.round.contains(desk.at)), None),
        next((meetup for meetup in meetups if meetup.ends_at > desk.at and not meetup.is_cancelled), None),
        list(can_earn),
        distance_in_words(board, line) if season.is_on(desk) else "",
    )


def _attendance(desk: Desk, meetup: Meetup, claim: Attendance) -> Reported:
    href = reverse("report_attendance", args=[desk.municipality.slug, meetup.slug])
    return Reported(claim, meetup.title, href, prospects.attendance_refusal(desk, meetup))


def _adoption(desk: Desk, solution: Solution, claim: Adoption) -> Reported:
    href = reverse("report_adoption", args=[desk.municipality.slug, solution.slug])
    return Reported(claim, solution.title, href, prospects.adoption_refusal(desk, solution))


def _contribution(desk: Desk, claim: Contribution, refusal: str) -> Reported:
    return Reported(claim, claim.title, reverse("own_contribution", args=[desk.municipality.slug, claim.pk]), refusal)


def _meetups_to_report(
    desk: Desk, meetups: list[Meetup], attendances: dict[int, Attendance]
) -> Iterator[MeetupToReport]:
    for meetup in meetups:
        claim = attendances.get(meetup.pk)
        if _is_done(claim) or prospects.attendance_refusal(desk, meetup):
            continue
        until = season.last_day_to_report(desk, meetup.held_on)
        assert until is not None  # outside the season it would have been refused
        is_urgent = until - local_date(desk.at) <= SOON
        href = reverse("report_attendance", args=[desk.municipality.slug, meetup.slug])
        yield MeetupToReport(meetup, href, until, is_urgent, has_draft=claim is not None)


def _solutions_to_adopt(
    desk: Desk, solutions: list[Solution], adoptions: dict[int, Adoption]
) -> Iterator[SolutionToAdopt]:
    for solution in solutions:
        claim = adoptions.get(solution.pk)
        if _is_done(claim) or prospects.adoption_refusal(desk, solution):
            continue
        href = reverse("report_adoption", args=[desk.municipality.slug, solution.slug])
        stage = claim.get_stage_display() if claim else ""
        yield SolutionToAdopt(solution, href, stage, is_central=solution.round.contains(desk.at))


def _is_done(claim: Claim | None) -> bool:
    """Whether it has been handed in; a rejected one stands under what waits for an answer."""
    return claim is not None and claim.state not in {ClaimState.DRAFT, ClaimState.WITHDRAWN}
