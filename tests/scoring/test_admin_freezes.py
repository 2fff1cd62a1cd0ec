"""Organisers hold the board still and let it go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from competition import access
from competition.models import Edition
from scoring import closing, standings
from scoring.models import Freeze
from tests import factories

MAY = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(MAY, tick=False)]

ADD = "/beheer/scoring/freeze/add/"


@pytest.fixture
def edition() -> Edition:
    edition = factories.edition()
    factories.entry(factories.participant("Ede", of=edition), at=MAY - timedelta(days=60))
    march = edition.rounds.get(month=3)
    closing.close(march, at=march.ends_at + timedelta(days=15))
    standings.rebuild(edition, at=MAY)
    return edition


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(factories.in_group(access.ORGANISER))
    return client


def test_it_shows_beforehand_what_everybody_will_see(edition: Edition, organiser: Client) -> None:
    page = organiser.get(ADD).content.decode()

    assert "de stand van eind maart 2026" in page
    assert "Bovenaan: Ede (1)." in page
    assert '<a href="/2026/ranglijst/maart/">Bekijk de hele stand</a>' in page
    assert organiser.get("/2026/ranglijst/maart/").status_code == 200


def test_the_board_stands_still_until_it_is_let_go(edition: Edition, organiser: Client) -> None:
    answer = organiser.post(ADD, {"edition": edition.pk, "reason": "Vanavond is de finale."}, follow=True)
    freeze = Freeze.objects.get()

    assert "De ranglijst staat stil." in answer.content.decode()
    assert (freeze.edition, freeze.version.closing.round.month, freeze.reason) == (edition, 3, "Vanavond is de finale.")
    listed = organiser.get("/beheer/scoring/standing/").content.decode()
    assert "staat stil" in listed
    assert "/beheer/scoring/standing/1" not in listed
    lift = f"/beheer/scoring/freeze/{freeze.pk}/laat-los/"
    assert lift in organiser.get(f"/beheer/scoring/freeze/{freeze.pk}/change/").content.decode()

    for _twice in range(2):
        organiser.post(lift)

    freeze.refresh_from_db()
    assert freeze.lifted_at == MAY
    assert freeze.lifted_by == freeze.frozen_by
    assert LogEntry.objects.filter(object_id=str(freeze.pk)).count() == 2
    assert "Ede" in organiser.get("/beheer/scoring/standing/").content.decode()
    assert "is al losgelaten" in organiser.get(lift).content.decode()


def test_it_can_stand_still_again_but_not_twice_at_once(edition: Edition, organiser: Client) -> None:
    asked = {"edition": edition.pk, "reason": "Finale"}

    organiser.post(ADD, asked)
    offered = organiser.get(ADD).content.decode()
    organiser.post(ADD, asked)
    organiser.post(f"/beheer/scoring/freeze/{Freeze.objects.get().pk}/laat-los/")
    organiser.post(ADD, asked)

    assert "de stand van eind maart 2026" not in offered
    assert list(Freeze.objects.order_by("pk").values_list("lifted_at", flat=True)) == [MAY, None]


@pytest.mark.parametrize(
    ("filled_in", "words"),
    [({"reason": " "}, "Vul dit in."), ({"edition": "0", "reason": "Finale"}, "Selecteer een geldige keuze")],
)
def test_what_is_missing_is_said(edition: Edition, organiser: Client, filled_in: dict[str, str], words: str) -> None:
    answer = organiser.post(ADD, {"edition": edition.pk} | filled_in)

    assert words in answer.content.decode()
    assert Freeze.objects.count() == 0


@pytest.mark.parametrize("group", [access.REVIEWER, access.EDITOR, access.AUDITOR])
def test_others_only_look(edition: Edition, client: Client, group: str) -> None:
    client.force_login(factories.in_group(group))

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"edition": edition.pk, "reason": "Finale"}).status_code == 403
    assert client.get("/beheer/scoring/freeze/").status_code == 200
