"""How an edition ends, as organisers write it down: the winner."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, Participant, User
from scoring import closing, standings
from scoring.models import EditionResult, Finalist, RoundClosing, RoundResult, Standing
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER):
        yield


@pytest.fixture
def organiser() -> User:
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(organiser: User) -> Client:
    return client_of(organiser)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def play(edition: Edition, *points: int) -> list[Participant]:
    """A played year: one participant for each number of points, and all months closed."""
    players = [factories.participant(f"Stad {letter}", of=edition) for letter in "ABCDEFGH"[: len(points)]]
    for player, total in zip(players, points, strict=True):
        for _ in range(total):
            factories.entry(player, counts_on=date(2026, 5, 1), at=NOVEMBER)
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)
    return players


# --- The winner ------------------------------------------------------------------------------------


def winning(winner: Participant, **fields: Any) -> dict[str, Any]:
    return {"winner": winner.pk, "motivation": "De beste", "is_checked": "on", **fields}


def test_an_organiser_writes_down_the_winner(client: Client, organiser: User, edition: Edition) -> None:
    first, *_rest = play(edition, 6, 5, 4, 3, 2, 1)

    page = text_of(client.get(address(EditionResult, "add")))
    response = client.post(address(EditionResult, "add"), winning(first), follow=True)

    result = EditionResult.objects.get()
    assert "Stad A (Editie 2026)" in page
    assert "Stad F" not in page
    assert messages_of(response) == ["Stad A staat als winnaar van Editie 2026 op de site."]
    assert (result.edition, result.winner, result.motivation) == (edition, first, "De beste")
    assert (result.recorded_by, LogEntry.objects.get().user) == (organiser, organiser)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"motivation": " "}, {"motivation": ["Vul dit in."]}),
        ({"is_checked": ""}, {"is_checked": ["Controleer de winnaar en de motivatie, en vink dit aan."]}),
        ({"winner": ""}, {"winner": ["Dit veld is verplicht."]}),
    ],
)
def test_a_wrong_winner_is_refused_in_words(
    client: Client, edition: Edition, fields: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    first, *_rest = play(edition, 6, 5, 4, 3, 2, 1)

    response = client.post(address(EditionResult, "add"), winning(first) | fields)

    assert errors_of(response) == wrong
    assert EditionResult.objects.count() == 0


def test_only_a_finalist_can_be_chosen(client: Client, edition: Edition) -> None:
    *_rest, last = play(edition, 6, 5, 4, 3, 2, 1)

    response = client.post(address(EditionResult, "add"), winning(last))

    assert list(errors_of(response)) == ["winner"]
    assert EditionResult.objects.count() == 0


def test_before_the_finalists_are_known_nobody_can_win(client: Client, edition: Edition) -> None:
    factories.participant(of=edition)

    response = client.get(address(EditionResult, "add"), follow=True)

    words = "Er is geen editie die op een winnaar wacht: de finalisten zijn nog niet bekend."
    assert messages_of(response) == [words]


def test_the_archive_gets_its_winner_too(client: Client) -> None:
    archive = Edition.objects.create(year=2016, name="Editie 2016", is_archive=True)
    alliance = factories.participant("Waterweg", of=archive)

    client.post(address(EditionResult, "add"), winning(alliance))

    assert EditionResult.objects.get().winner == alliance


def test_motivation_and_winner_can_be_put_right(client: Client, edition: Edition) -> None:
    first, second, *_rest = play(edition, 6, 5, 4, 3, 2, 1)
    client.post(address(EditionResult, "add"), winning(first))
    result = EditionResult.objects.get()

    page = client.get(address(result)).content.decode()
    client.post(address(result), winning(second, motivation="Toch deze"))

    result.refresh_from_db()
    assert "De beste</textarea>" in page
    assert (result.winner, result.motivation) == (second, "Toch deze")
    assert EditionResult.objects.count() == 1


def test_a_second_winner_does_not_replace_the_first_by_accident(client: Client, edition: Edition) -> None:
    first, second, *_rest = play(edition, 6, 5, 4, 3, 2, 1)
    client.post(address(EditionResult, "add"), winning(first))

    response = client.post(address(EditionResult, "add"), winning(second), follow=True)

    assert messages_of(response)[-1].startswith("Er is geen editie die op een winnaar wacht")
    assert EditionResult.objects.get().winner == first


def test_the_winner_is_not_deleted(client: Client, edition: Edition) -> None:
    first, *_rest = play(edition, 6, 5, 4, 3, 2, 1)
    client.post(address(EditionResult, "add"), winning(first))

    response = client.post(address(EditionResult.objects.get(), "delete"), {"post": "yes"})

    assert response.status_code == 403
    assert EditionResult.objects.count() == 1


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_the_end_is_for_organisers_to_write(edition: Edition, group: str) -> None:
    first, *_rest = play(edition, 5, 4, 3, 2, 1, 1)
    client = client_in(group)

    responses = [
        client.get(address(EditionResult, "add")),
        client.post(address(EditionResult, "add"), winning(first)),
    ]
    result = EditionResult.objects.create(edition=edition, winner=first, motivation="Zo", recorded_at=NOVEMBER)
    looked = client.get(address(result))
    changed = client.post(address(result), winning(first, motivation="Anders"))

    assert [response.status_code for response in responses] == [403] * 2
    assert (looked.status_code, changed.status_code) == (200, 403)


# --- What is derived -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Standing, RoundClosing, RoundResult, Finalist])
def test_what_is_derived_is_only_looked_at(edition: Edition, model: Any) -> None:
    play(edition, 6, 5, 4, 3, 2, 1)
    standings.rebuild(edition, at=NOVEMBER)
    client, row = client_of(factories.organiser()), model.objects.first()

    looked = [client.get(address(model, "changelist")), client.get(address(row))]
    refused = [
        client.post(address(model, "add"), {}),
        client.post(address(row), {"total": 99}),
        client.post(address(row, "delete"), {"post": "yes"}),
    ]

    assert [response.status_code for response in looked] == [200, 200]
    assert [response.status_code for response in refused] == [403] * 3
