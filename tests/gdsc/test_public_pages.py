"""What holds for every public page: open to all, no cookie, nobody's name, and no markup from a title."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from pytest_django.fixtures import Settings

from competition.models import Edition, Entry, User
from competition.uploads import Checked, UploadField
from scoring import claims, closing, standings
from scoring.final import finalists, lots
from scoring.final.result import record_winner
from scoring.models import Act
from solutions import images
from tests import factories
from tests.factories import NOW
from tests.files import picture, upload
from tests.reading import main_of, read

IN_DECEMBER = datetime(2026, 12, 9, 11, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_DECEMBER, tick=False)]

HOSTILE = "<script>alert('x')</script>&\"><img src=x>"
PAGES = [
    "/",
    "/ranglijst/",
    "/2026/ranglijst/",
    "/2026/ranglijst/maart/",
    "/2026/ranglijst/maart/versie-1/",
    "/2026/deelnemers/a/",
    "/api/",
    "/spelregels/",
    "/2026/spelregels/",
    "/finalisten/",
    "/2026/finalisten/",
    "/oplossingen/",
    "/2026/oplossingen/",
    "/2026/oplossingen/oplossing/",
    "/overnames/",
    "/2026/overnames/",
    "/gevers-en-nemers/",
    "/2026/gevers-en-nemers/",
    "/goed-opgelost/",
    "/goed-opgelost/{contribution}/",
    "/meetups/",
    "/2026/meetups/",
    "/2026/meetups/meetup/",
    "/2026/meetups/maand/maart/",
    "/nieuws/",
    "/nieuws/bericht/",
    "/archief/",
    "/archief/2026/",
    "/controle/",
    "/2026/controle/",
    "/correcties/",
    "/2026/correcties/",
    "/bezwaren/",
    "/2026/bezwaren/",
    "/verloop/",
    "/2026/verloop/",
    "/kaart/",
    "/2026/kaart/",
    "/embed/",
    "/embed/stand/",
    "/embed/deelnemer/a/",
    "/privacy/",
    "/toegankelijkheid/",
]
PICTURES = [
    "/2026/ranglijst/deelplaatje.png",
    "/2026/deelnemers/a/deelplaatje.png",
    "/2026/deelnemers/a/badge.svg",
    "/goed-opgelost/{contribution}/beelden/{image}/",
]
DOWNLOADS = [
    "/2026/ranglijst/stand.csv",
    "/2026/ranglijst/maart/versie-1/stand.csv",
    "/2026/controle/export.json",
    "/2026/controle/boekingen.csv",
    "/controle/verify.py",
    "/2026/meetups/meetup/agenda.ics",
]
FEEDS = [
    "/meetups/agenda.ics",
    "/2026/meetups/agenda.ics",
    "/nieuws/atom.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
]
"""What machines read."""
ELSEWHERE = ("mijn/", "uitnodiging/", "account/", "beheer/", "api/v1/")
"""The parts for staff and organisers, and the data, which have tests of their own."""
every_page = pytest.mark.parametrize("address", PAGES)


def somebody() -> User:
    return factories.user("Anna de Vries-Geheim", is_staff=True)


@pytest.fixture(autouse=True)
def year() -> dict[str, int]:
    """Every text that people type is hostile."""
    return whole_year(HOSTILE, name=HOSTILE)


def whole_year(text: str, *, name: str) -> dict[str, int]:
    """A year with everything in it, in which the same person did everything; gives numbers that addresses ask for."""
    person = somebody()
    edition = factories.edition(introduction=text, history_note=text)
    Edition.objects.update(name=f"Editie {name}")
    town = factories.municipality(name, slug="stad", website="https://voorbeeld.example/")
    grant = {"entry": Entry.WILDCARD, "wildcard_reason": text, "wildcard_granted_by": person}
    for slug in "abcdef":
        factories.participant(
            name,
            of=edition,
            slug=slug,
            municipalities=[factories.municipality(name, slug=f"stad-{slug}")],
            **grant,
        )
    first = edition.participants.get(slug="a")
    texts: dict[str, Any] = {"title": text, "description": text}
    solution = factories.solution(of=edition, month=3, slug="oplossing", summary=text, giver=town, **texts)
    meetup = factories.meetup(
        of=edition, slug="meetup", solution=solution, host=town, location=name, expert=name, **texts
    )
    factories.material(meetup, title=text)
    factories.news_item(text, slug="bericht", summary=text, text=text, edition=edition)
    contribution = factories.contribution(first, title=text, summary=text, problem=text, solution=text)
    shown: Checked = UploadField().clean(upload(picture(), "x.png"))
    image = images.add(contribution, shown, alt=text, by=person, at=NOW)
    adoption = factories.adoption(first, solution=solution, created_by=person)
    for claim in (contribution, adoption, factories.attendance(first, meetup=meetup, created_by=person)):
        claims.submit(claim, by=person, at=NOW)
        claims.confirm(claim, by=person, at=NOW)
    wrong = factories.confirmed(factories.attendance(edition.participants.get(slug="b"), meetup=meetup))
    claims.take_back(wrong, because=text, by=person, at=NOW)
    for participant in edition.participants.exclude(slug="a"):
        factories.entry(participant, by=person, description=text)
    sealed = [factories.sealed_lot(lot, of=edition, sealed_by=by) for lot, by in [(text, person), ("", None)]]
    closing.close_due(at=IN_DECEMBER)
    factories.close_october(edition, at=IN_DECEMBER)
    lots.open_lot(sealed[0], text=text, at=IN_DECEMBER)
    tie = finalists.still_tied(edition)
    drawn = [line.participant for line in tie.tied[: tie.places_left]]
    factories.approved(Act.DRAW, of=edition, at=IN_DECEMBER)
    finalists.record_draw(
        edition, drawn=drawn, record=text, by=person, seconded_by=factories.organiser(), at=IN_DECEMBER
    )
    record_winner(edition, first, motivation=text, by=person, at=IN_DECEMBER)
    factories.objection(edition.participants.get(slug="c"), to=wrong.award, grounds=text, by=person, answer=text)
    standings.rebuild(edition, at=IN_DECEMBER)
    return {"contribution": contribution.pk, "image": image.pk}


@every_page
def test_everyone_may_see_it_and_gets_no_cookie(client: Client, year: dict[str, int], address: str) -> None:
    response = client.get(address.format(**year))

    assert response.status_code == 200
    assert not response.cookies
    assert isinstance(response.context["user"], AnonymousUser)


FRAMES = ("/embed/stand/", "/embed/deelnemer/a/")


@pytest.mark.parametrize("address", [page for page in PAGES if page not in FRAMES])
def test_a_page_differs_by_cookie_as_it_says_who_is_logged_in(
    client: Client, year: dict[str, int], address: str
) -> None:
    assert "Cookie" in client.get(address.format(**year))["Vary"]


@pytest.mark.parametrize("address", [*FRAMES, *DOWNLOADS, *FEEDS, *PICTURES, "/api/v1/editions"])
def test_a_file_is_the_same_whoever_asks(client: Client, year: dict[str, int], address: str) -> None:
    """So that a cache between us and its readers keeps one for all who have no session."""
    theirs = Client()
    theirs.force_login(somebody())
    answer = client.get(address.format(**year))

    assert "Cookie" not in answer.get("Vary", "")
    assert answer.content == theirs.get(address.format(**year)).content


@every_page
def test_a_visitor_costs_no_session_and_at_most_six_queries(client: Client, year: dict[str, int], address: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address.format(**year))

    assert len(queries) <= 6
    assert [query["sql"] for query in queries if "session" in query["sql"] or "competition_user" in query["sql"]] == []


@pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS, *FEEDS, *PICTURES])
def test_a_page_that_is_kept_is_made_of_nothing_that_changes_unseen(
    client: Client, year: dict[str, int], address: str
) -> None:
    """Only of tables whose changes the database notes, the ledger, and what is counted from it."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address.format(**year))
    if not getattr(response, "is_kept", False):
        return
    asked = " ".join(query["sql"] for query in queries)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%changes_pages'")
        watched = {table for (table,) in cursor.fetchall()}
    made_of = tables & set(re.findall(r'(?:FROM|JOIN)\s+"?(\w+)"?', asked))

    assert made_of - watched - {"scoring_ledgerentry", "scoring_standing", "competition_pagechange"} == set()
    assert made_of


