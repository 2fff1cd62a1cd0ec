"""Counting the ledger into a standing, and the standing that is kept of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from competition.calendar import midnight
from competition.models import Edition, Entry, Participant
from scoring import closing, ledger, standings
from scoring.models import Act, LedgerEntry, ResultVersion, Standing
from scoring.rules import Kind
from scoring.standings import Board, count, current, head_of, rebuild
from scoring.verify import GENESIS
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

M, A, C = Kind.MEETUP, Kind.ADOPTION, Kind.CONTRIBUTION
LATER = NOW + timedelta(hours=1)
Row = tuple[str, int | None, int, int, int, int]


def with_points(name: str, of: Edition, *kinds: Kind, **fields: Any) -> Participant:
    participant = factories.participant(name, of=of, **fields)
    for kind in kinds:
        factories.entry(participant, kind=kind)
    return participant


def rows(board: Board) -> list[Row]:
    """Each line as name, rank, total, meetups, adoptions, contributions."""
    return [(line.participant.name, *line[1:]) for line in board.lines]


def places(board: Board) -> list[tuple[str, int | None, int]]:
    return [row[:3] for row in rows(board)]


def last_entry(of: Edition) -> LedgerEntry:
    return LedgerEntry.objects.of_edition(of).latest("number")


# --- Counting ------------------------------------------------------------------------------------


def test_who_ties_shares_a_rank_and_the_next_rank_is_left_out() -> None:
    edition = factories.edition()
    with_points("Breda", edition, M)
    with_points("Zwolle", edition, M, A, C)
    with_points("Delft", edition, A, C)
    with_points("Alkmaar", edition, M, M)
    factories.participant("Ede", of=edition)

    assert rows(count(edition)) == [
        ("Zwolle", 1, 3, 1, 1, 1),
        ("Alkmaar", 2, 2, 2, 0, 0),
        ("Delft", 2, 2, 0, 1, 1),
        ("Breda", 4, 1, 1, 0, 0),
        ("Ede", 5, 0, 0, 0, 0),
    ]


def test_everybody_is_first_while_nobody_has_points() -> None:
    edition = factories.edition()
    for name in ("'s-Hertogenbosch", "Haarlem", "Ede"):
        factories.participant(name, of=edition, slug=name.strip("'").lower())

    board = count(edition)

    assert places(board) == [("Ede", 1, 0), ("Haarlem", 1, 0), ("'s-Hertogenbosch", 1, 0)]
    assert board[1:4] == (0, GENESIS, None)


def test_an_edition_without_participants_has_an_empty_standing() -> None:
    edition = factories.edition()

    rebuild(edition, at=NOW)

    assert count(edition) == current(edition) == Board([], 0, GENESIS, None)


def test_who_takes_part_out_of_competition_has_no_rank_and_pushes_nobody_down() -> None:
    edition = factories.edition()
    with_points("Delft", edition, M)
    with_points("Breda", edition, M, A, C, is_out_of_competition=True)
    with_points("Alkmaar", edition, M, A)
    with_points("Zwolle", edition, M, is_out_of_competition=True)

    assert places(count(edition)) == [("Alkmaar", 1, 2), ("Delft", 2, 1), ("Breda", None, 3), ("Zwolle", None, 1)]


def test_each_part_holds_what_its_kind_was_worth_when_it_was_booked() -> None:
    edition = factories.edition(rules={"meetup_points": 1, "adoption_points": 10, "contribution_points": 100})
    with_points("Delft", edition, M, M, A, A, A, C)

    assert rows(count(edition)) == [("Delft", 1, 132, 2, 30, 100)]


def test_a_reversal_takes_the_points_from_the_part_that_they_were_given_for() -> None:
    edition = factories.edition(rules={"adoption_points": 3})
    delft = with_points("Delft", edition, M, C)
    award = factories.entry(delft, kind=A)

    ledger.reverse(award, because="Fout", by=factories.organiser(), at=LATER)
    assert rows(count(edition)) == [("Delft", 1, 2, 1, 0, 1)]

    ledger.reverse(ledger.last_of(award), because="Toch goed", by=factories.organiser(), at=LATER)
    assert rows(count(edition)) == [("Delft", 1, 5, 1, 3, 1)]


def test_points_of_another_edition_do_not_count() -> None:
    this_year, last_year = factories.edition(2026), factories.edition(2025)
    delft = factories.municipality("Delft")
    then = factories.participant(of=last_year, municipalities=[delft])
    factories.entry(then, counts_on=date(2025, 3, 3))
    factories.participant(of=this_year, municipalities=[delft])

    assert places(count(this_year)) == [("Delft", 1, 0)]
    assert places(count(last_year)) == [("Delft", 1, 1)]


def test_a_board_names_the_last_booking_it_was_counted_at() -> None:
    edition = factories.edition()
    delft = with_points("Delft", edition, M)
    last = factories.entry(delft, at=LATER)
    last.refresh_from_db()

    assert count(edition)[1:4] == (2, last.hash, LATER)


# --- Until a day, and as of a past moment --------------------------------------------------------


def test_until_a_day_only_what_counts_before_that_day_is_counted() -> None:
    edition = factories.edition()
    delft = factories.participant("Delft", of=edition)
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)):
        factories.entry(delft, counts_on=day)

    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1), date(2026, 3, 2)]
    assert [count(edition, until=day).lines[0].total for day in days] == [0, 1, 2, 3, 4]


def test_a_past_moment_shows_what_had_been_booked_before_it() -> None:
    edition = factories.edition()
    delft, breda = factories.participant("Delft", of=edition), factories.participant("Breda", of=edition)
    hours = [NOW + timedelta(hours=hour) for hour in range(5)]
    wrong = factories.entry(delft, at=hours[0])
    factories.entry(breda, at=hours[1])
    factories.entry(breda, kind=A, at=hours[2])
    ledger.reverse(wrong, because="Fout", by=factories.organiser(), at=hours[3])

    then = [count(edition, booked_before=moment) for moment in hours]

    assert [places(board) for board in then] == [
        [("Breda", 1, 0), ("Delft", 1, 0)],
        [("Delft", 1, 1), ("Breda", 2, 0)],
        [("Breda", 1, 1), ("Delft", 1, 1)],
        [("Breda", 1, 2), ("Delft", 2, 1)],
        [("Breda", 1, 2), ("Delft", 2, 0)],
    ]
    assert [(board.head, board.as_of) for board in then] == [(0, None), *enumerate(hours[:4], 1)]
    assert then[0].head_hash == GENESIS
    assert then[-1] == count(edition)


def test_a_past_moment_is_not_told_from_a_month_that_was_closed_after_it() -> None:
    edition = factories.edition()
    delft = factories.participant("Delft", of=edition)
    factories.entry(delft, counts_on=date(2026, 1, 5), at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    factories.entry(delft, counts_on=date(2026, 1, 9), at=datetime(2026, 1, 9, 9, tzinfo=UTC))
    closing.close(edition.rounds.get(month=1), at=NOW)

    assert count(edition, booked_before=datetime(2026, 1, 7, tzinfo=UTC)).lines[0].total == 1


# --- From the last closed month ------------------------------------------------------------------


def a_year_with_closed_months() -> Edition:
    """January and February are closed; points came in before, between and after, some of them late or taken back."""
    edition = factories.edition()
    delft, breda = factories.participant("Delft", of=edition), factories.participant("Breda", of=edition)
    january = factories.entry(delft, counts_on=date(2026, 1, 31))
    factories.entry(breda, kind=A, counts_on=date(2026, 2, 1))
    factories.entry(breda, kind=C, counts_on=date(2026, 3, 1))
    closing.close(edition.rounds.get(month=1), at=NOW)
    factories.entry(breda, counts_on=date(2026, 1, 30))
    closing.close(edition.rounds.get(month=2), at=NOW)
    factories.approved(Act.REVERSAL, of=edition, entry=january.pk)
    ledger.reverse(january, because="Fout", by=factories.organiser(), at=LATER)
    factories.entry(delft, kind=A, counts_on=date(2026, 2, 28))
    with_points("Ede", edition, M, entry=Entry.WILDCARD)
    return edition


@pytest.mark.parametrize("is_renewed", [False, True])
def test_a_count_from_the_last_closed_month_is_the_count_of_the_whole_ledger(is_renewed: bool) -> None:
    edition = a_year_with_closed_months()
    if is_renewed:
        closing.renew(edition, at=LATER)

    assert rows(count(edition)) == [
        ("Breda", 1, 3, 1, 1, 1),
        ("Delft", 2, 1, 0, 1, 0),
        ("Ede", 2, 1, 1, 0, 0),
    ]
    assert count(edition) == count(edition, booked_before=LATER + timedelta(days=999))


def test_a_count_starts_from_the_newest_version_of_the_last_month_that_it_may_start_from() -> None:
    """Any other would give the same count, only slower."""
    edition = a_year_with_closed_months()
    closing.renew(edition, at=LATER)

    def start(until: date | None = None, last: int | None = None) -> str | None:
        base = standings._base_of(edition, until=until, last=last)
        versions = {(version.pk, version.head): str(version) for version in ResultVersion.objects.all()}
        return versions[base.base, base.base_head] if base.base and base.base_head else None

    days = [None, date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 1), date(2026, 1, 31)]
    assert [start(day) for day in days] == [
        "februari 2026, versie 2",
        "februari 2026, versie 2",
        "januari 2026, versie 2",
        "januari 2026, versie 2",
        None,
    ]
    assert [start(last=number) for number in (7, 6, 4, 3, 2)] == [
        "februari 2026, versie 2",
        "februari 2026, versie 1",
        "februari 2026, versie 1",
        "januari 2026, versie 1",
        None,
    ]


def test_a_count_up_to_any_booking_is_what_it_was_then() -> None:
    edition = a_year_with_closed_months()
    closing.renew(edition, at=LATER)
    booked = LedgerEntry.objects.of_edition(edition).in_order()

    totals = {name: [0] * (len(booked) + 1) for name in ("Breda", "Delft", "Ede")}
    for entry in booked:
        for after in range(entry.number, len(booked) + 1):
            totals[entry.participant.name][after] += entry.points

    for number in range(len(booked) + 1):
        board = count(edition, last=number)
        assert {line.participant.name: line.total for line in board.lines} == {
            name: each[number] for name, each in totals.items()
        }
        assert board.head == number


@pytest.mark.parametrize("until", [date(2026, 1, 15), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)])
def test_a_count_until_a_day_starts_from_no_month_that_ends_after_it(until: date) -> None:
    edition = a_year_with_closed_months()

    assert count(edition, until=until) == count(edition, until=until, booked_before=LATER + timedelta(days=999))


# --- The kept standing ---------------------------------------------------------------------------


def book(edition: Edition) -> None:
    factories.entry(edition.participants.get(name="Breda"), kind=C)


def take_back(edition: Edition) -> None:
    ledger.reverse(last_entry(edition), because="Fout", by=factories.organiser(), at=LATER)


def enter_somebody(edition: Edition) -> None:
    factories.participant("Aalsmeer", of=edition)


def rename_somebody(edition: Edition) -> None:
    breda = edition.participants.get(name="Breda")
    breda.name = "Zundert"
    breda.save()


def remove_somebody(edition: Edition) -> None:
    edition.participants.get(name="Ede").delete()


def put_out_of_competition(edition: Edition) -> None:
    edition.participants.filter(name="Delft").update(is_out_of_competition=True)


def put_back_in_competition(edition: Edition) -> None:
    edition.participants.filter(name="Zwolle").update(is_out_of_competition=False)


def close_a_month(edition: Edition) -> None:
    closing.close(edition.rounds.get(month=1), at=LATER)


def lose_a_row(edition: Edition) -> None:
    Standing.objects.filter(participant=edition.participants.get(name="Delft")).delete()


def lose_all_rows(edition: Edition) -> None:
    Standing.objects.filter(edition=edition).delete()


CHANGES: list[Callable[[Edition], None]] = [
    book,
    take_back,
    enter_somebody,
    rename_somebody,
    remove_somebody,
    put_out_of_competition,
    put_back_in_competition,
    close_a_month,
    lose_a_row,
    lose_all_rows,
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_current_standing_is_a_fresh_count_whatever_changed_since_it_was_kept(
    change: Callable[[Edition], None],
) -> None:
    edition = factories.edition()
    with_points("Delft", edition, M, A)
    with_points("Breda", edition, M)
    factories.participant("Ede", of=edition)
    with_points("Zwolle", edition, C, is_out_of_competition=True)
    rebuild(edition, at=NOW)
    assert current(edition) == count(edition)

    change(edition)

    assert current(edition) == count(edition)
    assert rows(current(edition)) == rows(count(edition))
    rebuild(edition, at=LATER)
    assert current(edition) == count(edition)
    assert {row.head for row in edition.standings.all()} == {head_of(edition)}


def test_a_kept_standing_is_read_and_not_counted_again() -> None:
    edition = factories.edition()
    with_points("Delft", edition, M)
    rebuild(edition, at=NOW)
    Standing.objects.update(total=99)

    assert places(current(edition)) == [("Delft", 1, 99)]


def kept(edition: Edition) -> list[tuple[Any, ...]]:
    fields = ("pk", "participant__name", "rank", "total", "meetup_points", "adoption_points", "contribution_points")
    return list(Standing.objects.filter(edition=edition).order_by("rank", "pk").values_list(*fields, "head"))


def test_rebuilding_twice_keeps_the_same_rows() -> None:
    edition = factories.edition()
    delft, breda = with_points("Delft", edition, M, C), with_points("Breda", edition, A)
    other = with_points("Ede", factories.edition(2025))
    standings.rebuild(other.edition, at=NOW)

    rebuild(edition, at=NOW)
    rows_then = kept(edition)
    rebuild(edition, at=LATER)

    pks = {p.pk: Standing.objects.get(participant=p).pk for p in (delft, breda)}
    assert rows_then == [(pks[delft.pk], "Delft", 1, 2, 1, 0, 1, 3), (pks[breda.pk], "Breda", 2, 1, 0, 1, 0, 3)]
    assert kept(edition) == rows_then
    assert set(Standing.objects.filter(edition=edition).values_list("counted_at", flat=True)) == {LATER}
    assert Standing.objects.exclude(edition=edition).get().counted_at == NOW


@pytest.mark.parametrize("participants", [1, 3, 50])
def test_the_number_of_queries_does_not_grow_with_the_participants(
    participants: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    edition = factories.edition()
    for n in range(participants):
        with_points(f"Deelnemer {n:02d}", edition, M)
    closing.close(edition.rounds.get(month=1), at=NOW)

    with django_assert_num_queries(3):
        lines = count(edition).lines
    with django_assert_num_queries(2):
        assert count(edition, booked_before=LATER).lines == lines
    with django_assert_num_queries(3):
        assert current(edition).lines == lines
    with django_assert_num_queries(5):  # a savepoint around, a lock, where to start from, one that counts and keeps
        rebuild(edition, at=NOW)
    with django_assert_num_queries(1):
        assert [line.total for line in current(edition).lines] == [1] * participants


# --- What a board knows --------------------------------------------------------------------------


def board_of(*totals: int | None) -> Board:
    """Participants with these totals; None stands for one out of competition with a hundred points."""
    ranked = [total for total in totals if total is not None]
    lines = [
        standings.Line(
            Participant(pk=n, name=f"Deelnemer {n}"),
            None if total is None else 1 + sum(other > total for other in ranked),
            100 if total is None else total,
            *(0, 0, 0),
        )
        for n, total in enumerate(totals)
    ]
    return Board(lines, 0, GENESIS, None)


@pytest.mark.parametrize(
    ("totals", "places", "at_most", "chosen"),
    [
        ((9, 8, 8, 7, 6), 3, 5, [0, 1, 2]),
        ((9, 8, 7, 7, 7), 3, 5, [0, 1, 2, 3, 4]),
        ((9, 8, 7, 7, 7), 3, 4, [0, 1]),
        ((9, 9, 9, 9), 3, 3, []),
        ((9, 1, 0, 0), 3, 5, [0, 1]),
        ((0, 0), 3, 5, []),
        ((None, 2, 1), 3, 5, [1, 2]),
        ((), 3, 5, []),
    ],
)
def test_the_top_never_chooses_between_equals_and_leaves_out_who_has_no_points(
    totals: tuple[int | None, ...], places: int, at_most: int, chosen: list[int]
) -> None:
    top = board_of(*totals).top(places, at_most=at_most)

    assert [line.participant.pk for line in top] == chosen


def test_a_board_knows_who_shares_a_rank() -> None:
    board = board_of(9, 8, 8, 7, None, None)

    assert board.shared_ranks == {2}
    assert [board.count_sharing(line) for line in board.lines] == [0, 1, 1, 0, 0, 0]
    assert (board.highest_total, board_of().highest_total) == (100, 0)


def test_a_month_ends_where_the_next_begins_in_the_netherlands() -> None:
    """A base is looked for by moments, a count by days: both must mean the same midnight."""
    edition = factories.edition()

    assert [midnight(r.first_day_after) for r in edition.rounds.in_order()] == [
        r.ends_at for r in edition.rounds.in_order()
    ]
