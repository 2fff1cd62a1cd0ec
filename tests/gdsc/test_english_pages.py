"""Every public page in English: all of it, what people wrote marked as Dutch, and no dearer than in Dutch."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gdsc.api.v1 import api
from scoring import selections
from tests.english import dutch_on, marked, told, unmarked
from tests.gdsc.test_public_pages import DOWNLOADS, FEEDS, IN_DECEMBER, PAGES, PICTURES, whole_year
from tests.reading import Part, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_DECEMBER, tick=False)]

STORY, NAME, EDITION = "Verhaal over stoepen en tegels.", "Stad aan Zee", "Editie Stad aan Zee"
OF_TWO = ("Iets bijzonders", "Omdat het moet")
OF_OURSELVES = ("http://127.0.0.1:8000", "niets van dit alles", "stoepen", *api.get_openapi_schema()["paths"])
BOOKED = f"Meetup bijgewoond: {STORY}, 16 maart 2026"
PROVINCES = (
    "Drenthe",
    "Flevoland",
    "Fryslân",
    "Gelderland",
    "Groningen",
    "Limburg",
    "Noord-Brabant",
    "Noord-Holland",
    "Overijssel",
    "Utrecht",
    "Zeeland",
    "Zuid-Holland",
)
VARIANTS = [
    "/ranglijst/?op=2026-04-10",
    "/ranglijst/?door=wildcard&ervaring=nieuw",
    "/embed/?deelnemer=a",
    "/goed-opgelost/?zoek=stoepen",
    "/goed-opgelost/?zoek=niets+van+dit+alles",
    "/2026/overnames/?toon=overnemers",
    "/account/login/",
    "/account/password/reset/",
]


@pytest.fixture(autouse=True)
def year() -> dict[str, int]:
    return whole_year(STORY, name=NAME)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Neither words without brackets in a test that wants those, nor brackets after it."""
    selections._nothing_chosen.cache_clear()
    yield
    selections._nothing_chosen.cache_clear()


def english(client: Client, year: dict[str, int], pages: list[str]) -> dict[str, Part]:
    """These pages in English, by address."""
    addresses = [f"/en{page.format(**year)}" for page in pages]
    return {address: read(client.get(address)) for address in addresses}


def where(found: dict[str, Any]) -> dict[str, Any]:
    """Only the pages on which there is something."""
    return {address: something for address, something in found.items() if something}


def test_each_page_says_that_it_is_english_and_shows_no_dutch_text(client: Client, year: dict[str, int]) -> None:
    pages = english(client, year, [*PAGES, *VARIANTS])

    assert {page.one("html").attributes["lang"] for page in pages.values()} == {"en"}
    assert where({address: dutch_on(page) for address, page in pages.items()}) == {}


def test_every_word_was_translated_or_is_a_name_or_written_by_people(client: Client, year: dict[str, int]) -> None:
    with marked():
        pages = english(client, year, [*PAGES, *VARIANTS])

    own = (STORY, EDITION, NAME, *PROVINCES, *OF_OURSELVES)
    assert where({address: unmarked(page, *own) for address, page in pages.items()}) == {}


def test_what_people_wrote_is_marked_as_dutch(client: Client, year: dict[str, int]) -> None:
    pages = english(client, year, [*PAGES, *VARIANTS])
    written = (STORY, BOOKED, *OF_TWO)

    assert where({address: _among(told(page.one("body")), written) for address, page in pages.items()}) == {}


def test_a_page_keeps_nothing_of_a_visitor_and_costs_as_many_queries_as_in_dutch(
    client: Client, year: dict[str, int]
) -> None:
    costs: dict[str, list[int]] = {}
    for page in PAGES:
        for address in (page.format(**year), f"/en{page.format(**year)}"):
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address, headers={"accept-language": "fr"})
            costs.setdefault(page, []).append(len(captured))
            assert not response.cookies
            assert "accept-language" not in response.get("Vary", "").lower()
            assert response["Content-Language"] == ("en" if address.startswith("/en/") else "nl")

    assert {page: cost for page, cost in costs.items() if cost[0] != cost[1]} == {}


