"""Who gives and who takes over: two boards of an edition, counted by the database from what organisers confirmed.

Ties share a rank: 1, 2, 2, 4. While the leaderboard stands still, so do these.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Rank

from competition.models import Edition, Municipality, Participant, ParticipantMunicipality
from scoring import boards
from solutions.models import Adoption, GiverAnswer, Solution
from solutions.recognition import by_one_party


class Giver(NamedTuple):
    """A municipality whose solutions others use.

    `participant` is as whom it takes part in this edition: None when it does not, and maybe an alliance.
    """

    rank: int
    is_shared: bool
    municipality: Municipality
    participant: Participant | None
    is_in_alliance: bool
    solutions: list[Solution]
    adoptions: int
    one_sided: int
    """Of these, how many the giver itself did not confirm."""


class Taker(NamedTuple):
    """A participant that uses solutions of others; `rank` is None for who takes part out of competition."""

    rank: int | None
    is_shared: bool
    participant: Participant
    adoptions: int
    one_sided: int
    """Of these, how many the giver did not confirm; of a solution without a giver nobody else can."""


def givers(edition: Edition) -> list[Giver]:
    """Whose solutions were adopted most, by others: who uses an own solution gave it to nobody."""
    counted = list(_counted_by_giver(edition))
    holders = Counter(line["rank"] for line in counted)
    given = _given(edition)
    playing = {place.municipality_id: place for place in _places(edition, list(given))}
    board = []
    for line in counted:
        solutions, place = given[line["solution__giver"]], playing.get(line["solution__giver"])
        assert solutions[0].giver is not None  # those without were left out
        board.append(
            Giver(
                line["rank"],
                holders[line["rank"]] > 1,
                solutions[0].giver,
                place.participant if place else None,
                place is not None and place.members > 1,
                solutions,
                line["adoptions"],
                line["one_sided"],
            )
        )
    return board


def _counted_by_giver(edition: Edition) -> Any:
    itself = ParticipantMunicipality.objects.filter(
        participant=OuterRef("participant"), municipality=OuterRef("solution__giver")
    )
    adopted = Adoption.objects.filter(boards.seen(edition)).of_edition(edition).filter(solution__edition=edition)
    return (
        adopted.exclude(solution__giver=None)
        .exclude(Exists(itself))
        .values("solution__giver", "solution__giver__sort_name")
        .annotate(
            adoptions=Count("pk"),
            one_sided=Count("pk", filter=~Q(giver_answer=GiverAnswer.RECOGNISED)),
            rank=Window(Rank(), order_by=F("adoptions").desc()),
        )
        .order_by("rank", "solution__giver__sort_name", "solution__giver")
    )


def _given(edition: Edition) -> dict[int | None, list[Solution]]:
    """Each giver's solutions, by month."""
    given: dict[int | None, list[Solution]] = defaultdict(list)
    for solution in edition.solutions.exclude(giver=None).select_related("giver").in_order():
        given[solution.giver_id].append(solution)
    return given


def _places(edition: Edition, municipalities: list[int | None]) -> Iterable[Any]:
    """Where these municipalities play, each with the number of `members` of its participant."""
    places = ParticipantMunicipality.objects.filter(edition=edition, municipality__in=municipalities)
    return places.select_related("participant").annotate(members=Count("participant__places"))


def takers(edition: Edition) -> list[Taker]:
    """Who adopted most of the ten; an alliance is one, and pushes nobody down when it is out of competition."""
    in_use = edition.participants.filter(boards.seen(edition, of="adoption__"), adoption__solution__edition=edition)
    rank = Window(Rank(), partition_by="is_out_of_competition", order_by=F("adoptions").desc())
    adopters: list[Any] = list(
        in_use.annotate(adoptions=Count("adoption"))
        .annotate(rank=rank)
        .order_by("is_out_of_competition", "rank", "sort_name", "pk")
    )
    holders = Counter(one.rank for one in adopters if not one.is_out_of_competition)
    adopted = Adoption.objects.filter(boards.seen(edition)).of_edition(edition).filter(solution__edition=edition)
    one_sided = Counter(adopted.filter(by_one_party()).values_list("participant_id", flat=True))
    return [
        Taker(None, False, one, one.adoptions, one_sided[one.pk])
        if one.is_out_of_competition
        else Taker(one.rank, holders[one.rank] > 1, one, one.adoptions, one_sided[one.pk])
        for one in adopters
    ]
