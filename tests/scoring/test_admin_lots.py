"""Lots in the admin: sealed, opened and drawn, and never a secret that stays behind."""

import logging
import re
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.views.debug import SafeExceptionReporterFilter
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, Participant, TieRule, User
from scoring import closing, proposals
from scoring.final import lots
from scoring.models import Act, Finalist, LotDraw, Outcome, Proposal, SealedLot
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of

IN_OCTOBER = datetime(2026, 10, 14, 11, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(IN_OCTOBER, tick=False)]
SECRET = "Zeven gele eenden zwemmen"
SEAL = sha256(SECRET.encode()).hexdigest()
LIST, ADD, DRAW = "/beheer/scoring/sealedlot/", "/beheer/scoring/sealedlot/add/", "/beheer/scoring/lotdraw/add/"


@pytest.fixture(autouse=True)
def _logged_in_from_october_to_november(settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = 100 * 24 * 3600


@pytest.fixture
def organiser() -> User:
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(organiser: User) -> Client:
    return client_of(organiser)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def sealed(edition: Edition, organiser: User) -> list[SealedLot]:
    """A lot of the organiser and one of a colleague."""
    return [
        factories.sealed_lot(SECRET, of=edition, sealed_by=organiser),
        factories.sealed_lot("het lot van een collega", of=edition),
    ]


def play(edition: Edition, time_machine: TimeMachineFixture, *points: int) -> list[Participant]:
    """A played year: one participant for each number of points, and all months closed."""
    time_machine.move_to(NOVEMBER)
    players = [factories.participant(f"Stad {letter}", of=edition) for letter in "ABCDEFGH"[: len(points)]]
    for player, total in zip(players, points, strict=True):
        for _ in range(total):
            factories.entry(player, counts_on=date(2026, 5, 1), at=NOVEMBER)
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)
    return players


TIE = (5, 4, 3, 2, 1, 1)


def finalists() -> list[str]:
    return sorted(str(finalist) for finalist in Finalist.objects.select_related("participant"))


def filled_in(**fields: Any) -> dict[str, Any]:
    return {"text": "", "seal": "", "is_kept": "on", **fields}


# --- Sealing -------------------------------------------------------------------------------------


def test_an_organiser_seals_a_text(client: Client, organiser: User, edition: Edition) -> None:
    page = text_of(client.get(ADD))
    response = client.post(ADD, filled_in(text=f" {SECRET} "), follow=True)

    lot = SealedLot.objects.get()
    assert "Verzegel een lot voor Editie 2026" in page
    assert "Wij bewaren alleen het zegel" in page
    assert (lot.edition, lot.seal, lot.sealed_by, lot.sealed_at) == (edition, SEAL, organiser, IN_OCTOBER)
    assert messages_of(response) == [
        f"Uw lot is verzegeld. Het zegel staat op de pagina met finalisten: {SEAL}",
    ]
    assert LogEntry.objects.get().change_message == f"Lot verzegeld: {SEAL}"


def test_who_does_not_trust_the_portal_seals_elsewhere(client: Client, edition: Edition) -> None:
    client.post(ADD, filled_in(seal=f" {SEAL}\n"))

    assert SealedLot.objects.get().seal == SEAL