@every_page
def test_nobodys_name_or_address_is_shown(client: Client, year: dict[str, int], address: str) -> None:
    content = client.get(address.format(**year)).content.decode()

    for person in User.objects.all():
        for personal in (person.name, person.email, str(person.actor_id)):
            assert personal not in content


@every_page
def test_what_people_typed_is_shown_as_text(client: Client, year: dict[str, int], address: str) -> None:
    """The page is well nested all the same, and its only scripts and pictures are ours."""
    document = read(client.get(address.format(**year)))

    assert document.all("script") == []
    assert {image.attributes["src"] for image in document.all("img")} <= {
        "/static/img/hexkaart.svg",
        "/2026/deelnemers/a/badge.svg",
        "/goed-opgelost/{contribution}/beelden/{image}/".format(**year),
    }
    assert document.one("h1").words


def test_a_hostile_name_reads_as_it_was_typed(client: Client) -> None:
    assert main_of(client.get("/2026/deelnemers/a/")).one("h1").words == HOSTILE
    assert main_of(client.get("/2026/oplossingen/oplossing/")).one("h1").words == HOSTILE
    assert main_of(client.get("/2026/meetups/meetup/")).one("h1").words == HOSTILE
    assert main_of(client.get("/2026/oplossingen/oplossing/")).one(".prose").words == HOSTILE


