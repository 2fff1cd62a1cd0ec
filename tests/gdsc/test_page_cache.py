"""Public pages from memory: the same for everybody, never stale, never somebody's own."""

import gzip
import re
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.models import Edition, PageChange, Participant
from gdsc import page_cache
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

BOARD = "/ranglijst/"


@pytest.fixture(autouse=True)
def on(kept_pages: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def edition() -> Edition:
    edition = factories.edition()
    factories.participant("Ede", of=edition)
    return edition


def asked(client: Client, address: str = BOARD, **headers: str) -> tuple[Any, int]:
    """The answer, and how many questions it took."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address, headers=headers)
    return response, len(queries)


def test_the_second_visitor_gets_the_same_page_for_one_question(edition: Edition, client: Client) -> None:
    first, many = asked(client)
    second, one = asked(Client())

    assert (first.content, first.headers) == (second.content, second.headers)
    assert (many > 1, one) == (True, 1)


def test_each_language_has_a_page_of_its_own_whatever_the_browser_asks_for(edition: Edition, client: Client) -> None:
    dutch, english = asked(client)[0], asked(client, f"/en{BOARD}")[0]
    again = asked(Client(), **{"accept-language": "en"}), asked(Client(), f"/en{BOARD}", **{"accept-language": "nl"})

    assert [response.content for response, _one in again] == [dutch.content, english.content]
    assert [queries for _response, queries in again] == [1, 1]
    assert (b'<html lang="nl">' in dutch.content, b'<html lang="en">' in english.content) == (True, True)


def test_within_the_second_nothing_is_asked(edition: Edition, client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE_SECONDS = 3600.0
    asked(client)

    assert asked(client)[1] == 0


def test_the_open_data_tells_of_a_new_point_at_once(edition: Edition, client: Client, settings: Settings) -> None:
    """A page may be a second old; who asks for data gets it from memory too, but only as long as it is the newest."""
    settings.PAGE_CACHE_SECONDS = 3600.0
    address = "/api/v1/editions/2026/standing"
    asked(client, address)
    kept, questions = asked(client, address)
    assert (kept.json()["head"]["number"], questions) == (0, 1)

    factories.entry(edition.participants.get())

    assert asked(client, address)[0].json()["head"]["number"] == 1


def test_a_new_point_is_on_the_page_at_once(edition: Edition, client: Client) -> None:
    asked(client)
    factories.entry(edition.participants.get(), description="Meetup in Ede")

    page = asked(client)[0].content.decode()

    assert re.search(r"Ede.*?\b1\b", page, re.DOTALL)
    assert "nog geen punten" not in page.lower()


def test_many_who_ask_at_once_for_an_old_page_wait_for_one_that_makes_it(edition: Edition, client: Client) -> None:
    asked(client)
    factories.entry(edition.participants.get())
    [page] = page_cache.PAGES._pages.values()
    made: list[Any] = []

    class Turn:
        """Somebody else has the turn, and makes the page while we wait."""

        def __enter__(self) -> None:
            vars(page)["turn_to_renew"] = nullcontext()
            made.append(asked(Client()))

        def __exit__(self, *_error: object) -> None: ...

    vars(page)["turn_to_renew"] = Turn()

    ours, questions = asked(client)

    [(theirs, _)] = made
    assert (ours.content, ours["ETag"]) == (theirs.content, theirs["ETag"])
    assert questions == made[0][1] + 2  # only whether the page is new, before and after waiting


def test_a_new_name_is_on_the_page_at_once(edition: Edition, client: Client) -> None:
    asked(client)
    Participant.objects.filter(edition=edition).update(name="Zwolle")

    assert "Zwolle" in asked(client)[0].content.decode()


def test_a_new_day_makes_a_new_page(edition: Edition, client: Client, time_machine: TimeMachineFixture) -> None:
    asked(client)
    time_machine.move_to(NOW + timedelta(days=20), tick=False)

    assert asked(client)[1] > 1


def test_who_is_logged_in_gets_a_page_of_their_own(edition: Edition, client: Client) -> None:
    asked(client)
    person = Client()
    person.force_login(factories.user("Jo"))

    page, questions = asked(person)

    assert questions > 1
    assert "account/logout" in page.content.decode() or "Uitloggen" in page.content.decode()
    assert "Uitloggen" not in asked(Client())[0].content.decode()


def test_the_page_of_who_is_logged_in_is_not_for_others(edition: Edition, client: Client) -> None:
    client.force_login(factories.user("Jo"))
    asked(client)

    assert "Uitloggen" not in asked(Client())[0].content.decode()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip; q=0", ""),
        ("identity", ""),
    ],
)
def test_it_is_compressed_as_the_visitor_likes(edition: Edition, client: Client, accepted: str, encoding: str) -> None:
    plain = asked(client)[0].content

    response = asked(client, BOARD, **{"accept-encoding": accepted})[0]

    assert response.headers.get("Content-Encoding", "") == encoding
    assert "Accept-Encoding" in response["Vary"]
    assert int(response["Content-Length"]) == len(response.content)
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](response.content)
    assert unpacked == plain


def test_what_a_visitor_has_is_not_sent_again(edition: Edition, client: Client) -> None:
    etag = asked(client, BOARD, **{"accept-encoding": "br"})[0]["ETag"]

    again = asked(client, BOARD, **{"accept-encoding": "br", "if-none-match": f'"x", W/{etag}'})[0]
    other = asked(client, BOARD, **{"if-none-match": etag})[0]

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert other.status_code == 200
    assert "Content-Security-Policy" in again.headers


def test_every_address_has_its_own_page(edition: Edition, client: Client) -> None:
    asked(client)

    assert asked(client, "/2026/ranglijst/")[1] > 1
    assert asked(client, BOARD + "?x=1")[1] > 1


def test_only_what_is_for_everybody_and_went_well_is_kept(edition: Edition, client: Client) -> None:
    for address in ["/2026/deelnemers/niemand/", "/account/login/", "/gezondheid/"]:
        asked(client, address)
        assert asked(client, address)[1] != 1, address


def test_memory_has_a_bound(edition: Edition, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_PAGES", 2)
    for number in range(4):
        asked(client, f"{BOARD}?x={number}")

    assert asked(client, f"{BOARD}?x=3")[1] == 1
    assert asked(client, f"{BOARD}?x=0")[1] > 1


def test_it_can_be_off(edition: Edition, client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE = False
    asked(client)

    assert asked(client)[1] > 1


def test_each_statement_that_changes_what_pages_show_is_noted(edition: Edition) -> None:
    before = PageChange.objects.count()

    Participant.objects.filter(edition=edition).update(name="Zwolle")

    assert PageChange.objects.count() == before + 1
