"""The files at a fixed place, line by line."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from tests.factories import NOW

pytestmark = pytest.mark.time_machine(NOW, tick=False)
SECURITY = "/.well-known/security.txt"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"
    settings.SECURITY_CONTACT, settings.SECURITY_TXT_DAYS = "mailto:lek@gdsc.example", 180


def text_of(client: Client, address: str) -> list[str]:
    response = client.get(address, headers={"host": "kwaad.example"})
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return response.content.decode().splitlines()


def test_robots_find_the_sitemap_and_keep_out_of_what_is_closed(client: Client) -> None:
    assert text_of(client, "/robots.txt") == [
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /beheer/",
        "Disallow: /mijn/",
        "Disallow: /uitnodiging/",
        "Disallow: /en/account/",
        "Disallow: /en/beheer/",
        "Disallow: /en/mijn/",
        "Disallow: /en/uitnodiging/",
        "",
        "Sitemap: https://gdsc.example/sitemap.xml",
    ]


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "admin:index", "dashboard"])
def test_what_is_closed_is_where_robots_are_told(client: Client, name: str) -> None:
    closed = [line.partition(": ")[2] for line in text_of(client, "/robots.txt") if line.startswith("Disallow")]

    assert reverse(name).startswith(tuple(closed))


def test_security_tells_whom_to_write_to_and_until_when(client: Client) -> None:
    """180 days after 18 March, at the beginning of the day in the Netherlands."""
    assert text_of(client, SECURITY) == [
        "Contact: mailto:lek@gdsc.example",
        "Expires: 2026-09-13T22:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: https://gdsc.example/.well-known/security.txt",
    ]


def test_it_never_runs_out_and_holds_for_less_than_a_year(
    client: Client, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2031, 12, 31, 22, 59, tzinfo=UTC), tick=False)
    settings.SECURITY_TXT_DAYS = 30

    assert text_of(client, SECURITY)[1] == "Expires: 2032-01-29T23:00:00Z"


def test_a_leak_is_told_to_the_same_people_unless_others_are_named() -> None:
    from gdsc import settings as ours

    assert f"mailto:{ours.CONTACT_EMAIL}" == ours.SECURITY_CONTACT
    assert ours.SECURITY_TXT_DAYS < 365