@every_page
def test_it_has_one_title_of_its_own_and_a_description(client: Client, year: dict[str, int], address: str) -> None:
    document = read(client.get(address.format(**year)))
    descriptions = [meta for meta in document.all("meta") if meta.attributes.get("name") == "description"]

    assert document.one("head").one("title").words.endswith("De Grote Digitale Steden Competitie")
    assert len(document.all("h1")) == 1
    assert [bool(meta.attributes["content"]) for meta in descriptions] == [True]


@pytest.mark.parametrize("address", [page for page in PAGES if not page.startswith(("/embed/stand", "/embed/deeln"))])
def test_other_sites_can_show_it(client: Client, year: dict[str, int], settings: Settings, address: str) -> None:
    """By whole addresses of our own, whatever host the request names; in the page's own words or a preview's."""
    settings.SITE_URL = "https://gdsc.example"
    head = read(client.get(address.format(**year), headers={"host": "kwaad.example"})).one("head")
    metas = [meta.attributes for meta in head.all("meta") if (meta.attributes.get("property") or "").startswith("og:")]
    told = {str(meta["property"]): str(meta["content"]) for meta in metas}

    assert len(told) == len(metas)
    assert told["og:url"].startswith("https://gdsc.example/")
    assert told["og:url"].endswith(address.format(**year))
    assert told["og:image"].startswith("https://gdsc.example/")
    assert all(told[f"og:{name}"] for name in ("title", "description", "image:alt"))
    if told["og:image"] == "https://gdsc.example/static/img/deelplaatje.png":
        (description,) = [meta for meta in head.all("meta") if meta.attributes.get("name") == "description"]
        assert told["og:title"] in head.one("title").words
        assert told["og:description"] == description.attributes["content"]


def test_the_picture_of_the_site_is_as_large_as_it_is_said_to_be() -> None:
    picture = finders.find("img/deelplaatje.png")
    assert picture is not None

    with Image.open(picture) as image:
        assert (image.size, image.format) == ((1200, 630), "PNG")


@every_page
def test_headings_leave_out_no_level(client: Client, year: dict[str, int], address: str) -> None:
    main = main_of(client.get(address.format(**year)))
    levels = [int(part.tag[1]) for part in main.parts() if part.tag in {"h1", "h2", "h3", "h4"}]

    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


@every_page
def test_every_link_on_it_leads_somewhere(client: Client, year: dict[str, int], address: str) -> None:
    links = read(client.get(address.format(**year))).links.values()
    own = {link.partition("#")[0] or address for link in links if link.startswith(("/", "#", "?"))}

    assert {link: client.get(link.format(**year)).status_code for link in own if not link.startswith("?")} == {
        link: 200 for link in own if not link.startswith("?")
    }


