"""Reading a CSV file so that everything that is wrong with it can be named by its line."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext, ngettext

DATA = Path(__file__).resolve().parent.parent / "data"
_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


class BadFilesError(Exception):
    """Something is wrong with the files; the message names each line and what is wrong with it."""


class Problem(NamedTuple):
    """One thing that is wrong; `column` is empty where it is the whole line, `line` is 0 where it is the file."""

    line: int
    column: str
    why: str

    def __str__(self) -> str:
        where = [gettext("regel %(line)d") % {"line": self.line}] if self.line else []
        return f"{', '.join([*where, self.column] if self.column else where)}: {self.why}".removeprefix(": ")


class Line(NamedTuple):
    """One record, with the number of the line in the file on which it begins."""

    number: int
    cells: dict[str, str]


class Table(NamedTuple):
    lines: list[Line]
    problems: list[Problem]


class Checked(NamedTuple):
    """The good lines of a file, each as what its form made of it, and what is wrong with the others."""

    file: str
    rows: list[dict[str, Any]]
    problems: list[Problem]


def load(
    path: Path,
    form: type[forms.Form],
    *,
    once: Sequence[tuple[str, ...]],
    watch: Callable[[Iterable[Line]], Iterable[Line]] = iter,
) -> Checked:
    """Read a file and let the form judge each line. What `once` names may occur only once: columns that make a key.

    `watch` is handed the lines and gives them back, so that a caller can show how far it is.
    """
    try:
        table = parse(path.read_bytes(), columns=list(form.base_fields))
    except OSError as error:
        table = Table([], [Problem(0, "", gettext("niet te lezen (%(error)s).") % {"error": error.strerror})])
    checked = Checked(path.name, [], table.problems)
    _check(watch(table.lines), form, once=once, into=checked)
    checked.problems.sort()
    return checked


def parse(content: bytes, *, columns: Sequence[str]) -> Table:
    """Take a comma-separated file in UTF-8 apart, with or without a byte order mark; it must have these columns."""
    reader = csv.reader(StringIO(content.decode("utf-8-sig", errors="replace"), newline=""), strict=True)
    table = Table([], [])
    header: list[str] = []
    begins_on = 1
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
                table.problems.extend(Problem(begins_on, *what) for what in _wrong_with_header(header, columns))
                if table.problems:
                    return table
            elif cells:
                _take(cells, header, begins_on, table)
            begins_on = reader.line_num + 1
    except csv.Error as error:
        why = gettext("dit is geen CSV (%(error)s). Vanaf hier is het bestand niet gelezen.")
        table.problems.append(Problem(begins_on, "", why % {"error": error}))
    if not table.lines and not table.problems:
        table.problems.append(Problem(begins_on, "", gettext("er staan geen gegevens in dit bestand.")))
    return table


def _wrong_with_header(header: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    if _UNDECODABLE in "".join(header) or "\0" in "".join(header):
        yield "", _not_utf8()
    elif len(header) == 1 and ";" in header[0]:
        yield "", gettext("de kolommen zijn gescheiden met een puntkomma. Gebruik een komma.")
    else:
        yield from ((column, gettext("deze kolom ontbreekt.")) for column in columns if column not in header)
        yield from ((column, gettext("deze kolom hoort hier niet.")) for column in header if column not in columns)
        twice = sorted({column for column in header if header.count(column) > 1})
        yield from ((column, gettext("deze kolom staat er vaker dan één keer.")) for column in twice)


def _take(cells: Sequence[str], header: Sequence[str], number: int, table: Table) -> None:
    if len(cells) != len(header):
        why = gettext("deze regel heeft %(count)d velden. Het moeten er %(wanted)d zijn.")
        table.problems.append(Problem(number, "", why % {"count": len(cells), "wanted": len(header)}))
        return
    line = Line(number, dict(zip(header, cells, strict=True)))
    broken = [column for column, cell in line.cells.items() if _UNDECODABLE in cell]
    table.problems.extend(Problem(number, column, _not_utf8()) for column in broken)
    if not broken:
        table.lines.append(line)


def _not_utf8() -> str:
    return gettext("dit is geen UTF-8. Sla het bestand op als ‘CSV UTF-8’.")


def _check(lines: Iterable[Line], form: type[forms.Form], *, once: Sequence[tuple[str, ...]], into: Checked) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        judged = form(line.cells)
        problems = [Problem(line.number, column, why) for column, why in _errors_of(judged)]
        for columns in once:
            key = tuple(judged.cleaned_data.get(column) for column in columns)
            first = seen.setdefault((columns, *key), line.number)
            if first != line.number and None not in key:
                why = gettext("dit staat ook al op regel %(line)d.") % {"line": first}
                problems.append(Problem(line.number, " + ".join(columns), why))
        into.problems.extend(problems)
        if not problems:
            into.rows.append(judged.cleaned_data)


def _errors_of(form: forms.Form) -> Iterator[tuple[str, str]]:
    for column, errors in form.errors.items():
        shown = form.data.get(column, "").strip()
        for error in errors:
            yield column, f"{error} ({shown})" if shown else str(error)


def demand_no_problems(*files: Checked) -> None:
    """Raise `BadFilesError` with all that is wrong, a line for each."""
    named = [f"{checked.file}, {problem}" for checked in files for problem in checked.problems]
    if named:
        verdict = ngettext(
            "Er is niets geïmporteerd: er is %(count)d fout.",
            "Er is niets geïmporteerd: er zijn %(count)d fouten.",
            len(named),
        )
        raise BadFilesError("\n".join([*named, verdict % {"count": len(named)}]))
