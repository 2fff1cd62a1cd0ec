import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Participant
from scoring import claims
from solutions.models import Contribution, CostBand, Licence, Readiness, Theme
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def zwolle() -> Participant:
    return factories.participant("Zwolle", of=factories.edition())


@pytest.fixture
def contribution(zwolle: Participant) -> Contribution:
    return factories.contribution(
        zwolle,
        title="Kapvergunning",
        summary="In twee dagen",
        problem="Het duurde lang.\n\nHeel lang.",
        solution="Een foto is genoeg.",
        theme=Theme.PERMITS,
        readiness=Readiness.READY,
        cost_band=CostBand.NONE,
        licence=Licence.METHOD,
        website="https://voorbeeld.example/kap",
    )


def test_it_tells_what_was_solved_how_and_by_whom(client: Client, contribution: Contribution) -> None:
    factories.confirmed(contribution)

    page = main_of(client.get(f"/goed-opgelost/{contribution.pk}/"))

    assert page.one(".page-header").words == "Goed Opgelost! Kapvergunning In twee dagen"
    problem, solution = page.all(".prose")
    assert problem.texts("p") == ["Het duurde lang.", "Heel lang."]
    assert solution.texts("p") == ["Een foto is genoeg."]
    assert page.one(".facts").words == (
        "Aangedragen door Zwolle In Editie 2026 Thema Vergunningen en bouwen "
        "Kosten in het eerste jaar Geen extra kosten Licentie Werkwijze zonder software, vrij te gebruiken "
        "Telt mee vanaf 18 maart 2026 Meer informatie voorbeeld.example/kap"
    )
    assert page.texts(".nl-data-badge") == ["Klaar om over te nemen"]
    assert page.one(".facts").links["Zwolle"] == "/2026/deelnemers/zwolle/"
    assert page.one(".facts").links["Vergunningen en bouwen"] == "/goed-opgelost/?thema=permits"
    assert page.one(".facts").all("a")[-1].attributes["rel"] == "noopener"


def test_it_leads_to_all_of_each_municipality_that_offers_it(client: Client, zwolle: Participant) -> None:
    municipalities = [factories.municipality("Heerlen"), factories.municipality("Brunssum")]
    alliance = factories.participant("Parkstad", of=zwolle.edition, municipalities=municipalities)
    contribution = factories.confirmed(factories.contribution(alliance))

    page = main_of(client.get(f"/goed-opgelost/{contribution.pk}/"))

    assert page.one(".link-list").links == {
        "Alles van Brunssum": "/goed-opgelost/?gever=brunssum",
        "Alles van Heerlen": "/goed-opgelost/?gever=heerlen",
        "Alle oplossingen": "/goed-opgelost/",
    }


def test_what_was_not_filled_in_is_left_out(client: Client, zwolle: Participant) -> None:
    contribution = factories.confirmed(factories.contribution(zwolle))
    Contribution.objects.filter(pk=contribution.pk).update(theme="", readiness="")

    page = main_of(client.get(f"/goed-opgelost/{contribution.pk}/"))

    assert page.one(".facts").texts("dt") == ["Aangedragen door", "In", "Telt mee vanaf"]
    assert page.all(".nl-data-badge") == []


def test_only_what_is_confirmed_can_be_seen(client: Client, contribution: Contribution) -> None:
    address = f"/goed-opgelost/{contribution.pk}/"
    seen = [client.get(address).status_code]
    factories.submitted(contribution)
    seen.append(client.get(address).status_code)
    claims.confirm(contribution, by=factories.organiser(), at=NOW)
    seen.append(client.get(address).status_code)
    claims.take_back(contribution, because="Bestond al", by=factories.organiser(), at=NOW)
    seen.append(client.get(address).status_code)

    assert seen == [404, 404, 200, 404]


@pytest.mark.parametrize("pk", ["0", "99999999999999999999"])
def test_what_does_not_exist_is_not_found(client: Client, pk: str) -> None:
    assert client.get(f"/goed-opgelost/{pk}/").status_code == 404


def test_it_takes_three_queries(
    client: Client, contribution: Contribution, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.confirmed(contribution)

    with django_assert_num_queries(3):
        client.get(f"/goed-opgelost/{contribution.pk}/")
