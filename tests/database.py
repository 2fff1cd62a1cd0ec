"""A database for each process of the tests, used as the application uses its own.

The owner makes and migrates a template once for the whole run; every process copies it. The tests then log in as the
application's role, so that a right that is missing shows, and one that should be missing too.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, connections, transaction
from psycopg import errors, sql

from gdsc.roles import become_application, become_owner, grant, make_application_role

RUN = os.environ.setdefault("GDSC_TEST_RUN", os.urandom(4).hex())
TEMPLATE = f"test_gdsc_{RUN}_template"
PATIENCE = 300
"""So many times a tenth of a second."""
NAME = f"test_gdsc_{RUN}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def make() -> None:
    """Make this process' database, from a template that the first process to come makes."""
    application = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    with owner() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            _make_template(str(application["user"]), str(application["password"]))
    connection.settings_dict["NAME"] = NAME
    become_application()
    reset()


def _make_template(role: str, password: str) -> None:
    unfinished = f"{TEMPLATE}_new"
    become_owner()
    connection.settings_dict["TEST"]["NAME"] = unfinished
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with transaction.atomic(), connection.cursor() as cursor:
        make_application_role(cursor, role, password)
        grant(cursor, role)
    connection.close()
    with owner() as server:
        server.execute(_sql("ALTER DATABASE {} RENAME TO {}", unfinished, TEMPLATE))


def reset(template: str = TEMPLATE) -> None:
    """Put the database back as migrations left it.

    Django empties the tables for this, which the ledger rightly refuses.
    """
    connections.close_all()
    with owner() as server:
        _drop(NAME, server)
        server.execute(_sql("CREATE DATABASE {} TEMPLATE {}", NAME, template))


@contextmanager
def kept() -> Iterator[Callable[[], None]]:
    """Keep the database as it is now; gives a function that puts it back to this, as often as it is called."""
    copy = f"{NAME}_kept"
    connections.close_all()
    with owner() as server:
        server.execute(_sql("CREATE DATABASE {} TEMPLATE {}", copy, NAME))
    try:
        yield lambda: reset(copy)
    finally:
        with owner() as server:
            _drop(copy, server)


def remove() -> None:
    connections.close_all()
    with owner() as server:
        _drop(NAME, server)


def remove_template() -> None:
    with owner() as server:
        _drop(TEMPLATE, server)


def _drop(name: str, server: psycopg.Connection) -> None:
    """Whoever is in it is sent away, but for an autovacuum worker, over whom the owner has no say: it leaves soon."""
    for _ in range(PATIENCE):
        try:
            server.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
        except errors.InsufficientPrivilege:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"somebody stays in {name}")


@contextmanager
def owner(database: str | None = None) -> Iterator[psycopg.Connection]:
    """A connection of the owner, outside Django; to the server's standing database unless one is named."""
    named = {"dbname": database} if database else {}
    url = psycopg.conninfo.make_conninfo(os.environ["DATABASE_OWNER_URL"], **named)
    with psycopg.connect(url, autocommit=True) as server:
        yield server


@contextmanager
def application(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, dbname=database) as server:
        yield server


def _sql(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))
