"""The portal's verdicts in the admin, and accepting by two what nobody can undo."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition
from scoring import proposals
from scoring.models import Act, Proposal, Verification
from tests import factories
from tests.admin_pages import address, client_in, errors_of, messages_of, text_of
from tests.proposing import NOVEMBER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(ORGANISER)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


LOST = f"3:{'a' * 64}"


def verdict(edition: Edition, *faults: str, days_ago: int = 0) -> Verification:
    """Wherever there is a fault, a published head is lost too: nothing else can be accepted."""
    missing = [LOST] if faults else []
    return Verification.objects.create(
        edition=edition,
        checked_at=NOVEMBER - timedelta(days=days_ago),
        head=3,
        head_hash="a" * 64,
        faults=list(faults),
        missing_heads=missing,
    )


def acceptance(of: Verification) -> str:
    return reverse("admin:scoring_verification_accept", args=[of.pk])


def test_the_list_tells_every_verdict(client: Client, edition: Edition) -> None:
    verdict(edition, days_ago=2)
    verdict(edition, "boeking 3 ontbreekt", days_ago=1)
    verdict(edition, "boeking 3 ontbreekt", "boeking 4 ontbreekt")

    page = client.get(address(Verification, "changelist"))

    admin = page.context["cl"].model_admin
    assert [admin.verdict(found) for found in page.context["cl"].result_list] == ["2 fouten", "1 fout", "alles klopt"]


def test_a_fault_is_accepted_by_two(client: Client, edition: Edition) -> None:
    wrong = verdict(edition, "boeking 3 ontbreekt")

    page = client.get(address(wrong))
    asked = client.get(acceptance(wrong))
    empty = client.post(acceptance(wrong), {"reason": " "})
    response = client.post(acceptance(wrong), {"reason": "Verloren bij een herstel"}, follow=True)

    proposal = Proposal.objects.get()
    assert acceptance(wrong) in page.content.decode()
    assert asked.context["listed"] == [LOST]
    assert errors_of(empty) == {"reason": ["Geef een reden."]}
    assert response.redirect_chain == [(address(proposal), 302)]
    assert (proposal.act, proposal.details) == (Act.ACCEPTANCE, {"verification": wrong.pk})
    after = client.get(address(wrong))
    assert acceptance(wrong) not in after.content.decode()
    assert "Hier ligt een voorstel over" in text_of(after)

    proposals.approve(proposal, by=factories.organiser(), at=NOVEMBER)

    good = Verification.objects.get(accepted_by=proposal)
    assert good.faults == []
    assert proposal.summary in text_of(client.get(address(good)))


def test_what_can_be_put_right_is_not_accepted(client: Client, edition: Edition) -> None:
    wrong = Verification.objects.create(
        edition=edition, checked_at=NOVEMBER, head=3, head_hash="a" * 64, faults=["de stand: deelnemer 1"]
    )

    page = client.get(address(wrong))
    response = client.post(acceptance(wrong), {"reason": "Toch"})

    assert acceptance(wrong) not in page.content.decode()
    assert errors_of(response) == {
        "": ["Dit is te herstellen. Laat de beheerder dat doen, uit een reservekopie of een export."]
    }
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("last", ["right", "newer"])
def test_only_the_last_word_is_accepted(client: Client, edition: Edition, last: str) -> None:
    old = verdict(edition, "boeking 3 ontbreekt", days_ago=1)
    verdict(edition, *(["boeking 4 ontbreekt"] if last == "newer" else []))

    page = client.get(address(old))
    response = client.post(acceptance(old), {"reason": "Toch"}, follow=True)

    assert acceptance(old) not in page.content.decode()
    assert messages_of(response) == ["Er is al een nieuwere controle. Kijk daar."]
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_look_and_accept_nothing(edition: Edition, group: str) -> None:
    wrong, client = verdict(edition, "boeking 3 ontbreekt"), client_in(group)

    page = client.get(address(wrong))
    statuses = [
        client.get(acceptance(wrong)).status_code,
        client.post(acceptance(wrong), {"reason": "Toch"}).status_code,
    ]

    assert "boeking 3 ontbreekt" in text_of(page)
    assert acceptance(wrong) not in page.content.decode()
    assert (statuses, Proposal.objects.count()) == ([403, 403], 0)


def test_the_list_asks_as_many_queries_for_one_verdict_as_for_three(
    client: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    where = address(Verification, "changelist")
    verdict(edition)
    client.get(where)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(where)
    verdict(edition, days_ago=1)
    verdict(edition, "boeking 3 ontbreekt", days_ago=2)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(where)


QUERIES_OF_THE_LIST = 11
