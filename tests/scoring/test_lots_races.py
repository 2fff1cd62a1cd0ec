"""Organisers who seal, open and draw at the same moment, each on a connection of their own, with committed data.

Each race has a control in which its guard is off: it ends wrong, so the test can fail.
"""

from datetime import UTC, date, datetime
from functools import partial
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from competition.models import Edition, Participant, User
from scoring import closing
from scoring.final import finalists, lots
from scoring.final.finalists import DrawRefusedError
from scoring.final.lots import LotRefusedError
from scoring.models import Act, LotDraw, RoundClosing, SealedLot
from tests import factories, racing
from tests.racing import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
MANY = 6
TEXTS = ("appelboom in de tuin", "perenboom in het park")


at_once = partial(racing.at_once, refusals=(LotRefusedError, DrawRefusedError))


def tied(*texts: str) -> tuple[Edition, list[Participant], list[SealedLot]]:
    """An edition whose closed October leaves two places for three, with a lot of each text, all shut."""
    edition = factories.edition()
    players = [factories.participant(f"Stad {letter}", of=edition) for letter in "ABCDEF"]
    for player, count in zip(players, (4, 3, 2, 1, 1, 1), strict=True):
        for _ in range(count):
            factories.entry(player, counts_on=date(2026, 5, 1))
    sealed = [factories.sealed_lot(text, of=edition) for text in texts]
    factories.close_october(edition, at=NOVEMBER)
    return edition, players, sealed


def draw_at_once(edition: Edition, count: int) -> list[object]:
    people = [factories.organiser() for _ in range(count)]
    return at_once([partial(lots.draw, edition, by=person, at=NOVEMBER) for person in people])


# --- Drawing -------------------------------------------------------------------------------------


def test_drawn_by_many_at_once_is_drawn_once() -> None:
    edition, _players, sealed = tied(*TEXTS)
    for lot, text in zip(sealed, TEXTS, strict=True):
        lots.open_lot(lot, text=text, at=NOVEMBER)

    outcomes = draw_at_once(edition, MANY)

    assert outcomes == [LotDraw.objects.get()] * MANY
    assert edition.finalists.count() == 5


def test_control_without_the_lock_who_draws_second_meets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    edition, _players, sealed = tied(*TEXTS)
    for lot, text in zip(sealed, TEXTS, strict=True):
        lots.open_lot(lot, text=text, at=NOVEMBER)
    looked, create = Barrier(2), LotDraw.objects.create

    def create_when_both_have_looked(**fields: Any) -> LotDraw:
        looked.wait(PATIENCE)
        return create(**fields)

    monkeypatch.setattr(lots, "_hold", lambda _edition: None)
    monkeypatch.setattr(LotDraw.objects, "create", create_when_both_have_looked)

    with pytest.raises(IntegrityError, match="scoring_lotdraw"):
        draw_at_once(edition, 2)
    assert LotDraw.objects.count() == 1


# --- The last lot, and a draw in public ----------------------------------------------------------


def open_the_last_lot_while_two_draw_in_public(monkeypatch: pytest.MonkeyPatch, *, has_lock: bool) -> list[object]:
    """Those who draw in public have seen that a lot is shut, and write after it may have been opened."""
    edition, players, sealed = tied(*TEXTS)
    lots.open_lot(sealed[0], text=TEXTS[0], at=NOVEMBER)
    factories.approved(Act.DRAW, of=edition)
    first, second = factories.organiser(), factories.organiser()
    can_decide, looked, go_on = finalists.lots_can_decide, Event(), Event()

    def look(about: Edition) -> bool:
        decide = can_decide(about)
        looked.set()
        # With the lock nobody can come between; without it, wait for who does.
        assert has_lock or go_on.wait(PATIENCE)
        return decide

    def in_public() -> LotDraw:
        with transaction.atomic():
            lots._hold(edition)
            return finalists.record_draw(
                edition, drawn=players[3:5], record="Zo", by=first, seconded_by=second, at=NOVEMBER
            )

    def open_last() -> str:
        assert looked.wait(PATIENCE)
        lots.open_lot(sealed[1], text=TEXTS[1], at=NOVEMBER)
        go_on.set()
        return "open"

    monkeypatch.setattr(finalists, "lots_can_decide", look)
    if not has_lock:
        monkeypatch.setattr(lots, "_hold", lambda _edition: None)
    return at_once([in_public, open_last])


