"""The sitemap: every public page, and nothing else."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from competition.models import Edition
from scoring.final.result import record_winner
from tests import factories
from tests.factories import NOW
from tests.gdsc.test_public_pages import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
OF_ONE_THING = ("/2026/ranglijst/m", "/2026/meetups/maand/", "/embed/stand/", "/embed/deelnemer/")
"""Pages that others lead to: one closed month, one month of the calendar, and what stands in a frame."""


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"


@pytest.fixture
def edition() -> Edition:
    """One of everything, the year before it, and two of before this portal."""
    edition = factories.edition()
    participant = factories.participant("A", of=edition)
    solution = factories.solution(of=edition, slug="oplossing")
    factories.meetup(of=edition, slug="meetup", solution=solution, changed_at=datetime(2026, 2, 1, tzinfo=UTC))
    factories.confirmed(factories.contribution(participant))
    factories.contribution(participant)
    factories.news_item(slug="bericht")
    factories.news_item(slug="concept", published_at=None)
    factories.news_item(slug="later", published_at=NOW + timedelta(days=1))
    factories.edition(2025)
    old = Edition.objects.create(year=2015, name="Toen", is_archive=True)
    haarlem = factories.participant("Haarlem", of=old)
    record_winner(old, haarlem, motivation="Gewonnen", by=None, at=NOW)
    Edition.objects.create(year=2027, name="Nog niet ingericht")
    return edition


def sitemap(client: Client) -> dict[str, str]:
    """Each address, with the day of its last change where that is known."""
    response = client.get("/sitemap.xml", headers={"host": "kwaad.example"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    found = ET.fromstring(response.content).findall("s:url", NS)  # noqa: S314 - our own answer
    pairs = [(url.findtext("s:loc", "", NS), url.findtext("s:lastmod", "", NS)) for url in found]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def paths(client: Client) -> set[str]:
    return {address.removeprefix("https://gdsc.example") for address in sitemap(client)}


def test_every_address_is_a_whole_one_of_our_own_and_answers(client: Client, edition: Edition) -> None:
    found = sitemap(client)

    assert {address[:21] for address in found} == {"https://gdsc.example/"}
    answers = {address: client.get(address.removeprefix("https://gdsc.example")).status_code for address in found}
    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_it_has_every_public_page(client: Client, edition: Edition) -> None:
    (contribution,) = [path for path in paths(client) if path.startswith("/goed-opgelost/") and path[-2].isdigit()]
    wanted = {page.replace("/goed-opgelost/{contribution}/", contribution) for page in PAGES}
    to_come = {"/archief/2026/"}

    assert {page for page in wanted - to_come if not page.startswith(OF_ONE_THING)} - paths(client) == set()


def test_each_edition_has_its_own_pages_and_one_of_before_this_portal_only_its_archive(
    client: Client, edition: Edition
) -> None:
    found = paths(client)

    assert {"/2025/ranglijst/", "/2025/meetups/", "/archief/2025/", "/archief/2015/"} <= found
    assert [path for path in found if "2027" in path or path.startswith("/2015/")] == []
    assert "/archief/2026/" not in found


def test_nothing_that_is_closed_unconfirmed_or_still_to_appear_stands_in_it(client: Client, edition: Edition) -> None:
    found = paths(client)

    closed = ("/mijn/", "/beheer/", "/account/", "/stijlgids/", "/postbus/", "/gezondheid/", "/api/v1/")
    assert [path for path in found if path.startswith(closed) or not path.endswith("/")] == []
    assert {path for path in found if path.startswith("/nieuws/")} == {"/nieuws/", "/nieuws/bericht/"}
    assert len([path for path in found if path.startswith("/goed-opgelost/")]) == 2


def test_what_has_a_day_of_last_change_tells_it(client: Client, edition: Edition) -> None:
    found = sitemap(client)

    assert found["https://gdsc.example/2026/meetups/meetup/"] == "2026-02-01"
    assert found["https://gdsc.example/nieuws/bericht/"] == "2026-03-18"
    assert found["https://gdsc.example/ranglijst/"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_six_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for year in range(2026, 2026 + count):
        edition = factories.edition(year)
        participant = factories.participant(of=edition)
        factories.solution(of=edition)
        factories.meetup(of=edition)
        factories.news_item(edition=edition)
        factories.contribution(participant)

    with django_assert_num_queries(6):
        found = sitemap(client)

    assert len([address for address in found if "/deelnemers/" in address and "/en/" not in address]) == count
