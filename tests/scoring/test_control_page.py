"""The public page "Controleer de stand" and its downloads."""

import csv
from base64 import b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition
from scoring import closing, ledger, standings, verification, verify
from scoring.export import as_bytes
from scoring.models import LedgerEntry, ResultVersion, Verification
from tests import factories
from tests.factories import NOW
from tests.reading import main_of, read

IN_MAY = datetime(2026, 5, 18, 11, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_MAY, tick=False)]


@pytest.fixture
def edition() -> Edition:
    edition = factories.edition()
    award = factories.entry(factories.participant("Zwolle", of=edition), description="=1+1")
    ledger.reverse(award, because="-x", by=factories.organiser(), at=NOW)
    return edition


def test_the_last_verdict_is_shown(client: Client, edition: Edition) -> None:
    assert "Nog niet gecontroleerd" in main_of(client.get("/controle/")).one(".utrecht-alert").words

    verification.check(edition, at=NOW)

    alert = main_of(client.get("/controle/")).one(".utrecht-alert--info").words
    assert "Alles klopt" in alert
    assert "18 maart 2026 om 12.00 uur" in alert
    assert "tot en met nummer 2" in alert


def test_a_fault_is_an_alarm(client: Client, edition: Edition) -> None:
    verification.check(edition, at=NOW)
    Verification.objects.create(
        edition=edition, checked_at=IN_MAY, head=1, head_hash="", faults=["boeking 2: fout", "<b>"]
    )

    page = main_of(client.get("/2026/controle/"))

    assert page.one(".utrecht-alert--error").attributes["role"] == "alert"
    assert "Er klopt iets niet" in page.one(".utrecht-alert--error").words
    assert [text for text in page.texts("li") if text in {"boeking 2: fout", "<b>"}] == ["boeking 2: fout", "<b>"]


def test_the_head_of_the_ledger_and_the_checkpoints_are_shown(client: Client, edition: Edition) -> None:
    closing.close_due(at=IN_MAY)
    factories.entry(edition.participants.get(), description="Laat", counts_on=date(2026, 4, 2), at=IN_MAY)
    closing.renew(edition, at=IN_MAY)
    first, last = ResultVersion.objects.earliest("pk"), ResultVersion.objects.latest("pk")

    page = main_of(client.get("/controle/"))

    assert page.texts("dd") == ["3", LedgerEntry.objects.get(number=3).hash]
    moment = "18 mei 2026, 13.00"
    assert page.one("table").rows == [
        *[[month, "1", moment, first.checkpoint] for month in ("januari", "februari", "maart", "april")],
        ["april", "2", moment, f"{last.checkpoint} Nieuw omdat: Boeking 3, +1 voor Zwolle: Laat"],
    ]
    assert first.checkpoint != last.checkpoint


def test_it_does_not_promise_too_much(client: Client, edition: Edition) -> None:
    words = main_of(client.get("/controle/")).words

    assert "controleerbaar" in words
    assert "onkraakbaar" not in words
    assert "Wie de hele database beheert" in words


def test_its_queries_do_not_grow_with_the_year(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        client.get("/controle/")
    closing.close_due(at=IN_MAY)
    verification.check(edition, at=IN_MAY)
    with django_assert_num_queries(4):
        client.get("/controle/")


def test_before_anything_happened(client: Client) -> None:
    assert read(client.get("/controle/")).one("h1").words == "Er is nog geen editie"
    assert client.get("/2026/controle/").status_code == 404
    factories.edition()

    page = main_of(client.get("/controle/"))

    assert page.texts("dd") == ["Er zijn nog geen punten geboekt."]
    assert "Er is nog geen maand afgesloten" in page.words
    assert client.get("/2026/controle/export.json").json()["ledger"] == []
    assert len(client.get("/2026/controle/boekingen.csv").content.decode().splitlines()) == 1


def test_the_leaderboard_says_that_it_is_not_verified_until_all_is_right_again(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Verification.objects.create(edition=factories.edition(2025), checked_at=IN_MAY, head=0, head_hash="", faults=["x"])
    verification.check(edition, at=NOW)
    assert "niet geverifieerd" not in main_of(client.get("/ranglijst/")).words
    Verification.objects.create(edition=edition, checked_at=IN_MAY, head=1, head_hash="", faults=["boeking 2: fout"])
    standings.rebuild(edition, at=IN_MAY)

    with django_assert_num_queries(3):
        alert = main_of(client.get("/ranglijst/")).one(".utrecht-alert--warning")

    assert "Deze stand is niet geverifieerd" in alert.words
    assert alert.links == {"Bekijk de controle": "/2026/controle/"}
    Verification.objects.create(edition=edition, checked_at=IN_MAY, head=2, head_hash="")
    assert "niet geverifieerd" not in main_of(client.get("/2026/ranglijst/")).words


def test_footer_and_leaderboard_lead_to_it(client: Client, edition: Edition) -> None:
    document = read(client.get("/2026/ranglijst/"))

    assert document.one("footer").links["Controleer de stand"] == "/controle/"
    assert document.one("main").links["Tel de stand zelf na"] == "/2026/controle/"


# --- Downloads -----------------------------------------------------------------------------------


def test_the_export_comes_with_its_hash_and_is_right(client: Client, edition: Edition) -> None:
    response = client.get("/2026/controle/export.json")

    assert response.content == as_bytes(edition)
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="gdsc-2026.json"'
    assert response["X-SHA256"] == sha256(response.content).hexdigest()
    assert response["Repr-Digest"] == f"sha-256=:{b64encode(sha256(response.content).digest()).decode()}:"
    assert response["ETag"] == f'"{response["X-SHA256"]}"'
    assert verify.verify(response.json()).faults == []


def test_who_has_it_already_gets_it_again_only_when_it_changed(client: Client, edition: Edition) -> None:
    held = {"If-None-Match": client.get("/2026/controle/export.json")["ETag"]}

    answer = client.get("/2026/controle/export.json", headers=held)
    assert (answer.status_code, answer.content) == (304, b"")
    factories.entry(edition.participants.get())
    assert client.get("/2026/controle/export.json", headers=held).status_code == 200


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(client: Client, edition: Edition) -> None:
    response = client.get("/2026/controle/boekingen.csv")
    first, second = LedgerEntry.objects.in_order()

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="gdsc-2026-boekingen.csv"'
    header, *rows = csv.reader(response.content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header[:3] == ["nummer", "geboekt op", "telt mee vanaf"]
    day = ["2026-03-18 12:00:00", "2026-03-18", "Zwolle", first.get_kind_display(), "'=1+1"]
    assert rows == [
        ["1", *day, "1", "", "", first.hash],
        ["2", *[*day[:4], f"{second.description}".replace("=1+1", "'=1+1")], "-1", "1", "'-x", second.hash],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula(client: Client, start: str) -> None:
    name = f"{start}cmd"
    factories.entry(factories.participant(name, of=factories.edition(), slug="cmd"))

    content = client.get("/2026/controle/boekingen.csv").content.decode("utf-8-sig")

    assert f"'{name}" in content
    assert f";{name}" not in content


def test_the_verifier_is_the_very_file_that_the_portal_uses(client: Client) -> None:
    response = client.get("/controle/verify.py")

    assert response.content == Path(verify.__file__).read_bytes()
    assert response["Content-Disposition"] == 'attachment; filename="verify.py"'


@pytest.mark.parametrize("address", ["export.json", "boekingen.csv"])
def test_a_year_that_was_not_played_has_no_files(client: Client, address: str) -> None:
    assert client.get(f"/1999/controle/{address}").status_code == 404
