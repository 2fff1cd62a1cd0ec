"""Reading a public page as its visitor does: its words, cards, tables and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "img", "input", "link", "meta", "use", "rect", "path"}


@dataclass
class Part:
    """One element of a page, with what is inside it."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    inside: list["Part | str"] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All its text on one line, what is hidden from the eye too."""
        return re.sub(r" (?=[.,:;])", "", " ".join(" ".join(self._texts()).split()))

    def all(self, wanted: str) -> list["Part"]:
        """The parts inside that are a `tag` or of a `.class`, in order."""
        return [part for part in self.parts() if part.matches(wanted)]

    def one(self, wanted: str) -> "Part":
        (part,) = self.all(wanted)
        return part

    def texts(self, wanted: str) -> list[str]:
        return [part.words for part in self.all(wanted)]

    def matches(self, wanted: str) -> bool:
        tag, _, class_name = wanted.partition(".")
        classes = (self.attributes.get("class") or "").split()
        return (not tag or tag == self.tag) and (not class_name or class_name in classes)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of a table's body."""
        rows = self.one("tbody").all("tr")
        return [[cell.words for cell in row.parts() if cell.tag in {"td", "th"}] for row in rows]

    @property
    def links(self) -> dict[str, str]:
        return {link.words: str(link.attributes["href"]) for link in self.all("a")}

    def parts(self) -> Iterator["Part"]:
        for part in self.inside:
            if isinstance(part, Part):
                yield part
                yield from part.parts()

    def _texts(self) -> Iterator[str]:
        for part in self.inside:
            if isinstance(part, Part):
                yield from part._texts()
            else:
                yield part


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Part("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        part = Part(tag, dict(attrs))
        self.open[-1].inside.append(part)
        if tag not in VOID:
            self.open.append(part)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Part(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            closed = self.open.pop()
            assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(response: Any, *, status: int = 200) -> Part:
    """The whole page; fails for markup that is not well nested."""
    assert response.status_code == status
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    assert [part.tag for part in reader.open] == ["document"]
    return reader.open[0]


def main_of(response: Any) -> Part:
    """The page's own part, without the header and the footer."""
    return read(response).one("main")
