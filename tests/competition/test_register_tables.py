from pathlib import Path

import pytest
from django import forms

from competition.register import tables


class PairLine(forms.Form):
    code = forms.CharField()
    size = forms.IntegerField(required=False, min_value=0)


def problems_of(path: Path, content: bytes | str) -> list[str]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [str(problem) for problem in tables.load(path, PairLine, once=[("code",)]).problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pairs.csv"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf8_is_read_with_and_without_a_byte_order_mark(path: Path, mark: bytes) -> None:
    path.write_bytes(mark + "code,size\r\nFryslân,3\r\n\r\nb,\r\n".encode())

    checked = tables.load(path, PairLine, once=[("code",)])

    assert checked.problems == []
    assert checked.rows == [{"code": "Fryslân", "size": 3}, {"code": "b", "size": None}]


def test_every_wrong_line_is_named_with_its_column(path: Path) -> None:
    content = 'code,size\na,1\n,2\n"c\nc",veel\na,-1\ne,1,1\n'

    assert problems_of(path, content) == [
        "regel 3, code: Dit veld is verplicht.",
        "regel 4, size: Voer een geheel getal in. (veel)",
        "regel 6, code: dit staat ook al op regel 2.",
        "regel 6, size: Zorg ervoor dat deze waarde minstens 0 is. (-1)",
        "regel 7: deze regel heeft 3 velden. Het moeten er 2 zijn.",
    ]


def test_each_cell_that_is_not_utf8_is_named(path: Path) -> None:
    content = "code,size\nFryslân,1\nb,2\nZuiderzé,3\n".encode("latin-1")

    assert problems_of(path, content) == [
        "regel 2, code: dit is geen UTF-8. Sla het bestand op als ‘CSV UTF-8’.",
        "regel 4, code: dit is geen UTF-8. Sla het bestand op als ‘CSV UTF-8’.",
    ]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("code\na\n", ["regel 1, size: deze kolom ontbreekt."]),
        ("code,size,weight\na,1,2\n", ["regel 1, weight: deze kolom hoort hier niet."]),
        ("code,size,size\na,1,2\n", ["regel 1, size: deze kolom staat er vaker dan één keer."]),
        ("code;size\na;1\n", ["regel 1: de kolommen zijn gescheiden met een puntkomma. Gebruik een komma."]),
        (
            "code,size\na,1\n".encode("utf-16"),
            ["regel 1: dit is geen UTF-8. Sla het bestand op als ‘CSV UTF-8’."],
        ),
        ("", ["regel 1: er staan geen gegevens in dit bestand."]),
        ("code,size\n", ["regel 2: er staan geen gegevens in dit bestand."]),
        (
            'code,size\na,1\n"b,2\n',
            ["regel 3: dit is geen CSV (unexpected end of data). Vanaf hier is het bestand niet gelezen."],
        ),
    ],
)
def test_a_file_of_another_form_is_refused_in_words(path: Path, content: bytes | str, problems: list[str]) -> None:
    assert problems_of(path, content) == problems


def test_a_file_that_is_not_there_is_said_to_be_unreadable(path: Path) -> None:
    checked = tables.load(path, PairLine, once=[])

    with pytest.raises(tables.BadFilesError) as refusal:
        tables.demand_no_problems(checked)

    assert str(refusal.value).splitlines() == [
        "pairs.csv, niet te lezen (No such file or directory).",
        "Er is niets geïmporteerd: er is 1 fout.",
    ]
