"""News for feed readers, as one reads it."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from news.models import NewsItem
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

FEED = "/nieuws/atom.xml"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"


def feed_of(client: Client) -> ET.Element:
    return ET.fromstring(client.get(FEED).content)  # noqa: S314 - our own answer


def texts(element: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall(path, ATOM)]


def links(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall("a:link", ATOM)}


def test_it_tells_each_message_by_whole_addresses_of_our_own(client: Client) -> None:
    published = NOW - timedelta(days=3)
    factories.news_item("Eerst", published_at=published, changed_at=published + timedelta(days=1))
    factories.news_item("Later", published_at=NOW, changed_at=NOW - timedelta(days=9))

    feed = ET.fromstring(client.get(FEED, headers={"host": "kwaad.example"}).content)  # noqa: S314

    assert texts(feed, "a:id") == ["https://gdsc.example/nieuws/"]
    assert links(feed) == {"alternate": "https://gdsc.example/nieuws/", "self": "https://gdsc.example/nieuws/atom.xml"}
    assert texts(feed, "a:entry/a:title") == ["Later", "Eerst"]
    assert [links(entry) for entry in feed.findall("a:entry", ATOM)] == [
        {"alternate": "https://gdsc.example/nieuws/later/"},
        {"alternate": "https://gdsc.example/nieuws/eerst/"},
    ]
    assert texts(feed, "a:entry/a:id") == ["https://gdsc.example/nieuws/later/", "https://gdsc.example/nieuws/eerst/"]
    assert texts(feed, "a:entry/a:published") == ["2026-03-18T11:00:00+00:00", "2026-03-15T11:00:00+00:00"]
    assert texts(feed, "a:entry/a:updated") == ["2026-03-18T11:00:00+00:00", "2026-03-16T11:00:00+00:00"]
    assert texts(feed, "a:author/a:name") == ["De Grote Digitale Steden Competitie"]


def test_it_is_atom(client: Client) -> None:
    assert client.get(FEED)["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_what_was_typed_is_text_in_every_reader(client: Client) -> None:
    """A title is plain text; a summary is called HTML, so that a reader undoes one more layer."""
    typed = "<script>alert('x')</script> & \"zo\"\x01\x0b\u202e]]>"
    factories.news_item("x", slug="x", summary=typed)
    NewsItem.objects.update(title=typed)

    feed = feed_of(client)

    plain = "<script>alert('x')</script> & \"zo\"\n]]>"
    (summary,) = feed.findall("a:entry/a:summary", ATOM)
    assert texts(feed, "a:entry/a:title") == [" ".join(plain.split())]
    assert summary.attrib["type"] == "html"
    assert "<script>" not in (summary.text or "")
    assert unescape(summary.text or "") == plain


def test_it_holds_the_twenty_newest(client: Client) -> None:
    for number in range(22):
        factories.news_item(f"Bericht {number}", published_at=NOW - timedelta(hours=number))

    assert texts(feed_of(client), "a:entry/a:title") == [f"Bericht {number}" for number in range(20)]


def test_without_news_it_is_a_feed_all_the_same(client: Client) -> None:
    assert feed_of(client).findall("a:entry", ATOM) == []


def test_it_is_sent_again_only_when_something_changed(client: Client) -> None:
    factories.news_item("Eerst")
    item = factories.news_item("Later", published_at=NOW)
    first = client.get(FEED)
    again = client.get(FEED, headers={"if-none-match": first["ETag"]})
    item.delete()
    taken_back = client.get(FEED, headers={"if-modified-since": "Fri, 01 Jan 2027 00:00:00 GMT"})

    assert (again.status_code, again.content) == (304, b"")
    assert taken_back.status_code == 200
    assert taken_back["ETag"] != first["ETag"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_one_query_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    edition = factories.edition(is_example=True)
    for _ in range(count):
        factories.news_item(edition=edition)

    with django_assert_num_queries(1):
        feed = feed_of(client)

    assert len(feed.findall("a:entry", ATOM)) == count
