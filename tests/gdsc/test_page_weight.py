"""What front page and leaderboard of 400 participants weigh on a first visit: all that a browser fetches, as served."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from gdsc import benchmark_data, page_cache
from scoring import standings
from tests import factories
from tests.factories import NOW
from tests.reading import Part, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
MOST = 100_000
AS_A_BROWSER = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings, tmp_path: Path) -> None:
    """Files with their fingerprint, compressed beforehand; the page compressed by the page cache."""
    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": storage}}
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    settings.PAGE_CACHE = True
    page_cache.PAGES.clear()
    call_command("collectstatic", "--noinput", "--verbosity=0", "--ignore=admin")


def fetched_by(page: Part) -> set[str]:
    """The addresses of the files that a page names and a browser fetches at once."""
    links = [link for link in page.all("link") if link.attributes["rel"] in {"stylesheet", "preload", "icon"}]
    named = [(part.attributes.get("href") or part.attributes.get("xlink:href")) for part in [*links, *page.all("use")]]
    named += [part.attributes["src"] for part in [*page.all("script"), *page.all("img")]]
    return {urlsplit(str(address)).path for address in named}


def weight_of(client: Client, address: str) -> dict[str, int]:
    """In bytes, of each file: the page, what it names, and what its stylesheets name."""
    response = client.get(address, headers=AS_A_BROWSER)
    assert response["Content-Encoding"] == "br"
    weight = {address: len(response.content)}
    waiting = fetched_by(read(client.get(address)))
    while waiting:
        file = waiting.pop()
        got: Any = client.get(file, headers=AS_A_BROWSER)
        assert got.status_code == 200
        weight[file] = len(got.getvalue())
        if file.endswith(".css"):
            css = client.get(file).getvalue().decode()
            waiting |= {urljoin(file, found) for found in re.findall(r'url\("?([^")]+)', css)} - set(weight)
    return weight


@pytest.mark.parametrize("address", ["/", "/ranglijst/"])
@pytest.mark.parametrize("is_meetup_evening", [False, True])
def test_a_first_visit_is_light(client: Client, is_meetup_evening: bool, address: str) -> None:
    edition = benchmark_data.lay_out_edition(2026)
    benchmark_data.add_entries(edition, factories.organiser(), up_to=12_000)
    benchmark_data.close_months(edition)
    standings.rebuild(edition, at=NOW)
    if is_meetup_evening:
        factories.meetup(of=edition, starts_at=NOW - timedelta(minutes=10))

    weight = weight_of(client, address)

    kinds = {Path(file).suffix for file in weight}
    assert {"", ".css", ".woff2", ".svg"} <= kinds
    assert (".js" in kinds) is is_meetup_evening
    assert sum(weight.values()) <= MOST, weight
