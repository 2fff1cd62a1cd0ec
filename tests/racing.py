"""Several people who do something in the same moment, each on a connection of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, connections

PATIENCE = 20
"""Seconds that one waits for another, before the test fails."""


def at_once(acts: Sequence[Callable[[], object]], *, refusals: tuple[type[Exception], ...]) -> list[object]:
    """Start all of them in the same moment; gives what each gave, or the refusal that it got."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            return act()
        except refusals as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
