"""Sealing, opening and drawing lots, as organisers do it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from competition.models import Edition, Participant, TieRule, User
from scoring import closing
from scoring.final import finalists, lots, recipe
from scoring.final.finalists import DrawRefusedError
from scoring.final.lots import LotRefusedError, Step
from scoring.models import Act, FinalistBy, LotDraw, ResultVersion, SealedLot
from tests import factories

pytestmark = pytest.mark.django_db
IN_OCTOBER = datetime(2026, 10, 14, 11, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
LATER = NOVEMBER + timedelta(hours=3)
APPLE, PEAR = "appelboom in de tuin", "perenboom in het park"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def first() -> User:
    return factories.organiser()


@pytest.fixture
def second() -> User:
    return factories.organiser()


def play(edition: Edition, *points: int) -> list[Participant]:
    """A played year: a participant for each number of points, and all months closed."""
    made = [factories.participant(f"Stad {letter}", of=edition) for letter in "ABCDEFGH"[: len(points)]]
    for participant, count in zip(made, points, strict=True):
        for _ in range(count):
            factories.entry(participant, counts_on=date(2026, 5, 1))
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)
    return made


TIE = (6, 5, 4, 2, 2, 2, 2)
"""Two places for four."""


def sealed_by(edition: Edition, *people: User) -> list[SealedLot]:
    """A lot of each, with the texts APPLE and PEAR."""
    return [
        lots.seal_lot(edition, seal=lots.seal_of(text), by=by, at=IN_OCTOBER)
        for text, by in zip([APPLE, PEAR], people, strict=False)
    ]


def opened(sealed: Sequence[SealedLot]) -> None:
    for lot, text in zip(sealed, [APPLE, PEAR], strict=False):
        lots.open_lot(lot, text=text, at=NOVEMBER)


def from_lots(edition: Edition) -> list[str]:
    return sorted(str(f.participant) for f in edition.finalists.filter(decided_by=FinalistBy.LOTS))


# --- Sealing -------------------------------------------------------------------------------------


def test_only_the_seal_is_kept(edition: Edition, first: User) -> None:
    lot = lots.seal_lot(edition, seal=lots.seal_of(f" {APPLE} "), by=first, at=IN_OCTOBER)

    assert list(SealedLot.objects.values_list("seal", "sealed_at", "sealed_by", "opened", "opened_at")) == [
        (sha256(APPLE.encode()).hexdigest(), IN_OCTOBER, first.pk, "", None)
    ]
    assert lots.seal_lot(edition, seal=lot.seal, by=first, at=LATER) == lot
    assert SealedLot.objects.count() == 1


def test_each_seals_one_lot_of_its_own(edition: Edition, first: User, second: User) -> None:
    (lot,) = sealed_by(edition, first)

    with pytest.raises(LotRefusedError, match=r"U heeft al een lot verzegeld voor Editie 2026\."):
        lots.seal_lot(edition, seal=lots.seal_of(PEAR), by=first, at=IN_OCTOBER)
    with pytest.raises(LotRefusedError, match=r"Dit zegel is al eens gebruikt\."):
        lots.seal_lot(edition, seal=lot.seal, by=second, at=IN_OCTOBER)
    with pytest.raises(LotRefusedError, match=r"Dit zegel is al eens gebruikt\."):
        lots.seal_lot(factories.edition(2027), seal=lot.seal, by=first, at=IN_OCTOBER)
    assert lots.of(edition) == [lot]


def test_nobody_seals_after_the_closing_of_october(edition: Edition, first: User) -> None:
    play(edition, *TIE)

    with pytest.raises(LotRefusedError, match=r"Oktober is afgesloten\."):
        sealed_by(edition, first)


def test_nobody_seals_where_the_rules_draw_no_lots(first: User) -> None:
    edition = factories.edition(rules={"tie_rule": TieRule.WIDEN})

    with pytest.raises(LotRefusedError, match=r"Er wordt niet geloot\."):
        sealed_by(edition, first)


# --- Opening -------------------------------------------------------------------------------------


def test_a_lot_is_opened_by_its_text_after_the_closing(edition: Edition, first: User) -> None:
    (lot,) = sealed_by(edition, first)
    with pytest.raises(LotRefusedError, match=r"Oktober is nog niet afgesloten\."):
        lots.open_lot(lot, text=APPLE, at=IN_OCTOBER)
    play(edition, *TIE)

    for wrong in (PEAR, APPLE.upper(), APPLE[:-1], ""):
        with pytest.raises(LotRefusedError, match="past niet op het zegel"):
            lots.open_lot(lot, text=wrong, at=NOVEMBER)
    lots.open_lot(lot, text=f"  {APPLE.replace(' ', '  ')}", at=NOVEMBER)
    lots.open_lot(lot, text=PEAR, at=LATER)

    lot.refresh_from_db()
    assert (lot.opened, lot.opened_at) == (APPLE, NOVEMBER)


@pytest.mark.parametrize(
    "text", ["met  twee spaties ", "met een einde\n", "tab\t, \\ en \u202eomgekeerd", "kort", "x" * 200]
)
def test_a_lot_that_was_sealed_elsewhere_keeps_its_text_to_the_letter(edition: Edition, text: str) -> None:
    lot = factories.sealed_lot(text, of=edition)
    play(edition, *TIE)

    lots.open_lot(lot, text=text, at=NOVEMBER)

    lot.refresh_from_db()
    assert lot.opened == text


def test_a_text_that_is_longer_than_can_be_kept_is_refused_in_words(edition: Edition) -> None:
    lot = factories.sealed_lot("x" * 200 + "\n", of=edition)
    play(edition, *TIE)

    with pytest.raises(LotRefusedError, match="past niet op het zegel"):
        lots.open_lot(lot, text="x" * 200, at=NOVEMBER)


def test_without_a_tie_a_lot_stays_shut(edition: Edition, first: User, second: User) -> None:
    lot, _other = sealed_by(edition, first, second)
    play(edition, 5, 4, 3, 2, 1)

    with pytest.raises(LotRefusedError, match="hoeft niet te worden geloot"):
        lots.open_lot(lot, text=APPLE, at=NOVEMBER)
    with pytest.raises(DrawRefusedError, match=r"Er is geen loting nodig\."):
        lots.draw(edition, by=first, at=NOVEMBER)


# --- Drawing -------------------------------------------------------------------------------------


def test_open_lots_settle_the_tie_as_anybody_can_work_out(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    play(edition, *TIE)
    opened(sealed)

    draw = lots.draw(edition, by=first, at=LATER)

    closing_hash = ResultVersion.objects.get(closing__round__month=10).head_hash
    line = f"gdsc-loting-1\t2026\t{closing_hash}\t{APPLE}\t{PEAR}"
    seed = sha256(line.encode()).hexdigest()
    tied = {"Stad D": "stad-d", "Stad E": "stad-e", "Stad F": "stad-f", "Stad G": "stad-g"}
    in_order = sorted(tied, key=lambda name: sha256(f"{seed}{tied[name]}".encode()).hexdigest())
    assert from_lots(edition) == sorted(in_order[:2])
    assert (draw.seed, draw.drawn_at, draw.recorded_by, draw.seconded_by) == (seed, LATER, first, second)
    assert draw.record == (
        "Er is geloot met 2 verzegelde loten. Ze zijn verzegeld vóór de afsluiting van oktober, het laatste op "
        "14 oktober 2026. Alle loten zijn daarna geopend, het laatste op 20 november 2026. Er waren 2 plaatsen voor "
        "4 deelnemers die precies gelijk stonden.\n\nDe volgorde uit de loting:\n"
        f"1. {in_order[0]} (in de finale)\n2. {in_order[1]} (in de finale)\n3. {in_order[2]}\n4. {in_order[3]}"
    )


def test_a_repeat_gives_the_draw_that_was_made(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    play(edition, *TIE)
    opened(sealed)
    draw = lots.draw(edition, by=first, at=NOVEMBER)

    assert lots.draw(edition, by=second, at=LATER) == draw
    assert (LotDraw.objects.count(), edition.finalists.count()) == (1, 5)


def test_who_sealed_nothing_can_press_the_button_too(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    play(edition, *TIE)
    opened(sealed)
    third = factories.organiser()

    draw = lots.draw(edition, by=third, at=NOVEMBER)

    assert draw.recorded_by == third
    assert draw.seconded_by in {first, second}


def test_the_accounts_of_who_sealed_may_be_gone(edition: Edition, first: User, second: User) -> None:
    sealed_by(edition, first, second)
    play(edition, *TIE)
    second.delete()
    opened(lots.of(edition))

    assert lots.draw(edition, by=first, at=NOVEMBER).seconded_by is None


@pytest.mark.parametrize(
    ("sealed_count", "opened_count", "words"),
    [
        (0, 0, r"Er zijn geen twee loten verzegeld\."),
        (1, 1, r"Er zijn geen twee loten verzegeld\."),
        (2, 0, r"Er zijn nog 2 loten dicht\."),
        (2, 1, r"Er is nog 1 lot dicht\."),
    ],
)
def test_all_lots_count_or_none(
    edition: Edition, first: User, second: User, sealed_count: int, opened_count: int, words: str
) -> None:
    """And then it is settled in public, on the word of two."""
    sealed = sealed_by(edition, *[first, second][:sealed_count])
    *_, d, e, _f, _g = play(edition, *TIE)
    opened(sealed[:opened_count])

    with pytest.raises(DrawRefusedError, match=words):
        lots.draw(edition, by=first, at=NOVEMBER)
    factories.approved(Act.DRAW, of=edition)
    finalists.record_draw(edition, drawn=[d, e], record="Zo", by=first, seconded_by=second, at=NOVEMBER)

    assert from_lots(edition) == ["Stad D", "Stad E"]
    assert lots.draw(edition, by=first, at=LATER).seed == ""


def test_once_all_lots_are_open_nobody_can_draw_another_way(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    *_, d, e, _f, _g = play(edition, *TIE)
    opened(sealed)
    factories.approved(Act.DRAW, of=edition)

    with pytest.raises(DrawRefusedError, match="Dan beslissen die loten"):
        finalists.record_draw(edition, drawn=[d, e], record="Zo", by=first, seconded_by=second, at=NOVEMBER)
    assert from_lots(edition) == []


def test_after_a_draw_in_public_a_lot_stays_shut(edition: Edition, first: User, second: User) -> None:
    lot, _other = sealed_by(edition, first, second)
    *_, d, e, _f, _g = play(edition, *TIE)
    factories.approved(Act.DRAW, of=edition)
    finalists.record_draw(edition, drawn=[d, e], record="Zo", by=first, seconded_by=second, at=NOVEMBER)

    with pytest.raises(LotRefusedError, match="hoeft niet te worden geloot"):
        lots.open_lot(lot, text=APPLE, at=LATER)


def test_a_later_version_of_october_changes_nothing_about_the_draw(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    _, _, _, d, *_rest = play(edition, *TIE)
    opened(sealed)
    closing_hash = ResultVersion.objects.get(closing__round__month=10).head_hash
    factories.entry(d, counts_on=date(2026, 10, 1), at=NOVEMBER)
    closing.renew(edition, at=NOVEMBER)

    draw = lots.draw(edition, by=first, at=LATER)

    assert draw.seed == recipe.seed_of([APPLE, PEAR], year=2026, closing_hash=closing_hash)
    assert len(from_lots(edition)) == 2


def test_the_database_knows_one_draw(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    play(edition, *TIE)
    opened(sealed)
    draw = lots.draw(edition, by=first, at=NOVEMBER)

    with pytest.raises(IntegrityError, match="edition_id"), transaction.atomic():
        LotDraw.objects.create(edition=edition, drawn_at=LATER, record="Zo", seed=draw.seed)
    with pytest.raises(IntegrityError, match="what is settled"), transaction.atomic():
        LotDraw.objects.filter(pk=draw.pk).update(record="Anders")


# --- What is to be done --------------------------------------------------------------------------


def test_in_october_a_lot_is_to_be_sealed_by_who_has_not(edition: Edition, first: User, second: User) -> None:
    september = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)
    sealed_by(edition, first)

    assert lots.next_step(edition, by=second, at=september) == Step.NOTHING
    assert lots.next_step(edition, by=second, at=september + timedelta(minutes=1)) == Step.SEAL
    assert lots.next_step(edition, by=first, at=IN_OCTOBER) == Step.NOTHING


def test_where_the_rules_draw_no_lots_nothing_is_to_be_done(first: User) -> None:
    edition = factories.edition(rules={"tie_rule": TieRule.WIDEN})

    assert lots.next_step(edition, by=first, at=IN_OCTOBER) == Step.NOTHING


def test_after_the_closing_lots_are_opened_and_drawn(edition: Edition, first: User, second: User) -> None:
    sealed = sealed_by(edition, first, second)
    play(edition, *TIE)

    def steps() -> list[Step]:
        return [lots.next_step(edition, by=by, at=NOVEMBER) for by in (first, second)]

    assert steps() == [Step.OPEN, Step.OPEN]
    opened(sealed[:1])
    assert steps() == [Step.WAIT, Step.OPEN]
    lots.open_lot(sealed[1], text=PEAR, at=NOVEMBER)
    assert steps() == [Step.DRAW, Step.DRAW]
    lots.draw(edition, by=first, at=NOVEMBER)
    assert steps() == [Step.NOTHING, Step.NOTHING]


def test_with_one_lot_there_is_a_draw_in_public_and_without_a_tie_there_is_none(first: User) -> None:
    tied, settled = factories.edition(), factories.edition(2025)
    sealed_by(tied, first)
    play(tied, *TIE)
    factories.close_october(settled, at=NOVEMBER)

    assert lots.next_step(tied, by=first, at=NOVEMBER) == Step.DRAW_IN_PUBLIC
    assert lots.next_step(settled, by=first, at=NOVEMBER) == Step.NOTHING