def test_the_page_offers_another_unguessable_text_every_time(client: Client, edition: Edition) -> None:
    offered = [re.findall(r"<code[^>]*>(.*?)</code>", client.get(ADD).content.decode()) for _ in range(3)]

    assert len({text for (text,) in offered}) == 3
    assert all(lots.seal_of(text) for (text,) in offered)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"text": "Vul een tekst in, of een zegel."}),
        ({"text": "   "}, {"text": "Vul een tekst in, of een zegel."}),
        ({"text": "te kort"}, {"text": "Deze tekst is te raden."}),
        ({"text": "aaaaaaaaaaaaaaaaaaaaaaa"}, {"text": "Deze tekst is te raden."}),
        ({"text": "abcdefgh" * 26}, {"text": "Zorg dat deze waarde niet meer dan 200 tekens bevat"}),
        ({"text": "abcdefghij\0klmnopqrst"}, {"text": "Null-tekens zijn niet toegestaan."}),
        ({"seal": "ab"}, {"seal": "Een zegel is een SHA-256: 64 tekens 0-9 en a-f."}),
        ({"seal": SEAL[:-1] + "g"}, {"seal": "Een zegel is een SHA-256: 64 tekens 0-9 en a-f."}),
        ({"text": SECRET, "seal": SEAL}, {"seal": "Vul één van beide in: een tekst of een zegel."}),
        ({"text": SECRET, "is_kept": ""}, {"is_kept": "Bewaar eerst de tekst, en vink dit aan."}),
    ],
)
def test_what_cannot_be_sealed_is_refused_in_words(
    client: Client, edition: Edition, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    response = client.post(ADD, filled_in(**fields))

    found = errors_of(response)
    assert found.keys() == wrong.keys()
    for field, words in wrong.items():
        assert found[field][0].startswith(words)
    assert SealedLot.objects.count() == 0


def test_a_seal_in_capitals_is_the_same_seal(client: Client, edition: Edition) -> None:
    client.post(ADD, filled_in(seal=SEAL.upper()))

    assert SealedLot.objects.get().seal == SEAL


def test_a_seal_that_was_used_is_refused_in_words(client: Client, edition: Edition) -> None:
    factories.sealed_lot(SECRET, of=edition)

    response = client.post(ADD, filled_in(text=SECRET))

    assert errors_of(response) == {"": ["Dit zegel is al eens gebruikt. Kies een andere tekst."]}


def test_each_seals_once_and_is_told_so_afterwards(client: Client, edition: Edition) -> None:
    client.post(ADD, filled_in(text=SECRET), follow=True)

    asked = client.get(ADD, follow=True)
    again = client.post(ADD, filled_in(text="een heel andere tekst"), follow=True)

    words = "U heeft al een lot verzegeld voor Editie 2026."
    assert (messages_of(asked), messages_of(again)) == ([words], [words])
    assert SealedLot.objects.count() == 1


def test_after_the_closing_nobody_seals(client: Client, edition: Edition, time_machine: TimeMachineFixture) -> None:
    play(edition, time_machine, *TIE)

    response = client.post(ADD, filled_in(text=SECRET), follow=True)

    assert messages_of(response) == ["Er is geen editie waarvoor u nu een lot kunt verzegelen."]
    assert SealedLot.objects.count() == 0


def test_where_the_rules_draw_no_lots_it_says_so(client: Client) -> None:
    factories.edition(rules={"tie_rule": TieRule.WIDEN})

    assert messages_of(client.get(ADD, follow=True)) == [
        "Volgens de spelregels gaat iedereen door die gelijk staat. Er wordt niet geloot."
    ]


def test_when_october_is_closed_the_next_edition_is_asked_for(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, *TIE)
    following = factories.edition(2027)

    client.post(ADD, filled_in(text=SECRET))

    assert SealedLot.objects.get().edition == following


# --- The secret leaves no trace ------------------------------------------------------------------


def test_the_text_is_nowhere_in_the_database(client: Client, edition: Edition, caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(ADD, filled_in(text=SECRET))

    assert SealedLot.objects.count() == 1
    rows = [repr(list(model._base_manager.values())) for model in apps.get_models(include_auto_created=True)]
    assert SEAL in "".join(rows)
    assert SECRET not in "".join(rows)
    assert "\n".join(record.getMessage() + repr(record.__dict__) for record in caplog.records).count(SECRET) == 0


def test_no_query_ever_carries_the_text(client: Client, edition: Edition) -> None:
    """So neither does a log of the database."""
    with CaptureQueriesContext(connection) as queries:
        client.post(ADD, filled_in(text=SECRET))

    sent = "".join(query["sql"] for query in queries)
    assert SEAL in sent
    assert SECRET not in sent


def test_no_browser_keeps_or_completes_it(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    asked = client_in(ORGANISER).get(ADD)
    play(edition, time_machine, *TIE)

    for response in (asked, client.get(address(sealed[0]))):
        (field,) = re.findall(r'<input[^>]*name="text"[^>]*>', response.content.decode())
        assert 'autocomplete="off"' in field
        assert 'spellcheck="false"' in field
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("page", ["seal", "open"])
def test_an_error_report_leaves_the_text_out(
    client: Client,
    edition: Edition,
    sealed: list[SealedLot],
    time_machine: TimeMachineFixture,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    """What Django would mail or show of a request in which something broke."""
    other = factories.in_group(ORGANISER)
    if page == "open":
        play(edition, time_machine, *TIE)
    where = ADD if page == "seal" else address(sealed[0])
    seen: list[Any] = []

    def breaks(*args: Any, **fields: Any) -> None:
        seen.append(True)
        raise RuntimeError("stuk")

    monkeypatch.setattr(lots, "seal_lot", breaks)
    monkeypatch.setattr(lots, "open_lot", breaks)
    browser = client_of(other)
    browser.raise_request_exception = False
    response = browser.post(where, filled_in(text=SECRET))

    request = response.wsgi_request
    report = SafeExceptionReporterFilter().get_post_parameters(request)
    assert seen == [True]
    assert response.status_code == 500
    assert request.POST["text"] == SECRET
    assert SECRET not in repr(report)
    assert SECRET not in response.content.decode()


# --- Opening -------------------------------------------------------------------------------------


def test_a_lot_is_opened_by_its_text(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    own, _other = sealed
    play(edition, time_machine, *TIE)

    page = text_of(client.get(address(own)))
    response = client.post(address(own), {"text": f"{SECRET} "}, follow=True)

    own.refresh_from_db()
    assert f"Het zegel: {SEAL}" in page
    assert (own.opened, own.opened_at) == (SECRET, NOVEMBER)
    assert messages_of(response) == ["Het lot is open. De tekst staat nu op de pagina met finalisten."]
    assert LogEntry.objects.get().change_message == "Lot geopend."
    assert SECRET in text_of(client.get(address(own)))
    assert client.post(address(own), {"text": SECRET}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Vul de tekst in."),
        ("zeven gele eenden zwemmen", "Deze tekst past niet op het zegel. Let op hoofdletters, spaties en leestekens."),
        ("abcdefgh" * 26, "Zorg dat deze waarde niet meer dan 200 tekens bevat (het zijn er nu 208)."),
    ],
)
def test_another_text_does_not_open_it(
    client: Client,
    edition: Edition,
    sealed: list[SealedLot],
    time_machine: TimeMachineFixture,
    typed: str,
    words: str,
) -> None:
    play(edition, time_machine, *TIE)

    assert errors_of(client.post(address(sealed[0]), {"text": typed})) == {"text": [words]}
    assert SealedLot.objects.filter(opened_at=None).count() == 2


def test_a_colleague_who_knows_the_text_can_open_it(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, *TIE)

    client.post(address(sealed[1]), {"text": "het lot van een collega"})

    assert SealedLot.objects.get(pk=sealed[1].pk).opened_at == NOVEMBER


def test_before_the_closing_there_is_only_something_to_look_at(
    client: Client, edition: Edition, sealed: list[SealedLot]
) -> None:
    page = client.get(address(sealed[0]))

    assert 'name="text"' not in page.content.decode()
    assert client.post(address(sealed[0]), {"text": SECRET}).status_code == 403
    assert SealedLot.objects.filter(opened_at=None).count() == 2


def test_without_a_tie_it_stays_shut(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, 5, 4, 3, 2, 1)

    assert 'name="text"' not in client.get(address(sealed[0])).content.decode()
    assert client.post(address(sealed[0]), {"text": SECRET}).status_code == 403


# --- Drawing by the lots -------------------------------------------------------------------------


def opened(sealed: list[SealedLot]) -> None:
    for lot, text in zip(sealed, [SECRET, "het lot van een collega"], strict=True):
        lots.open_lot(lot, text=text, at=NOVEMBER)


def test_once_all_are_open_one_button_settles_it(
    client: Client,
    organiser: User,
    edition: Edition,
    sealed: list[SealedLot],
    time_machine: TimeMachineFixture,
) -> None:
    play(edition, time_machine, *TIE)
    opened(sealed)

    asked = client.get(DRAW)
    response = client.post(DRAW, follow=True)

    draw = LotDraw.objects.get()
    assert "Loot voor Editie 2026" in text_of(asked)
    assert "Stad E, Stad F. Er is nog één plaats in de finale." in text_of(asked)
    assert 'name="drawn"' not in asked.content.decode()
    assert messages_of(response) == ["De loting is vastgelegd."]
    assert (draw.recorded_by, draw.seconded_by) == (organiser, sealed[1].sealed_by)
    assert draw.seed in text_of(response)
    assert finalists() in (
        ["Stad A", "Stad B", "Stad C", "Stad D", "Stad E"],
        ["Stad A", "Stad B", "Stad C", "Stad D", "Stad F"],
    )
    assert LogEntry.objects.get().change_message == "Geloot met de verzegelde loten."


def test_nobody_can_choose_once_all_are_open(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    *_ahead, e, f = play(edition, time_machine, *TIE)
    opened(sealed)

    client.post(DRAW, {"drawn": [e.pk], "record": "Kies maar"})
    first = finalists()
    client.post(DRAW, {"drawn": [f.pk], "record": "Toch maar"})

    assert (LotDraw.objects.count(), Proposal.objects.filter(act=Act.DRAW).count()) == (1, 0)
    assert LotDraw.objects.get().seed
    assert finalists() == first


def test_a_colleague_who_was_just_before_leaves_one_line_in_the_history(
    client: Client,
    edition: Edition,
    sealed: list[SealedLot],
    time_machine: TimeMachineFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play(edition, time_machine, *TIE)
    opened(sealed)
    draw, colleague = lots.draw, factories.organiser()

    def after_a_colleague(about: Edition, **fields: Any) -> LotDraw:
        draw(about, by=colleague, at=datetime(2026, 11, 20, 10, 59, tzinfo=UTC))
        return draw(about, **fields)

    monkeypatch.setattr(lots, "draw", after_a_colleague)
    response = client.post(DRAW, follow=True)

    assert messages_of(response) == ["De loting is vastgelegd."]
    assert LotDraw.objects.get().recorded_by == colleague
    assert LogEntry.objects.count() == 0


# --- Drawing in public ---------------------------------------------------------------------------


def test_without_lots_a_draw_in_public_is_proposed(
    client: Client, organiser: User, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    *_ahead, _e, f = play(edition, time_machine, *TIE)

    page = text_of(client.get(DRAW))
    response = client.post(DRAW, {"drawn": [f.pk], "record": "In de raadszaal, door de voorzitter"})

    proposal = Proposal.objects.get(act=Act.DRAW)
    assert "Er zijn geen twee loten verzegeld. Loot daarom in het openbaar." in page
    assert "Dit doet u met zijn tweeën." in page
    assert "Stad D" not in page
    assert response.headers["Location"] == address(proposal)
    assert (proposal.proposed_by, proposal.outcome) == (organiser, Outcome.PENDING)
    assert proposal.reason == "In de raadszaal, door de voorzitter"
    assert finalists() == ["Stad A", "Stad B", "Stad C", "Stad D"]


def test_another_approves_it_and_then_it_counts(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    *_ahead, _e, f = play(edition, time_machine, *TIE)
    client.post(DRAW, {"drawn": [f.pk], "record": "In de raadszaal"})

    proposals.approve(Proposal.objects.get(act=Act.DRAW), by=factories.in_group(ORGANISER), at=NOVEMBER)

    assert finalists() == ["Stad A", "Stad B", "Stad C", "Stad D", "Stad F"]
    assert LotDraw.objects.get().record == "In de raadszaal"


def test_a_lot_that_stays_shut_leaves_the_draw_to_the_public(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, *TIE)
    lots.open_lot(sealed[0], text=SECRET, at=NOVEMBER)

    page = text_of(client.get(DRAW))

    assert "Er is nog 1 lot dicht. Gaat het nog open? Wacht dan: zijn alle loten open, dan beslissen zij." in page


def test_a_proposal_falls_when_the_last_lot_opens(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    *_ahead, e, _f = play(edition, time_machine, *TIE)
    client.post(DRAW, {"drawn": [e.pk], "record": "In de raadszaal"})
    opened(sealed)

    with pytest.raises(proposals.ProposalRefusedError, match="Dan beslissen die loten"):
        proposals.approve(Proposal.objects.get(act=Act.DRAW), by=factories.organiser(), at=NOVEMBER)
    assert LotDraw.objects.count() == 0


@pytest.mark.parametrize(
    ("chosen", "record", "wrong"),
    [
        ("nobody", "Zo", {"drawn": ["Dit veld is verplicht."]}),
        ("both", "Zo", {"drawn": ["Kies precies 1 van de deelnemers met een gelijke stand."]}),
        ("who is not tied", "Zo", {"drawn": ["Selecteer een geldige keuze. {pk} is geen beschikbare keuze."]}),
        ("one", " ", {"record": ["Vul dit in."]}),
    ],
)
def test_a_wrong_outcome_is_refused_in_words(
    client: Client,
    edition: Edition,
    time_machine: TimeMachineFixture,
    chosen: str,
    record: str,
    wrong: dict[str, list[str]],
) -> None:
    first, *_rest, e, f = play(edition, time_machine, *TIE)
    drawn = {"nobody": [], "both": [e.pk, f.pk], "who is not tied": [first.pk], "one": [e.pk]}[chosen]

    response = client.post(DRAW, {"drawn": drawn, "record": record})

    assert errors_of(response) == {k: [w.format(pk=first.pk) for w in v] for k, v in wrong.items()}
    assert not Proposal.objects.filter(act=Act.DRAW).exists()


@pytest.mark.parametrize("points", [(5, 4, 3, 2, 1), (5, 4, 3, 2, 1, 0)])
def test_without_a_tie_there_is_nothing_to_draw(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, points: tuple[int, ...]
) -> None:
    players = play(edition, time_machine, *points)

    asked = client.get(DRAW, follow=True)
    client.post(DRAW, {"drawn": [players[0].pk], "record": "Zo"})

    assert messages_of(asked) == ["Er is geen loting nodig."]
    assert DRAW not in client.get(address(LotDraw, "changelist")).content.decode()
    assert not Proposal.objects.filter(act=Act.DRAW).exists()


def test_a_draw_that_was_made_is_only_looked_at(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, *TIE)
    opened(sealed)
    client.post(DRAW)
    draw = LotDraw.objects.get()

    assert draw.record.split("\n")[0] in text_of(client.get(address(draw)))
    assert client.post(address(draw), {"record": "Anders"}).status_code == 403
    assert client.post(address(sealed[0], "delete"), {"post": "yes"}).status_code == 403
    assert messages_of(client.post(DRAW, follow=True)) == ["Er is geen loting nodig."]


# --- Who may, and what waits ---------------------------------------------------------------------


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_lots_are_for_organisers(
    edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture, group: str
) -> None:
    client = client_in(group)
    sealing = [client.get(ADD), client.post(ADD, filled_in(text=SECRET))]
    *_ahead, e, _f = play(edition, time_machine, *TIE)
    opening = client.post(address(sealed[0]), {"text": SECRET})
    drawing = [client.get(DRAW), client.post(DRAW, {"drawn": [e.pk], "record": "Zo"}), client.post(DRAW)]

    assert [response.status_code for response in [*sealing, opening, *drawing]] == [403] * 6
    assert client.get(address(sealed[0])).status_code == 200
    assert (SealedLot.objects.count(), SealedLot.objects.filter(opened_at=None).count()) == (2, 2)
    assert LotDraw.objects.count() == 0


def reminder(client: Client) -> list[str]:
    """What the start page says about lots, with where it leads."""
    page = client.get("/beheer/").content.decode()
    return re.findall(r'id="lots">[^<]+<a href="([^"]+)">', page)


def test_the_start_page_says_what_waits(
    client: Client, edition: Edition, sealed: list[SealedLot], time_machine: TimeMachineFixture
) -> None:
    colleague = client_in(ORGANISER)
    found = [reminder(colleague), reminder(client)]
    play(edition, time_machine, *TIE)
    found += [reminder(client)]
    lots.open_lot(sealed[0], text=SECRET, at=NOVEMBER)
    found += [reminder(client)]
    lots.open_lot(sealed[1], text="het lot van een collega", at=NOVEMBER)
    found += [reminder(client)]
    client.post(DRAW)
    found += [reminder(client)]

    assert found == [[ADD], [], [LIST], [LIST], [DRAW], []]


def test_the_start_page_reminds_no_one_before_october_nor_who_may_not(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    assert reminder(client_in(REVIEWER)) == []
    time_machine.move_to(datetime(2026, 9, 30, 21, 0, tzinfo=UTC))
    assert reminder(client) == []


def test_without_lots_the_start_page_asks_for_a_draw_in_public(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    play(edition, time_machine, *TIE)

    assert reminder(client) == [DRAW]
