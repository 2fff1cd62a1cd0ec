"""Random years, counted by the database and beside it by a count in plain Python that knows nothing of how it does so.

A year is a list of acts: bookings and reversals on any day and in any order of time, months that are closed and
renewed in between, and participants who come in late or change sides. `./dev test-long` plays thousands of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from competition.calendar import local_date
from competition.models import Edition, Entry, Participant, Round
from scoring import closing, standings
from scoring.models import Act, LedgerEntry, ResultVersion
from scoring.models.standings import Tally
from scoring.rules import Kind
from scoring.standings import Board, Line
from scoring.verify import GENESIS
from tests import factories

pytestmark = pytest.mark.django_db

FIRST_DAY = date(2026, 1, 1)
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOMEBODY = UUID(int=7)
KINDS = [Kind.MEETUP, Kind.ADOPTION, Kind.CONTRIBUTION]
FIRST_KEY = 1_000_000
"""The keys of the entries are known before they are saved."""
Row = tuple[int, int | None, int, int, int, int]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def examples(times: int, *, at_least: int = 0) -> settings:
    """So many times the examples of the present profile; the edition is made once for all of them."""
    many = max(settings().max_examples * times, at_least)
    return settings(max_examples=many, suppress_health_check=[HealthCheck.function_scoped_fixture])


# --- Years ---------------------------------------------------------------------------------------

borders = [date(2026, month, 1) for month in range(1, 12)]
days = st.one_of(
    st.sampled_from([day + timedelta(days=n) for day in borders for n in (-1, 0)][1:]),
    st.integers(0, 303).map(lambda n: FIRST_DAY + timedelta(days=n)),
)
moments = st.integers(-40, 40).map(lambda n: MONDAY + timedelta(hours=n))
players = st.tuples(st.text("abc", min_size=1, max_size=2), st.booleans())
numbers = st.integers(0, 50)
bookings = st.tuples(st.just("book"), numbers, st.sampled_from(KINDS), st.integers(1, 3), days, moments)
acts = st.one_of(
    bookings,
    bookings,
    st.tuples(st.just("reverse"), numbers, moments),
    st.tuples(st.sampled_from(["close", "renew", "keep"])),
    st.tuples(st.just("flip"), numbers),
    st.tuples(st.just("enter"), players),
)
years = st.tuples(st.lists(players, min_size=1, max_size=6), st.lists(acts, max_size=25))
Years = tuple[list[tuple[str, bool]], list[Any]]


@dataclass
class Booking:
    who: int
    kind: Kind
    points: int
    counts_on: date
    at: datetime
    reverses: int | None = None


@dataclass
class Year:
    """What was done so far, in the database and beside it."""

    edition: Edition
    rounds: list[Round]
    players: list[Participant] = field(default_factory=list)
    booked: list[Booking] = field(default_factory=list)
    closed: list[list[tuple[int, list[Row]]]] = field(default_factory=list)
    """By month its versions: how many bookings there were, and the standing."""
    unsaved: list[LedgerEntry] = field(default_factory=list)

    # The acts

    def enter(self, player: tuple[str, bool]) -> None:
        n = len(self.players)
        made = Participant(
            edition=self.edition,
            name=player[0],
            sort_name=player[0],
            slug=f"speler-{n}",
            entry=Entry.DSA,
            is_out_of_competition=player[1],
        )
        Participant.objects.bulk_create([made])
        self.players.append(made)

    def flip(self, number: int) -> None:
        player = self.players[number % len(self.players)]
        player.is_out_of_competition = not player.is_out_of_competition
        Participant.objects.filter(pk=player.pk).update(is_out_of_competition=player.is_out_of_competition)

    def book(self, number: int, kind: Kind, points: int, day: date, at: datetime) -> None:
        self._add(Booking(number % len(self.players), kind, points, day, at))

    def reverse(self, number: int, at: datetime) -> None:
        reversed_before = {booking.reverses for booking in self.booked}
        if left := [n for n in range(len(self.booked)) if n not in reversed_before]:
            which = left[number % len(left)]
            of = self.booked[which]
            if any(of.counts_on < self.rounds[month].first_day_after for month in range(len(self.closed))):
                factories.approved(Act.REVERSAL, of=self.edition, entry=FIRST_KEY + which)
            self._add(Booking(of.who, of.kind, -of.points, of.counts_on, at, which))

    def _add(self, booking: Booking) -> None:
        n = len(self.booked)
        self.booked.append(booking)
        source = n if booking.reverses is None else self._first_of(booking.reverses)
        entry = LedgerEntry(
            pk=FIRST_KEY + n,
            edition=self.edition,
            participant=self.players[booking.who],
            kind=booking.kind,
            source=f"{booking.kind}:{source}",
            description="Punt",
            points=booking.points,
            counts_on=booking.counts_on,
            booked_at=booking.at,
            booked_by=SOMEBODY,
            reverses_id=None if booking.reverses is None else FIRST_KEY + booking.reverses,
            reason="" if booking.reverses is None else "Fout",
        )
        self.unsaved.append(entry)

    def save(self) -> None:
        """Bring what was booked into the database, in one statement: that takes half the time."""
        LedgerEntry.objects.bulk_create(self.unsaved)
        self.unsaved = []

    def _first_of(self, number: int) -> int:
        before = self.booked[number].reverses
        return number if before is None else self._first_of(before)

    def close(self) -> None:
        self.save()
        month = len(self.closed)
        if month < len(self.rounds):
            if self.rounds[month].is_last:
                factories.approved(Act.CLOSING, of=self.edition)
            closing.close(self.rounds[month], at=MONDAY)
            self.closed.append([self._version(month)])

    def renew(self) -> None:
        self.save()
        made = [f"{version}" for version in closing.renew(self.edition, at=MONDAY)]
        expected = []
        for month, versions in enumerate(self.closed):
            later = self.booked[versions[-1][0] :]
            if any(booking.counts_on < self.rounds[month].first_day_after for booking in later):
                versions.append(self._version(month))
                expected.append(f"{self.rounds[month]}, versie {len(versions)}")
        assert made == expected

    def keep(self) -> None:
        self.save()
        standings.rebuild(self.edition, at=MONDAY)

    def _version(self, month: int) -> tuple[int, list[Row]]:
        return len(self.booked), self.count(until=self.rounds[month].first_day_after)

    # The other count

    def count(self, *, until: date = date.max, before: datetime | None = None) -> list[Row]:
        parts = [dict.fromkeys(KINDS, 0) for _ in self.players]
        for booking in self.booked:
            if booking.counts_on < until and (before is None or booking.at < before):
                parts[booking.who][booking.kind] += booking.points
        totals = [sum(part.values()) for part in parts]
        ranked = [total for total, p in zip(totals, self.players, strict=True) if not p.is_out_of_competition]
        order = sorted(
            range(len(self.players)),
            key=lambda n: (self.players[n].is_out_of_competition, -totals[n], self.players[n].sort_name, n),
        )
        return [
            (
                self.players[n].pk,
                None if self.players[n].is_out_of_competition else 1 + sum(other > totals[n] for other in ranked),
                totals[n],
                parts[n][Kind.MEETUP],
                parts[n][Kind.ADOPTION],
                parts[n][Kind.CONTRIBUTION],
            )
            for n in order
        ]

    def head(self, before: datetime | None = None) -> tuple[int, datetime | None]:
        known = [(n, b.at) for n, b in enumerate(self.booked, 1) if before is None or b.at < before]
        return known[-1] if known else (0, None)


@contextmanager
def played(edition: Edition, year: Years) -> Iterator[Year]:
    """Play a year in the database, and forget it."""
    with transaction.atomic():
        playing = Year(edition, list(edition.rounds.select_related("edition__rules").in_order()))
        for player in year[0]:
            playing.enter(player)
        for act, *arguments in year[1]:
            getattr(playing, act)(*arguments)
        playing.save()
        yield playing
        transaction.set_rollback(True)


def row(participant_id: int, tally: Line | Tally) -> Row:
    return (
        participant_id,
        tally.rank,
        tally.total,
        tally.meetup_points,
        tally.adoption_points,
        tally.contribution_points,
    )


def rows(board: Board) -> list[Row]:
    return [row(line.participant.pk, line) for line in board.lines]


# --- The same, counted twice ---------------------------------------------------------------------


@given(year=years, until=st.none() | days, before=st.none() | moments)
@examples(5, at_least=500)
def test_the_standing_is_what_an_independent_count_says(
    edition: Edition, year: Years, until: date | None, before: datetime | None
) -> None:
    with played(edition, year) as it:
        now, then = standings.current(edition), standings.count(edition, until=until, booked_before=before)
        assert standings.renewed(now, edition) == now
        assert rows(now) == it.count()
        assert rows(then) == it.count(until=until or date.max, before=before)
        assert (now.head, now.as_of) == it.head()
        assert (then.head, then.as_of) == it.head(before)
        hashes = dict(LedgerEntry.objects.of_edition(edition).values_list("number", "hash")) | {0: GENESIS}
        assert (now.head_hash, then.head_hash) == (hashes[now.head], hashes[then.head])


@given(year=years)
@examples(2)
def test_each_version_of_a_closed_month_is_what_an_independent_count_said_then(edition: Edition, year: Years) -> None:
    with played(edition, year) as it:
        versions = ResultVersion.objects.filter(closing__round__edition=edition).prefetch_related("results")
        in_order = versions.order_by("closing__round__starts_at", "number")
        kept = [(v.head, sorted(row(r.participant_id, r) for r in v.results.all())) for v in in_order]
        assert kept == [(head, sorted(lines)) for month in it.closed for head, lines in month]


# --- What may and may not follow from a change ---------------------------------------------------


def ranks(board: Board) -> dict[int, int | None]:
    return {line.participant.pk: line.rank for line in board.lines}


@given(year=years, who=numbers, kind=st.sampled_from(KINDS))
@examples(1)
def test_one_point_more_never_lowers_the_rank_of_who_gets_it_and_never_lifts_another(
    edition: Edition, year: Years, who: int, kind: Kind
) -> None:
    with played(edition, year) as it:
        before = ranks(standings.count(edition))
        it.book(who, kind, 1, local_date(MONDAY), MONDAY)
        it.save()
        after = ranks(standings.count(edition))

        own = it.players[who % len(it.players)]
        if own.is_out_of_competition:
            assert after == before
        else:
            assert all(is_no_higher(after[p], before[p]) for p in before if p != own.pk)
            assert is_no_higher(before[own.pk], after[own.pk])


def is_no_higher(rank: int | None, than: int | None) -> bool:
    return rank == than or (rank is not None and than is not None and rank > than)


@given(year=years, who=numbers, name=st.text("abcd", min_size=1, max_size=3))
@examples(1)
def test_another_name_changes_nothing_but_the_order_among_equals(
    edition: Edition, year: Years, who: int, name: str
) -> None:
    with played(edition, year) as it:
        before = standings.count(edition)
        Participant.objects.filter(pk=it.players[who % len(it.players)].pk).update(name=name, sort_name=name)
        after = standings.count(edition)

        assert sorted(rows(after)) == sorted(rows(before))
        assert [line[1:3] for line in after.lines] == [line[1:3] for line in before.lines]
        assert after[1:] == before[1:]
