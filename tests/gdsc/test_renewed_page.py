"""After a new point only the podium and the table of the leaderboard are drawn anew; whatever else changes, is seen."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from competition.models import Edition, Entry, PageChange, Participant, ParticipantMunicipality, Rules
from gdsc import page_cache
from scoring import changes, closing, freezes, ledger, standings
from scoring.models import Claim, LedgerEntry, Verification
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
BOARD = "/ranglijst/"


@pytest.fixture(autouse=True)
def on(kept_pages: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def edition() -> Edition:
    """Two months are closed, there is a point in May; a meetup was two days ago, and another is three days off."""
    edition = factories.edition(is_example=True)
    for name, points in {"Ede": 2, "Zwolle": 1, "Urk": 0}.items():
        participant = factories.participant(name, of=edition)
        for _ in range(points):
            factories.entry(participant, counts_on=NOW.date().replace(month=2), at=NOW - timedelta(days=80))
    for month in (1, 2):
        closing.close(edition.rounds.get(month=month), at=NOW - timedelta(days=40))
    factories.entry(named(edition, "Ede"), counts_on=NOW.date(), at=NOW - timedelta(days=1))
    factories.meetup(of=edition, slug="geweest", starts_at=NOW - timedelta(days=2))
    factories.meetup(of=edition, slug="avond", starts_at=NOW + timedelta(days=3))
    standings.rebuild(edition, at=NOW)
    return edition


def named(edition: Edition, name: str) -> Participant:
    return edition.participants.get(name=name)


def asked(client: Client, address: str = BOARD) -> tuple[str, list[str]]:
    """The page, and what the database was asked for it."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    return page, [query["sql"] for query in queries]


def is_renewed(questions: list[str]) -> bool:
    """Whether only the standing was read, and not the edition, for what stands around it."""
    return not any('"competition_edition"."name"' in question for question in questions)


def made_anew(client: Client, address: str = BOARD) -> str:
    page_cache.PAGES.clear()
    return asked(client, address)[0]


# --- Points --------------------------------------------------------------------------------------


def attend(edition: Edition) -> None:
    factories.confirmed(factories.attendance(named(edition, "Urk"), meetup=edition.meetups.get(slug="geweest")), at=NOW)


def contribute(edition: Edition) -> None:
    factories.confirmed(factories.contribution(named(edition, "Zwolle")), at=NOW)


def reverse(edition: Edition) -> None:
    entry = LedgerEntry.objects.of_edition(edition).latest("number")
    ledger.reverse(entry, because="Vergissing", by=factories.organiser(), at=NOW)


@pytest.mark.parametrize("is_counted", [True, False], ids=["counted", "not yet counted"])
@pytest.mark.parametrize("give", [attend, contribute, reverse])
@pytest.mark.parametrize("address", [BOARD, f"/en{BOARD}", "/2026/ranglijst/?door=dsa"])
def test_a_point_is_at_once_on_the_same_page_as_one_made_anew(
    client: Client, edition: Edition, address: str, give: Callable[[Edition], None], is_counted: bool
) -> None:
    before, _ = asked(client, address)
    give(edition)
    if is_counted:
        standings.rebuild(edition, at=NOW)

    page, questions = asked(client, address)

    assert is_renewed(questions)
    assert page != before
    assert page == made_anew(client, address)


def test_a_point_costs_one_question_beside_the_version(client: Client, edition: Edition) -> None:
    asked(client)
    attend(edition)
    standings.rebuild(edition, at=NOW)
    _page, questions = asked(client)

    assert [question for question in questions if "competition_pagechange" not in question] == [
        question for question in questions if "scoring_standing" in question
    ]
    assert sum("scoring_standing" in question for question in questions) == 1


def test_point_after_point_and_back_again(client: Client, edition: Edition) -> None:
    """The page that is renewed was renewed itself."""
    asked(client)
    for _ in range(3):
        factories.entry(named(edition, "Urk"), at=NOW)
        page, questions = asked(client)
        assert is_renewed(questions)
    reverse(edition)

    page, _ = asked(client)

    assert page == made_anew(client)
    assert re.findall(r'class="podium__name"><a [^>]*>(\w+)<', page) == ["Ede", "Urk", "Zwolle"]


def test_the_headers_and_what_is_known_already_stay_right(client: Client, edition: Edition) -> None:
    first = client.get(BOARD)
    attend(edition)
    second = client.get(BOARD)
    known = client.get(BOARD, headers={"if-none-match": second["ETag"]})

    assert {name: value for name, value in first.items() if name not in {"ETag", "Content-Length"}} == {
        name: value for name, value in second.items() if name not in {"ETag", "Content-Length"}
    }
    assert (first["ETag"] != second["ETag"], known.status_code, known.content) == (True, 304, b"")


# --- Whatever else -------------------------------------------------------------------------------


def rename(edition: Edition) -> None:
    Participant.objects.filter(slug="ede").update(name="Ede & Co")


def give_wildcard(edition: Edition) -> None:
    factories.participant("Breda", of=edition, entry=Entry.WILDCARD)


def put_out_of_competition(edition: Edition) -> None:
    Participant.objects.filter(slug="ede").update(is_out_of_competition=True)


def ally(edition: Edition) -> None:
    ede = named(edition, "Ede")
    ParticipantMunicipality.objects.create(
        participant=ede, municipality=factories.municipality("Barneveld"), edition=edition
    )


def rename_edition(edition: Edition) -> None:
    Edition.objects.update(name="Anders")


def close_month(edition: Edition) -> None:
    closing.close(edition.rounds.get(month=3), at=NOW)


def freeze(edition: Edition) -> None:
    freezes.freeze(edition, because="De finale", by=factories.organiser(), at=NOW)


