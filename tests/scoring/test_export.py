"""One edition as one file."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from competition.models import Edition, User
from scoring import claims, closing, standings, verify
from scoring.export import _LINES, as_bytes, export
from scoring.models import LedgerEntry
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def full_edition() -> Edition:
    edition = factories.edition()
    participant = factories.participant("Zwolle", of=edition)
    person = factories.user("Anna de Vries-Geheim")
    claim = factories.adoption(participant, created_by=person)
    claims.submit(claim, by=person, at=NOW)
    claims.confirm(claim, by=factories.organiser(), at=NOW)
    claims.take_back(claim, because="Fout", by=factories.organiser(), at=NOW)
    closing.close_due(at=NOW + timedelta(days=60))
    return edition


def test_it_names_nobody() -> None:
    content = as_bytes(full_edition()).decode()

    assert User.objects.count() == 3
    for person in User.objects.all():
        assert person.name not in content
        assert person.email not in content


def test_head_checkpoints_and_lines_are_those_of_the_ledger() -> None:
    edition = full_edition()
    made = export(edition)
    entries = LedgerEntry.objects.of_edition(edition).in_order()

    assert [line.rpartition("\t")[2] for line in made["ledger"]] == [entry.hash for entry in entries]
    assert made["head"] == {"number": 2, "hash": entries[1].hash}
    assert {(c["number"], c["hash"]) for c in made["checkpoints"]} == {(2, entries[1].hash)}
    assert [c["month"] for c in made["closings"]] == [1, 2, 3, 4]
    assert verify.verify(made).faults == []


def test_the_same_ledger_gives_the_same_bytes() -> None:
    edition = full_edition()
    first = as_bytes(edition)
    standings.rebuild(edition, at=NOW)
    assert as_bytes(edition) == first

    factories.entry(edition.participants.get())

    assert as_bytes(edition) != first
    assert json.loads(as_bytes(edition))["head"]["number"] == 3


def test_an_edition_in_which_nothing_happened_can_be_exported() -> None:
    made = export(factories.edition())

    assert (made["participants"], made["ledger"], made["standing"]) == ([], [], [])
    assert made["head"] == {"number": 0, "hash": verify.GENESIS}


def test_the_lines_are_made_within_the_query_and_not_by_a_call_for_each() -> None:
    """A call of a function for each entry would make the export, and the nightly check, four times as slow."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN VERBOSE {_LINES}", {"edition": 1, "year": 2026, "head": 1})
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "concat_ws" in plan
    assert "scoring_" not in plan.replace("scoring_ledgerentry", "")
