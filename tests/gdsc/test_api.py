"""The open data: complete, by the Dutch design rules, never more than the pages show, and never a server error."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from competition.models import Edition
from gdsc.api.v1 import api
from meetups.models import MaterialKind
from scoring import closing, freezes, standings
from solutions.models import Adoption, Contribution, CostBand, Effort, Licence, Readiness, Theme
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

BASE = "/api/v1"
VERSION = "1.2.0"


@pytest.fixture(autouse=True)
def edition() -> Edition:
    """With something behind every address."""
    edition = factories.edition(is_example=True)
    giver = factories.municipality("Haarlem", province="Noord-Holland")
    ede, zwolle = (factories.participant(name, of=edition) for name in ("Ede", "Zwolle"))
    solution = factories.solution(of=edition, slug="privacy", giver=giver)
    meetup = factories.meetup(of=edition, slug="maart", solution=solution, host=giver)
    factories.confirmed(factories.attendance(ede, meetup=meetup))
    factories.confirmed(factories.adoption(ede, solution=solution))
    factories.adoption(zwolle, solution=solution)
    factories.confirmed(factories.contribution(zwolle, title="Slimme lantaarns"))
    factories.contribution(ede, title="Nog geheim")
    january = edition.rounds.get(month=1)
    closing.close(january, at=january.ends_at + timedelta(days=15))
    standings.rebuild(edition, at=NOW)
    return edition


ADDRESSES = [
    "/editions",
    "/editions/2026",
    "/editions/2026/standing",
    "/editions/2026/standing?date=2026-03-01",
    "/editions/2026/checkpoints",
    "/editions/2026/months/1",
    "/editions/2026/months/1?version=1",
    "/editions/2026/participants",
    "/editions/2026/participants/ede",
    "/editions/2026/solutions",
    "/editions/2026/solutions/privacy",
    "/contributions",
    "/editions/2026/meetups",
    "/editions/2026/meetups/maart",
    "/editions/2026/ledger",
    "/editions/2026/ledger?after=1&limit=1",
]
every_address = pytest.mark.parametrize("address", ADDRESSES)


def get(address: str, **headers: str) -> Any:
    return Client().get(f"{BASE}{address}", headers=headers)


def test_every_address_of_the_description_is_tried_here() -> None:
    described = {path.replace("{year}", "2026").replace("{month}", "1") for path in schema()["paths"]}
    tried = {address.partition("?")[0] for address in ADDRESSES}

    assert {path.rpartition("/{slug}")[0] or path for path in described} <= tried
    assert len(described) == len(tried)


@every_address
def test_everybody_gets_data_with_the_version_and_no_cookie(address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = get(address, origin="https://elders.example")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/json")
    assert response["API-Version"] == VERSION
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert len(queries) <= 6


@every_address
def test_what_somebody_has_is_not_sent_again(address: str) -> None:
    etag = get(address)["ETag"]

    again = get(address, **{"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again["API-Version"] == VERSION


@every_address
def test_it_can_only_be_read(address: str) -> None:
    for method in ("post", "put", "patch", "delete"):
        response = getattr(Client(enforce_csrf_checks=True), method)(f"{BASE}{address}")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS"), method
        assert response["Content-Type"] == "application/problem+json"
    assert Client().head(f"{BASE}{address}").status_code == 200
    assert Client().options(f"{BASE}{address}").status_code == 204


@every_address
def test_no_moment_has_another_zone_than_utc(address: str) -> None:
    def moments(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [found for one in value.values() for found in moments(one)]
        if isinstance(value, list):
            return [found for one in value for found in moments(one)]
        return [value] if isinstance(value, str) and "T" in value and value[:4].isdigit() else []

    assert [moment for moment in moments(get(address).json()) if not moment.endswith("Z")] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/editions/2031", 404),
        ("/editions/2031/standing", 404),
        ("/editions/2026/participants/niemand", 404),
        ("/editions/2026/months/2", 404),
        ("/editions/2026/months/1?version=2", 404),
        ("/editions/2026/", 404),
        ("/nergens", 404),
        ("/", 404),
        ("/editions/twintig", 400),
        ("/editions/2026/months/11", 400),
        ("/editions/2026/months/99999999999999999999", 400),
        ("/editions/2026/standing?date=gisteren", 400),
        ("/editions/2026/standing?date=2026-02-30", 400),
        ("/editions/2026/ledger?after=-1", 400),
        ("/editions/2026/ledger?limit=0", 400),
        ("/editions/2026/ledger?limit=501", 400),
        (f"/editions/2026/participants/{'a' * 151}", 400),
        ("/editions/2026/participants/%00", 400),
    ],
)
def test_what_cannot_be_is_a_problem_in_words(address: str, status: int) -> None:
    response = get(address)
    problem = response.json()

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["API-Version"] == VERSION
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["detail"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_that_is_asked_breaks_it(path: str, query: str) -> None:
    for address in (f"/editions/2026/participants/{path}", f"/editions/{path}", f"/{path}"):
        assert Client().get(f"{BASE}{address}", {"date": query, "after": query}).status_code < 500
    for parameter in ("date", "version", "after", "limit"):
        for address in ("/editions/2026/standing", "/editions/2026/months/1", "/editions/2026/ledger"):
            assert Client().get(f"{BASE}{address}", {parameter: query}).status_code < 500


# --- What it gives ---------------------------------------------------------------------------------


def test_the_standing_names_the_entry_it_was_counted_at(edition: Edition) -> None:
    standing = get("/editions/2026/standing").json()
    last = edition.ledger_entries.latest("number")

    assert standing["head"] == {"number": 3, "hash": last.hash}
    assert standing["label"] == "stand nu"
    assert [(place["rank"], place["participant"], place["total"]) for place in standing["places"]] == [
        (1, "ede", 2),
        (2, "zwolle", 1),
    ]


def test_only_what_was_confirmed_is_told() -> None:
    assert get("/editions/2026/solutions/privacy").json()["adopters"] == ["ede"]
    assert get("/editions/2026/meetups/maart").json()["attending"] == ["ede"]
    assert [one["title"] for one in get("/contributions").json()] == ["Slimme lantaarns"]


def test_it_tells_whose_use_the_giver_did_not_confirm(edition: Edition) -> None:
    assert get("/editions/2026/solutions/privacy").json()["oneSidedAdopters"] == ["ede"]
    Adoption.objects.update(giver_answer="recognised", giver_answered_at=NOW)
    assert get("/editions/2026/solutions/privacy").json()["oneSidedAdopters"] == []


def test_a_solution_tells_its_facts_as_codes_that_the_description_explains(edition: Edition) -> None:
    facts = {"theme": Theme.values[0], "cost_band": CostBand.values[0], "licence": Licence.values[0]}
    edition.solutions.update(**facts, effort=Effort.values[0], problem="Stapels papier")
    words = {"result": "Minder werk", "supplier": "Bouwers", "standards": "Haal Centraal", "contact_role": "adviseur"}
    Contribution.objects.confirmed().update(**facts, **words, readiness=Readiness.values[0])
    told = {to_camel(name): value for name, value in facts.items()}
    shapes = schema()["components"]["schemas"]

    solution, contribution = get("/editions/2026/solutions/privacy").json(), get("/contributions").json()[0]

    assert solution.items() >= (told | {"effort": Effort.values[0], "problem": "Stapels papier"}).items()
    assert contribution.items() >= {to_camel(name): word for name, word in words.items()}.items()
    assert contribution.items() >= (told | {"readiness": Readiness.values[0]}).items()
    for name, choices in (("theme", Theme), ("costBand", CostBand), ("licence", Licence)):
        for shape in ("Solution", "Contribution"):
            assert all(f"`{value}`" in shapes[shape]["properties"][name]["description"] for value in choices.values)


def test_a_meetup_tells_what_was_shown_and_whether_it_goes_on(edition: Edition) -> None:
    meetup = edition.meetups.get()
    meetup.materials.create(kind=MaterialKind.SLIDES, title="Dia's", url="https://dia.example/1")
    edition.meetups.update(is_cancelled=True)

    told = get("/editions/2026/meetups/maart").json()

    assert told["isCancelled"] is True
    assert told["materials"] == [{"kind": "slides", "title": "Dia's", "url": "https://dia.example/1"}]


def test_the_library_is_read_without_what_it_is_searched_by() -> None:
    with CaptureQueriesContext(connection) as queries:
        get("/contributions")

    assert not any("search_document" in query["sql"] for query in queries)


def test_the_ledger_comes_in_parts_that_lead_to_each_other() -> None:
    found, address = [], "/editions/2026/ledger?limit=2"
    while address:
        page = get(address).json()
        found += [entry["number"] for entry in page["entries"]]
        address = (page["next"] or "").removeprefix(BASE)

    assert found == [1, 2, 3]


def test_while_the_board_stands_still_nothing_gives_away_what_came_since(edition: Edition) -> None:
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)

    standing = get("/editions/2026/standing").json()

    assert (standing["isFrozen"], standing["head"]["number"]) == (True, 3)
    factories.entry(edition.participants.get(slug="zwolle"))
    assert get("/editions/2026/standing").json() == standing
    assert get("/editions/2026/standing?date=2026-03-18").json()["head"]["number"] == 3
    assert [entry["number"] for entry in get("/editions/2026/ledger").json()["entries"]] == [1, 2, 3]


def test_an_empty_edition_has_an_empty_standing() -> None:
    factories.edition(2027)

    assert get("/editions/2027/standing").json()["places"] == []
    assert get("/editions/2027/ledger").json()["entries"] == []


# --- The description -------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    return dict(json.loads(get("/openapi.json").content))


def test_the_description_follows_the_design_rules() -> None:
    described = schema()
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    names = [parameter["name"] for one in operations for parameter in one.get("parameters", [])]

    assert described["openapi"].startswith("3.")
    assert described["info"]["version"] == api.version == VERSION
    assert set(described["info"]["contact"]) == {"name", "url", "email"}
    assert described["servers"][0]["url"].endswith("/api/v1")
    assert {method for path in described["paths"].values() for method in path} == {"get"}
    assert [path for path in described["paths"] if path.endswith("/") or path != path.lower() or "_" in path] == []
    assert [name for name in names if not name.isalnum() or not name[0].islower()] == []
    for operation in operations:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert "API-Version" in response["headers"]
            if status >= "400":
                assert set(response["content"]) == {"application/problem+json"}


def test_every_reference_in_the_description_leads_somewhere() -> None:
    described = schema()
    text = json.dumps(described)
    wanted = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert wanted <= set(described["components"]["schemas"])
    properties = [name for one in described["components"]["schemas"].values() for name in one.get("properties", {})]
    assert [name for name in properties if "_" in name] == []


def test_the_page_explains_every_address(client: Client) -> None:
    page = client.get("/api/").content.decode()

    assert [path for path in schema()["paths"] if f"<code>{path}</code>" not in page] == []
