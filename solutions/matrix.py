"""Who uses which of the ten solutions: every participant of an edition beside every solution."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from competition.models import Edition, Participant, ParticipantMunicipality
from solutions.models import Adoption, Solution


class Cell(NamedTuple):
    """`kind` is how it looks: adopted, gives or nothing."""

    words: str = ""
    kind: str = ""


class Column(NamedTuple):
    solution: Solution
    total: int


class Row(NamedTuple):
    participant: Participant
    cells: list[Cell]
    total: int


class Matrix(NamedTuple):
    columns: list[Column]
    rows: list[Row]
    participant_count: int
    adopter_count: int
    total: int


Pairs = set[tuple[int, int]]
"""Each a participant and a solution."""


def matrix_of(edition: Edition, *, adopters_only: bool = False) -> Matrix:
    """What organisers have confirmed, participants by name. The totals are of all, also with adopters only."""
    solutions = list(edition.solutions.select_related("round").in_order())
    participants = list(edition.participants.by_name())
    adopted = _adopted(edition)
    words = {"adopted": gettext("ja"), "gives": gettext("gever"), "both": gettext("ja, gever")}
    given = _given(edition)
    rows = [_row(participant, solutions, adopted, given, words) for participant in participants]
    adopters = [row for row in rows if row.total]
    columns = [Column(solution, sum(which == solution.pk for _who, which in adopted)) for solution in solutions]
    return Matrix(columns, adopters if adopters_only else rows, len(rows), len(adopters), len(adopted))


def _adopted(edition: Edition) -> Pairs:
    of_edition = Adoption.objects.confirmed().of_edition(edition).filter(solution__edition=edition)
    return set(of_edition.values_list("participant_id", "solution_id"))


def _given(edition: Edition) -> Pairs:
    """An alliance gives what one of its municipalities gives."""
    places = ParticipantMunicipality.objects.filter(edition=edition, municipality__given_solutions__edition=edition)
    return set(places.values_list("participant_id", "municipality__given_solutions"))


def _row(
    participant: Participant, solutions: list[Solution], adopted: Pairs, given: Pairs, words: Mapping[str, str]
) -> Row:
    cells = []
    for solution in solutions:
        pair = participant.pk, solution.pk
        uses, gives = pair in adopted, pair in given
        kind = "both" if uses and gives else "adopted" if uses else "gives" if gives else ""
        cells.append(Cell(words.get(kind, ""), kind))
    return Row(participant, cells, sum(pair[0] == participant.pk for pair in adopted))