def test_this_list_names_every_public_page() -> None:
    assert set(addresses()) == {
        "",
        "ranglijst/",
        "<int:year>/ranglijst/",
        "<int:year>/ranglijst/stand.csv",
        "<int:year>/ranglijst/<slug:month>/",
        "<int:year>/ranglijst/<slug:month>/versie-<int:number>/",
        "<int:year>/ranglijst/<slug:month>/versie-<int:number>/stand.csv",
        "api/",
        "<int:year>/deelnemers/<slug:slug>/",
        "spelregels/",
        "<int:year>/spelregels/",
        "finalisten/",
        "<int:year>/finalisten/",
        "oplossingen/",
        "<int:year>/oplossingen/",
        "<int:year>/oplossingen/<slug:slug>/",
        "overnames/",
        "<int:year>/overnames/",
        "gevers-en-nemers/",
        "<int:year>/gevers-en-nemers/",
        "goed-opgelost/",
        "goed-opgelost/<int:pk>/",
        "goed-opgelost/<int:pk>/beelden/<int:image_pk>/",
        "meetups/",
        "<int:year>/meetups/",
        "<int:year>/meetups/<slug:slug>/",
        "<int:year>/meetups/<slug:slug>/agenda.ics",
        "<int:year>/meetups/maand/<slug:name>/",
        "<int:year>/meetups/agenda.ics",
        "meetups/agenda.ics",
        "nieuws/",
        "nieuws/atom.xml",
        "nieuws/<slug:slug>/",
        "privacy/",
        "toegankelijkheid/",
        "sitemap.xml",
        "robots.txt",
        ".well-known/security.txt",
        "archief/",
        "archief/<int:year>/",
        "controle/",
        "<int:year>/controle/",
        "<int:year>/controle/export.json",
        "<int:year>/controle/boekingen.csv",
        "controle/verify.py",
        "correcties/",
        "<int:year>/correcties/",
        "bezwaren/",
        "<int:year>/bezwaren/",
        "gezondheid/",
        "verloop/",
        "<int:year>/verloop/",
        "kaart/",
        "<int:year>/kaart/",
        "<int:year>/ranglijst/deelplaatje.png",
        "<int:year>/deelnemers/<slug:slug>/deelplaatje.png",
        "<int:year>/deelnemers/<slug:slug>/badge.svg",
        "embed/",
        "embed/stand/",
        "embed/deelnemer/<slug:slug>/",
    }
    assert len([*PAGES, *DOWNLOADS, *FEEDS, *PICTURES, "/gezondheid/"]) == len(set(addresses()))


@pytest.mark.parametrize("address", PICTURES)
def test_everyone_may_have_a_picture(client: Client, year: dict[str, int], address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address.format(**year))

    assert response.status_code == 200
    assert response["Content-Type"].startswith("image/")
    assert not response.cookies
    assert len(queries) <= 3


@pytest.mark.parametrize("address", DOWNLOADS)
def test_everyone_may_have_a_file_and_it_names_nobody(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    content = response.content.decode()

    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert not response.cookies
    assert len(queries) <= 6
    for person in User.objects.all():
        assert person.name not in content
        assert person.email not in content


@pytest.mark.parametrize("address", FEEDS)
def test_machines_may_read_it_and_it_names_nobody(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    content = response.content.decode()

    assert response.status_code == 200
    assert not response.cookies
    assert len(queries) <= 6
    for person in User.objects.all():
        assert person.name not in content
        assert person.email not in content


@pytest.mark.parametrize(
    "address", ["/stijlgids/", "/postbus/", "/postbus/20260101-1/0/", "/postbus/20260101-1/0/html/"]
)
def test_what_is_for_makers_only_is_not_there_in_production(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def addresses() -> Iterator[str]:
    """Every address outside the parts for staff and organisers."""

    def below(patterns: list[URLPattern | URLResolver], start: str) -> Iterator[str]:
        for pattern in patterns:
            address = start + str(pattern.pattern)
            if address.startswith(ELSEWHERE):
                continue
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, address)
            else:
                yield address

    return below(get_resolver().url_patterns, "")
