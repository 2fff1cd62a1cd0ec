"""What the database itself refuses of the ledger, the closed months and what was agreed on, asked in plain SQL.

Beside Django, as the owner of the tables, whose rights no permission limits: only triggers and constraints do.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from gdsc.roles import APPEND_ONLY, NEVER_DELETED
from scoring.verify import GENESIS
from tests import database

LEDGER = "scoring_ledgerentry"
DAY = datetime(2026, 3, 18, tzinfo=UTC).date()
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


class Books:
    """A connection on which a small competition stands, in a transaction that is never committed."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        # Otherwise TRUNCATE is refused for checks that wait, before our own guard is asked.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.edition = self.edition_of(2026)
        self.participant = self.participant_of(self.edition, "Delft")

    def insert(self, table: str, **values: Any) -> int:
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        places = sql.SQL(", ").join(map(sql.Placeholder, values))
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id")
        row = self.connection.execute(statement.format(sql.Identifier(table), names, places), values).fetchone()
        assert row is not None
        return int(row[0])

    def edition_of(self, year: int) -> int:
        texts = {"name": f"Editie {year}", "introduction": "", "history_note": ""}
        return self.insert("competition_edition", year=year, is_example=False, is_archive=False, **texts)

    def participant_of(self, edition: int, name: str) -> int:
        texts = {"name": name, "slug": name.lower(), "sort_name": name.lower(), "wildcard_reason": ""}
        return self.insert(
            "competition_participant", edition_id=edition, entry="dsa", is_out_of_competition=False, **texts
        )

    def entry(self, source: str = "meetup:1", **values: Any) -> int:
        """An award of one point, unless told otherwise."""
        known = {
            "edition_id": self.edition,
            "participant_id": self.participant,
            "kind": "meetup",
            "source": source,
            "description": "Punt",
            "points": 1,
            "counts_on": DAY,
            "booked_at": LONG_AGO,
            "booked_by": uuid.uuid4(),
            "reason": "",
        }
        return self.insert(LEDGER, **(known | values))

    def reversal(self, of: int, **values: Any) -> int:
        known: dict[str, Any] = {"reverses_id": of, "points": -1, "reason": "Fout"}
        return self.entry(**(known | values))

    def one_of_each(self) -> None:
        """A row in each table that is guarded."""
        entry = self.entry()
        self.reversal(entry)
        objected = {"grounds": "Nee", "form_key": uuid.uuid4(), "state": "pending", "answer": ""}
        about = {"entry_id": entry, "participant_id": self.participant}
        self.insert("scoring_objection", submitted_at=LONG_AGO, **about, **objected)
        version = self.closed_month()
        verdict = {"head": 2, "head_hash": GENESIS, "faults": Jsonb([]), "missing_heads": Jsonb([])}
        self.insert("scoring_verification", edition_id=self.edition, checked_at=LONG_AGO, **verdict)
        self.insert("scoring_freeze", edition_id=self.edition, version_id=version, reason="Finale", frozen_at=LONG_AGO)
        self.insert("scoring_sealedlot", edition_id=self.edition, seal="a" * 64, sealed_at=LONG_AGO, opened="")
        self.approved("draw")
        self.insert("scoring_lotdraw", edition_id=self.edition, drawn_at=LONG_AGO, seed="", record="In de raadszaal")

    def approved(self, act: str) -> int:
        words = {"summary": "Iets", "reason": "Zo", "decision_note": ""}
        moments = {"proposed_at": LONG_AGO, "decided_at": LONG_AGO}
        what = {"edition_id": self.edition, "act": act, "details": Jsonb({}), "outcome": "approved"}
        return self.insert("scoring_proposal", **what, **words, **moments)

    def closed_month(self) -> int:
        """January with a result; gives its version."""
        starts, ends = datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 1, 31, 23, tzinfo=UTC)
        month = self.insert("competition_round", edition_id=self.edition, month=1, starts_at=starts, ends_at=ends)
        closing = self.insert("scoring_roundclosing", round_id=month, closed_at=ends, pending_count=0)
        version = self.insert(
            "scoring_resultversion", closing_id=closing, number=1, made_at=ends, head=0, head_hash=GENESIS, reason=""
        )
        parts = dict.fromkeys(["total", "meetup_points", "adoption_points", "contribution_points"], 0)
        self.insert("scoring_roundresult", version_id=version, participant_id=self.participant, rank=1, **parts)
        return version

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql.SQL("SELECT * FROM {} ORDER BY id").format(sql.Identifier(table))).fetchall()


