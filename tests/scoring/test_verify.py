"""The single-file verifier: what it says of an export that is right, and of each way to tamper with one."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from competition.models import Edition
from scoring import closing, ledger, standings, verify
from scoring.export import as_bytes
from scoring.rules import Kind
from scoring.verify import FIELDS, GENESIS, KINDS, checkpoint_from
from tests import factories
from tests.factories import NOW
from tests.scoring.rewriting import Export, checkpoint_of, publish_anew, put, rechain, value

pytestmark = pytest.mark.django_db
IN_MAY = NOW + timedelta(days=60)
Tamper = Callable[[Export], None]
CHANGED = "de controlecode past niet bij de boeking"
CHECKPOINT = "het puntenboek is herschreven"
CUT_OFF = "komt niets meer"


@pytest.fixture
def edition() -> Edition:
    """Entries 1 to 8 of which 5 reverses 4 and 6 reverses 5; four closed months of two versions."""
    edition = factories.edition(rules={"adoption_points": 2})
    zwolle, delft = (factories.participant(name, of=edition) for name in ("Zwolle", "Delft"))
    factories.participant("Breda", of=edition)
    factories.participant("Ede", of=edition, is_out_of_competition=True)
    factories.entry(zwolle, source="meetup:1", description="tab\tlijn\nschuin\\ één", counts_on=date(2026, 1, 8))
    factories.entry(delft, source="meetup:1", counts_on=date(2026, 1, 8))
    factories.entry(zwolle, kind=Kind.ADOPTION, source="adoption:1", counts_on=date(2026, 2, 9))
    wrong = factories.entry(delft, kind=Kind.CONTRIBUTION, source="contribution:1", counts_on=date(2026, 3, 10))
    by = factories.organiser()
    back = ledger.reverse(wrong, because="Dubbel", by=by, at=NOW)
    ledger.reverse(back, because="Toch niet", by=by, at=NOW)
    closing.close_due(at=IN_MAY)
    factories.entry(delft, source="meetup:2", counts_on=date(2026, 1, 20), at=IN_MAY)
    factories.entry(zwolle, source="meetup:3", counts_on=date(2026, 5, 4), at=IN_MAY)
    closing.renew(edition, at=IN_MAY)
    standings.rebuild(edition, at=IN_MAY)
    return edition


@pytest.fixture
def export(edition: Edition) -> Export:
    made: Export = json.loads(as_bytes(edition))
    return made


def test_a_right_export_is_found_right_with_its_checkpoints(export: Export) -> None:
    held = [checkpoint_of(export, number) for number in range(1, 9)]
    outcome = verify.verify(export, [(0, GENESIS), *held])

    assert outcome == ([], 8, export["head"]["hash"])
    assert [(c["month"], c["version"], c["head"]) for c in export["closings"]] == [
        *[(1, 1, 6), (2, 1, 6), (3, 1, 6), (4, 1, 6)],
        *[(1, 2, 8), (2, 2, 8), (3, 2, 8), (4, 2, 8)],
    ]


def test_an_empty_export_is_right() -> None:
    export: Export = json.loads(as_bytes(factories.edition()))

    assert verify.verify(export) == ([], 0, GENESIS)
    assert verify.verify(export, [(0, GENESIS)]).faults == []


# --- Tampering -----------------------------------------------------------------------------------


def swap(export: Export) -> None:
    lines = export["ledger"]
    lines[1], lines[2] = lines[2], lines[1]


def forged(number: int, **fields: str) -> Tamper:
    """Change an entry and hash all that follow anew."""

    def tamper(export: Export) -> None:
        put(export, number, **fields)
        rechain(export, start=number)

    return tamper


def without_entry(number: int, *, then: Tamper = lambda export: None) -> Tamper:
    def tamper(export: Export) -> None:
        del export["ledger"][number - 1]
        then(export)

    return tamper


def inserted_twice(export: Export) -> None:
    export["ledger"].insert(2, export["ledger"][1])


def awarded_twice(export: Export) -> None:
    export["ledger"].insert(2, export["ledger"][1])
    rechain(export, start=3, renumber=True)


def reversed_twice(export: Export) -> None:
    """The eighth entry reverses the fourth once more, which the fifth did already."""
    put(export, 8, **{field: value(export, 5, field) for field in FIELDS[3:14]})
    rechain(export, start=8)


def of_another_edition(export: Export) -> None:
    for number in range(1, 9):
        put(export, number, edition="2025")
    rechain(export)


def forked(export: Export) -> None:
    """The fourth entry follows the second, as if the third had not been there."""
    put(export, 4, previous_hash=value(export, 2, "hash"))
    text = export["ledger"][3].rpartition("\t")[0]
    put(export, 4, hash=sha256(text.encode()).hexdigest())


def cut_to_the_last_checkpoint(export: Export) -> None:
    """Nothing after the first closings: entries, head, standing and versions go back to then."""
    del export["ledger"][6:], export["closings"][4:], export["checkpoints"][4:]
    export["head"] = {"number": 6, "hash": value(export, 6, "hash")}
    export["standing"] = copy.deepcopy(export["closings"][3]["results"])


def beyond_the_end(export: Export) -> None:
    del export["ledger"][-1]
    rechain(export, start=7)


def at(*path: str | int, to: object) -> Tamper:
    """Put something else at a place in the export."""

    def tamper(export: Export) -> None:
        *way, last = path
        place: object = export
        for step in way:
            place = place[step]  # type: ignore[index]
        place[last] = to  # type: ignore[index]

    return tamper


def dropped(*path: str | int) -> Tamper:
    def tamper(export: Export) -> None:
        *way, last = path
        place: object = export
        for step in way:
            place = place[step]  # type: ignore[index]
        del place[last]  # type: ignore[attr-defined]

    return tamper


def doubled_row(export: Export) -> None:
    export["standing"].append(export["standing"][-1])


def without_participant(name: str, *places: str) -> Tamper:
    def tamper(export: Export) -> None:
        (pk,) = (p["id"] for p in export["participants"] if p["name"] == name)
        for place in places:
            key = "id" if place == "participants" else "participant"
            export[place] = [row for row in export[place] if row[key] != pk]

    return tamper


def without_version(number: int) -> Tamper:
    def tamper(export: Export) -> None:
        del export["closings"][number], export["checkpoints"][number]

    return tamper


def never_in_january(export: Export) -> None:
    """Breda, which has no points, is left out of a later closed month."""
    (pk,) = (p["id"] for p in export["participants"] if p["name"] == "Breda")
    results = export["closings"][1]["results"]
    export["closings"][1]["results"] = [row for row in results if row["participant"] != pk]


FLIPS = [
    pytest.param(lambda export, field=field: put(export, 4, **{field: value(export, 4, field) + "1"}), id=field)
    for field in FIELDS
]


@pytest.mark.parametrize("tamper", FLIPS)
def test_every_field_of_an_entry_is_under_its_hash(export: Export, tamper: Tamper) -> None:
    tamper(export)
    outcome = verify.verify(export)

    assert (outcome.faults[0].number, outcome.entries) == (4, 3)


# Where a number alone stands, no other fault can be meant: the entry keeps its hash and its place.
TAMPERED: list[tuple[str, Tamper, int | None, str]] = [
    ("one letter of the text", lambda export: put(export, 1, description="x"), 1, CHANGED),
    ("a hash of zeros", lambda export: put(export, 5, hash=GENESIS), 5, CHANGED),
    ("an empty line", at("ledger", 2, to=""), 3, "geen regel"),
    ("half a surrogate", at("ledger", 2, to="\ud800" + "\t" * 15 + "0" * 64), 3, "geen regel"),
    ("two entries swapped", swap, 2, "hier staat nummer 3"),
    ("an entry twice", inserted_twice, 3, "hier staat nummer 2"),
    ("the first entry gone", without_entry(1), 1, "hier staat nummer 2"),
    ("an entry gone", without_entry(3), 3, "hier staat nummer 4"),
    ("an entry gone, hashed anew", without_entry(3, then=rechain), 3, "hier staat nummer 4"),
    ("a fork", forked, 4, "sluit niet aan"),
    ("another edition's ledger", of_another_edition, 1, "andere editie"),
    ("another edition's year", at("edition", "year", to=2027), 1, "andere editie"),
    ("another version of the text", forged(2, version="gdsc-ledger-0"), 2, "andere editie"),
    ("a source awarded twice", awarded_twice, 3, ""),
    ("an award of nothing", forged(2, points="0"), 2, ""),
    ("an award below zero", forged(2, points="-1"), 2, ""),
    ("an award of words", forged(2, points="veel"), 2, ""),
    ("a kind that is not there", forged(2, kind="bonus"), 2, ""),
    ("a reversal without reason", forged(5, reason=""), 5, ""),
    ("a reversal of too much", forged(5, points="-2"), 5, ""),
    ("a reversal of another kind", forged(5, kind="meetup"), 5, ""),
    ("a reversal on another day", forged(5, counts_on="2026-04-10"), 5, ""),
    ("a reversal for another participant", forged(5, participant="0"), 5, ""),
    ("a reversal of another entry", forged(5, reverses="2"), 5, ""),
    ("a reversal of itself", forged(5, reverses="5"), 5, ""),
    ("a reversal of what is to come", forged(5, reverses="7"), 5, ""),
    ("a second reversal", reversed_twice, 8, ""),
    ("all hashed anew", forged(1, description="x"), 6, CHECKPOINT),
    ("a forged time, hashed anew", forged(2, booked_at="2026-01-01T00:00:00.000000Z"), 6, CHECKPOINT),
    ("the tail cut off", beyond_the_end, None, CUT_OFF),
    ("the tail cut off, head kept", without_entry(8), None, CUT_OFF),
    ("another head number", at("head", "number", to=7), None, "andere laatste boeking"),
    ("another head hash", at("head", "hash", to=GENESIS), None, "andere laatste boeking"),
    ("a total", at("standing", 0, "total", to=9), None, "heeft 4 punten"),
    ("a part", at("standing", 0, "meetup_points", to=1), None, "heeft 4 punten"),
    ("a rank", at("standing", 1, "rank", to=1), None, "is nummer 2, er staat 1"),
    ("a rank taken away", at("standing", 2, "rank", to=None), None, "andere deelnemers"),
    ("a rank out of competition", at("standing", 3, "rank", to=3), None, "andere deelnemers"),
    ("a row twice", doubled_row, None, "andere deelnemers"),
    ("no row for who has points", without_participant("Delft", "standing"), None, "ontbreekt"),
    ("no row for who has none", without_participant("Breda", "standing"), None, "andere deelnemers"),
    ("nowhere, with points", without_participant("Delft", "standing", "participants"), None, "ontbreekt"),
    ("unknown in a closed month", without_participant("Breda", "standing", "participants"), None, "maand 1"),
    ("a month's total", at("closings", 0, "results", 0, "total", to=5), None, "maand 1 (versie 1)"),
    ("a month's rank", at("closings", 5, "results", 0, "rank", to=2), None, "maand 2 (versie 2)"),
    ("a month without somebody", never_in_january, None, "maand 2 (versie 1)"),
    ("a month counted further", at("closings", 0, "head", to=8), None, "controlepunten horen niet"),
    ("a month counted to nowhere", at("closings", 0, "head", to=99), None, "maar die is er niet"),
    ("a version gone", without_version(0), None, "ontbreekt een afgesloten maand"),
    ("a month gone", without_version(1), None, "ontbreekt een afgesloten maand"),
    ("a checkpoint gone", dropped("checkpoints", 0), None, "controlepunten horen niet"),
    ("a checkpoint's hash", at("checkpoints", 0, "hash", to=GENESIS), 6, CHECKPOINT),
    ("a checkpoint below zero", at("checkpoints", 0, "number", to=-1), None, CUT_OFF),
    ("another form", at("format", to="gdsc-export-0"), None, "geen export van de vorm"),
]


@pytest.mark.parametrize(
    ("tamper", "number", "words"), [each[1:] for each in TAMPERED], ids=[each[0] for each in TAMPERED]
)
def test_tampering_is_found_and_its_first_entry_named(
    export: Export, tamper: Tamper, number: int | None, words: str
) -> None:
    tamper(export)
    faults = verify.verify(export).faults

    assert [fault for fault in faults if fault.number == number and words in fault.what]
    named = [fault.number for fault in faults if fault.number]
    assert named[:1] == ([number] if number else [])


def rewritten(export: Export) -> None:
    """All of it: the entry, the chain, the published checkpoints. Points and standing still agree."""
    put(export, 2, description="Iets anders")
    rechain(export)
    publish_anew(export)


@pytest.mark.parametrize("tamper", [rewritten, cut_to_the_last_checkpoint])
def test_who_owns_everything_can_fool_all_but_a_held_checkpoint(export: Export, tamper: Tamper) -> None:
    held = checkpoint_of(export, 7)
    tamper(export)

    assert verify.verify(export).faults == []
    (fault,) = verify.verify(export, [held]).faults
    assert CHECKPOINT in fault.what or CUT_OFF in fault.what
    assert f"{held[0]}:{held[1]}" in fault.what


def test_a_published_checkpoint_that_is_known_to_be_lost_is_passed_over_and_one_that_the_reader_holds_is_not(
    export: Export,
) -> None:
    published, held = (6, "f" * 64), (7, "e" * 64)
    export["checkpoints"][0]["hash"] = published[1]

    assert [fault.number for fault in verify.verify(export).faults] == [6]
    assert verify.verify(export, lost={published, held}).faults == []
    assert [fault.number for fault in verify.verify(export, [held, published], {published, held}).faults] == [7, 6]


def test_a_held_checkpoint_says_where_a_rewrite_began_at_the_latest(export: Export) -> None:
    held = [checkpoint_of(export, number) for number in (1, 2, 3)]
    rewritten(export)

    assert [fault.number for fault in verify.verify(export, held).faults] == [2, 3]


def test_the_kinds_are_those_of_the_competition() -> None:
    assert set(KINDS) == {kind.value for kind in Kind}


# --- The program ---------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str]:
    """As somebody runs the file that was downloaded, without anything of ours."""
    command = [sys.executable, "-I", verify.__file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def file(edition: Edition, tmp_path: Path) -> Path:
    path = tmp_path / "export.json"
    path.write_bytes(as_bytes(edition))
    return path


def test_the_program_finds_a_right_file_right(file: Path, export: Export) -> None:
    code, output = run(file, "{}:{}".format(*checkpoint_of(export, 6)))

    assert code == 0
    assert "Alles klopt: 8 boekingen nageteld." in output
    assert f"Laatste boeking die klopt: 8:{export['head']['hash']}" in output
    assert sha256(file.read_bytes()).hexdigest() in output


def test_the_program_says_what_is_wrong(file: Path, export: Export) -> None:
    put(export, 3, points="9")
    file.write_text(json.dumps(export))

    code, output = run(file)

    assert code == 1
    assert f"FOUT: boeking 3: {CHANGED}" in output


def test_the_program_finds_another_checkpoint_wrong(file: Path) -> None:
    code, output = run(file, f"6:{'a' * 64}")

    assert code == 1
    assert f"FOUT: boeking 6: is niet meer wat controlepunt 6:{'a' * 64} zegt" in output


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "5", '{"format": "gdsc-export-1"}', '{"format": "gdsc-export-1", "closings": 1}']
)
def test_the_program_says_what_it_cannot_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(content)

    code, output = run(path)

    assert (code, output[:25]) == (2, "Dit is niet te controlere")


def test_the_program_explains_itself_and_its_arguments(file: Path) -> None:
    assert run()[0] == run("--help")[0] == 2
    assert "The ledger, line by line" in run("--help")[1]
    assert run(file.parent / "nergens.json")[0] == 2
    code, output = run(file, "6")
    assert (code, "schrijf NUMMER:CONTROLECODE" in output) == (2, True)


def test_a_checkpoint_is_read_as_it_stands_on_the_site() -> None:
    assert checkpoint_from(f" 12:{'AB' * 32}\n") == (12, "ab" * 32)
    for wrong in ("", "12", ":", f"-1:{GENESIS}", f"x:{GENESIS}", f"1:{GENESIS[1:]}", f"1:{'g' * 64}"):
        with pytest.raises(ValueError, match="geen controlepunt"):
            checkpoint_from(wrong)
