"""One edition as one file: what anybody needs to recount it with `scoring/verify.py`."""

import json
from typing import Any

from django.db import connection

from competition.models import Edition, Rules
from scoring import boards, standings, verify
from scoring.models import ResultVersion, RoundResult

# The year is given and the reversed number asked for only where there is one: so the line costs no call of a function.
_LINES = """
SELECT scoring_line(entry, %(year)s, (SELECT number FROM scoring_ledgerentry WHERE id = entry.reverses_id))
    || E'\\t' || entry.hash
FROM scoring_ledgerentry AS entry WHERE edition_id = %(edition)s AND number <= %(head)s ORDER BY number
"""


def export(edition: Edition, *, up_to: int | None = None) -> dict[str, Any]:
    """The edition as of the ledger head that its standing was counted at, in the form that `verify` describes.

    The standing is the one that the pages show, not a count made for the occasion, so that verifying compares them.
    Nothing in it is of the moment of asking: while nothing changes, everybody gets the same bytes.
    With `up_to`, all as of the entry of that number, for while the board stands still.
    """
    # In this order nothing is fixed beyond the head that is read after it, unless the ledger has been cut off.
    checkpoints = _checkpoints(edition)
    if up_to is None:
        board = standings.current(edition)
    else:
        board = standings.count(edition, last=up_to)
        checkpoints = [version for version in checkpoints if version.head <= up_to]
    lines = ledger_lines(edition, head=board.head)
    return {
        "format": verify.FORMAT,
        "edition": {"year": edition.year, "name": edition.name, "is_example": edition.is_example},
        "rules": _rules(edition.rules),
        "fields": verify.FIELDS,
        "participants": [_participant(line) for line in board.lines],
        "ledger": lines,
        "head": {"number": board.head, "hash": board.head_hash},
        "standing": [_row(line.participant.pk, line) for line in board.lines],
        "closings": [_closing(version) for version in checkpoints],
        "checkpoints": [
            {"number": version.head, "hash": version.head_hash, "made_at": version.made_at.isoformat()}
            for version in checkpoints
        ],
    }


def as_bytes(edition: Edition) -> bytes:
    """The file that everybody can download; while the board stands still, as of what may be told."""
    return json.dumps(export(edition, up_to=boards.visible_head(edition)), ensure_ascii=False, indent=1).encode()


def ledger_lines(edition: Edition, *, head: int) -> list[str]:
    """The ledger up to this entry, one canonical line with its hash for each."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"edition": edition.pk, "year": edition.year, "head": head})
        return [line for (line,) in cursor.fetchall()]


def _checkpoints(edition: Edition) -> list[ResultVersion]:
    """In the order in which they were made."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition)
    return list(versions.select_related("closing__round").prefetch_related("results").order_by("pk"))


def _participant(line: standings.Line) -> dict[str, Any]:
    participant = line.participant
    return {
        "id": participant.pk,
        "slug": participant.slug,
        "name": participant.name,
        "entry": participant.entry,
        "is_out_of_competition": participant.is_out_of_competition,
    }


def _row(participant_id: int, tally: Any) -> dict[str, Any]:
    return {"participant": participant_id} | {field: getattr(tally, field) for field in standings.Line._fields[1:]}


def _closing(version: ResultVersion) -> dict[str, Any]:
    round_ = version.closing.round
    results: list[RoundResult] = sorted(version.results.all(), key=lambda row: (row.rank or 0, row.participant_id))
    return {
        "month": round_.month,
        "version": version.number,
        "made_at": version.made_at.isoformat(),
        "reason": version.reason,
        "head": version.head,
        "results": [_row(row.participant_id, row) for row in results],
    }


def _rules(rules: Rules) -> dict[str, Any]:
    left_out = {"id", "edition"}
    values = {f.name: getattr(rules, f.name) for f in Rules._meta.concrete_fields if f.name not in left_out}
    return values | {"locked_at": rules.locked_at.isoformat() if rules.locked_at else None}
