"""What tests of English pages share: which Dutch is left on one, and which of its words no translation made."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.utils.translation import trans_real

from gdsc import translations
from tests.reading import Part

OPENS, CLOSES = "⟦", "⟧"
SHOWN = {"alt", "aria-label", "aria-description", "aria-valuetext", "label", "placeholder", "title"}
"""The attributes that somebody sees or hears."""
METAS = {"description", "og:title", "og:description", "og:image:alt"}
"""The metas whose content is words."""
NO_WORDS = {"code", "pre", "script", "style"}
_WORD = re.compile(r"[^\W\d_]{2,}")


@contextmanager
def marked() -> Iterator[None]:
    """Let everything that goes through gettext come out between brackets, in English."""
    english = trans_real.translation("en")
    gettext, ngettext = english.gettext, english.ngettext

    def mark(words: str) -> str:
        return words if not words or "\x04" in words else f"{OPENS}{words}{CLOSES}"

    with (
        patch.object(english, "gettext", lambda message: mark(gettext(message))),
        patch.object(english, "ngettext", lambda *messages: mark(ngettext(*messages))),
    ):
        yield


BRAND = ("De Grote Digitale Steden Competitie", "De Grote Digitale", "Steden Competitie")


def unmarked(page: Part, *own: str) -> list[str]:
    """The pieces of text that did not go through gettext and hold words, without the `own` texts of people."""
    words = "".join(f"{' '.join(text.split())}\n" for text in told(page))
    for text in sorted([*own, *BRAND], key=len, reverse=True):
        words = words.replace(text, "")
    outside, depth = [""], 0
    for character in words:
        depth += (character == OPENS) - (character == CLOSES)
        assert depth >= 0, "a marked text ends before it begins"
        if character == "\n" and not depth:
            outside.append("")
        elif not depth and character != CLOSES:
            outside[-1] += character
    assert depth == 0, "a marked text does not end"
    return [" ".join(text.split()) for text in outside if _WORD.search(text)]


def told(part: Part) -> Iterator[str]:
    """All that a page tells, in order: a marked text may have elements inside it."""
    if part.tag in NO_WORDS or part.attributes.get("lang") == "nl":
        return
    if part.tag == "text" and part.words == OPENS:
        return  # a chart with little room: the first letter of a month, which is marked
    is_button = part.tag == "input" and part.attributes.get("type") in {"submit", "button"}
    names = SHOWN | ({"value"} if is_button else set())
    if METAS & {part.attributes.get("name"), part.attributes.get("property")}:
        names = {"content"}
    yield from (str(part.attributes[name]) for name in sorted(names & set(part.attributes)))
    for inside in part.inside:
        if isinstance(inside, Part):
            yield from told(inside)
        else:
            yield inside


def dutch_texts() -> set[str]:
    """What would be Dutch on an English page: all texts that are other words in English, and hold no placeholder."""
    catalog: Any = translations.kept(translations.ROOT, "en")
    texts = {message.id: message.string for message in catalog if isinstance(message.id, str) and message.id}
    english = set(texts.values())
    return {nl for nl, en in texts.items() if nl.lower() != en.lower() and nl not in english and not _is_filled_in(nl)}


def _is_filled_in(text: str) -> bool:
    return bool(translations.PLACEHOLDER.search(text) or translations.TAG.search(text))


def dutch_on(page: Part) -> list[str]:
    """The Dutch texts of the catalogue that stand on this page, where it does not say that it is Dutch."""
    dutch = dutch_texts()
    texts = {" ".join(text.split()) for text in told(page)}
    return sorted(text for text in texts if text in dutch or text[:1].lower() + text[1:] in dutch)