def test_a_page_leads_to_itself_in_dutch_and_back_and_tells_machines_so(client: Client, year: dict[str, int]) -> None:
    for page in [page for page in PAGES if not page.startswith(("/embed/stand", "/embed/deeln"))]:
        path = f"{page.format(**year)}?x=a%20b&page=2"
        in_dutch, in_english = read(client.get(path)), read(client.get(f"/en{path}"))
        versions = _versions(in_english)

        assert _switch(in_dutch) == {"en": f"/en{path}"}
        assert _switch(in_english) == {"nl": path}
        assert _versions(in_dutch) == versions
        assert versions["en"].replace("/en/", "/", 1) == versions["x-default"] == versions["nl"]
        assert (_canonical(in_dutch), _canonical(in_english)) == (versions["nl"], versions["en"])


@pytest.mark.parametrize(
    ("further", "translated"),
    [
        ("/mijn/?a=b", "/en/mijn/%3Fa%3Db"),
        ("//evil.example/x", "/en//evil.example/x"),
        ("//[", "/en//%5B"),
        ("http://[", "http%3A//%5B"),
        ("https://evil.example/x", "https%3A//evil.example/x"),
        ("", ""),
    ],
)
def test_the_switch_takes_along_where_a_form_leads_on_whatever_stands_there(
    client: Client, further: str, translated: str
) -> None:
    page = read(client.get("/account/login/", {"next": further}))

    assert _switch(page) == {"en": f"/en/account/login/?next={translated}"}


def test_every_public_page_is_in_the_sitemap_in_both_languages_or_in_neither(client: Client) -> None:
    found = set(client.get("/sitemap.xml").content.decode().replace("</loc>", "<loc>").split("<loc>")[1::2])
    english = {address for address in found if "/en/" in address}

    assert len(english) > 20
    assert {address.replace("/en/", "/", 1) for address in english} == found - english


def test_pictures_and_files_with_words_are_there_in_english_too(client: Client) -> None:
    files = ["/2026/ranglijst/stand.csv", "/2026/meetups/meetup/agenda.ics", "/meetups/agenda.ics", "/nieuws/atom.xml"]
    assert set(files) < {*DOWNLOADS, *FEEDS}

    drawn = [address for address in PICTURES if not address.startswith("/goed-opgelost/")]
    for address in [*drawn, *files]:
        in_dutch, in_english = client.get(address), client.get(f"/en{address}")
        assert in_english.status_code == 200, address
        assert in_english["Content-Type"] == in_dutch["Content-Type"]
        assert in_english.content != in_dutch.content, address


def test_what_machines_read_stands_at_one_address(client: Client) -> None:
    for address in ("/sitemap.xml", "/robots.txt", "/api/v1/editions", "/controle/verify.py"):
        assert client.get(address).status_code == 200
        assert client.get(f"/en{address}").status_code == 404


@pytest.mark.parametrize(
    ("address", "dutch"),
    [
        ("/en/robots.txt", "/robots.txt"),
        ("/en/sitemap.xml?x=1", "/sitemap.xml?x=1"),
        ("/en/bestaat-niet/", "/"),
        # Where there could be a page, nobody learns from the answer what the page would have been about.
        ("/en/2026/deelnemers/niemand/", "/"),
        ("/en//kwaad.example/", "/"),
    ],
)
def test_what_is_there_in_dutch_only_is_led_to(client: Client, address: str, dutch: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    response.status_code = 200  # `read` wants a page that is there
    assert _switch(read(response)) == {"nl": dutch}


def test_what_is_not_there_is_told_in_english(client: Client) -> None:
    response = client.get("/en/bestaat-niet/")

    assert response.status_code == 404
    response.status_code = 200  # `read` wants a page that is there
    page = read(response)
    assert page.one("html").attributes["lang"] == "en"
    assert dutch_on(page) == []
    assert page.one("h1").words == "This page does not exist"
    assert _switch(page) == {"nl": "/"}


def _among(texts: Iterable[str], written: tuple[str, ...]) -> list[str]:
    return [text for text in texts if any(words in text for words in written)]


def _switch(page: Part) -> dict[str, str]:
    links = [link.attributes for link in page.one("nav.user-nav").all("a") if link.attributes.get("hreflang")]
    return {str(link["hreflang"]): str(link["href"]) for link in links}


def _versions(page: Part) -> dict[str, str]:
    links = [link.attributes for link in page.one("head").all("link") if link.attributes.get("hreflang")]
    return {str(link["hreflang"]): str(link["href"]) for link in links}


def _canonical(page: Part) -> str:
    (link,) = [link for link in page.one("head").all("link") if link.attributes.get("rel") == "canonical"]
    return str(link.attributes["href"])
