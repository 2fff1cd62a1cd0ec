"""The words of each mail: a default in the code, and instead of it what organisers wrote in the admin.

A text is nothing but words, with placeholders such as {meetup} that come from a closed list. It is no template
language: a placeholder reaches no attribute, runs nothing and chooses nothing, and what is filled in is never looked
at for placeholders again. Whatever needs to choose is a placeholder that the code works out, and may be empty.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.form_fields import on_one_line, without_hidden_characters
from competition.models import MailKind, MailText

logger = logging.getLogger(__name__)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LETTERS: dict[str, "Letter"] = {}

Words = str | Promise


class Placeholder(NamedTuple):
    """A word between braces. One that is needed stays in the text; a long one can be of several paragraphs."""

    name: str
    meaning: Words
    example: str
    is_needed: bool = False
    is_long: bool = False

    def __str__(self) -> str:
        return f"{{{self.name}}}"


class Filled(NamedTuple):
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail: when it goes to whom, what it says unless organisers wrote something else, and who can do without."""

    key: str
    name: Words
    when: Words
    to_whom: Words
    subject: str
    body: str
    placeholders: tuple[Placeholder, ...]
    kind: MailKind | None = None

    def problems(self, subject: str, body: str) -> dict[str, list[str]]:
        """What is wrong with these words, in sentences by field; empty when this mail can say them."""
        short = [one for one in self.placeholders if not one.is_long]
        missing = [one for one in self.placeholders if one.is_needed and str(one) not in body]
        found = {
            "subject": _unknown_in(subject, short),
            "body": [
                *_unknown_in(body, self.placeholders),
                *(gettext("Laat %(one)s in de tekst staan: %(why)s.") % {"one": p, "why": p.meaning} for p in missing),
            ],
        }
        if not body.strip():
            found["body"] = [gettext("Vul dit in.")]
        if not subject.strip():
            found["subject"] = [gettext("Vul dit in.")]
        return {field: sentences for field, sentences in found.items() if sentences}

    def filled(self, values: Mapping[str, str], *, subject: str, body: str) -> Filled:
        """These words with the values in them; a line in which nothing is left goes, and so do double blank lines.

        Every placeholder needs a value, in each text: so the code cannot forget one that the default leaves out.
        """
        clean = {one.name: _clean(values[one.name], is_long=one.is_long) for one in self.placeholders}
        lines = [(line, _fill(line, clean).rstrip()) for line in body.splitlines()]
        left = "\n".join(new for old, new in lines if new or not old.strip())
        return Filled(on_one_line(_fill(subject, clean)), re.sub(r"\n{3,}", "\n\n", left).strip())

    def examples(self) -> dict[str, str]:
        return {one.name: one.example for one in self.placeholders}


def page(meaning: Words, path: str) -> Placeholder:
    """The address of the page that a mail is about. Without it the mail is of no use, so it stays."""
    return Placeholder("pagina", meaning, f"{settings.SITE_URL}{path}", is_needed=True)


def register(letter: Letter) -> Letter:
    """Make a mail known, so that organisers find it; to be done in the module `letters` of an app."""
    if letter.key in _LETTERS:
        raise ValueError(f"there are two mails {letter.key}")
    _LETTERS[letter.key] = letter
    return letter


def letters() -> list[Letter]:
    """All mails of the portal by name, but those about logging in: allauth writes these."""
    return sorted(_LETTERS.values(), key=lambda letter: str(letter.name))


def letter_of(key: str) -> Letter | None:
    return _LETTERS.get(key)


def filled(letter: Letter, values: Mapping[str, str]) -> Filled:
    """What this mail says now. Words of organisers that it cannot say any more are reported, and the default goes."""
    written = MailText.objects.filter(key=letter.key).first()
    if written is not None and (wrong := letter.problems(written.subject, written.body)):
        logger.error("the text of mail %s cannot be used, so its default goes out: %s", letter.key, wrong)
        written = None
    words = written or letter
    return letter.filled(values, subject=words.subject, body=words.body)


def broken() -> list[Letter]:
    """The mails whose changed text cannot be used any more, as a placeholder in it has gone since."""
    written = MailText.objects.in_bulk()
    return [
        letter for letter in letters() if (text := written.get(letter.key)) and letter.problems(text.subject, text.body)
    ]


def _fill(text: str, values: Mapping[str, str]) -> str:
    """In one go, so that braces in a value stay what they are."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _clean(value: str, *, is_long: bool) -> str:
    return without_hidden_characters(value) if is_long else on_one_line(value)


def _unknown_in(text: str, allowed: Iterable[Placeholder]) -> list[str]:
    names = {one.name for one in allowed}
    known = format_lazy(_("Hier kunt u kiezen uit: {names}."), names=", ".join(map(str, allowed)))
    unknown = [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in names]
    found = [
        gettext("{%(name)s} kunt u hier niet gebruiken. %(known)s") % {"name": name, "known": known} for name in unknown
    ]
    if re.search("[{}]", _PLACEHOLDER.sub("", text)):
        found.append(gettext("Er staat een losse accolade in. Gebruik { en } alleen samen, om een invulwoord heen."))
    return found
