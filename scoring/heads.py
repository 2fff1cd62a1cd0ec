"""Heads of the ledger that were published, kept outside the database.

Who restores an older backup takes back all that the database knows, its checkpoints too: only what lies elsewhere can
tell. `PUBLISHED_HEADS_DIR` names a directory for one file for each edition. A line is a moment and a checkpoint, as
`verify.py` takes it; lines are only ever added. Without the setting nothing is kept, and nothing is found this way.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from competition.models import Edition
from scoring.verify import checkpoint_from

Head = tuple[int, str]


class UnreadableHeadsError(Exception):
    """What was kept cannot be read; the message says where."""


def is_on() -> bool:
    return bool(settings.PUBLISHED_HEADS_DIR)


def kept(edition: Edition) -> list[Head]:
    """The heads of this edition that were published, in the order in which they were kept."""
    if not is_on():
        return []
    file = _file(edition)
    try:
        lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
        return [checkpoint_from(line.rpartition(" ")[2]) for line in lines]
    except (OSError, ValueError) as error:
        raise UnreadableHeadsError(f"{file.name}: {error}") from error


def keep(edition: Edition, heads: Iterable[Head], *, at: datetime) -> None:
    """Add what is not kept yet, and have it on the disk before this ends; nothing where the setting is off."""
    if not is_on():
        return
    known = set(kept(edition))
    if new := [head for head in dict.fromkeys(heads) if head not in known]:
        lines = "".join(f"{at.isoformat()} {number}:{digest}\n" for number, digest in new)
        with _file(edition).open("a", encoding="ascii") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())


def is_well() -> bool:
    """Whether the directory is there and can be written to, or none is asked for."""
    return not is_on() or os.access(settings.PUBLISHED_HEADS_DIR, os.R_OK | os.W_OK | os.X_OK)


def _file(edition: Edition) -> Path:
    """A directory that is missing, such as a disk that is not mounted, is never taken for an empty one."""
    directory = Path(settings.PUBLISHED_HEADS_DIR)
    if not directory.is_dir():
        raise UnreadableHeadsError(f"{directory} is geen map")
    return directory / f"gdsc-{edition.year}-controlepunten.txt"
