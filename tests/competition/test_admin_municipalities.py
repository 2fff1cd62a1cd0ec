"""The register of municipalities and the memberships of the Digitale Steden Agenda, as organisers keep them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import DsaMembership, Municipality
from tests import factories
from tests.admin_pages import address, client_in, errors_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(ORGANISER)


def found(client: Client, **query: str) -> list[str]:
    return [str(m) for m in client.get(address(Municipality, "changelist"), query).context["cl"].result_list]


def form(**fields: Any) -> dict[str, Any]:
    filled_in = {
        "common_name": "Zwolle",
        "name": "Gemeente Zwolle",
        "cbs_code": "GM0193",
        "slug": "zwolle",
        "province": "Overijssel",
        "has_exact_dates": "on",
    }
    return filled_in | {"dsa_memberships-TOTAL_FORMS": 0, "dsa_memberships-INITIAL_FORMS": 0} | fields


@pytest.mark.parametrize("typed", ["hertogenbosch", "'s-Herto", "GM0796"])
def test_a_municipality_is_found_however_it_is_typed(client: Client, typed: str) -> None:
    factories.municipality("'s-Hertogenbosch", cbs_code="GM0796", slug="s-hertogenbosch")
    factories.municipality("Súdwest-Fryslân")

    assert found(client, q=typed) == ["'s-Hertogenbosch"]
    assert found(client, q="sudwest") == ["Súdwest-Fryslân"]


def test_the_list_is_narrowed_by_province_existence_and_membership(client: Client) -> None:
    factories.dsa_membership(factories.municipality("Zwolle", province="Overijssel"))
    factories.municipality("Gouda", province="Zuid-Holland")
    factories.municipality("Weesp", province="Noord-Holland", valid_until=date(2022, 3, 24))

    assert found(client, province__exact="Overijssel") == ["Zwolle"]
    assert found(client, bestaat="ja") == ["Gouda", "Zwolle"]
    assert found(client, bestaat="nee") == ["Weesp"]
    assert found(client, dsa="ja") == ["Zwolle"]
    assert found(client, dsa="nee") == ["Gouda", "Weesp"]


def test_a_merged_municipality_shows_into_which(client: Client) -> None:
    weesp = factories.municipality("Weesp", valid_until=date(2022, 3, 24), has_exact_dates=False)
    weesp.successors.add(factories.municipality("Amsterdam"))

    shown = text_of(client.get(address(Municipality, "changelist"), {"q": "Weesp"}))

    assert "uiterlijk 24 maart 2022 Amsterdam" in shown


def test_a_municipality_is_added(client: Client) -> None:
    client.post(address(Municipality, "add"), form(email_domains="zwolle.nl,minizwolle.nl"))

    added = Municipality.objects.get()
    assert (added.sort_name, added.email_domains) == ("zwolle", ["zwolle.nl", "minizwolle.nl"])


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"cbs_code": "0193"}, "cbs_code", "Een CBS-code is GM met vier cijfers, zoals GM0392."),
        ({"cbs_code": "GM0001"}, "cbs_code", "Er bestaat al een Gemeente met eenzelfde CBS-code."),
        ({"valid_from": "1-1-2020", "valid_until": "1-1-2019"}, "", "De einddatum moet na de begindatum liggen."),
        ({"website": "geen adres"}, "website", "Voer een geldige URL in."),
    ],
)
def test_a_wrong_municipality_is_refused_in_words(
    client: Client, fields: dict[str, str], field: str, words: str
) -> None:
    factories.municipality("Ede", cbs_code="GM0001")

    response = client.post(address(Municipality, "add"), form(**fields))

    assert errors_of(response) == {field: [words]}
    assert Municipality.objects.count() == 1


def test_the_code_and_the_address_stay_what_they_are(client: Client) -> None:
    zwolle = factories.municipality("Zwolle", cbs_code="GM0193")

    client.post(address(zwolle), form(cbs_code="GM9999", slug="anders", common_name="Zwolle!"))

    zwolle.refresh_from_db()
    assert (zwolle.cbs_code, zwolle.slug, zwolle.common_name) == ("GM0193", "zwolle", "Zwolle!")


def test_a_municipality_that_plays_is_not_deleted(client: Client) -> None:
    participant = factories.participant("Zwolle", of=factories.edition())
    zwolle = participant.municipalities.get()
    bulk = {"action": "delete_selected", "_selected_action": [zwolle.pk], "post": "yes"}

    one = client.post(address(zwolle, "delete"), {"post": "yes"})
    many = client.post(address(Municipality, "changelist"), bulk)

    assert "Gemeente van de deelnemer: Zwolle" in text_of(one)
    assert "Zwolle" in text_of(many)
    assert Municipality.objects.filter(pk=zwolle.pk).exists()


def test_a_membership_is_added_with_its_source(client: Client) -> None:
    zwolle = factories.municipality("Zwolle")
    fields = {"municipality": zwolle.pk, "starts_on": "1-1-2020", "certainty": "certain"}

    refused = client.post(address(DsaMembership, "add"), fields)
    client.post(address(DsaMembership, "add"), {**fields, "source_note": "Besluit van de raad"})
    overlapping = client.post(address(DsaMembership, "add"), {**fields, "source_note": "Nog eens"})

    assert errors_of(refused) == {"source_note": ["Dit veld is verplicht."]}
    assert errors_of(overlapping) == {"": ["Deze gemeente heeft in deze periode al een DSA-lidmaatschap."]}
    assert [(m.municipality, m.source_note) for m in DsaMembership.objects.all()] == [(zwolle, "Besluit van de raad")]


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_only_look(group: str) -> None:
    zwolle, client = factories.municipality("Zwolle"), client_in(group)

    assert client.get(address(zwolle)).status_code == 200
    assert client.post(address(zwolle), form(common_name="Anders")).status_code == 403
    assert client.post(address(Municipality, "add"), form()).status_code == 403


def test_the_list_asks_as_many_queries_for_one_municipality_as_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    where = address(Municipality, "changelist")
    factories.municipality("Weesp").successors.add(factories.municipality("Amsterdam"))
    client.get(where)
    with django_assert_num_queries(9):
        client.get(where)
    factories.municipality("Muiden").successors.add(factories.municipality("Gooise Meren"))

    with django_assert_num_queries(9):
        client.get(where)
