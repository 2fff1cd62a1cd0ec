"""The words of the other languages: gathered from the source, kept in locale/ and compiled; see docs/translating.md.

Run by `./dev translate` (python -m gdsc.translations update) and `./dev check`. Of use to developers only: Babel, which
does the work, is not installed in production, so the compiled words are kept with the source.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en",)
"""All but the one that the source is written in."""
APPS = ("competition", "gdsc", "meetups", "news", "scoring", "solutions")
TEMPLATES = {".html", ".txt", ".svg"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
HEADER = "# The words of the portal. Made by ./dev translate: change only what stands after msgstr."
KEPT_OF_THE_HEADER = (b'"Language:', b'"Plural-Forms', b'"MIME-Version', b'"Content-T')
"""The rest tells the moment, or nothing."""
NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\(\w+\)[-+#0 ]*\d*(?:\.\d+)?[a-z]|%[sd](?!\w)|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")


class Found(NamedTuple):
    """A text in the source that has to be translated."""

    place: str
    words: str | tuple[str, ...]
    context: str | None


# --- From the source -----------------------------------------------------------------------------


def found_in(root: Path) -> Iterator[Found]:
    """All texts of all files, in the order of the files."""
    for path in sorted([*_python(root), *_templates(root)]):
        place = path.relative_to(root).as_posix()
        text = path.read_text()
        code = _as_code(text, place) if path.suffix in TEMPLATES else text
        for _line, words, _comments, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
            yield Found(place, words, context)


def _python(root: Path) -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (root / app).rglob("*.py") if "migrations" not in path.parts)


def _templates(root: Path) -> Iterator[Path]:
    yield from (path for path in (root / "templates").rglob("*") if path.suffix in TEMPLATES)


def _as_code(template: str, place: str) -> str:
    """Django makes calls of gettext of a template's tags; each line by itself, as its indentation means nothing."""
    return "\n".join(line.strip() for line in templatize(template, origin=place).splitlines())


def gathered(root: Path, language: str) -> Catalog:
    """Every text of the source once, with the files in which it stands and no word translated."""
    catalog = Catalog(locale=language, header_comment=HEADER, fuzzy=False)
    for place, words, context in found_in(root):
        catalog.add(words, locations=[(place, 0)], context=context)
    for message in catalog:
        message.locations = [(place, 0) for place in sorted({place for place, _line in message.locations})]
    return catalog


# --- In locale/ ----------------------------------------------------------------------------------


def po_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(root: Path, language: str) -> Catalog:
    with po_path(root, language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(root: Path, language: str) -> int:
    """Bring the catalogue up to date with the source and compile it; gives how many texts are not translated yet."""
    catalog, path = gathered(root, language), po_path(root, language)
    if path.exists():
        earlier = kept(root, language)
        for message in _texts(catalog):
            if (known := earlier.get(message.id, message.context)) is not None:
                message.string = known.string if _is_plural(known) == _is_plural(message) else message.string
                message.flags |= known.flags & {"fuzzy"}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_as_po(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    return sum(not _is_translated(message) for message in _texts(catalog))


def _as_po(catalog: Catalog) -> bytes:
    """Nothing in it is of the moment: while no text changes, neither does the file."""
    file = BytesIO()
    write_po(file, catalog, width=120, include_lineno=False)
    header, _, texts = file.getvalue().partition(b"\n\n")
    lines = header.splitlines()
    wanted = [line for line in lines if not line.startswith(b'"') or line.startswith(KEPT_OF_THE_HEADER)]
    return b"\n".join(wanted) + b"\n\n" + texts


def compiled(catalog: Catalog) -> bytes:
    """As gettext reads it while the portal runs: the same bytes for the same words, whenever they are made."""
    bare = Catalog(locale=catalog.locale, fuzzy=False, creation_date=NO_MOMENT)
    for message in filter(_is_translated, _texts(catalog)):
        bare.add(message.id, message.string, context=message.context, flags=message.flags)
    file = BytesIO()
    write_mo(file, bare)
    return file.getvalue()


def _texts(catalog: Iterable[Message]) -> Iterator[Message]:
    """The first message of a catalogue is its header."""
    return (message for message in catalog if message.id)


def _is_plural(message: Message) -> bool:
    return isinstance(message.id, tuple)


def _is_translated(message: Message) -> bool:
    return not message.fuzzy and all(_forms(message.string))


def _forms(words: str | Iterable[str] | None) -> list[str]:
    return [words or ""] if words is None or isinstance(words, str) else list(words)


# --- What is wrong -------------------------------------------------------------------------------


def problems(root: Path, language: str) -> list[str]:
    """What stands in the way of a page that is wholly in this language, a line for each thing."""
    path = po_path(root, language)
    if not path.exists():
        return [f"{path.relative_to(root)} is not there: run ./dev translate"]
    wanted, there = gathered(root, language), kept(root, language)
    missing = [
        f"missing: {_named(message)} (run ./dev translate)"
        for message in _texts(wanted)
        if (known := there.get(message.id, message.context)) is None or known.id != message.id
    ]
    unused = [
        f"unused: {_named(message)} (run ./dev translate)"
        for message in _texts(there)
        if wanted.get(message.id, message.context) is None
    ]
    wrong = [f"{why}: {_named(message)}" for message in _texts(there) for why in _wrong(message)]
    mo_path = path.with_suffix(".mo")
    is_compiled = mo_path.exists() and mo_path.read_bytes() == compiled(there)
    stale = [] if is_compiled else [f"{mo_path.relative_to(root)} is older than the words: run ./dev translate"]
    return [*missing, *unused, *wrong, *stale]


def _named(message: Message) -> str:
    where = f" ({message.locations[0][0]})" if message.locations else ""
    return f"{_forms(message.id)[0]!r}{where}"


def _wrong(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    originals, translations = _forms(message.id), _forms(message.string)
    if not all(translations):
        yield "not translated"
        return
    for number, translation in enumerate(translations):
        # "One point" may say what "%(count)d punt" says, and the other way round.
        allowed = originals if number == 0 else originals[-1:]
        if not any(_placeholders(original) == _placeholders(translation) for original in allowed):
            yield "other placeholders"
        if not any(_tags(original) == _tags(translation) for original in allowed):
            yield "other HTML"
        if _is_formatted(originals[-1]) and "%" in PLACEHOLDER.sub("", translation).replace("%%", ""):
            yield "a loose % (write %%)"
        if [c.isspace() for c in (translation[0], translation[-1])] != [
            c.isspace() for c in (originals[0][0], originals[0][-1])
        ]:
            yield "other white space at its ends"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def _is_formatted(text: str) -> bool:
    return "%(" in text or "%%" in text


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            for language in LANGUAGES:
                left = update(ROOT, language)
                print(f"{po_path(ROOT, language).relative_to(ROOT)}: {left} to translate.")
            return 0
        case ["check"]:
            wrong = [problem for language in LANGUAGES for problem in problems(ROOT, language)]
            print("\n".join(wrong) or "Every text is translated.")
            return 1 if wrong else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
