"""Reading the table (table.txt): who gets what answer at which address.

`# …` begins a family of addresses that answer alike. `GET` and `POST` give the statuses, one for each role; in the
admin a word between says for which of a model's own pages. `- route | address` names a pattern as the resolver does,
and an address of it to try; `{word}` is the number of that thing in the world. `| word` at the end is what the
`<path:object_id>` of those pages stands for.
"""

from pathlib import Path
from typing import NamedTuple

from tests.gdsc.matrix.world import ROLES

FILE = Path(__file__).with_name("table.txt")
METHODS = ("GET", "POST")
OBJECT = "<path:object_id>"
HOME = "home"
"""The route of the first page, which is empty."""


class Row(NamedTuple):
    """One pattern, with what each role is answered."""

    family: str
    route: str
    address: str
    expected: dict[str, tuple[str, ...]]
    """The statuses by method."""


class TableError(Exception):
    """The table does not say what it should."""


def rows() -> list[Row]:
    found: list[Row] = []
    family = ""
    pages: dict[str, dict[str, tuple[str, ...]]] = {}
    header, *lines = [line for line in FILE.read_text().splitlines() if line.strip()]
    if tuple(header.split()) != ROLES:
        raise TableError("the first line names the roles, in their order")
    for line in lines:
        first, *rest = line.split()
        if first == "#":
            family, pages = " ".join(rest), {}
        elif first in METHODS:
            *page, statuses = [*rest[: -len(ROLES)], tuple(rest[-len(ROLES) :])]
            pages.setdefault("".join(map(str, page)), {})[first] = statuses
        elif first == "-":
            found += _rows(family, pages, line.partition("- ")[2])
        else:
            raise TableError(f"what is this? {line}")
    return found


def _rows(family: str, pages: dict[str, dict[str, tuple[str, ...]]], line: str) -> list[Row]:
    route, address, word = [*line.split(" | "), "", ""][:3]
    route = "" if route == HOME else route
    address = address or f"/{route}"
    return [
        Row(family, route + page, address + page.replace(OBJECT, f"{{{word}}}"), expected)
        for page, expected in pages.items()
    ]
