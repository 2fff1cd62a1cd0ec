"""News, as organisers and editors keep it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from news.models import NewsItem
from tests import factories
from tests.admin_pages import address, client_in, errors_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(EDITOR)


def form(**fields: Any) -> dict[str, Any]:
    typed = {"title": "Nieuwe meetup", "slug": "nieuwe-meetup", "summary": "Kom langs.", "text": "Tot dan."}
    return typed | {"published_at_0": "19-03-2026", "published_at_1": "09:00:00"} | fields


def test_a_message_is_written_and_appears_in_local_time(client: Client) -> None:
    edition = factories.edition()

    client.post(address(NewsItem, "add"), form(edition=edition.pk))

    item = NewsItem.objects.get()
    assert (item.title, item.slug, item.edition) == ("Nieuwe meetup", "nieuwe-meetup", edition)
    assert item.published_at == datetime(2026, 3, 19, 8, 0, tzinfo=UTC)
    assert item.changed_at == NOW


def test_without_a_moment_it_stays_a_draft(client: Client) -> None:
    client.post(address(NewsItem, "add"), form(published_at_0="", published_at_1=""))

    assert NewsItem.objects.get().published_at is None


def test_hidden_characters_are_left_out(client: Client) -> None:
    client.post(
        address(NewsItem, "add"),
        form(title=" Nieuwe\u200b \x07meetup\u202e", summary="Kom\r\nlangs.", text="Eerst.\r\n\r\nDan.\x0b"),
    )

    item = NewsItem.objects.get()
    assert (item.title, item.summary, item.text) == ("Nieuwe meetup", "Kom langs.", "Eerst.\n\nDan.")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, {"title": ["Vul dit in."]}),
        ({"title": "\u200b"}, {"title": ["Vul dit in."]}),
        ({"summary": "a" * 301}, {"summary": ["Uw tekst telt 301 tekens. Maak er hoogstens 300 van."]}),
        ({"slug": "bezet"}, {"slug": ["Er bestaat al een Nieuwsbericht met eenzelfde Naam in het webadres."]}),
        ({"published_at_0": "31-02-2026"}, {"published_at": ["Voer een geldige datum in."]}),
    ],
)
def test_a_wrong_message_is_refused_in_words(
    client: Client, fields: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    factories.news_item(slug="bezet")

    response = client.post(address(NewsItem, "add"), form(**fields))

    assert errors_of(response) == wrong
    assert NewsItem.objects.count() == 1


@pytest.mark.parametrize(("hours", "slug"), [(-1, "oud"), (1, "nieuwe-meetup"), (None, "nieuwe-meetup")])
def test_the_address_is_fixed_once_readers_can_have_it(client: Client, hours: int | None, slug: str) -> None:
    item = factories.news_item(slug="oud", published_at=None if hours is None else NOW + timedelta(hours=hours))

    client.post(address(item), form())

    assert (NewsItem.objects.get().title, NewsItem.objects.get().slug) == ("Nieuwe meetup", slug)


def test_only_a_change_makes_it_newer(client: Client) -> None:
    client.post(address(NewsItem, "add"), form())
    NewsItem.objects.update(changed_at=NOW - timedelta(days=1))

    client.post(address(NewsItem.objects.get()), form())
    unchanged = NewsItem.objects.get().changed_at
    client.post(address(NewsItem.objects.get()), form(title="Anders"))

    assert (unchanged, NewsItem.objects.get().changed_at) == (NOW - timedelta(days=1), NOW)


def test_the_list_says_what_readers_see(client: Client) -> None:
    factories.news_item("Eerste", published_at=None)
    factories.news_item("Tweede", published_at=NOW + timedelta(hours=1))
    factories.news_item("Derde", published_at=NOW)

    page = text_of(client.get(address(NewsItem, "changelist")))

    assert "Eerste concept" in page
    assert "Tweede verschijnt nog" in page
    assert "Derde staat op de site" in page


@pytest.mark.parametrize(("group", "may"), [(ORGANISER, True), (EDITOR, False)])
def test_only_organisers_delete_news(group: str, may: bool) -> None:
    item = factories.news_item()

    client_in(group).post(address(item, "delete"), {"post": "yes"})

    assert NewsItem.objects.exists() != may


@pytest.mark.parametrize("group", [REVIEWER, AUDITOR])
def test_others_only_look(group: str) -> None:
    item, client = factories.news_item(), client_in(group)

    assert client.get(address(item)).status_code == 200
    assert client.post(address(item), form()).status_code == 403
    assert client.post(address(NewsItem, "add"), form()).status_code == 403


def test_a_published_message_that_is_refused_says_why(client: Client) -> None:
    """Also when it was about to become a draft: its web address stays fixed on the page that comes back."""
    item = factories.news_item("Bericht")

    refused = client.post(address(item), form(title="", published_at_0="", published_at_1=""))

    assert errors_of(refused) == {"title": ["Vul dit in."]}
    assert NewsItem.objects.get().published_at is not None
