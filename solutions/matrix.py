"""Who uses which of the ten solutions: every participant of an edition beside every solution."""

from collections import Counter
from typing import NamedTuple

from django.db.models import Case, Value, When
from django.utils.translation import gettext

from competition.models import Edition, Participant, ParticipantMunicipality
from scoring import boards
from solutions.models import Adoption, Solution
from solutions.recognition import by_one_party


class Cell(NamedTuple):
    """What a participant does with a solution, in words; `kind` is how that looks."""

    kind: str
    words: str
    note: str = ""
    """What there is to say of it, in a word or two."""


class Column(NamedTuple):
    solution: Solution
    total: int


class Row(NamedTuple):
    participant: Participant
    cells: list[Cell | None]
    total: int


class Matrix(NamedTuple):
    columns: list[Column]
    rows: list[Row]
    participant_count: int
    adopter_count: int
    total: int


Pair = tuple[int, int]
"""A participant and a solution."""
Pairs = set[Pair]


def matrix_of(edition: Edition, *, adopters_only: bool = False) -> Matrix:
    """What everybody sees as confirmed, participants by name. The totals are of all, also with adopters only."""
    solutions = list(edition.solutions.select_related("round").in_order())
    participants = list(edition.participants.by_name())
    adopted = _adopted(edition)
    by_participant = Counter(who for who, _what in adopted)
    by_solution = Counter(what for _who, what in adopted)
    cell_of = _cells(adopted, _given(edition)).get
    rows = [Row(who, [cell_of((who.pk, one.pk)) for one in solutions], by_participant[who.pk]) for who in participants]
    adopters = [row for row in rows if row.total]
    columns = [Column(solution, by_solution[solution.pk]) for solution in solutions]
    return Matrix(columns, adopters if adopters_only else rows, len(rows), len(adopters), len(adopted))


def _adopted(edition: Edition) -> dict[Pair, bool]:
    """What is in use, and of each whether only the participant itself says so."""
    seen = Adoption.objects.filter(boards.seen(edition)).of_edition(edition).filter(solution__edition=edition)
    told = seen.annotate(is_one_sided=Case(When(by_one_party(), then=Value(True)), default=Value(False)))
    found = told.values_list("participant_id", "solution_id", "is_one_sided")
    return {(who, what): is_one_sided for who, what, is_one_sided in found}


def _given(edition: Edition) -> Pairs:
    """An alliance gives what one of its municipalities gives."""
    places = ParticipantMunicipality.objects.filter(edition=edition, municipality__given_solutions__edition=edition)
    return set(places.values_list("participant_id", "municipality__given_solutions"))


def _cells(adopted: dict[Pair, bool], given: Pairs) -> dict[Pair, Cell]:
    uses, gives = Cell("adopted", gettext("ja")), Cell("gives", gettext("gever"))
    claims, both = Cell("claimed", gettext("ja"), gettext("één partij")), Cell("both", gettext("ja, gever"))
    cells = {pair: claims if is_one_sided else uses for pair, is_one_sided in adopted.items()}
    return dict.fromkeys(given, gives) | cells | dict.fromkeys(given & adopted.keys(), both)
