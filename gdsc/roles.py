"""The two roles of the database.

The owner migrates. The application, which answers requests and runs tasks, owns nothing: it has no way to switch a
trigger off, to empty a table or to change what has been booked.
"""

import os
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import errors, sql

# What has been written here stays as it is.
APPEND_ONLY = (
    "scoring_ledgerentry",
    "scoring_roundclosing",
    "scoring_resultversion",
    "scoring_roundresult",
    "scoring_verification",
)
# What is settled here stays as it is, by triggers; nothing of it is ever taken out.
NEVER_DELETED = ("scoring_proposal", "scoring_objection", "scoring_freeze", "scoring_sealedlot", "scoring_lotdraw")
# What only the owner changes.
READ_ONLY = ("django_migrations",)


class RoleError(Exception):
    """The application role cannot be made or used; the message says what to do."""


def become_owner() -> None:
    """Let this process connect as the owner, where DATABASE_OWNER_URL names one."""
    _become(os.environ.get("DATABASE_OWNER_URL"))


def become_application() -> None:
    _become(os.environ.get("DATABASE_URL"))


def _become(url: str | None) -> None:
    if url:
        login = urlsplit(url)
        connection.close()
        connection.settings_dict["USER"] = unquote(login.username or "")
        connection.settings_dict["PASSWORD"] = unquote(login.password or "")


def make_application_role(cursor: CursorWrapper, name: str, password: str) -> None:
    """Make the login of the application where it is missing, and let the owner act for it."""
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [name])
    if cursor.fetchone():
        return
    try:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(name)))
    except Exception as error:
        if isinstance(error.__cause__, errors.InsufficientPrivilege):
            raise RoleError(
                f"The owner may not make the role {name}. Give it CREATEROLE, or make a role for the application "
                "yourself and set both DATABASE_URL (application) and DATABASE_OWNER_URL (owner)."
            ) from error
        raise


def check_login(url: str) -> None:
    """Refuse an application role that exists with another password than ours."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        raise RoleError(
            "The application's role cannot log in. Make a role for the application yourself, and set both "
            f"DATABASE_URL (application) and DATABASE_OWNER_URL (owner). The server says: {error}"
        ) from error


def grant(cursor: CursorWrapper, name: str) -> None:
    """Give the application role what it needs in this database, and take back what it does not need.

    To be repeated after each migration; run it in a transaction, so that nobody ever sees it half done.
    """
    role = sql.Identifier(name)
    everything = ["ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public", "SCHEMA public"]
    statements: list[sql.Composable] = [sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC")]
    statements += [sql.SQL(f"REVOKE ALL ON {what} FROM {{}}").format(role) for what in everything]
    statements += [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role),
    ]
    for table in _existing(cursor, APPEND_ONLY):
        statements.append(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), role))
    for table in _existing(cursor, NEVER_DELETED):
        statements.append(sql.SQL("REVOKE DELETE ON {} FROM {}").format(sql.Identifier(table), role))
    for table in _existing(cursor, READ_ONLY):
        withheld = sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}")
        statements.append(withheld.format(sql.Identifier(table), role))
    for statement in statements:
        cursor.execute(statement)


def _existing(cursor: CursorWrapper, tables: tuple[str, ...]) -> list[str]:
    present = set(connection.introspection.table_names(cursor))
    return [table for table in tables if table in present]