@pytest.fixture
def books(django_db_setup: None) -> Iterator[Books]:
    with database.owner(database.NAME) as connection, connection.transaction(force_rollback=True):
        yield Books(connection)


# --- Nothing changes and nothing goes ------------------------------------------------------------

CHANGES = {
    "change": "UPDATE {} SET id = id + 1000",
    "change to the same": "UPDATE {} SET id = id",
    "delete": "DELETE FROM {}",
    "empty": "TRUNCATE {} CASCADE",
    "merge": "MERGE INTO {0} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "upsert": "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_can_only_add(books: Books, table: str, change: str) -> None:
    books.one_of_each()
    before = books.rows(table)
    assert before

    with pytest.raises(errors.RestrictViolation, match="is append-only"), books.connection.transaction():
        books.connection.execute(sql.SQL(CHANGES[change]).format(sql.Identifier(table)))

    assert books.rows(table) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scoring_ledgerentry SET points = 5",
        "UPDATE scoring_ledgerentry SET counts_on = '2026-01-01'",
        "UPDATE scoring_ledgerentry SET recorded_at = now()",
        "UPDATE scoring_roundresult SET rank = 2",
        "UPDATE scoring_resultversion SET reason = 'Anders'",
        "UPDATE scoring_verification SET faults = '[]'",
        "UPDATE scoring_verification SET accepted_by_id = 1",
        "DELETE FROM scoring_ledgerentry WHERE reverses_id IS NOT NULL",
        "TRUNCATE competition_edition CASCADE",
        "TRUNCATE competition_participant CASCADE",
    ],
)
def test_no_single_field_and_no_detour_gets_through(books: Books, statement: str) -> None:
    books.one_of_each()

    with pytest.raises(errors.RestrictViolation, match="is append-only"):
        books.connection.execute(statement)


GUARDS = {
    **{table: ["refuses_change", "refuses_truncate"] for table in APPEND_ONLY},
    **{table: ["keeps_what_is_settled", "refuses_removal", "refuses_truncate"] for table in NEVER_DELETED},
    "competition_participant": ["wildcard_by_two"],
}
MORE_GUARDS = {
    LEDGER: ["has_what_was_published", "numbers_itself", "reversal_by_two"],
    "scoring_lotdraw": ["by_two"],
    "scoring_objection": ["in_own_edition"],
    "scoring_roundclosing": ["october_by_two"],
    "scoring_sealedlot": ["is_sound"],
}
GUARDS_BY_ANOTHER_NAME = [
    ("competition_rules", "rules_locked_stay_as_they_are"),
    ("meetups_signup", "more_seats_fit_in"),
    ("meetups_signup", "signups_fit_in"),
]


def test_every_guard_also_holds_where_ordinary_triggers_sleep(books: Books) -> None:
    guards = books.connection.execute(
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgname NOT LIKE '%%changes_pages'"
    ).fetchall()

    names = [(t, what) for guards in (GUARDS, MORE_GUARDS) for t, names in guards.items() for what in names]
    expected = [(table, f"{table}_{what}", "A") for table, what in names]
    expected += [(table, name, "A") for table, name in GUARDS_BY_ANOTHER_NAME]
    assert sorted(guards) == sorted(expected)


