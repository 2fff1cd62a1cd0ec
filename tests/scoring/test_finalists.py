"""The cut of the October standing, the lots that settle what is left, and what is written down of both."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

import hypothesis.strategies as st
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings

from competition.models import Edition, Participant, TieRule
from scoring import closing, ledger
from scoring.final.finalists import Cut, DrawRefusedError, cut, fix, record_draw, still_tied
from scoring.models import Act, Finalist, FinalistBy, LotDraw
from scoring.rules import Kind
from scoring.standings import Line
from tests import factories

NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
Parts = tuple[int, int, int]
"""Adoptions, meetups, contributions: in the published order, the part that decides nothing last."""


def standing(players: Sequence[Parts | None]) -> list[Line]:
    """A standing of these players, numbered by place; None stands for one out of competition with many points."""
    totals = [sum(parts) for parts in players if parts is not None]
    lines = []
    for n, parts in enumerate(players):
        adoptions, meetups, contributions = parts or (30, 30, 30)
        total = adoptions + meetups + contributions
        rank = None if parts is None else 1 + sum(other > total for other in totals)
        lines.append(Line(Participant(pk=n + 1), rank, total, meetups, adoptions, contributions))
    return lines


def chosen(outcome: Cut) -> list[tuple[int, FinalistBy]]:
    return [(line.participant.pk, by) for line, by in outcome.chosen]


def numbers(lines: Sequence[Line]) -> list[int]:
    return [line.participant.pk for line in lines]


# --- The cut: examples ---------------------------------------------------------------------------

AHEAD: list[Parts] = [(9, 0, 0), (8, 0, 0), (7, 0, 0)]
IN_BY_POINTS = [(1, FinalistBy.POINTS), (2, FinalistBy.POINTS), (3, FinalistBy.POINTS)]


def test_the_five_with_the_most_points_are_in() -> None:
    outcome = cut(standing([*AHEAD, (1, 3, 0), (0, 0, 3), (2, 0, 0)]), tie_rule=TieRule.ORDER)

    assert chosen(outcome) == [*IN_BY_POINTS, (4, FinalistBy.POINTS), (5, FinalistBy.POINTS)]
    assert (outcome.tied, outcome.places_left) == ([], 0)


def test_on_a_tie_the_most_adoptions_decide_whatever_the_meetups() -> None:
    outcome = cut(standing([*AHEAD, (1, 3, 0), (0, 4, 0), (2, 0, 2)]), tie_rule=TieRule.ORDER)

    assert chosen(outcome) == [*IN_BY_POINTS, (6, FinalistBy.ADOPTIONS), (4, FinalistBy.ADOPTIONS)]
    assert (outcome.tied, outcome.places_left) == ([], 0)


def test_with_as_many_adoptions_the_most_meetups_decide() -> None:
    outcome = cut(standing([*AHEAD, (1, 1, 2), (2, 1, 1), (1, 2, 1), (1, 0, 3)]), tie_rule=TieRule.ORDER)

    assert chosen(outcome) == [*IN_BY_POINTS, (5, FinalistBy.ADOPTIONS), (6, FinalistBy.MEETUPS)]
    assert (outcome.tied, outcome.places_left) == ([], 0)


def test_who_is_equal_in_all_must_draw_lots_for_the_places_that_are_left() -> None:
    outcome = cut(standing([*AHEAD, (1, 1, 2), (2, 1, 1), (1, 1, 2), (1, 0, 3)]), tie_rule=TieRule.ORDER)

    assert chosen(outcome) == [*IN_BY_POINTS, (5, FinalistBy.ADOPTIONS)]
    assert (numbers(outcome.tied), outcome.places_left) == ([4, 6], 1)


def test_a_tie_above_the_last_place_needs_no_lots() -> None:
    outcome = cut(standing([(2, 0, 0)] * 5 + [(1, 0, 0)] * 3), tie_rule=TieRule.ORDER)

    assert chosen(outcome) == [(n, FinalistBy.POINTS) for n in range(1, 6)]
    assert (outcome.tied, outcome.places_left) == ([], 0)


def test_when_all_are_equal_lots_decide_on_every_place() -> None:
    outcome = cut(standing([(1, 1, 0)] * 7), tie_rule=TieRule.ORDER)

    assert (outcome.chosen, numbers(outcome.tied), outcome.places_left) == ([], [1, 2, 3, 4, 5, 6, 7], 5)


def test_where_the_rules_widen_all_who_tie_go_through() -> None:
    outcome = cut(standing([*AHEAD, (1, 3, 0), (0, 0, 4), (2, 2, 0), (3, 0, 0)]), tie_rule=TieRule.WIDEN)

    assert sorted(chosen(outcome)) == [*IN_BY_POINTS, *((n, FinalistBy.WIDENED) for n in (4, 5, 6))]
    assert (outcome.tied, outcome.places_left) == ([], 0)


def test_where_the_rules_widen_nothing_is_widened_without_a_tie() -> None:
    outcome = cut(standing([(1, 1, 0)] * 5 + [(1, 0, 0)]), tie_rule=TieRule.WIDEN)

    assert chosen(outcome) == [(n, FinalistBy.POINTS) for n in range(1, 6)]


@pytest.mark.parametrize("tie_rule", TieRule.values)
def test_who_has_no_points_or_is_out_of_competition_is_never_in(tie_rule: str) -> None:
    outcome = cut(standing([None, (1, 0, 0), (0, 0, 0), (0, 0, 0), (0, 1, 0), (0, 0, 0), None]), tie_rule=tie_rule)

    assert chosen(outcome) == [(2, FinalistBy.POINTS), (5, FinalistBy.POINTS)]
    assert (outcome.tied, outcome.places_left) == ([], 0)
    assert cut([], tie_rule=tie_rule) == Cut([], [], 0)


# --- The cut: always -----------------------------------------------------------------------------

parts = st.tuples(*[st.integers(0, 3)] * 3)
standings = st.lists(st.one_of(st.none(), parts, parts, parts), max_size=12).map(standing)


@given(lines=standings)
def test_there_are_five_places_and_nobody_with_more_points_is_left_out(lines: list[Line]) -> None:
    outcome = cut(lines, tie_rule=TieRule.ORDER)
    able = [line for line in lines if line.rank is not None and line.total > 0]
    inside = [line for line, _ in outcome.chosen]
    outside = [line for line in able if line not in inside and line not in outcome.tied]

    assert len(inside) + outcome.places_left == min(5, len(able))
    assert all(line in able for line in [*inside, *outcome.tied])
    assert len({*numbers(inside), *numbers(outcome.tied)}) == len(inside) + len(outcome.tied)
    for ahead, behind in [(inside, outcome.tied), (inside, outside), (outcome.tied, outside)]:
        assert all(published(a) > published(b) for a in ahead for b in behind)


@given(lines=standings)
def test_lots_are_drawn_only_among_equals_who_are_too_many(lines: list[Line]) -> None:
    outcome = cut(lines, tie_rule=TieRule.ORDER)

    assert len({published(line) for line in outcome.tied}) <= 1
    assert (0 < outcome.places_left < len(outcome.tied)) if outcome.tied else outcome.places_left == 0


@given(lines=standings)
def test_the_reason_is_the_first_part_in_which_a_finalist_beat_who_just_missed(lines: list[Line]) -> None:
    outcome = cut(lines, tie_rule=TieRule.ORDER)
    inside = [line for line, _ in outcome.chosen]
    missed = [line for line in lines if line.rank is not None and line.total > 0 and line not in inside]
    best = max(map(published, missed), default=(0, 0, 0))

    for line, by in outcome.chosen:
        differs = [mine != theirs for mine, theirs in zip(published(line), best, strict=True)]
        assert by == [FinalistBy.POINTS, FinalistBy.ADOPTIONS, FinalistBy.MEETUPS][differs.index(True)]


@given(lines=standings)
def test_a_widened_final_holds_all_with_as_many_points_as_the_fifth(lines: list[Line]) -> None:
    outcome = cut(lines, tie_rule=TieRule.WIDEN)
    able = sorted((line.total for line in lines if line.rank is not None and line.total > 0), reverse=True)
    bar = able[4] if len(able) > 4 else 1

    through = {line.participant.pk for line in lines if line.rank is not None and line.total >= bar}
    assert {line.participant.pk for line, _ in outcome.chosen} == through
    assert (outcome.tied, outcome.places_left) == ([], 0)
    is_widened = len(through) > 5
    assert {line.total for line, by in outcome.chosen if by == FinalistBy.WIDENED} == ({bar} if is_widened else set())
    assert {by for _, by in outcome.chosen} <= {FinalistBy.POINTS, FinalistBy.WIDENED}


@given(lines=standings, order=st.randoms(use_true_random=False), tie_rule=st.sampled_from(TieRule.values))
def test_the_order_of_the_lines_decides_nothing(lines: list[Line], order: Random, tie_rule: str) -> None:
    shuffled = order.sample(lines, len(lines))
    one, other = cut(lines, tie_rule=tie_rule), cut(shuffled, tie_rule=tie_rule)

    assert sorted(chosen(one)) == sorted(chosen(other))
    assert sorted(numbers(one.tied)) == sorted(numbers(other.tied))
    assert one.places_left == other.places_left


@pytest.mark.parametrize("examples", [500, pytest.param(10_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("tie_rule", TieRule.values)
def test_the_cut_is_what_an_independent_one_says(tie_rule: str, examples: int) -> None:
    @settings(max_examples=examples)
    @given(lines=standings)
    def holds(lines: list[Line]) -> None:
        outcome = cut(lines, tie_rule=tie_rule)
        found = {line.participant.pk for line, _ in outcome.chosen}, set(numbers(outcome.tied)), outcome.places_left
        assert found == (widened_by_hand(lines) if tie_rule == TieRule.WIDEN else cut_by_hand(lines))

    holds()


def cut_by_hand(lines: list[Line]) -> tuple[set[int], set[int], int]:
    """Who is in whatever the lots say, who may be in, and for how many places: by counting those ahead of each."""
    able = [line for line in lines if line.rank is not None and line.total > 0]
    certain = {x.participant.pk for x in able if sum(published(y) >= published(x) for y in able) <= 5}
    possible = {x.participant.pk for x in able if sum(published(y) > published(x) for y in able) < 5}
    places_left = min(5, len(able)) - len(certain)
    return certain, possible - certain if places_left else set(), places_left


def widened_by_hand(lines: list[Line]) -> tuple[set[int], set[int], int]:
    return {line.participant.pk for line in lines if line.rank is not None and line.rank <= 5 and line.total}, set(), 0


@given(
    players=st.lists(parts, min_size=1, max_size=12),
    who=st.integers(0, 11),
    part=st.integers(0, 2),
    tie_rule=st.sampled_from(TieRule.values),
)
def test_an_extra_point_never_costs_a_place(players: list[Parts], who: int, part: int, tie_rule: str) -> None:
    who %= len(players)
    more = [list(each) for each in players]
    more[who][part] += 1

    before = cut(standing(players), tie_rule=tie_rule)
    after = cut(standing([(a, m, c) for a, m, c in more]), tie_rule=tie_rule)

    was_in, was_tied = who + 1 in dict(chosen(before)), who + 1 in numbers(before.tied)
    if was_in or was_tied:
        assert who + 1 in dict(chosen(after))


def published(line: Line) -> Parts:
    return line.total, line.adoption_points, line.meetup_points


# --- What is written down ------------------------------------------------------------------------


def play(edition: Edition, *players: Parts) -> list[Participant]:
    """A played year: a participant for each, and all months closed."""
    made = [factories.participant(f"Stad {letter}", of=edition) for letter in "ABCDEFGH"[: len(players)]]
    for participant, points in zip(made, players, strict=True):
        for kind, number in zip((Kind.ADOPTION, Kind.MEETUP, Kind.CONTRIBUTION), points, strict=True):
            for _ in range(number):
                factories.entry(participant, kind=kind, counts_on=date(2026, 5, 1), at=NOVEMBER)
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)
    return made


def draw_in_public(edition: Edition, drawn: Sequence[Participant], record: str = "Zo") -> LotDraw:
    """As two organisers do, once the second one has approved it."""
    proposal = factories.approved(Act.DRAW, of=edition, at=NOVEMBER)
    assert proposal.proposed_by
    assert proposal.decided_by
    return record_draw(
        edition, drawn=drawn, record=record, by=proposal.proposed_by, seconded_by=proposal.decided_by, at=NOVEMBER
    )


def written(edition: Edition) -> list[tuple[str, int, int, str]]:
    fields = ("participant__name", "place", "total", "decided_by")
    return list(edition.finalists.order_by("participant__name").values_list(*fields))


TIED: list[Parts] = [(3, 0, 0), (0, 3, 0), (2, 0, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0)]
FIRST_THREE = [("Stad A", 1, 3, "points"), ("Stad B", 1, 3, "points"), ("Stad C", 3, 2, "points")]


@pytest.mark.django_db
def test_the_finalists_are_written_down_with_place_points_and_reason() -> None:
    edition = factories.edition()
    play(edition, (0, 2, 0), (1, 2, 0), (0, 1, 0), (1, 0, 1), (1, 0, 0), (1, 0, 0), (0, 0, 1))

    assert written(edition) == [
        ("Stad A", 2, 2, "points"),
        ("Stad B", 1, 3, "points"),
        ("Stad D", 2, 2, "points"),
        ("Stad E", 4, 1, "adoptions"),
        ("Stad F", 4, 1, "adoptions"),
    ]
    assert still_tied(edition) == Cut(still_tied(edition).chosen, [], 0)


@pytest.mark.django_db
def test_who_is_in_is_written_down_once() -> None:
    edition = factories.edition()
    play(edition, *TIED)
    lines = [line for line, _ in still_tied(edition).chosen]

    with pytest.raises(IntegrityError), transaction.atomic():
        fix(edition, lines)
    assert written(edition) == FIRST_THREE


@pytest.mark.django_db
def test_the_rules_of_the_edition_say_what_a_tie_means() -> None:
    edition = factories.edition(rules={"tie_rule": TieRule.WIDEN})
    play(edition, *TIED)

    assert written(edition) == [*FIRST_THREE, *((f"Stad {letter}", 4, 1, "widened") for letter in "DEF")]
    assert (still_tied(edition).tied, still_tied(edition).places_left) == ([], 0)


@pytest.mark.django_db
def test_nobody_is_tied_before_october_is_closed() -> None:
    assert still_tied(factories.edition()) == Cut([], [], 0)


@pytest.mark.django_db
def test_lots_fill_the_places_that_are_left() -> None:
    edition = factories.edition()
    *_, d, e, f = play(edition, *TIED)
    assert [line.participant for line in still_tied(edition).tied] == [d, e, f]
    assert still_tied(edition).places_left == 2

    draw = draw_in_public(edition, [f, d], "  In de raadszaal ")

    assert written(edition) == [*FIRST_THREE, ("Stad D", 4, 1, "lots"), ("Stad F", 4, 1, "lots")]
    assert (draw.record, draw.seed, draw.drawn_at) == ("In de raadszaal", "", NOVEMBER)
    assert None not in {draw.recorded_by, draw.seconded_by}
    assert draw.recorded_by != draw.seconded_by
    assert (still_tied(edition).tied, still_tied(edition).places_left) == ([], 0)
    with pytest.raises(DrawRefusedError, match=r"Er is geen loting nodig\."):
        draw_in_public(edition, [e], "Nog eens")
    with pytest.raises(IntegrityError, match="lotdraw_edition_id"), transaction.atomic():
        LotDraw.objects.create(edition=edition, drawn_at=NOVEMBER, record="Nog eens")
    assert (LotDraw.objects.count(), Finalist.objects.count()) == (1, 5)


@pytest.mark.django_db
@pytest.mark.parametrize("drawn", ["", "D", "DD", "DDE", "DEF", "AD", "DG", "GH"])
def test_only_as_many_as_there_are_places_and_only_who_tie_can_be_drawn(drawn: str) -> None:
    edition = factories.edition()
    players = play(edition, *TIED, (0, 1, 0))
    others = {"H": factories.participant("Stad H", of=factories.edition(2025))}
    by_letter = {p.name[-1]: p for p in players} | others

    with pytest.raises(DrawRefusedError, match="Kies precies 2 van de deelnemers met een gelijke stand"):
        draw_in_public(edition, [by_letter[name] for name in drawn])
    assert (LotDraw.objects.count(), written(edition)) == (0, FIRST_THREE)


@pytest.mark.django_db
def test_a_draw_without_a_record_is_refused_and_leaves_nothing() -> None:
    edition = factories.edition()
    *_, d, e, _f = play(edition, *TIED)

    with pytest.raises(DrawRefusedError, match="Schrijf op hoe er is geloot"):
        draw_in_public(edition, [d, e], "  ")
    assert (LotDraw.objects.count(), written(edition)) == (0, FIRST_THREE)


@pytest.mark.django_db
def test_no_lots_are_drawn_where_nothing_is_tied() -> None:
    edition = factories.edition()
    a, *_ = play(edition, (3, 0, 0), (0, 0, 0))

    with pytest.raises(DrawRefusedError, match=r"Er is geen loting nodig\."):
        draw_in_public(edition, [a])


@pytest.mark.django_db
def test_a_later_version_of_october_does_not_change_who_ties() -> None:
    edition = factories.edition()
    *_, d, e, f = play(edition, *TIED)
    factories.entry(d, counts_on=date(2026, 10, 1), at=NOVEMBER)
    wrong = e.ledger_entries.get()
    factories.approved(Act.REVERSAL, of=edition, at=NOVEMBER, entry=wrong.pk)
    ledger.reverse(wrong, because="Fout", by=factories.organiser(), at=NOVEMBER)
    assert len(closing.renew(edition, at=NOVEMBER)) > 0

    assert [line.participant for line in still_tied(edition).tied] == [d, e, f]
    draw_in_public(edition, [e, f])
    assert written(edition) == [*FIRST_THREE, ("Stad E", 4, 1, "lots"), ("Stad F", 4, 1, "lots")]
