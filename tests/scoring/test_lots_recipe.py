"""The recipe of a draw by sealed lots, whatever the texts: nobody can choose, and everybody finds the same."""

import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from competition.models import Participant
from scoring.final import lots, recipe
from scoring.final.drawing import work_out
from scoring.final.finalists import Cut
from scoring.models import SealedLot
from scoring.standings import Line

CLOSING = "ab" * 32
SLUGS = ("almere", "breda", "delft", "ede", "gouda")
# What could run two texts together, or pull one apart.
hostile = st.text(st.sampled_from("ab\\\t\n\r tnré\u0301\u200b\u2028\U0001f600"), max_size=6)
texts = st.sets(st.one_of(hostile, st.text(st.characters(codec="utf-8"), max_size=20)), min_size=1, max_size=4)


def order(of: set[str] | list[str], slugs: tuple[str, ...] = SLUGS, closing_hash: str = CLOSING) -> list[str]:
    """The slugs as the draw orders them."""
    sealed = [SealedLot(opened=text) for text in of]
    lines = [Line(Participant(pk=n, slug=slug), 5, 2, 2, 0, 0) for n, slug in enumerate(slugs)]
    turns = work_out(sealed, Cut([], lines, 2), year=2026, closing_hash=closing_hash).turns
    assert [turn.is_in for turn in turns] == [n < 2 for n in range(len(slugs))]
    return [turn.line.participant.slug for turn in turns]


# --- The line that the seed is made of -----------------------------------------------------------


def test_the_line_is_what_the_recipe_says() -> None:
    line = recipe.canonical(["peer\tmet\\pit", "appel\nmoes\r"], year=2026, closing_hash=CLOSING)

    assert line == f"gdsc-loting-1\t2026\t{CLOSING}\tappel\\nmoes\\r\tpeer\\tmet\\\\pit"
    assert recipe.seed_of(["peer"], year=2026, closing_hash=CLOSING) == (
        sha256(f"gdsc-loting-1\t2026\t{CLOSING}\tpeer".encode()).hexdigest()
    )


def read_back(line: str) -> list[str]:
    """The texts from a line, by an own reading of the escapes."""
    return [unescaped(field) for field in line.split("\t")[3:]]


def unescaped(field: str) -> str:
    found, left = "", field
    while left:
        if left.startswith("\\"):
            found, left = found + {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}[left[1]], left[2:]
        else:
            found, left = found + left[0], left[1:]
    return found


@settings(max_examples=500)
@given(texts=texts)
def test_every_set_of_texts_can_be_read_back_from_its_line(texts: set[str]) -> None:
    """So no two sets have the same line, whatever is in them."""
    assert read_back(recipe.canonical(texts, year=2026, closing_hash=CLOSING)) == sorted(texts)


@settings(max_examples=500)
@given(one=texts, other=texts)
def test_two_sets_of_texts_have_the_same_seed_only_when_they_are_the_same(one: set[str], other: set[str]) -> None:
    seeds = [recipe.seed_of(texts, year=2026, closing_hash=CLOSING) for texts in (one, other)]

    assert (seeds[0] == seeds[1]) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a\tb"], ["a", "b"]),
        (["a\nb"], ["a\\nb"]),
        (["a\\", "b"], ["a", "\\b"]),
        (["a\\\tb"], ["a\\", "b"]),
        (["a", "b\tc"], ["a\tb", "c"]),
        (["é"], ["e\u0301"]),
        (["a"], ["a\u200b"]),
        (["a"], ["a", ""]),
        (["a "], ["a"]),
    ],
)
def test_texts_that_look_alike_or_run_together_are_not_the_same(one: list[str], other: list[str]) -> None:
    assert recipe.canonical(one, year=2026, closing_hash=CLOSING) != recipe.canonical(
        other, year=2026, closing_hash=CLOSING
    )


# --- The order -----------------------------------------------------------------------------------