@pytest.mark.parametrize("table", NEVER_DELETED)
@pytest.mark.parametrize("change", ["delete", "empty"])
def test_the_owner_takes_nothing_out_of_what_was_agreed_on(books: Books, table: str, change: str) -> None:
    books.one_of_each()
    before = books.rows(table)
    assert before

    with pytest.raises(errors.RestrictViolation, match="is append-only"), books.connection.transaction():
        books.connection.execute(sql.SQL(CHANGES[change]).format(sql.Identifier(table)))

    assert books.rows(table) == before


def test_who_may_switch_replication_on_gets_no_further(books: Books) -> None:
    """The embedded owner may not even do that; a superuser may, and still changes nothing."""
    books.entry()
    row = books.connection.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')").fetchone()
    if row == (True,):
        books.connection.execute("SET LOCAL session_replication_role = replica")
        refusal: type[psycopg.Error] = errors.RestrictViolation
        statement = "UPDATE scoring_ledgerentry SET points = 5"
    else:
        refusal = errors.InsufficientPrivilege
        statement = "SET LOCAL session_replication_role = replica"

    with pytest.raises(refusal):
        books.connection.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["change", "delete", "empty"])
def test_the_application_has_no_right_to_try(django_db_setup: None, table: str, change: str) -> None:
    with database.application(database.NAME) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.SQL(CHANGES[change]).format(sql.Identifier(table)))


@pytest.mark.parametrize("table", NEVER_DELETED)
@pytest.mark.parametrize("change", ["delete", "empty"])
def test_the_application_takes_nothing_out_of_what_was_agreed_on(
    django_db_setup: None, table: str, change: str
) -> None:
    with database.application(database.NAME) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.SQL(CHANGES[change]).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    ("table", "constraint"),
    [("competition_participant", "scoring_ledgerentry"), ("competition_edition", "competition_participant")],
)
def test_what_the_ledger_names_cannot_be_deleted(books: Books, table: str, constraint: str) -> None:
    books.entry()

    with pytest.raises(errors.ForeignKeyViolation, match=constraint):
        books.connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


# --- One award, one reversal ---------------------------------------------------------------------


def test_a_participant_gets_one_award_for_each_source(books: Books) -> None:
    books.entry("meetup:1")
    books.entry("meetup:2")
    books.entry("meetup:1", participant_id=books.participant_of(books.edition, "Breda"))

    with pytest.raises(errors.UniqueViolation, match="ledger_one_award_per_source"):
        books.entry("meetup:1", kind="adoption")


def test_no_second_award_comes_after_a_reversal(books: Books) -> None:
    books.reversal(books.entry())

    with pytest.raises(errors.UniqueViolation, match="ledger_one_award_per_source"):
        books.entry()


def test_an_entry_is_reversed_once_and_a_reversal_too(books: Books) -> None:
    award = books.entry()
    reversal = books.reversal(award)
    books.reversal(reversal, points=1)

    for entry, points in ((award, -1), (reversal, 1)):
        with pytest.raises(errors.UniqueViolation, match="reverses_id"), books.connection.transaction():
            books.reversal(entry, points=points)
    assert len(books.rows(LEDGER)) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", 1),
        ("points", -2),
        ("points", 0),
        ("kind", "adoption"),
        ("source", "meetup:2"),
        ("counts_on", DAY + timedelta(days=1)),
        ("participant_id", lambda books: books.participant_of(books.edition, "Breda")),
        ("reverses_id", 987_654_321),
    ],
)
def test_a_reversal_is_the_exact_opposite(books: Books, field: str, value: object) -> None:
    award = books.entry()
    wrong = value(books) if callable(value) else value

    with pytest.raises(errors.CheckViolation, match="must be the opposite"):
        books.reversal(award, **{field: wrong})


