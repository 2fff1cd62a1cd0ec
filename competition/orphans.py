"""Files that nothing names any more: of an upload that was rolled back, or of a row whose file could not go with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from competition import uploads
from competition.uploads import PrivateFiles

OLD_ENOUGH = timedelta(days=1)
"""No upload takes this long: what is younger may be on its way into a row."""


def sweep(*, at: datetime) -> int:
    """Remove private files that no row names; gives how many. Looks only where uploads are put.

    `at` is the real moment: the age of a file is by the machine's clock, also where the site shows another day.
    """
    if not uploads.is_on():
        return 0
    root = Path(settings.PRIVATE_FILES_DIR)
    fields = list(_fields())
    # First what is there, then what is named: what comes in between is too young.
    old = [file for folder in {str(field.upload_to) for field in fields} for file in _old_files(root / folder, at=at)]
    named = {name for field in fields for name in _named_by(field)} if old else set()
    orphans = [file for file in old if file.relative_to(root).as_posix() not in named]
    for file in orphans:
        file.unlink(missing_ok=True)
    return len(orphans)


def _fields() -> Iterator[models.FileField]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField) and isinstance(field.storage, PrivateFiles):
                yield field


def _old_files(folder: Path, *, at: datetime) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < at - OLD_ENOUGH:
            yield path


def _named_by(field: models.FileField) -> Iterator[Any]:
    return field.model._base_manager.values_list(field.name, flat=True).iterator()
