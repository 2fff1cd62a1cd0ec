"""What the application's role may do in the database, and above all what it may not."""

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql

from gdsc.roles import APPEND_ONLY, NEVER_DELETED

LEDGER = "scoring_ledgerentry"


def rights(connection: psycopg.Connection, table: str) -> set[str]:
    """What the role of this connection may do with a table."""
    asked = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    return {
        right
        for right in asked
        if connection.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone() == (True,)
    }


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_ledger_and_what_holds_it_can_only_be_read_and_added_to(
    app_connection: psycopg.Connection, table: str
) -> None:
    assert rights(app_connection, table) == {"SELECT", "INSERT"}


@pytest.mark.parametrize("table", NEVER_DELETED)
def test_what_was_agreed_on_can_be_completed_and_never_taken_out(
    app_connection: psycopg.Connection, table: str
) -> None:
    assert rights(app_connection, table) == {"SELECT", "INSERT", "UPDATE"}


def test_every_table_that_a_trigger_keeps_is_withheld_from_the_application_too(
    app_connection: psycopg.Connection,
) -> None:
    """Two walls around the same tables: what a new migration guards has to be named in `gdsc.roles` too."""
    guarded = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s"

    def tables_with(trigger: str) -> set[str]:
        return {table for (table,) in app_connection.execute(guarded, [f"%\\_{trigger}"])}

    assert tables_with("refuses_change") == set(APPEND_ONLY)
    assert tables_with("refuses_removal") == set(NEVER_DELETED)


def test_other_tables_can_be_changed_but_not_emptied(app_connection: psycopg.Connection) -> None:
    assert rights(app_connection, "competition_municipality") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_list_of_migrations_can_only_be_read(app_connection: psycopg.Connection) -> None:
    assert rights(app_connection, "django_migrations") == {"SELECT"}


def test_the_application_owns_nothing(app_connection: psycopg.Connection) -> None:
    owned = "SELECT relname FROM pg_class WHERE relowner = current_user::regrole"
    assert app_connection.execute(owned).fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {LEDGER} SET id = id",
        f"DELETE FROM {LEDGER}",
        f"TRUNCATE {LEDGER}",
        "UPDATE scoring_verification SET faults = '[]'",
        "DELETE FROM scoring_proposal",
        "TRUNCATE scoring_proposal CASCADE",
        f"ALTER TABLE {LEDGER} DISABLE TRIGGER ALL",
        f"DROP TABLE {LEDGER}",
        "CREATE TABLE mine (id int)",
        "SET session_replication_role = replica",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('scoring', 'x', now())",
    ],
)
def test_the_application_is_refused(app_connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app_connection.execute(statement)


def test_the_application_cannot_become_the_owner(app_connection: psycopg.Connection) -> None:
    owner = app_connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = %s", [LEDGER]).fetchone()
    assert owner is not None

    with pytest.raises(errors.InsufficientPrivilege):
        app_connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner[0])))


@pytest.mark.django_db
def test_the_tests_work_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user <> (SELECT tableowner FROM pg_tables WHERE tablename = %s)", [LEDGER])
        assert cursor.fetchone() == (True,)