def find_fault(edition: Edition) -> None:
    Verification.objects.create(edition=edition, checked_at=NOW, head=3, head_hash="0" * 64, faults=["Fout"])


def change_rules(edition: Edition) -> None:
    Rules.objects.update(late_claim_days=70)


def begin_evening(edition: Edition) -> None:
    edition.meetups.filter(slug="avond").update(starts_at=NOW, ends_at=NOW + timedelta(hours=2))


@pytest.mark.parametrize("address", [BOARD, f"/en{BOARD}"])
@pytest.mark.parametrize(
    "change",
    [
        *(rename, give_wildcard, put_out_of_competition, ally, rename_edition, close_month, freeze, find_fault),
        *(change_rules, begin_evening),
    ],
)
def test_whatever_else_changes_is_at_once_on_the_page(
    client: Client, edition: Edition, change: Callable[[Edition], None], address: str
) -> None:
    before, _ = asked(client, address)
    change(edition)

    page, questions = asked(client, address)

    assert not is_renewed(questions)
    assert page != before
    assert page == made_anew(client, address)


@pytest.mark.parametrize("change", [rename, freeze, close_month, begin_evening])
def test_a_point_and_something_else_are_both_seen(
    client: Client, edition: Edition, change: Callable[[Edition], None]
) -> None:
    asked(client)
    attend(edition)
    change(edition)
    page, _ = asked(client)

    assert page == made_anew(client)


def test_a_board_that_stands_still_keeps_still_and_goes_on_when_it_is_let_go(client: Client, edition: Edition) -> None:
    frozen = freezes.freeze(edition, because="De finale", by=factories.organiser(), at=NOW)
    before, _ = asked(client)
    attend(edition)
    still, questions = asked(client)
    freezes.lift(frozen, by=factories.organiser(), at=NOW)
    after, _ = asked(client)

    assert is_renewed(questions)
    assert still == before
    assert after == made_anew(client)
    assert "Urk</a>" in after
    assert after != before


def test_a_past_day_does_not_change_by_a_point(client: Client, edition: Edition) -> None:
    address = f"{BOARD}?op=2026-05-01"
    before, _ = asked(client, address)
    attend(edition)

    assert asked(client, address)[0] == before == made_anew(client, address)


# --- Time ----------------------------------------------------------------------------------------


def test_the_next_minute_needs_no_new_page(client: Client, edition: Edition, time_machine: TimeMachineFixture) -> None:
    asked(client)
    time_machine.move_to(NOW + timedelta(minutes=7), tick=False)
    page, questions = asked(client)

    assert is_renewed(questions)
    assert page == made_anew(client)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 5, 20, 22, 0, tzinfo=UTC),  # the next day
        datetime(2026, 5, 23, 9, 0, tzinfo=UTC),  # an hour before the meetup
        datetime(2026, 5, 31, 22, 0, tzinfo=UTC),  # another month
        datetime(2026, 10, 31, 23, 0, tzinfo=UTC),  # no more points to earn
        datetime(2026, 12, 31, 23, 0, tzinfo=UTC),  # over
    ],
)
def test_what_time_changes_is_seen(
    client: Client, edition: Edition, time_machine: TimeMachineFixture, moment: datetime
) -> None:
    for _ in range(2):
        time_machine.move_to(moment - timedelta(minutes=1), tick=False)
        asked(client)
        time_machine.move_to(moment, tick=False)
        page, questions = asked(client)

        assert not is_renewed(questions)
        assert page == made_anew(client)
        page_cache.PAGES.clear()


def test_an_evening_that_begins_or_ends_is_seen_within_the_day(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    edition.meetups.filter(slug="avond").update(starts_at=NOW + timedelta(hours=2), ends_at=NOW + timedelta(hours=3))
    seen = []
    for minutes in (0, 59, 60, 61, 239, 240):
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        page, questions = asked(client)
        seen.append(('id="live"' in page, is_renewed(questions)))

    assert seen == [(False, False), (False, True), (True, False), (True, True), (True, True), (False, False)]


# --- What it rests on ----------------------------------------------------------------------------


def test_what_stands_around_the_standing_is_made_of_no_claim(client: Client, edition: Edition) -> None:
    """A change to a claim draws nothing around the podium and the table anew."""
    begin_evening(edition)
    freeze(edition)
    of_claims = {model._meta.db_table for model in Claim.__subclasses__()}

    asked_for = [asked(client, address)[1] for address in (BOARD, f"{BOARD}?door=dsa&provincie=Utrecht&ervaring=nieuw")]

    assert {table for table in of_claims if table in str(asked_for)} == set()


def test_each_change_names_its_table_and_only_a_claim_is_left_out(edition: Edition) -> None:
    seen = [changes.version(at=NOW)]
    factories.submitted(factories.contribution(named(edition, "Ede")))
    seen.append(changes.version(at=NOW))
    named(edition, "Ede").save()
    seen.append(changes.version(at=NOW))
    factories.entry(named(edition, "Ede"), at=NOW)
    seen.append(changes.version(at=NOW))

    assert len(set(seen)) == 4
    assert [one.but_for_points == seen[0].but_for_points for one in seen] == [True, True, False, False]
    assert len({one.but_for_points for one in seen}) == 2


def test_adding_the_notes_up_changes_no_page(edition: Edition) -> None:
    for _ in range(3):
        named(edition, "Ede").save()
    before, notes = changes.version(at=NOW), PageChange.objects.count()
    changes.add_up()
    changes.add_up()

    assert changes.version(at=NOW) == before
    assert PageChange.objects.count() == len(before.changes) < notes
    named(edition, "Ede").save()
    assert changes.version(at=NOW) != before
