"""The four words of a meetup: made from it, forgiving to who types, and hard to guess."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import connections
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.models import Municipality, User
from meetups import codes
from meetups.codes import TooManyGuessesError, WrongCodeError
from meetups.models import Meetup
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

AN_HOUR = timedelta(hours=1)


def meetup() -> Meetup:
    """One of two hours, that began an hour ago."""
    return factories.meetup(of=factories.edition(), starts_at=NOW - AN_HOUR)


def guess(about: Meetup, typed: str, *, of: Municipality, by: User) -> str:
    """What came of it, in a word."""
    try:
        codes.check(about, typed, municipality=of, by=by)
    except WrongCodeError:
        return "wrong"
    except TooManyGuessesError:
        return "too many"
    return "right"


def right(about: Meetup) -> str:
    return " ".join(codes.code_of(about))


# --- The words -----------------------------------------------------------------------------------


def test_there_are_enough_plain_words_each_of_them_once() -> None:
    words = codes.words()

    assert len(set(words)) == len(words) == 1024
    assert [word for word in words if not re.fullmatch("[a-z]{4,9}", word)] == []
    assert list(words) == sorted(words)


def test_each_meetup_has_a_code_of_its_own_that_stays_the_same() -> None:
    edition = factories.edition()
    one, other = factories.meetup(of=edition), factories.meetup(of=edition)

    assert codes.code_of(one) == codes.code_of(Meetup.objects.get(pk=one.pk))
    assert codes.code_of(one) != codes.code_of(other)
    assert set(codes.code_of(one)) <= set(codes.words())
    assert len(codes.code_of(one)) == 4


def test_who_does_not_know_the_secret_key_cannot_work_it_out(settings: Settings) -> None:
    about = meetup()
    before = codes.code_of(about)

    settings.SECRET_KEY = "een andere sleutel"

    assert codes.code_of(about) != before


def test_the_codes_of_many_meetups_use_all_words_about_evenly() -> None:
    edition = factories.edition()
    meetups = [factories.meetup(of=edition) for _ in range(200)]

    used = {word for one in meetups for word in codes.code_of(one)}

    assert len(used) > 450  # of 800 drawn out of 1024 about 555 are different


# --- The window ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "works"), [(-61, False), (-60, True), (0, True), (60 + 180 - 1, True), (60 + 180, False)]
)
def test_it_works_from_the_beginning_until_three_hours_after_the_end(minutes: int, works: bool) -> None:
    assert codes.works(meetup(), at=NOW + timedelta(minutes=minutes)) is works


@pytest.mark.parametrize("fields", [{"is_cancelled": True}, {"list_closed_at": NOW}])
def test_it_does_not_work_for_what_was_cancelled_or_closed(fields: dict[str, object]) -> None:
    about = meetup()
    for field, value in fields.items():
        setattr(about, field, value)

    assert not codes.works(about, at=NOW)


# --- Typing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typing",
    [
        " ".join,
        "-".join,
        "".join,
        lambda words: " – ".join(words).upper(),
        lambda words: f"  {'  '.join(words).title()}. ",
        "\u200b".join,
    ],
)
def test_capitals_spaces_and_hyphens_make_no_difference(typing: Callable[[list[str]], str]) -> None:
    about = meetup()
    typed = typing(codes.code_of(about))

    assert guess(about, typed, of=factories.municipality(), by=factories.user()) == "right"


@pytest.mark.parametrize(
    "typing",
    [
        lambda words: "",
        lambda words: " ".join(words[:3]),
        lambda words: " ".join(words[::-1]),
        lambda words: " ".join([*words, "appel"]),
    ],
)
def test_other_words_are_wrong(typing: Callable[[list[str]], str]) -> None:
    about = meetup()
    typed = typing(codes.code_of(about))

    assert guess(about, typed, of=factories.municipality(), by=factories.user()) == "wrong"


# --- Guessing ------------------------------------------------------------------------------------


def test_after_too_many_wrong_codes_a_person_waits_even_with_the_right_one(time_machine: TimeMachineFixture) -> None:
    about, town, by = meetup(), factories.municipality(), factories.user()

    guessed = [guess(about, "mis", of=town, by=by) for _ in range(codes.MOST_PER_PERSON + 1)]
    refused = guess(about, right(about), of=town, by=by)
    colleague = guess(about, right(about), of=town, by=factories.user())
    time_machine.move_to(NOW + AN_HOUR + timedelta(seconds=1))

    assert guessed == ["wrong"] * codes.MOST_PER_PERSON + ["too many"]
    assert (refused, colleague) == ("too many", "right")
    assert guess(about, right(about), of=town, by=by) == "right"


def test_a_municipality_waits_too_whoever_of_them_types_and_another_does_not() -> None:
    about, town, elsewhere = meetup(), factories.municipality(), factories.municipality()
    for _ in range(codes.MOST_PER_MUNICIPALITY):
        assert guess(about, "mis", of=town, by=factories.user()) == "wrong"

    assert guess(about, right(about), of=town, by=factories.user()) == "too many"
    assert guess(about, right(about), of=elsewhere, by=factories.user()) == "right"


def test_the_right_code_is_no_guess() -> None:
    about, town, by = meetup(), factories.municipality(), factories.user()

    assert {guess(about, right(about), of=town, by=by) for _ in range(codes.MOST_PER_PERSON + 3)} == {"right"}


MANY = 8


def guessed_at_once(about: Meetup, town: Municipality, by: User) -> list[str]:
    start = Barrier(MANY)

    def run(_number: int) -> str:
        try:
            start.wait(20)
            return guess(about, "mis", of=town, by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        return sorted(pool.map(run, range(MANY)))


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_no_more_than_one_after_the_other() -> None:
    outcomes = guessed_at_once(meetup(), factories.municipality(), factories.user())

    most = codes.MOST_PER_PERSON
    assert outcomes == ["too many"] * (MANY - most) + ["wrong"] * most


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_more_guesses_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    together, get_many = Barrier(MANY), DatabaseCache.get_many

    def look_together(own: DatabaseCache, keys: Any) -> dict[Any, Any]:
        found = get_many(own, keys)
        together.wait(20)
        return found

    class WithoutLock:
        def __init__(self, _keys: object) -> None: ...
        def __enter__(self) -> None: ...
        def __exit__(self, *_error: object) -> None: ...

    about, town, by = meetup(), factories.municipality(), factories.user()
    monkeypatch.setattr(codes, "_held", WithoutLock)
    monkeypatch.setattr(DatabaseCache, "get_many", look_together)

    assert guessed_at_once(about, town, by) == ["wrong"] * MANY


# --- The picture ---------------------------------------------------------------------------------


def test_the_picture_leads_to_the_form_with_the_words_filled_in(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"
    about = meetup()

    address = urlsplit(codes.address(about))

    assert (address.netloc, address.path) == ("gdsc.example", f"/mijn/meetup/2026/{about.slug}/code/")
    assert address.query == f"code={'-'.join(codes.code_of(about))}"


def test_the_picture_is_a_square_with_a_quiet_zone_and_three_corners() -> None:
    picture = codes.picture("https://gdsc.example/")
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture.path)}
    last = picture.size - 5

    assert {min(x for x, _ in dark), min(y for _, y in dark)} == {4}
    assert {max(x for x, _ in dark), max(y for _, y in dark)} <= {last}
    for left, top in ((4, 4), (last - 6, 4), (4, last - 6)):
        ring = {(left + n, top) for n in range(7)} | {(left, top + n) for n in range(7)}
        assert ring <= dark
