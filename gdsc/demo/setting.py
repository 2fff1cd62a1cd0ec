"""The demonstration edition before anything has happened: who plays, the ten solutions and the ten meetups."""

from datetime import date, timedelta
from typing import NamedTuple

from django.utils.text import slugify

from competition import editions, participants
from competition.models import Edition, Municipality, Participant, ParticipantMunicipality
from gdsc.demo import evenings, people, plan, texts
from gdsc.demo.plan import moment
from meetups.models import Meetup
from scoring import proposals
from solutions.models import Solution


class RegisterMissingError(Exception):
    """The register lacks municipalities that have a part in the demonstration."""


class Setting(NamedTuple):
    """An edition with all that plays in it: participants by CBS code, solutions and meetups by month."""

    edition: Edition
    players: dict[str, Participant]
    solutions: dict[int, Solution]
    meetups: dict[int, Meetup]
    cast: people.Cast


def prepare(year: int) -> Setting:
    """Lay the edition out and let the members of the Digitale Steden Agenda in, the alliance and the two wildcards."""
    register = _register()
    edition = _lay_out(year)
    participants.enter_alliance(edition, [register[code] for code in plan.ALLIANCE], name=texts.ALLIANCE_NAME)
    participants.enter_dsa_members(edition)
    wildcards = [register[plan.WILDCARD], register[plan.OUT_OF_COMPETITION]]
    cast = people.hire([*Municipality.objects.filter(places__edition=edition).by_name(), *wildcards], year=year)
    _grant_wildcards(edition, wildcards, cast)
    solutions = {text.month: _solution(edition, text, register) for text in texts.solutions()}
    meetups = {text.month: _meetup(solutions[text.month], text, register) for text in texts.solutions()}
    return Setting(edition, _players(edition), solutions, meetups, cast)


def _register() -> dict[str, Municipality]:
    register = {municipality.cbs_code: municipality for municipality in Municipality.objects.all()}
    hosts_and_givers = {code for text in texts.solutions() for code in (text.giver, text.meetup.host)}
    wanted = {*plan.ALLIANCE, plan.WILDCARD, plan.OUT_OF_COMPETITION, *hosts_and_givers}
    if missing := sorted(wanted - set(register)):
        raise RegisterMissingError(f"The register lacks {', '.join(missing)}.")
    if not Municipality.objects.filter(cbs_code__in=plan.LEADERS, dsa_memberships__isnull=False).exists():
        raise RegisterMissingError("The register knows no members of the Digitale Steden Agenda.")
    return register


def _lay_out(year: int) -> Edition:
    edition = Edition.objects.create(
        year=year,
        name=f"De Grote Digitale Steden Competitie {year}",
        introduction=texts.INTRODUCTION,
        is_example=True,
    )
    editions.lay_out(edition)
    return Edition.objects.select_related("rules").get(pk=edition.pk)


def _grant_wildcards(edition: Edition, municipalities: list[Municipality], cast: people.Cast) -> None:
    """The second plays out of competition."""
    granted_at = moment(date(edition.year - 1, 12, 8), 14)
    organiser, second = (cast.accounts[one.email] for one in (people.ORGANISER, people.SECOND_ORGANISER))
    reasons = [texts.WILDCARD_REASON, texts.OUT_OF_COMPETITION_REASON]
    for number, (municipality, reason) in enumerate(zip(municipalities, reasons, strict=True)):
        proposal = proposals.propose_wildcard(
            edition, [municipality], because=reason, by=organiser, at=granted_at, is_out_of_competition=number == 1
        )
        proposals.approve(proposal, by=second, at=granted_at + timedelta(hours=1))


def _players(edition: Edition) -> dict[str, Participant]:
    """Each municipality's participant, by CBS code."""
    places = ParticipantMunicipality.objects.filter(edition=edition)
    with_rules = places.select_related("municipality", "participant__edition__rules")
    return {place.municipality.cbs_code: place.participant for place in with_rules}


def _solution(edition: Edition, text: texts.SolutionText, register: dict[str, Municipality]) -> Solution:
    return Solution.objects.create(
        edition=edition,
        round=edition.rounds.get(month=text.month),
        title=text.title,
        slug=slugify(text.title),
        summary=text.summary,
        problem=text.problem.strip(),
        description=text.description.strip(),
        theme=text.theme,
        cost_band=text.cost_band,
        effort=text.effort,
        licence=text.licence,
        giver=register[text.giver],
    )


def _meetup(solution: Solution, text: texts.SolutionText, register: dict[str, Municipality]) -> Meetup:
    day = plan.meetup_day(solution.edition.year, text.month)
    return Meetup.objects.create(
        edition=solution.edition,
        solution=solution,
        title=text.meetup.title,
        slug=slugify(text.meetup.title),
        starts_at=moment(day, 13, 30),
        ends_at=moment(day, 17),
        host=register[text.meetup.host],
        location=text.meetup.location,
        expert=text.meetup.expert,
        description=text.meetup.description.strip(),
        capacity=evenings.CAPACITY,
        most_per_municipality=evenings.MOST_PER_MUNICIPALITY,
        changed_at=moment(date(solution.edition.year - 1, 12, 1), 10),
    )
