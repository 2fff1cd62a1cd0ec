"""News, as everybody reads it."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from news.models import NewsItem
from tests import factories
from tests.factories import NOW
from tests.reading import main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def test_the_newest_stands_first(client: Client) -> None:
    factories.news_item("Oud", published_at=NOW - timedelta(days=2))
    factories.news_item("Nieuw", published_at=NOW, summary="Er is een nieuwe meetup.")
    factories.news_item("Even oud", published_at=NOW - timedelta(days=2))

    page = main_of(client.get("/nieuws/"))

    assert page.texts(".card") == [
        "18 maart 2026 Nieuw Er is een nieuwe meetup.",
        "16 maart 2026 Even oud In één zin",
        "16 maart 2026 Oud In één zin",
    ]
    assert page.links["Nieuw"] == "/nieuws/nieuw/"


def test_without_news_it_says_so(client: Client) -> None:
    assert main_of(client.get("/nieuws/")).one(".empty").one("h2").words == "Er is nog geen nieuws"


def test_a_message_is_a_page_of_plain_paragraphs(client: Client) -> None:
    factories.news_item("Nieuwe meetup", summary="Kom langs.", text="Eerst dit.\n\nDan *dat* en <b>zo</b>.")

    page = main_of(client.get("/nieuws/nieuwe-meetup/"))

    assert page.one("h1").words == "Nieuwe meetup"
    assert page.one(".lead").words == "Kom langs."
    assert page.one(".eyebrow").words == "18 maart 2026"
    assert page.one(".prose").texts("p") == ["Eerst dit.", "Dan *dat* en <b>zo</b>."]


@pytest.mark.parametrize("where", ["/nieuws/", "/nieuws/geheim/", "/nieuws/atom.xml"])
@pytest.mark.parametrize("hours", [None, 1])
def test_a_draft_and_what_is_still_to_appear_are_seen_by_nobody(
    client: Client, where: str, hours: int | None, time_machine: TimeMachineFixture
) -> None:
    factories.news_item("Geheim", published_at=None if hours is None else NOW + timedelta(hours=hours))
    client.force_login(factories.organiser())

    before = client.get(where)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    an_hour_later = client.get(where)

    assert b"Geheim" not in before.content
    assert (before.status_code == 404) == (where == "/nieuws/geheim/")
    assert (b"Geheim" in an_hour_later.content) == (hours is not None)


def test_example_news_is_marked_wherever_it_stands(client: Client) -> None:
    example, real = factories.edition(2026, is_example=True), factories.edition(2027)
    factories.news_item("Verzonnen", edition=example)
    factories.news_item("Echt", edition=real)
    factories.news_item("Algemeen")

    cards = main_of(client.get("/nieuws/")).texts(".card")
    ribbons = [bool(read(client.get(f"/nieuws/{slug}/")).all(".ribbon--example")) for slug in ("verzonnen", "echt")]

    assert ["Voorbeeldgegevens" in card for card in cards] == [False, False, True]
    assert ribbons == [True, False]
    assert "Voorbeeld: Verzonnen" in client.get("/nieuws/atom.xml").content.decode()


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("", ["Bericht 11", "Bericht 2"]),
        ("?page=2", ["Bericht 1", "Bericht 0"]),
        ("?page=99", ["Bericht 1", "Bericht 0"]),
        ("?page=-1", ["Bericht 1", "Bericht 0"]),
        ("?page=x%00", ["Bericht 11", "Bericht 2"]),
        ("?page=" + "9" * 5000, ["Bericht 11", "Bericht 2"]),
    ],
)
def test_there_are_ten_on_a_page_and_any_number_is_answered(client: Client, asked: str, titles: list[str]) -> None:
    for number in range(12):
        factories.news_item(f"Bericht {number}", published_at=NOW - timedelta(days=12 - number))

    shown = main_of(client.get(f"/nieuws/{asked}")).texts("h2")

    assert [shown[0], shown[-1]] == titles


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_two_queries_however_many_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    edition = factories.edition()
    for _ in range(count):
        factories.news_item(edition=edition)

    with django_assert_num_queries(2):
        page = main_of(client.get("/nieuws/"))

    assert len(page.all(".card")) == count


def test_a_message_takes_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    factories.news_item("Nieuw", edition=factories.edition())

    with django_assert_num_queries(1):
        client.get("/nieuws/nieuw/")


def test_a_message_tells_the_edition_that_it_is_about(client: Client) -> None:
    factories.news_item("Over 2026", edition=factories.edition())

    assert read(client.get("/nieuws/over-2026/")).one(".ribbon__edition").words == "Editie 2026"
    assert NewsItem.objects.get().get_absolute_url() == "/nieuws/over-2026/"
