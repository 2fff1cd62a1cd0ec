"""Who is in the final: the five with the most points in the closed October standing, and how a tie is settled."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from competition.models import Edition, Participant, TieRule, User
from competition.models.editions import LAST_SCORING_MONTH
from scoring.models import Finalist, FinalistBy, LotDraw, RoundResult, SealedLot
from scoring.rules import FINALIST_COUNT
from scoring.standings import Line

FEWEST_LOTS = 2
"""One sealed lot would let one person choose."""


class Cut(NamedTuple):
    """The outcome of the cut: who is in and why, and among whom lots must be drawn for the places that are left."""

    chosen: list[tuple[Line, FinalistBy]]
    tied: list[Line]
    places_left: int


class DrawRefusedError(Exception):
    """These lots cannot be recorded; the message says why."""


def cut(lines: Sequence[Line], *, tie_rule: str, places: int = FINALIST_COUNT) -> Cut:
    """Choose the finalists from a standing. Pure.

    Who has no points cannot be a finalist, nor who takes part out of competition. On a tie at the last place the
    most adoptions decide, then the most meetups, then lots; or, by the edition's rules, all who tie go through.
    """
    ordered = _in_published_order(lines)
    if len(ordered) <= places:
        return Cut([(line, FinalistBy.POINTS) for line in ordered], [], 0)
    last_in, first_out = ordered[places - 1], ordered[places]
    if tie_rule == TieRule.WIDEN and last_in.total == first_out.total:
        return _widened(ordered, last_in.total)
    ahead = [line for line in ordered if published_order(line) < published_order(first_out)]
    level = [line for line in ordered if published_order(line) == published_order(first_out)]
    places_left = places - len(ahead)
    return Cut([(line, _why(line, first_out)) for line in ahead], level if places_left else [], places_left)


def _in_published_order(lines: Sequence[Line]) -> list[Line]:
    """Who can be in the final at all, by points, then adoptions, then meetups."""
    return sorted((line for line in lines if line.rank is not None and line.total > 0), key=published_order)


def published_order(line: Line) -> tuple[int, int, int]:
    return -line.total, -line.adoption_points, -line.meetup_points


def _widened(ordered: list[Line], bar: int) -> Cut:
    through = [line for line in ordered if line.total >= bar]
    return Cut([(line, FinalistBy.POINTS if line.total > bar else FinalistBy.WIDENED) for line in through], [], 0)


def _why(line: Line, first_out: Line) -> FinalistBy:
    if line.total > first_out.total:
        return FinalistBy.POINTS
    return FinalistBy.ADOPTIONS if line.adoption_points > first_out.adoption_points else FinalistBy.MEETUPS


@transaction.atomic
def fix(edition: Edition, lines: Sequence[Line]) -> None:
    """Write down who is in, as far as the standing decides it; the closing of the last month calls this once."""
    decided = cut(lines, tie_rule=edition.rules.tie_rule).chosen
    Finalist.objects.bulk_create(_finalist(edition, line, by) for line, by in decided)


def _finalist(edition: Edition, line: Line, decided_by: FinalistBy) -> Finalist:
    assert line.rank is not None  # the cut leaves out who has no rank
    return Finalist(
        edition=edition,
        participant=line.participant,
        place=line.rank,
        total=line.total,
        decided_by=decided_by,
    )


class October(NamedTuple):
    """The standing of the last month as its closing fixed it, with the hash that its first checkpoint has."""

    lines: list[Line]
    head_hash: str


def october(edition: Edition) -> October:
    """Without lines and hash while the last month is not closed."""
    results = RoundResult.objects.filter(
        version__number=1,
        version__closing__round__edition=edition,
        version__closing__round__month=LAST_SCORING_MONTH,
    )
    found = list(results.select_related("participant", "version").order_by("participant__sort_name", "pk"))
    lines = [Line.of(result.participant, result) for result in found]
    return October(lines, found[0].version.head_hash if found else "")


def still_tied(edition: Edition) -> Cut:
    """The cut of the closed last month, for the places that only lots can fill; nothing is tied once they are drawn."""
    outcome = cut(october(edition).lines, tie_rule=edition.rules.tie_rule)
    is_drawn = LotDraw.objects.filter(edition=edition).exists()
    return outcome._replace(tied=[], places_left=0) if is_drawn else outcome


def level_at_the_cut(lines: Sequence[Line], *, places: int = FINALIST_COUNT) -> list[Line]:
    """Who has as many points as the last place takes, where they are too many for the final; in the published order.

    Pure.
    """
    ordered = _in_published_order(lines)
    if len(ordered) <= places or ordered[places - 1].total > ordered[places].total:
        return []
    return [line for line in ordered if line.total == ordered[places].total]


def lots_can_decide(edition: Edition) -> bool:
    """Whether two or more sealed lots lie there, all of them open."""
    opened = SealedLot.objects.filter(edition=edition).values_list("opened_at", flat=True)
    return len(opened) >= FEWEST_LOTS and all(opened)


@transaction.atomic
def record_draw(
    edition: Edition,
    *,
    drawn: Sequence[Participant],
    record: str,
    by: User,
    seconded_by: User | None,
    at: datetime,
    seed: str = "",
) -> LotDraw:
    """Write down who came out of the draw; with a `seed` out of the sealed lots, else in public on the word of two.

    `seconded_by` is None only where the account of the other one who sealed a lot is gone. Raises `DrawRefusedError`
    when it does not fit the tie, or has no record of how it went.
    """
    tied = _demand_fitting(edition, drawn) if seed else demand_draw_possible(edition, drawn)
    if not record.strip():
        raise DrawRefusedError(gettext("Schrijf op hoe er is geloot: dat staat straks op de site."))
    draw = LotDraw.objects.create(
        edition=edition, drawn_at=at, recorded_by=by, seconded_by=seconded_by, seed=seed, record=record.strip()
    )
    by_participant = {line.participant.pk: line for line in tied.tied}
    Finalist.objects.bulk_create(_finalist(edition, by_participant[p.pk], FinalistBy.LOTS) for p in drawn)
    return draw


def demand_draw_possible(edition: Edition, drawn: Sequence[Participant]) -> Cut:
    """Refuse the outcome of a draw in public that does not fit the tie; gives the tie.

    Once all sealed lots are open anybody can work out what they say, so from then on nobody may draw another way.
    """
    tie = _demand_fitting(edition, drawn)
    if lots_can_decide(edition):
        raise DrawRefusedError(gettext("Alle verzegelde loten zijn open. Dan beslissen die loten."))
    return tie


def _demand_fitting(edition: Edition, drawn: Sequence[Participant]) -> Cut:
    open_places = still_tied(edition)
    tied = {line.participant.pk: line for line in open_places.tied}
    if not open_places.places_left:
        raise DrawRefusedError(gettext("Er is geen loting nodig."))
    chosen = {p.pk for p in drawn}
    if not len(drawn) == len(chosen) == open_places.places_left or not chosen <= tied.keys():
        raise DrawRefusedError(
            gettext("Kies precies %(count)d van de deelnemers met een gelijke stand.")
            % {"count": open_places.places_left}
        )
    return open_places