def test_a_lot_that_is_opened_during_a_draw_in_public_comes_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, opening = open_the_last_lot_while_two_draw_in_public(monkeypatch, has_lock=True)

    assert drawn == LotDraw.objects.get()
    assert isinstance(opening, LotRefusedError)
    assert "hoeft niet te worden geloot" in str(opening)


def test_control_without_the_lock_all_lots_are_open_and_another_draw_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, opening = open_the_last_lot_while_two_draw_in_public(monkeypatch, has_lock=False)

    assert (drawn, opening) == (LotDraw.objects.get(), "open")
    assert not SealedLot.objects.filter(opened_at=None).exists()


# --- Sealing, and the closing of October ---------------------------------------------------------


def seal_while_october_closes(
    monkeypatch: pytest.MonkeyPatch, on: psycopg.Connection, *, has_lock: bool
) -> tuple[list[object], bool]:
    """Who seals has seen that October is open when the closing begins; gives whether a lot came after it."""
    edition, by = factories.edition(), factories.organiser()
    factories.approved(Act.CLOSING, of=edition)
    why_not, looked, closed = lots.why_not_seal, Event(), Event()
    was_closed_first = False

    def look(about: Edition, *, by: User) -> str:
        nonlocal was_closed_first
        found = why_not(about, by=by)
        looked.set()
        if has_lock:
            wait_for_a_waiter(on)
        else:
            assert closed.wait(PATIENCE)
        was_closed_first = RoundClosing.objects.exists()
        return found

    def close() -> str:
        assert looked.wait(PATIENCE)
        closing.close(edition.rounds.get(month=10), at=NOVEMBER)
        closed.set()
        return "closed"

    monkeypatch.setattr(lots, "why_not_seal", look)
    if not has_lock:
        monkeypatch.setattr(lots, "_hold_october", lambda _edition: None)
    outcomes = at_once([partial(lots.seal_lot, edition, seal=lots.seal_of(TEXTS[0]), by=by, at=NOVEMBER), close])
    return outcomes, was_closed_first


def wait_for_a_waiter(on: psycopg.Connection) -> None:
    """Until the closing waits for us, at its commit."""
    pause = Event()
    for _ in range(PATIENCE * 50):
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        if on.execute(waiting).fetchone():
            return
        pause.wait(0.02)
    raise AssertionError("nobody waits for the lock")


def test_the_closing_of_october_waits_for_who_is_sealing(
    monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    outcomes, was_closed_first = seal_while_october_closes(monkeypatch, owner_connection, has_lock=True)

    assert outcomes == [SealedLot.objects.get(), "closed"]
    assert not was_closed_first
    assert RoundClosing.objects.count() == 1


def test_control_without_the_lock_october_is_closed_before_the_lot_is_there(
    monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    """The trigger stops this one as it looks again; between its look and the commit nothing but the lock does."""
    with pytest.raises(IntegrityError, match="sealed before October"):
        seal_while_october_closes(monkeypatch, owner_connection, has_lock=False)
    assert SealedLot.objects.count() == 0


def test_the_same_person_twice_at_once_seals_one_lot() -> None:
    edition, by = factories.edition(), factories.organiser()
    acts = [partial(lots.seal_lot, edition, seal=lots.seal_of(text), by=by, at=NOVEMBER) for text in TEXTS]

    outcomes = at_once(acts)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LotRefusedError", "SealedLot"]
    assert SealedLot.objects.count() == 1
