"""The four words that a host shows on the last slide; who types them was there.

Each word is one of 1024, so there are 2**40 codes. It follows from the meetup and the portal's secret key: nothing is
stored, and showing it changes nothing. It works from the beginning of a meetup until some hours after it. In the eight
hours of a long meetup a person can try 40 codes and a municipality 160 (see `check`): were all 342 municipalities to
guess together, their chance is one in twenty million.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import segno
from django.conf import settings
from django.core.cache import cache as counts
from django.db import connection, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from competition.models import Municipality, User
from meetups.models import Meetup

WORK_FOR = timedelta(hours=3)
"""After the end of a meetup: for who is on the train home."""
MOST_PER_PERSON = 5
MOST_PER_MUNICIPALITY = 20
WAIT = timedelta(hours=1)
"""After so many wrong codes, counted from the last one."""
_QUIET_ZONE = 4


class WrongCodeError(Exception):
    """These are not the words of this meetup; the message says so."""


class TooManyGuessesError(Exception):
    """Too many wrong codes were typed; the message says when to come back, and what else can be done."""


class Picture(NamedTuple):
    """A QR code as a path of dark squares, in a square of `size` by `size`."""

    size: int
    path: str


@cache
def words() -> tuple[str, ...]:
    """Plain Dutch words of small letters, in alphabetical order; their number is a power of two."""
    return tuple((Path(__file__).parent / "words.txt").read_text(encoding="ascii").split())


def code_of(meetup: Meetup) -> list[str]:
    digest = salted_hmac("meetups.codes", str(meetup.uid), algorithm="sha256").digest()
    number = int.from_bytes(digest[:5], "big")
    return [words()[number >> 10 * place & 1023] for place in range(4)]


def works(meetup: Meetup, *, at: datetime) -> bool:
    return meetup.has_begun(at) and at < ends_at(meetup) and meetup.list_closed_at is None


def ends_at(meetup: Meetup) -> datetime:
    return meetup.ends_at + WORK_FOR


def address(meetup: Meetup) -> str:
    """Where the QR code leads: the form with the words filled in, after logging in."""
    path = reverse("choose_for_code", args=[meetup.edition.year, meetup.slug])
    return f"{settings.SITE_URL}{path}?code={'-'.join(code_of(meetup))}"


def picture(text: str) -> Picture:
    code = segno.make_qr(text, error="m")
    rows = code.matrix_iter(border=_QUIET_ZONE)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Picture(int(code.symbol_size(border=_QUIET_ZONE)[0]), path)


def check(meetup: Meetup, typed: str, *, municipality: Municipality, by: User) -> None:
    """Raise `WrongCodeError` for other words than the meetup's; capitals, spaces and hyphens make no difference.

    Wrong ones are counted per person and per municipality, each guess after the other, so that many at once get no
    more of them. After too many `TooManyGuessesError` is raised, for the right words too.
    """
    limits = {f"code:person:{by.pk}": MOST_PER_PERSON, f"code:municipality:{municipality.pk}": MOST_PER_MUNICIPALITY}
    with _held(limits):
        guessed = counts.get_many(limits)
        is_too_often = any(guessed.get(key, 0) >= most for key, most in limits.items())
        is_right = constant_time_compare(_letters(typed), "".join(code_of(meetup)))
        if not is_right and not is_too_often:
            counts.set_many({key: guessed.get(key, 0) + 1 for key in limits}, timeout=WAIT.total_seconds())
    if is_too_often:
        raise TooManyGuessesError(
            gettext(
                "U of een collega vulde te vaak een andere code in. Probeer het over een uur opnieuw, of meld "
                "uw aanwezigheid zonder code."
            )
        )
    if not is_right:
        raise WrongCodeError(gettext("Deze woorden kloppen niet. Kijk nog eens goed op het scherm van de gastheer."))


def _letters(typed: str) -> str:
    """Only the letters, without accents and small, however they were typed."""
    plain = unicodedata.normalize("NFKD", typed).casefold()
    return "".join(letter for letter in plain if "a" <= letter <= "z")


@contextmanager
def _held(keys: dict[str, int]) -> Iterator[None]:
    """Let others who count under these keys wait until we are done: the cache itself has no lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
        yield
