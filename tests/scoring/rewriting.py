"""Forging a ledger, in an export or in the database, as somebody would who knows how it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from gdsc.roles import become_application, become_owner
from scoring.verify import FIELDS, GENESIS

Export = dict[str, Any]
PLACE = {name: place for place, name in enumerate(FIELDS)}


def value(export: Export, number: int, field: str) -> str:
    return str(export["ledger"][number - 1].split("\t")[PLACE[field]])


def put(export: Export, number: int, /, **fields: str) -> None:
    """Overwrite fields of one entry, and leave its hash as it is."""
    parts = export["ledger"][number - 1].split("\t")
    for name, new in fields.items():
        parts[PLACE[name]] = new
    export["ledger"][number - 1] = "\t".join(parts)


def rechain(export: Export, *, start: int = 1, renumber: bool = False) -> None:
    """Hash the entries from `start` on anew, each upon the one before, and the head with them."""
    head = value(export, start - 1, "hash") if start > 1 else GENESIS
    for number in range(start, len(export["ledger"]) + 1):
        put(export, number, previous_hash=head, **({"number": str(number)} if renumber else {}))
        text = export["ledger"][number - 1].rpartition("\t")[0]
        head = sha256(text.encode()).hexdigest()
        put(export, number, hash=head)
    export["head"] = {"number": len(export["ledger"]), "hash": head}


def publish_anew(export: Export) -> None:
    """Let the published checkpoints say what the ledger says now."""
    for checkpoint in export["checkpoints"]:
        checkpoint["hash"] = value(export, checkpoint["number"], "hash")


def checkpoint_of(export: Export, number: int) -> tuple[int, str]:
    return number, value(export, number, "hash")


@contextmanager
def changed_by_the_owner(table: str, *statements: str) -> Iterator[None]:
    """The owner can switch the triggers off; only the check sees what happened then. Undone at the end."""
    become_owner()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                for statement in statements:
                    cursor.execute(statement)
                    assert cursor.rowcount
            yield
            transaction.set_rollback(True)
    finally:
        become_application()
