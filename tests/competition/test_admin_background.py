"""What the portal does by itself, as organisers can see it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from competition import jobs
from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import JobRun, OutboxMessage
from tests.admin_pages import address, client_in, messages_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(ORGANISER)


def run(job: str, *, minutes_ago: int, **fields: Any) -> JobRun:
    started_at = NOW - timedelta(minutes=minutes_ago)
    return JobRun.objects.create(job=job, started_at=started_at, finished_at=started_at, **fields)


def message(**fields: Any) -> OutboxMessage:
    moments = {"created_at": NOW, "next_attempt_at": NOW}
    return OutboxMessage.objects.create(task="scoring.tasks.recount_task", **(moments | fields))


def test_the_last_runs_show_how_long_ago_and_what_came_of_them(client: Client) -> None:
    run("close_due", minutes_ago=2, outcome="niets te doen")
    run("sweep_outbox", minutes_ago=3, error="OSError: weg")

    response = client.get(address(JobRun, "changelist"))

    shown = text_of(response)
    assert "Maanden afsluiten 2 minuten" in shown
    assert "niets te doen" in shown
    assert "OSError: weg" in shown
    assert messages_of(response) == []


def test_a_job_that_keeps_silent_is_warned_about(client: Client) -> None:
    run("close_due", minutes_ago=16)

    response = client.get(address(JobRun, "changelist"))

    assert messages_of(response) == [
        "‘Maanden afsluiten’ heeft sinds 18 maart 2026 11:44 niet gedraaid. Waarschuw de technisch beheerder.",
        "‘Achterstallig werk inhalen’ heeft nog niet gedraaid. Blijft dat zo? Waarschuw dan de technisch beheerder.",
    ]


@pytest.mark.parametrize(("minutes_ago", "silent"), [(14, []), (15, ["close_due"])])
def test_silence_begins_after_a_quarter_of_an_hour(minutes_ago: int, silent: list[str]) -> None:
    run("close_due", minutes_ago=minutes_ago)
    run("sweep_outbox", minutes_ago=0)

    assert jobs.silent(at=NOW) == silent


def test_a_parked_message_is_tried_again(client: Client) -> None:
    parked = message(parked_at=NOW, attempts=5, last_error="OSError: weg")
    done = message(done_at=NOW)
    chosen = {"action": "try_again", "_selected_action": [parked.pk, done.pk]}

    response = client.post(address(OutboxMessage, "changelist"), chosen, follow=True)

    parked.refresh_from_db()
    assert messages_of(response) == [
        "1 opdracht staat weer in de rij.",
        "1 overgeslagen: die waren niet stilgezet.",
    ]
    assert (parked.parked_at, parked.attempts) == (None, 0)
    assert LogEntry.objects.get().change_message == "Opnieuw in de rij gezet."


def test_the_list_is_narrowed_to_what_is_parked(client: Client) -> None:
    parked = message(parked_at=NOW, attempts=5)
    message(done_at=NOW)
    waiting = message()

    for value, expected in (("stil", parked), ("wacht", waiting)):
        response = client.get(address(OutboxMessage, "changelist"), {"toestand": value})
        assert list(response.context["cl"].result_list) == [expected]


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_try_nothing_again(group: str) -> None:
    parked = message(parked_at=NOW, attempts=5)
    chosen = {"action": "try_again", "_selected_action": [parked.pk]}

    client_in(group).post(address(OutboxMessage, "changelist"), chosen)

    parked.refresh_from_db()
    assert parked.parked_at == NOW


@pytest.mark.parametrize("make", [lambda: run("close_due", minutes_ago=1), message])
def test_nobody_writes_here_by_hand(client: Client, make: Any) -> None:
    thing = make()

    responses = [
        client.post(address(type(thing), "add"), {}),
        client.post(address(thing), {}),
        client.post(address(thing, "delete"), {"post": "yes"}),
    ]

    assert [response.status_code for response in responses] == [403] * 3
    assert client.get(address(thing)).status_code == 200
