r"""How sealed texts become an order: pure, and short enough for anybody to do again.

A text that the portal seals
    is first written in one way: Unicode's form NFC, without hidden characters, one space between words and none at the
    ends. The seal is the SHA-256 of that, as UTF-8, in 64 hexadecimal digits. Who makes a seal elsewhere may seal any
    text; a lot is opened by whatever text has that seal.
The seed
    is the SHA-256 of one line of UTF-8 with tabs between its fields: VERSION, the year, the hash of the closing of
    October as its first checkpoint has it, and then the opened texts, sorted. Within a text a backslash, tab, line
    feed and carriage return are written as \\ \t \n \r, as in the ledger (`scoring/verify.py`), so that no two sets of
    texts give the same line. The order in which texts were sealed or opened plays no part.
The order
    goes by the SHA-256 of the seed followed by the name of a participant as it stands in its address, lowest first.
"""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from competition.form_fields import without_hidden_characters

VERSION = "gdsc-loting-1"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def normalise(text: str) -> str:
    """The text as the portal seals it."""
    return unicodedata.normalize("NFC", " ".join(without_hidden_characters(text).split()))


def seal_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def spellings(text: str) -> list[str]:
    """What somebody may have sealed who now types this: as it is or normalised, and `echo` adds the end of a line."""
    return [form + end for form in (text, normalise(text)) for end in ("", "\n", "\r\n")]


def canonical(texts: Iterable[str], *, year: int, closing_hash: str) -> str:
    """The line that the seed is made of."""
    return "\t".join([VERSION, str(year), closing_hash, *(text.translate(_ESCAPED) for text in sorted(texts))])


def seed_of(texts: Iterable[str], *, year: int, closing_hash: str) -> str:
    return sha256(canonical(texts, year=year, closing_hash=closing_hash).encode()).hexdigest()


def code_of(seed: str, slug: str) -> str:
    """What a participant is ordered by."""
    return sha256(f"{seed}{slug}".encode()).hexdigest()


def program(texts: Iterable[str], slugs: Iterable[str], *, year: int, closing_hash: str) -> str:
    """The same in a few lines of Python that stand on their own, to be run by whoever does not trust the portal."""
    return _PROGRAM.format(
        version=VERSION,
        year=year,
        closing_hash=closing_hash,
        texts="".join(f"    {text!r},\n" for text in texts),
        slugs="".join(f"    {slug!r},\n" for slug in slugs),
    )


_PROGRAM = r"""from hashlib import sha256

afsluiting = "{closing_hash}"
loten = [
{texts}]
deelnemers = [
{slugs}]


def code(tekst):
    return sha256(tekst.encode()).hexdigest()


def veld(tekst):
    return tekst.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


for lot in loten:
    print("zegel", code(lot))
zaad = code("\t".join(["{version}", "{year}", afsluiting] + [veld(lot) for lot in sorted(loten)]))
print("uitgangsgetal", zaad)
for deelnemer in sorted(deelnemers, key=lambda naam: code(zaad + naam)):
    print(deelnemer, code(zaad + deelnemer))
"""