def test_a_reversal_stays_in_the_edition(books: Books) -> None:
    award, elsewhere = books.entry(), books.edition_of(2027)

    with pytest.raises(errors.CheckViolation, match="must be the opposite"):
        books.reversal(award, edition_id=elsewhere, participant_id=books.participant_of(elsewhere, "Delft"))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (lambda books: books.reversal(books.entry(), reason=""), "ledger_reversal_needs_a_reason"),
        (lambda books: books.entry(reason="Zomaar"), "ledger_reversal_needs_a_reason"),
        (lambda books: books.entry(points=0), "ledger_award_is_positive"),
        (lambda books: books.entry(points=-1), "ledger_award_is_positive"),
        (lambda books: books.entry(""), "ledger_source_is_named"),
        (lambda books: books.entry(description=""), "ledger_source_is_named"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(books: Books, wrong: Callable[[Books], int], constraint: str) -> None:
    with pytest.raises(errors.CheckViolation, match=constraint):
        wrong(books)


def test_an_entry_does_not_reverse_itself(books: Books) -> None:
    with pytest.raises(errors.CheckViolation):
        books.entry(id=1_000_000, reverses_id=1_000_000, points=-1, reason="Fout")


def test_a_participant_of_another_edition_is_refused(books: Books) -> None:
    with pytest.raises(errors.ForeignKeyViolation, match="ledger_participant_is_in_its_edition"):
        books.entry(edition_id=books.edition_of(2027))


def test_a_participant_with_entries_stays_in_its_edition(books: Books) -> None:
    books.entry()

    with pytest.raises(errors.ForeignKeyViolation, match="ledger_participant_is_in_its_edition"):
        books.connection.execute("UPDATE competition_participant SET edition_id = %s", [books.edition_of(2027)])


# --- Numbers, times and hashes come from the database --------------------------------------------


def test_numbers_and_times_cannot_be_forged(books: Books) -> None:
    books.entry("meetup:1", number=17, recorded_at=LONG_AGO, hash="f" * 64, previous_hash="e" * 64)
    books.entry("meetup:2", number=17, recorded_at=LONG_AGO, hash="f" * 64, previous_hash="e" * 64)

    found = books.connection.execute(
        "SELECT number, now() - recorded_at < interval '1 minute', previous_hash, hash FROM scoring_ledgerentry"
        " ORDER BY number"
    ).fetchall()
    hashes = [row[3] for row in found]
    assert [row[:3] for row in found] == [(1, True, GENESIS), (2, True, hashes[0])]
    assert not {"f" * 64, "e" * 64} & set(hashes)
    assert len(set(hashes)) == 2


def test_each_edition_counts_for_itself(books: Books) -> None:
    other = books.edition_of(2027)
    breda = books.participant_of(other, "Breda")
    for n in range(3):
        books.entry(f"meetup:{n}")
        books.entry(f"meetup:{n}", edition_id=other, participant_id=breda)

    numbers = books.connection.execute("SELECT edition_id, number FROM scoring_ledgerentry ORDER BY 1, 2").fetchall()
    assert numbers == [(edition, n) for edition in sorted([books.edition, other]) for n in (1, 2, 3)]


def test_many_entries_in_one_statement_are_numbered_one_by_one(books: Books) -> None:
    books.connection.execute(
        "INSERT INTO scoring_ledgerentry (edition_id, participant_id, kind, source, description, points, counts_on,"
        " booked_at, booked_by, reason) SELECT %s, %s, 'meetup', 'meetup:' || n, 'Punt', 1, %s, now(), %s, ''"
        " FROM generate_series(1, 50) AS n",
        [books.edition, books.participant, DAY, uuid.uuid4()],
    )

    chain = books.connection.execute(
        "SELECT number, previous_hash = lag(hash, 1, %s) OVER (ORDER BY number) FROM scoring_ledgerentry"
        " ORDER BY number",
        [GENESIS],
    ).fetchall()
    assert chain == [(n, True) for n in range(1, 51)]


def test_what_is_rolled_back_leaves_no_gap(books: Books) -> None:
    books.entry("meetup:1")
    with books.connection.transaction(force_rollback=True):
        books.entry("meetup:2")
    with pytest.raises(errors.UniqueViolation), books.connection.transaction():
        books.entry("meetup:1")
    books.entry("meetup:3")

    found = books.connection.execute("SELECT number, source FROM scoring_ledgerentry ORDER BY number").fetchall()
    assert found == [(1, "meetup:1"), (2, "meetup:3")]
