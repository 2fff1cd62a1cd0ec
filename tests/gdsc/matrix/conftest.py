"""One world for all tests of a module."""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.factories import NOW
from tests.gdsc.matrix import asking, world
from tests.gdsc.matrix.world import World


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all rows: whatever a request writes is undone.

    For each module, and not for the folder: pytest knows no package without __init__.py, and would keep it to the end.
    """
    own = [each for each in django_settings.MIDDLEWARE if "zeal" not in each]
    log = logging.getLogger("django_structlog")
    before = log.level
    with (
        django_db_blocker.unblock(),
        override_settings(ADMIN_NEEDS_SECOND_FACTOR=True, MIDDLEWARE=own),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        log.setLevel(logging.ERROR)
        made = world.make()
        as_made = asking.rows_of_every_table()
        yield made
        log.setLevel(before)
        assert asking.rows_of_every_table() == as_made, "somebody looked, and something changed"
        transaction.set_rollback(True)
