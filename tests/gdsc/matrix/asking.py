"""Asking for a page as each role, and seeing what is written meanwhile."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.gdsc.matrix.world import World

LOGIN, DOOR = "login", "door"
"""A redirect to the page to log in, and to the admin's own door, which leads on to it."""
REFUSALS = {LOGIN, DOOR, "403", "404", "405"}
NOTES_OF_A_VISIT = {"django_session", "gdsc_cache", "competition_user.last_login"}
_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)


class Browser(Client):
    """Without what the test client keeps of every template: that takes as long as the page."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


BROWSER = Browser(raise_request_exception=False)
"""The one browser of all roles: starting another takes longer than most pages."""


def as_role(world: World, role: str, client: Client = BROWSER) -> Client:
    """The browser, in which this role is logged in and nothing else is known."""
    client.cookies = SimpleCookie()
    if role in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    return client


def answer_to(response: Any) -> str:
    """The status, or where it leads when that is a door."""
    location = response.get("Location", "").removeprefix("/en")
    if location.startswith("/account/login/?"):
        return LOGIN
    return DOOR if location.startswith("/beheer/login/?") else str(response.status_code)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is as if it never was."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@contextmanager
def noted() -> Iterator[list[str]]:
    """Gives the tables that are written to, but for what is known of every visit."""
    tables: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        written = _WRITES.match(sql)
        if written and written[1] not in NOTES_OF_A_VISIT:
            tables.append(written[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def rows_of_every_table() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and a sum over all that is in them."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - NOTES_OF_A_VISIT
        parts = [
            f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {table} t"
            for table in sorted(tables)
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (int(count), int(content)) for name, count, content in cursor.fetchall()}
