#!/usr/bin/env python3
"""Recount the competition from an exported edition: python3 verify.py export.json [checkpoint …]

One file, Python 3.8 or newer, nothing else needed. The portal runs this same file on its own data and offers it for
download, so that nobody has to take the portal's word for it. A checkpoint is what you received at the closing of a
month, as NUMBER:HASH; it shows that the entries up to that number are still the ones that you were told about.

The ledger, line by line
    An edition's export holds its ledger as a list of lines. A line is UTF-8 text with the fields of FIELDS, separated
    by tabs; the last field is the entry's hash. Within a field a backslash, tab, line feed and carriage return are
    written as \\\\ \\t \\n \\r. Moments are in UTC with microseconds (2026-03-18T11:00:00.000000Z), days are
    2026-03-18, numbers are decimal. `edition` is the year, `participant` a number of the list of participants,
    `reverses` the number of the entry that is reversed, or nothing.
    The hash is the SHA-256 of all that stands before it (without the last tab). The hash of the entry before stands
    in it, so whoever changes, swaps, inserts or removes an entry breaks the chain from there on. The first entry
    follows 64 zeros.

What a chain does not show
    Whoever owns the database can rewrite all of it, or cut off the end. Only a checkpoint that you already hold
    shows that. That is why the portal publishes one at each closing. The names of the participants stand beside the
    chain, and not in it; nor does it show whether an award was deserved.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

VERSION = "gdsc-ledger-1"
FORMAT = "gdsc-export-1"
GENESIS = "0" * 64
FIELDS = (
    "version",
    "edition",
    "number",
    "participant",
    "kind",
    "source",
    "description",
    "points",
    "counts_on",
    "booked_at",
    "recorded_at",
    "booked_by",
    "reverses",
    "reason",
    "previous_hash",
    "hash",
)
KINDS = ("meetup", "adoption", "contribution")
AMOUNTS = frozenset(map(str, range(1, 32768)))
"""What an award can be worth, as it stands in a line."""

if TYPE_CHECKING:
    Sums = dict[tuple[str, str], int]
    """Points by participant and kind."""


class Fault(NamedTuple):
    """Something that is wrong; `number` is the first entry concerned, None where it is not about one entry."""

    number: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.number is None else f"boeking {self.number}: {self.what}"


class Outcome(NamedTuple):
    """The verdict. No faults means that all that can be checked from an export is right."""

    faults: list[Fault]
    entries: int
    head: str


class _Ledger:
    """The lines, up to the first fault."""

    def __init__(self, lines: list[str], year: str) -> None:
        self.lines = lines
        self.once: list[str] = []
        """What each entry does and only one entry may do: award a participant for a source, or reverse an entry."""
        self.counted: list[str] = []
        """What each entry adds: participant, kind, month and points, with tabs between."""
        fault = self._follow(year)
        self.fault = self._doubled() or fault  # what is double stands before the fault that ended the walk
        self.entries = (self.fault.number or 1) - 1 if self.fault else len(lines)
        self.head = self.hash_of(self.entries)

    def hash_of(self, number: int) -> str:
        return self.lines[number - 1][-64:] if number else GENESIS

    def _follow(self, year: str) -> Fault | None:
        """Check line by line that each follows the one before and is what it says; gives the first fault.

        All time goes here: one plain loop, that leaves counting to `Counter` and `set`, which are much faster at it.
        """
        head, once, counted = GENESIS, self.once.append, self.counted.append
        for number, line in enumerate(self.lines, 1):
            try:
                (version, edition, place, participant, kind, source, _description, points, counts_on, _booked_at,
                 _recorded_at, _booked_by, reverses, reason, previous, digest) = line.split("\t")  # fmt: skip
                if sha256(line[:-65].encode()).hexdigest() != digest:
                    return Fault(number, "de controlecode past niet bij de boeking; er is iets aan veranderd")
            except ValueError:
                return Fault(number, "is geen regel van een puntenboek")
            if version != VERSION or edition != year or place != str(number) or previous != head:
                return Fault(number, _out_of_place(version, edition, place, year=year, number=number))
            if reverses:
                wrong = self._refusal(number, reverses, reason)
                if wrong:
                    return Fault(number, wrong)
            elif points not in AMOUNTS or kind not in KINDS:
                return Fault(number, "geen geldige soort of geen punten")
            once(f"terug\t{reverses}" if reverses else f"{participant}\t{source}")
            counted(f"{participant}\t{kind}\t{counts_on[:7]}\t{points}")
            head = digest
        return None

    def _refusal(self, number: int, reverses: str, reason: str) -> str:
        """What is wrong with a reversal: it is the exact opposite of an earlier entry, and says why."""
        if not reverses.isdecimal() or reverses != str(int(reverses)) or not 0 < int(reverses) < number:
            return f"boekt boeking {reverses} terug, maar die staat er niet voor"
        undone, undoing = (self.lines[n - 1].split("\t") for n in (int(reverses), number))
        opposite = undone[7][1:] if undone[7].startswith("-") else f"-{undone[7]}"
        if [*undone[3:6], opposite, undone[8]] != [*undoing[3:6], *undoing[7:9]]:
            return f"is niet precies het tegendeel van boeking {reverses}"
        return "" if reason else "een tegenboeking zonder reden"

    def _doubled(self) -> Fault | None:
        """The first entry that does again what only one entry may do."""
        first: dict[str, int] = {}
        if len(set(self.once)) < len(self.once):
            for number, deed in enumerate(self.once, 1):
                if first.setdefault(deed, number) != number:
                    return Fault(number, f"doet hetzelfde als boeking {first[deed]}; dat mag maar één keer")
        return None

    def sums_at(self, heads: Iterable[int]) -> dict[int, dict[str, Sums]]:
        """What the entries up to each of these numbers add up to, by the last month that counts."""
        at: dict[int, dict[str, Sums]] = {}
        added: dict[str, Sums] = defaultdict(lambda: defaultdict(int))
        done = 0
        for head in sorted(set(heads)):
            for what, often in Counter(self.counted[done:head]).items():
                participant, kind, month, points = what.split("\t")
                added[month][participant, kind] += often * int(points)
            at[head], done = _month_by_month(added), head
        return at


def _month_by_month(added: dict[str, Sums]) -> dict[str, Sums]:
    """The points of each month together with those of the months before it."""
    so_far: Sums = defaultdict(int)
    by_month: dict[str, Sums] = {}
    for month in sorted(added):
        for key, points in added[month].items():
            so_far[key] += points
        by_month[month] = dict(so_far)
    return by_month


def _sums_until(last_month: str, by_month: dict[str, Sums]) -> Sums:
    return by_month[max(months)] if (months := [month for month in by_month if month <= last_month]) else {}


def _out_of_place(version: str, edition: str, place: str, *, year: str, number: int) -> str:
    """What shows that an entry does not belong at this place of this ledger."""
    if version != VERSION or edition != year:
        return "hoort bij een andere editie"
    if place != str(number):
        return f"hier staat nummer {place}; er is een boeking weg, bij of verplaatst"
    return "sluit niet aan op de boeking ervoor"


def verify(
    export: dict[str, Any], checkpoints: Iterable[tuple[int, str]] = (), lost: Collection[tuple[int, str]] = ()
) -> Outcome:
    """Check an exported edition: the chain and each entry, the standing, the closed months and the checkpoints.

    `checkpoints` are pairs of number and hash that the reader holds from elsewhere. `lost` are those in the export
    itself of which the reader knows that they are gone.
    """
    if export.get("format") != FORMAT:
        return Outcome([Fault(None, f"dit is geen export van de vorm {FORMAT}")], 0, GENESIS)
    closings, year = export["closings"], str(export["edition"]["year"])
    ledger = _Ledger(export["ledger"], year)
    published = [(checkpoint["number"], checkpoint["hash"]) for checkpoint in export["checkpoints"]]
    faults = [ledger.fault] if ledger.fault else []
    for number, digest in dict.fromkeys([*checkpoints, *(known for known in published if known not in lost)]):
        faults += _checkpoint(ledger, number, digest)
    if not ledger.fault:
        if (ledger.entries, ledger.head) != (export["head"]["number"], export["head"]["hash"]):
            faults.append(Fault(None, "de export noemt een andere laatste boeking dan de laatste regel"))
        sums_at = ledger.sums_at([ledger.entries, *(closing["head"] for closing in closings)])
        faults += _standing("de stand", export["standing"], _sums_until("9999", sums_at[ledger.entries]))
        faults += _everybody(export)
        faults += _months(closings, published)
        for closing in closings:
            faults += _closing(closing, sums_at[closing["head"]], entries=ledger.entries, year=year)
    return Outcome(faults, ledger.entries, ledger.head)


def _checkpoint(ledger: _Ledger, number: int, digest: str) -> list[Fault]:
    """A checkpoint that the ledger does not have any more is a rewrite, or a tail that was cut off.

    Beyond the first fault nothing can be said of it.
    """
    if 0 <= number <= ledger.entries:
        if ledger.hash_of(number) == digest:
            return []
        return [Fault(number, f"is niet meer wat controlepunt {number}:{digest} zegt; het puntenboek is herschreven")]
    if ledger.fault:
        return []
    words = f"controlepunt {number}:{digest} noemt boeking {number}, maar na boeking {ledger.entries} komt niets meer"
    return [Fault(None, words)]


def _everybody(export: dict[str, Any]) -> list[Fault]:
    """Every participant stands once in the standing, with a rank unless taking part out of competition."""
    participants = sorted((p["id"], p["is_out_of_competition"]) for p in export["participants"])
    if sorted((row["participant"], row["rank"] is None) for row in export["standing"]) != participants:
        return [Fault(None, "de stand noemt andere deelnemers dan de lijst van deelnemers")]
    seen: set[int] = set()
    for closing in export["closings"]:
        rows = [row["participant"] for row in closing["results"]]
        # Participants can join during the year, but nobody leaves.
        if len(rows) != len(set(rows)) or not seen <= set(rows) <= {number for number, _ in participants}:
            return [Fault(None, f"{_name(closing)} noemt andere deelnemers dan de lijst van deelnemers")]
        seen = set(rows)
    return []


def _months(closings: list[dict[str, Any]], checkpoints: list[tuple[int, str]]) -> list[Fault]:
    """The closed months follow each other from January, each with its versions, each with its checkpoint."""
    versions: dict[int, list[int]] = defaultdict(list)
    for closing in closings:
        versions[closing["month"]].append(closing["version"])
    if sorted(versions) != list(range(1, len(versions) + 1)) or any(
        numbers != list(range(1, len(numbers) + 1)) for numbers in versions.values()
    ):
        return [Fault(None, "er ontbreekt een afgesloten maand, of een versie daarvan")]
    if [closing["head"] for closing in closings] != [number for number, _ in checkpoints]:
        return [Fault(None, "de controlepunten horen niet bij de afgesloten maanden")]
    return []


def _closing(closing: dict[str, Any], by_month: dict[str, Sums], *, entries: int, year: str) -> list[Fault]:
    """The standing of a closed month holds what counts up to the end of that month."""
    if not 0 <= closing["head"] <= entries:
        return [Fault(None, f"{_name(closing)} is geteld tot boeking {closing['head']}, maar die is er niet")]
    sums = _sums_until(f"{year}-{closing['month']:02}", by_month)
    return _standing(_name(closing), closing["results"], sums)


def _name(closing: dict[str, Any]) -> str:
    return f"de stand van maand {closing['month']} (versie {closing['version']})"


def _standing(name: str, rows: list[dict[str, Any]], sums: Sums) -> list[Fault]:
    """Recount a standing: the three parts, the total, and ranks in which ties share (1, 2, 2, 4)."""
    parts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    for (participant, kind), points in sums.items():
        parts[participant][kind] = points
    ranked = sorted(sum(parts[str(row["participant"])].values()) for row in rows if row["rank"] is not None)[::-1]
    first_place = {total: place for place, total in reversed(list(enumerate(ranked, 1)))}
    named = {str(row["participant"]) for row in rows}
    faults = [Fault(None, f"{name}: deelnemer {p} heeft punten maar ontbreekt") for p in parts if p not in named]
    for row in rows:
        who, counted = f"{name}: deelnemer {row['participant']}", parts[str(row["participant"])]
        total = sum(counted.values())
        if row["total"] != total or any(row[f"{kind}_points"] != counted[kind] for kind in KINDS):
            there = {kind: row[f"{kind}_points"] for kind in KINDS}
            faults.append(Fault(None, f"{who} heeft {total} punten ({counted}), er staat {row['total']} ({there})"))
        elif row["rank"] is not None and row["rank"] != first_place[total]:
            faults.append(Fault(None, f"{who} is nummer {first_place[total]}, er staat {row['rank']}"))
    return faults


def checkpoint_from(text: str) -> tuple[int, str]:
    """Read NUMBER:HASH, as it stands on the site and in the mails."""
    number, _, digest = text.strip().lower().partition(":")
    if not number.isdecimal() or len(digest) != len(GENESIS) or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"{text} is geen controlepunt; schrijf NUMMER:CONTROLECODE")
    return int(number), digest


def main(arguments: list[str]) -> int:
    """Print the verdict; 0 when all is right, 1 when something is wrong, 2 when it cannot be checked."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            content = file.read()
        checkpoints = [checkpoint_from(argument) for argument in arguments[1:]]
        outcome = verify(json.loads(content), checkpoints)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        print(f"Dit is niet te controleren: {type(error).__name__}: {error}")
        return 2
    print(f"SHA-256 van dit bestand: {sha256(content).hexdigest()}")
    for fault in outcome.faults:
        print(f"FOUT: {fault}")
    if not outcome.faults:
        print(f"Alles klopt: {outcome.entries} boekingen nageteld.")
    print(f"Laatste boeking die klopt: {outcome.entries}:{outcome.head}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
