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
    shows that. That is why the portal publishes and mails one at each closing.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from hashlib import sha256
from typing import Any, NamedTuple

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


class _Walk:
    """One pass along the ledger: its totals so far, and what was asked to be kept on the way."""

    def __init__(self, keep: set[int]) -> None:
        self.keep = keep
        self.hashes = {0: GENESIS}
        self.sums: dict[tuple[str, str, str], int] = defaultdict(int)
        """Points by participant, kind and month in which they count."""
        self.sums_at: dict[int, dict[tuple[str, str, str], int]] = {0: {}}
        self.last: dict[tuple[str, str], tuple[str, int, str, str]] = {}
        """By participant and source, the last entry: its number, points, kind and day."""
        self.entries = 0
        self.head = GENESIS

    def along(self, lines: list[str], year: str) -> Fault | None:
        """Follow the lines as long as they are right; gives the first fault."""
        for number, line in enumerate(lines, 1):
            text, _, digest = line.rpartition("\t")
            if sha256(text.encode()).hexdigest() != digest:
                return Fault(number, "de controlecode past niet bij de boeking; er is iets aan veranderd")
            fields = text.split("\t")
            if wrong := self._out_of_place(fields, number, year) or self._add(fields):
                return Fault(number, wrong)
            self.entries, self.head = number, digest
            if number in self.keep:
                self.hashes[number] = digest
                self.sums_at[number] = dict(self.sums)
        return None

    def _out_of_place(self, fields: list[str], number: int, year: str) -> str:
        """What shows that an entry does not belong at this place of this ledger."""
        if len(fields) != len(FIELDS) - 1:
            return f"er staan {len(fields) + 1} velden in plaats van {len(FIELDS)}"
        if fields[0] != VERSION or fields[1] != year:
            return "hoort bij een andere editie"
        if fields[2] != str(number):
            return f"hier staat nummer {fields[2]}; er is een boeking weg, bij of verplaatst"
        return "" if fields[14] == self.head else "sluit niet aan op de boeking ervoor"

    def _add(self, fields: list[str]) -> str:
        """Count one entry; gives what the rules of the ledger have against it."""
        participant, kind, source, counts_on = fields[3], fields[4], fields[5], fields[8]
        try:
            points, reverses = int(fields[7]), fields[12]
        except ValueError:
            return f"{fields[7]} is geen aantal punten"
        before = self.last.get((participant, source))
        if reverses:
            if before != (reverses, -points, kind, counts_on):
                return f"boekt niet precies terug wat boeking {reverses} gaf, of die was al teruggeboekt"
            if not fields[13]:
                return "een tegenboeking zonder reden"
        elif before is not None:
            return f"een tweede punt voor dezelfde bron ({source})"
        elif points <= 0 or kind not in KINDS:
            return "geen geldige soort of geen punten"
        self.last[participant, source] = (fields[2], points, kind, counts_on)
        self.sums[participant, kind, counts_on[:7]] += points
        return ""


def verify(export: dict[str, Any], checkpoints: list[tuple[int, str]] | None = None) -> Outcome:
    """Check an exported edition: the chain and each entry, the standing, the closed months and the checkpoints.

    `checkpoints` are pairs of number and hash that the reader holds from elsewhere.
    """
    if export.get("format") != FORMAT:
        return Outcome([Fault(None, f"dit is geen export van de vorm {FORMAT}")], 0, GENESIS)
    published = [(c["number"], c["hash"]) for c in export["checkpoints"]]
    held = checkpoints or []
    walk = _Walk({number for number, _ in published + held} | {c["head"] for c in export["closings"]})
    fault = walk.along(export["ledger"], str(export["edition"]["year"]))
    faults = [fault] if fault else []
    faults += [f for number, digest in held for f in _checkpoint(walk, number, digest, "uw controlepunt")]
    faults += [f for number, digest in published for f in _checkpoint(walk, number, digest, "een controlepunt")]
    if not fault:
        if (walk.entries, walk.head) != (export["head"]["number"], export["head"]["hash"]):
            faults.append(Fault(None, "de export noemt een andere laatste boeking dan de laatste regel"))
        faults += _standing("de stand", export["standing"], walk.sums)
        faults += _everybody(export)
        for closing in export["closings"]:
            faults += _closing(closing, walk)
    return Outcome(faults, walk.entries, walk.head)


def _checkpoint(walk: _Walk, number: int, digest: str, whose: str) -> list[Fault]:
    """A checkpoint that the ledger does not have any more is a rewrite, or a tail that was cut off."""
    if number > walk.entries:
        return [Fault(None, f"{whose} noemt boeking {number}, maar na boeking {walk.entries} komt niets meer")]
    if walk.hashes[number] != digest:
        return [Fault(number, f"is niet meer wat {whose} zegt; het puntenboek is herschreven")]
    return []


def _everybody(export: dict[str, Any]) -> list[Fault]:
    """Every participant stands in the standing, with a rank unless taking part out of competition."""
    out = {p["id"]: p["is_out_of_competition"] for p in export["participants"]}
    if {row["participant"]: row["rank"] is None for row in export["standing"]} == out:
        return []
    return [Fault(None, "de stand noemt andere deelnemers dan de lijst van deelnemers")]


def _closing(closing: dict[str, Any], walk: _Walk) -> list[Fault]:
    sums = walk.sums_at.get(closing["head"])
    name = f"de stand van maand {closing['month']} (versie {closing['version']})"
    if sums is None:
        return [Fault(None, f"{name} is geteld tot boeking {closing['head']}, maar die is er niet")]
    until = closing["until"][:7]
    counting = {key: points for key, points in sums.items() if key[2] < until}
    return _standing(name, closing["results"], counting)


def _standing(name: str, rows: list[dict[str, Any]], sums: dict[tuple[str, str, str], int]) -> list[Fault]:
    """Recount a standing: the three parts, the total, and ranks in which ties share (1, 2, 2, 4)."""
    parts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    for (participant, kind, _month), points in sums.items():
        parts[participant][kind] += points
    ranked = sorted(sum(parts[str(row["participant"])].values()) for row in rows if row["rank"] is not None)[::-1]
    first_place = {total: place for place, total in reversed(list(enumerate(ranked, 1)))}
    named = {str(row["participant"]) for row in rows}
    faults = [Fault(None, f"{name}: deelnemer {p} heeft punten maar ontbreekt") for p in parts if p not in named]
    for row in rows:
        who, counted = f"{name}: deelnemer {row['participant']}", parts[str(row["participant"])]
        total = sum(counted.values())
        if total < 0 or row["total"] != total or any(row[f"{kind}_points"] != counted[kind] for kind in KINDS):
            faults.append(Fault(None, f"{who} heeft {total} punten ({counted}), er staat {row['total']}"))
        elif row["rank"] is not None and row["rank"] != first_place[total]:
            faults.append(Fault(None, f"{who} is nummer {first_place[total]}, er staat {row['rank']}"))
    return faults


def main(arguments: list[str]) -> int:
    """Print the verdict; 0 when all is right, 1 when something is wrong, 2 when it cannot be checked."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            export = json.load(file)
        held = [(int(number), digest.lower()) for number, _, digest in (a.partition(":") for a in arguments[1:])]
        outcome = verify(export, held)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"Dit bestand is niet te lezen als export van het portaal: {type(error).__name__}: {error}")
        return 2
    for fault in outcome.faults:
        print(f"FOUT: {fault}")
    if not outcome.faults:
        print(f"Alles klopt: {outcome.entries} boekingen nageteld.")
    print(f"Laatste boeking die klopt: {outcome.entries}:{outcome.head}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
