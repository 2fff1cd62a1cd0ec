"""How the database numbers and chains the ledger: under concurrency, and whatever the text in it looks like."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql

from competition.models import Participant
from scoring.export import ledger_lines
from scoring.models import LedgerEntry
from scoring.verification import check
from scoring.verify import FIELDS, GENESIS, VERSION
from tests import database, factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
WHO = UUID("11111111-2222-4333-8444-555555555555")
BOOKED = datetime(2026, 3, 18, 11, 0, 0, 1200, tzinfo=UTC)
ORDINARY = ("TIME ZONE 'UTC'", "DateStyle = 'ISO, MDY'")


def playing(year: int = 2026) -> Participant:
    return factories.participant(of=factories.edition(year))


def row(of: Participant, source: str, **fields: Any) -> dict[str, Any]:
    """All that a caller has to say about an entry."""
    base = {"edition_id": of.edition_id, "participant_id": of.pk, "kind": "meetup", "source": source, "points": 1}
    told = {"description": "Meetup", "counts_on": date(2026, 3, 2), "booked_at": BOOKED, "booked_by": WHO, "reason": ""}
    return base | told | fields


def insertion(columns: dict[str, Any]) -> sql.Composed:
    names, places = map(sql.Identifier, columns), map(sql.Placeholder, columns)
    statement = sql.SQL("INSERT INTO scoring_ledgerentry ({}) VALUES ({}) RETURNING number")
    return statement.format(sql.SQL(", ").join(names), sql.SQL(", ").join(places))


def insert(on: psycopg.Connection, fields: dict[str, Any]) -> int:
    """Book beside Django; gives the number."""
    found = on.execute(insertion(fields), fields).fetchone()
    assert found is not None
    number: int = found[0]
    return number


def book(fields: dict[str, Any], *, setting: str = ORDINARY[0]) -> LedgerEntry:
    """Book with raw SQL, in the transaction of the test, while the session has this setting."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {setting}")
        cursor.execute(insertion(fields), fields)
        [number] = cursor.fetchone()
        for ordinary in ORDINARY:
            cursor.execute(f"SET LOCAL {ordinary}")
    return LedgerEntry.objects.get(edition=fields["edition_id"], number=number)


def numbers(of: Participant) -> list[int]:
    own = LedgerEntry.objects.of_edition(of.edition).in_order()
    return list(own.values_list("number", flat=True))


# --- Numbers -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_who_books_waits_for_a_booking_of_the_same_edition_and_of_no_other(app_connection: psycopg.Connection) -> None:
    delft, then = playing(2026), playing(2027)
    with database.application(database.NAME) as other:
        other.execute("SET lock_timeout = '100ms'")
        with app_connection.transaction(force_rollback=True):
            assert insert(app_connection, row(delft, "meetup:1")) == 1

            with pytest.raises(errors.LockNotAvailable):
                insert(other, row(delft, "meetup:2"))
            assert insert(other, row(then, "meetup:2")) == 1

        assert insert(other, row(delft, "meetup:2")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_cannot_see_the_last_one_is_refused(app_connection: psycopg.Connection) -> None:
    """No fork either under a stricter isolation than ours, in which a transaction looks at the past."""
    delft = playing()
    with database.application(database.NAME) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with other.transaction(force_rollback=True):
            other.execute("SELECT count(*) FROM scoring_ledgerentry")
            insert(app_connection, row(delft, "meetup:1"))

            with pytest.raises(errors.UniqueViolation, match="ledger_numbers_are_unique"):
                insert(other, row(delft, "meetup:2"))

    assert numbers(delft) == [1]


@pytest.mark.django_db(transaction=True)
def test_bookings_of_many_at_once_are_numbered_without_gaps() -> None:
    """Every third is rolled back, which in a sequence would leave a gap."""
    clients, each = 6, 12
    both = [playing(2026), playing(2027)]

    def client(number: int) -> None:
        of = both[number % 2]
        with database.application(database.NAME) as own:
            for n in range(each):
                with own.transaction(force_rollback=n % 3 == 0):
                    insert(own, row(of, f"meetup:{number}:{n}"))

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))

    for of in both:
        assert numbers(of) == list(range(1, clients // 2 * each * 2 // 3 + 1))
        assert check(of.edition, at=NOW).faults == []


# --- The chain -----------------------------------------------------------------------------------

HOSTILE = [
    "tab\there",
    "a literal \\t and a tab \t",
    "\\",
    "\\\\t",
    "ends with a backslash\\",
    "line\nfeed\r\nand return\r",
    "\\n\n\\\n",
    "🧑🏽‍🚀 é e\u0301 \u2028 \u2029 \x85 \x0b \x0c \x1f \ufeff \u202e",
    "'; DROP TABLE scoring_ledgerentry; --",
    "\t" * 40,
    " ",
    "%s %% {} $1",
]


def moment(of: datetime) -> str:
    return of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def escaped(text: str) -> str:
    return "".join({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}.get(letter, letter) for letter in text)


def line_of(entry: LedgerEntry) -> str:
    """The line as scoring/verify.py describes it, written anew."""
    values = {
        "version": VERSION,
        "edition": str(entry.edition.year),
        "number": str(entry.number),
        "participant": str(entry.participant_id),
        "kind": entry.kind,
        "source": escaped(entry.source),
        "description": escaped(entry.description),
        "points": str(entry.points),
        "counts_on": entry.counts_on.isoformat(),
        "booked_at": moment(entry.booked_at),
        "recorded_at": moment(entry.recorded_at),
        "booked_by": str(entry.booked_by),
        "reverses": str(entry.reverses.number) if entry.reverses else "",
        "reason": escaped(entry.reason),
        "previous_hash": entry.previous_hash,
    }
    text = "\t".join(values[field] for field in FIELDS[:-1])
    return f"{text}\t{sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize("setting", [*ORDINARY, "TIME ZONE 'Asia/Kathmandu'", "DateStyle = 'German'"])
def test_every_hash_follows_from_the_entry_and_the_one_before_it(setting: str) -> None:
    """Also for text that wants to look like another field, and however the session that books writes its dates."""
    delft = playing()
    for text in HOSTILE:
        award = book(row(delft, text[:60], description=text, points=7), setting=setting)
        late = NOW + timedelta(microseconds=len(text))
        undo = {"points": -7, "reverses_id": award.pk, "reason": text, "booked_at": late}
        book(row(delft, text[:60], description=text, **undo), setting=setting)

    entries = list(LedgerEntry.objects.select_related("edition", "reverses").in_order())
    lines = ledger_lines(delft.edition, head=len(entries))

    assert lines == [line_of(entry) for entry in entries]
    assert [line.rpartition("\t")[2] for line in lines] == [entry.hash for entry in entries]
    assert [entry.previous_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert [entry.description for entry in entries[::2]] == HOSTILE
    assert {len(line.split("\t")) for line in lines} == {len(FIELDS)}
    assert check(delft.edition, at=NOW).faults == []


def test_text_that_looks_like_the_border_of_a_field_gives_another_line() -> None:
    delft = playing()
    for source, description in [("a\tb", "c"), ("a", "b\tc"), ("a\\tb", "c"), ("a\\", "tb")]:
        book(row(delft, source, description=description))

    fields = [line.split("\t")[5:7] for line in ledger_lines(delft.edition, head=4)]

    assert fields == [["a\\tb", "c"], ["a", "b\\tc"], ["a\\\\tb", "c"], ["a\\\\", "tb"]]
