"""What every test can ask for: a database as in production, a real worker, a browser, a Redis that is down."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
import psycopg
import pytest
import redis
from axe_playwright_python.sync_playwright import Axe
from celery.contrib.testing.worker import start_worker
from celery.worker import WorkController
from django.conf import settings as django_settings
from django.test import TransactionTestCase
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from gdsc import page_cache
from gdsc.celery import app as celery_app
from tests import chromium, database

# Playwright keeps an event loop in the thread of the test, in which Django would refuse every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CLOSED_PORT = "redis://127.0.0.1:1/0"

hypothesis.settings.register_profile("short", max_examples=50, deadline=None)
hypothesis.settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("short")


def pytest_configure() -> None:
    """Settings that hold for all tests."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A page that asks the database once per row fails its test.
    django_settings.MIDDLEWARE = ["zeal.middleware.zeal_middleware", *django_settings.MIDDLEWARE]
    # Clocks jump in tests; tests/competition/test_session_limits.py turns it on.
    django_settings.MIDDLEWARE.remove("competition.session_limits.SessionLimitMiddleware")
    # A line for each request would bury what a failing test has to say.
    logging.getLogger("django_structlog").setLevel(logging.WARNING)
    # Pages of one test would be kept for the next; tests/gdsc/test_page_cache.py turns it on.
    django_settings.PAGE_CACHE = False
    # Files that people send in a test; PrivateFiles makes the directory.
    django_settings.PRIVATE_FILES_DIR = tempfile.mkdtemp(prefix="gdsc-files-")
    _use_own_redis_databases()


def _use_own_redis_databases() -> None:
    """Keep the processes of one run apart, and the cache apart from the broker."""
    number = 1 + 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    server = django_settings.REDIS_URL.rpartition("/")[0]
    celery_app.conf.update(broker_url=f"{server}/{number}")
    django_settings.CACHES["redis"]["LOCATION"] = f"{server}/{number + 1}"


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(django_settings.PRIVATE_FILES_DIR, ignore_errors=True)
    if not hasattr(config, "workerinput"):
        database.remove_template()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if chromium.PATH is None and "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=chromium.MISSING))


# --- Database ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        database.make()
    yield
    with django_db_blocker.unblock():
        database.remove()


def _reset_database(_test: TransactionTestCase) -> None:
    database.reset()


TransactionTestCase._fixture_teardown = _reset_database  # type: ignore[attr-defined]


@pytest.fixture
def owner_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The test's database as its owner sees it, outside Django."""
    with database.owner(database.NAME) as connection:
        yield connection


@pytest.fixture
def app_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """The test's database as the application sees it, outside Django."""
    with database.application(database.NAME) as connection:
        yield connection


# --- Worker and broker ---------------------------------------------------------------------------


@pytest.fixture
def worker(transactional_db: None) -> Iterator[WorkController]:
    """A real worker, fed by the real broker, in a thread of its own."""
    redis.Redis.from_url(celery_app.conf.broker_url).flushdb()
    with start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="WARNING") as started:
        yield started


@pytest.fixture
def redis_down(settings: Settings) -> Iterator[None]:
    """Broker and cache refuse every connection."""
    caches = {name: dict(cache) for name, cache in settings.CACHES.items()}
    caches["redis"]["LOCATION"] = CLOSED_PORT
    settings.CACHES = caches
    with broker_at(CLOSED_PORT):
        yield


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    before = celery_app.conf.broker_url
    _connect_anew(url)
    try:
        yield
    finally:
        _connect_anew(before)


def _connect_anew(url: str) -> None:
    celery_app.conf.update(broker_url=url)
    vars(celery_app)["_pool"] = vars(celery_app.amqp)["_producer_pool"] = None


# --- Browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    return browser_type_launch_args | {"executable_path": chromium.PATH, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    viewport = {"width": 1280, "height": 800}
    return browser_context_args | {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "viewport": viewport}


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Gives what stands in the way of people with a disability on a page, one line each."""

    def violations(page: Page) -> list[str]:
        # The size of what is touched is in WCAG 2.2, and the only rule of it that axe leaves out by itself.
        found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]

    return violations


@pytest.fixture
def kept_pages(settings: Settings) -> Iterator[None]:
    """The page cache as in production, but looking at the version each time."""
    settings.PAGE_CACHE, settings.PAGE_CACHE_SECONDS = True, 0.0
    page_cache.PAGES.clear()
    yield
    page_cache.PAGES.clear()


def pytest_sessionstart() -> None:
    """Off before any test file imports the addresses: with it on, those for makers only would be among them."""
    django_settings.DEBUG = False