@given(texts=texts, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_lots_and_of_participants_plays_no_part(texts: set[str], shuffled: Random) -> None:
    others = shuffled.sample(sorted(texts), len(texts)), tuple(shuffled.sample(SLUGS, len(SLUGS)))

    assert order(sorted(texts)) == order(*others)


def test_the_order_is_that_of_the_codes() -> None:
    seed = recipe.seed_of(["appel", "peer"], year=2026, closing_hash=CLOSING)
    codes = {slug: sha256((seed + slug).encode()).hexdigest() for slug in SLUGS}

    assert order(["appel", "peer"]) == sorted(SLUGS, key=codes.__getitem__)


def chi_square(found: Counter[str], expected: float) -> float:
    return sum((found[key] - expected) ** 2 / expected for key in found)


def test_each_participant_has_the_same_chance_of_each_turn() -> None:
    """Over 3,000 fixed seeds; 4 degrees of freedom pass 30 by chance once in 200,000 times."""
    rounds = [order([f"tekst {n}", "peer"]) for n in range(3000)]

    for turn in range(len(SLUGS)):
        found = Counter(each[turn] for each in rounds)
        assert set(found) == set(SLUGS)
        assert chi_square(found, 3000 / len(SLUGS)) < 30


def test_each_order_of_three_comes_up_as_often() -> None:
    """5 degrees of freedom pass 32 by chance once in 170,000 times."""
    found = Counter(" ".join(order([f"tekst {n}", "peer"], SLUGS[:3])) for n in range(3000))

    assert set(found) == {" ".join(each) for each in permutations(SLUGS[:3])}
    assert chi_square(found, 500) < 32


@pytest.mark.parametrize("what", ["the last letter of a text", "the closing"])
def test_a_change_of_one_letter_gives_another_draw_that_says_nothing_of_the_first(what: str) -> None:
    """Who was first stays so by chance: in 1 of 5 cases; of 2,000, 400 give or take 5 times 18."""

    def first(n: int, letter: str) -> str:
        if what == "the closing":
            return order([f"tekst {n}", "peer"], closing_hash=CLOSING[:-1] + letter)[0]
        return order([f"tekst {n}{letter}", "peer"])[0]

    stayed = sum(first(n, "c") == first(n, "d") for n in range(2000))

    assert 310 < stayed < 490


def test_a_text_that_comes_later_can_still_put_anybody_first() -> None:
    """So one secret among the lots is enough for nobody to know the outcome."""
    assert {order(["bekend", "ook bekend", f"geheim {n}"])[0] for n in range(40)} == set(SLUGS)


# --- The program that everybody can run ----------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        ["appelboom in de tuin", "peer"],
        ["a\tb\\", "c\nd\r", "e'f\"g", '"""', "{slugs}%s", "é€\u200b\u2028\u202e\U0001f600", "import os"],
    ],
)
def test_the_program_on_the_page_finds_the_same(texts: list[str], tmp_path: Path) -> None:
    file = tmp_path / "loting.py"
    file.write_text(recipe.program(texts, SLUGS, year=2026, closing_hash=CLOSING), encoding="utf-8")

    ran = subprocess.run([sys.executable, "-I", file], capture_output=True, encoding="utf-8", check=True)

    seed = recipe.seed_of(texts, year=2026, closing_hash=CLOSING)
    assert ran.stdout.splitlines() == [
        *(f"zegel {sha256(text.encode()).hexdigest()}" for text in texts),
        f"uitgangsgetal {seed}",
        *(f"{slug} {recipe.code_of(seed, slug)}" for slug in order(texts)),
    ]


@given(texts=texts)
def test_the_program_is_python_whatever_the_texts(texts: set[str]) -> None:
    found: dict[str, list[str]] = {}
    lines = recipe.program(sorted(texts), SLUGS, year=2026, closing_hash=CLOSING)
    exec(lines.partition("def code")[0], found)  # noqa: S102 - our own text

    assert found["loten"] == sorted(texts)
    assert found["deelnemers"] == list(SLUGS)


# --- Texts as the portal seals them --------------------------------------------------------------


@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_text_is_written_in_one_way_and_stays_so(text: str) -> None:
    normal = recipe.normalise(text)

    assert recipe.normalise(normal) == normal
    assert recipe.normalise(f"  {text}\u200b ") == normal


@pytest.mark.parametrize(
    ("typed", "sealed"),
    [
        ("  Zeven gele  eenden\t", "Zeven gele eenden"),
        ("caf\u0065\u0301", "caf\u00e9"),
        ("ge\u00adheim\u200b", "geheim"),
        ("regel een\r\nregel twee", "regel een regel twee"),
        ("Hoofd, kleine letters!", "Hoofd, kleine letters!"),
    ],
)
def test_how_a_text_is_written_before_it_is_sealed(typed: str, sealed: str) -> None:
    assert recipe.normalise(typed) == sealed


@given(text=st.text(st.characters(codec="utf-8"), min_size=8, max_size=60))
def test_what_was_sealed_here_can_be_opened_by_typing_the_same_again(text: str) -> None:
    seal = recipe.seal_of(recipe.normalise(text))

    assert seal in map(recipe.seal_of, recipe.spellings(text))
    assert seal in map(recipe.seal_of, recipe.spellings(f" {text}  "))


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("text", ["met  twee spaties", "cafe\u0301", " met randen "])
def test_what_was_sealed_elsewhere_can_be_opened_as_it_was_typed(text: str, end: str) -> None:
    """`echo` and some editors put the end of a line behind it."""
    assert sha256((text + end).encode()).hexdigest() in map(recipe.seal_of, recipe.spellings(text))


def test_a_fresh_text_is_long_different_every_time_and_needs_no_mending() -> None:
    fresh = {lots.fresh_text() for _ in range(100)}

    assert len(fresh) == 100
    assert {len(text) for text in fresh} == {29}
    for text in fresh:
        assert recipe.normalise(text) == text
        assert lots.seal_of(text) == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("text", ["", "kort", "vijftien tekens", "aaaaaaaaaaaaaaaaaaaaaaaa", "abab " * 20, "x" * 15])
def test_a_text_that_can_be_guessed_is_refused(text: str) -> None:
    with pytest.raises(lots.LotRefusedError, match="te raden"):
        lots.seal_of(text)


def test_a_text_that_would_not_fit_when_it_is_opened_is_refused() -> None:
    assert lots.seal_of("abcdefgh" * 25)
    with pytest.raises(lots.LotRefusedError, match="hoogstens 200 tekens"):
        lots.seal_of("abcdefgh" * 25 + "i")
