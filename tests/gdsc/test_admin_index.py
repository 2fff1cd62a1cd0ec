"""The start page of the admin: what waits for the organisers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, JobRun, OutboxMessage, User
from scoring import closing, proposals
from scoring.models import Proposal, Verification
from tests import factories
from tests.admin_pages import client_in, client_of, text_of
from tests.factories import submitted

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
INDEX = "/beheer/"


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(ORGANISER)


def ran(job: str, *, minutes_ago: int, **fields: Any) -> None:
    started_at = NOVEMBER - timedelta(minutes=minutes_ago)
    JobRun.objects.create(job=job, started_at=started_at, finished_at=started_at, **fields)


def test_it_counts_what_is_to_be_judged(client: Client) -> None:
    participant = factories.participant(of=factories.edition())
    submitted(factories.attendance(participant))
    submitted(factories.adoption(participant))
    factories.contribution(participant)

    page = client.get(INDEX)

    waiting = {name: count for name, count, _address in page.context["to_judge"]}
    assert waiting == {"aanwezigheid": 1, "overnames": 1, "aangedragen oplossingen": 0}
    assert '<a href="/beheer/meetups/attendance/?stand=submitted">' in page.content.decode()


def test_it_shows_the_months_that_wait_and_why(client: Client) -> None:
    edition = factories.edition()
    submitted(factories.attendance(factories.participant(of=edition)))
    closing.close_due(at=NOVEMBER)

    page = client.get(INDEX)

    assert [(str(month), str(state)) for month, state, _pending, _october in page.context["waiting_rounds"]] == [
        ("oktober 2026", "provisional")
    ]
    assert "1 aanwezigheid (oktober sluit pas als alles beoordeeld is, door twee organisatoren)" in text_of(page)
    assert page.context["closable"] == []


def proposed(edition: Edition, by: User) -> Proposal:
    urk = factories.municipality("Urk")
    return proposals.propose_wildcard(edition, [urk], because="Mooi plan", by=by, at=NOVEMBER)


def test_what_waits_for_a_second_organiser_comes_first() -> None:
    proposal = proposed(factories.edition(), by=factories.in_group(ORGANISER))

    page = client_in(ORGANISER).get(INDEX)

    shown = text_of(page)
    assert page.context["proposals"] == [proposal]
    assert "1 voorstel wacht op een tweede organisator" in shown
    assert shown.index("Een wildcard voor Urk") < shown.index("Te beoordelen")
    assert '<a href="/beheer/scoring/proposal/">' in page.content.decode()


def test_who_proposed_it_sees_that_it_waits_for_another() -> None:
    person = factories.in_group(ORGANISER)
    proposed(factories.edition(), by=person)

    page = client_of(person).get(INDEX)

    assert page.context["proposals"] == []
    assert "1 voorstel van u wacht op een andere organisator." in text_of(page)


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_who_cannot_decide_is_not_asked_to(group: str) -> None:
    proposed(factories.edition(), by=factories.in_group(ORGANISER))

    shown = text_of(client_in(group).get(INDEX))

    assert "op een tweede organisator" not in shown
    assert "op een andere organisator" not in shown


def test_october_that_can_be_closed_is_named_until_it_is_proposed(client: Client) -> None:
    edition = factories.edition()
    closing.close_due(at=NOVEMBER)

    before = client.get(INDEX)
    proposals.propose_closing(edition, because="Klaar", by=factories.organiser(), at=NOVEMBER)
    after = client.get(INDEX)

    assert "Oktober 2026 kan worden afgesloten." in text_of(before)
    assert f'<a href="/beheer/competition/edition/{edition.pk}/oktober/">Sluit af…' in before.content.decode()
    assert after.context["closable"] == []
    assert [str(proposal) for proposal in after.context["proposals"]] == [
        "Oktober 2026 afsluiten: die stand bepaalt de finalisten"
    ]


def test_what_the_last_check_found_wrong_is_an_alarm(client: Client) -> None:
    edition = factories.edition()
    for hours, faults in ((3, ["boeking 2: weg"]), (2, [])):
        at = NOVEMBER - timedelta(hours=hours)
        Verification.objects.create(edition=edition, checked_at=at, head=1, head_hash="a", faults=faults)
    before = client.get(INDEX)
    wrong = Verification.objects.create(
        edition=edition, checked_at=NOVEMBER, head=1, head_hash="a", faults=["boeking 3: weg"]
    )

    page = client.get(INDEX)

    assert before.context["wrong"] == []
    assert page.context["wrong"] == [wrong]
    assert "De controle van Editie 2026 vond dat er iets niet klopt." in text_of(page)


def test_it_shows_what_the_portal_did_and_warns_when_it_keeps_silent(client: Client) -> None:
    ran("close_due", minutes_ago=20, outcome="niets te doen")
    ran("sweep_outbox", minutes_ago=1, error="OSError: weg")
    OutboxMessage.objects.create(task="t", created_at=NOVEMBER, next_attempt_at=NOVEMBER, parked_at=NOVEMBER)

    shown = text_of(client.get(INDEX))

    assert "‘Maanden afsluiten’ heeft sinds 20 november 2026 11:40 niet gedraaid." in shown
    assert "Mislukt: OSError: weg" in shown
    assert "niets te doen" in shown
    assert "Er is 1 opdracht stilgezet na te veel fouten." in shown


@pytest.mark.parametrize("group", [ORGANISER, REVIEWER, EDITOR, AUDITOR])
def test_it_opens_for_every_group(group: str) -> None:
    assert "Te beoordelen" in text_of(client_in(group).get(INDEX))


def test_it_tells_nothing_to_who_has_no_group() -> None:
    page = text_of(client_of(factories.user(is_staff=True)).get(INDEX))

    assert "Te beoordelen" not in page
    assert "Wat het portaal vanzelf doet" not in page


def test_it_asks_as_many_queries_for_one_waiting_month_as_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    edition = factories.edition()
    for month in range(1, 10):
        closing.close(edition.rounds.get(month=month), at=NOVEMBER)
    client.get(INDEX)
    with django_assert_num_queries(31):
        client.get(INDEX)
    factories.edition(2025)

    with django_assert_num_queries(31):
        page = client.get(INDEX)

    assert len(page.context["waiting_rounds"]) == 11
