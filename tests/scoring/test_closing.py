"""Closing months: when, in which order, what is kept of it, and the new versions that later bookings make."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from competition.models import Edition, Participant, Round, Rules
from scoring import claims, ledger, standings
from scoring.closing import Closed, RoundState, close, close_due, count_pending, renew, state_of
from scoring.models import Act, Finalist, LedgerEntry, ResultVersion, RoundClosing, RoundResult
from scoring.proposals import ProposalRefusedError
from scoring.rules import Kind
from tests import factories
from tests.proposing import book_back_by_two, close_october_by_two

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
Kept = dict[int, list[tuple[str, int | None, int]]]


def month(of: Edition, number: int) -> Round:
    return Round.objects.select_related("edition__rules").get(edition=of, month=number)


def closes_at(of: Edition, number: int) -> datetime:
    return month(of, number).closes_at(of.rules)


def closed_months(of: Edition) -> list[int]:
    return list(RoundClosing.objects.filter(round__edition=of).order_by("pk").values_list("round__month", flat=True))


def standing_of(version: ResultVersion) -> list[tuple[str, int | None, int]]:
    results = version.results.order_by("rank", "participant__sort_name").select_related("participant")
    return [(result.participant.name, result.rank, result.total) for result in results]


def last_versions(of: Edition) -> Kept:
    closings = RoundClosing.objects.filter(round__edition=of).select_related("round")
    return {each.round.month: standing_of(each.versions.latest("number")) for each in closings}


def everything_kept(of: Edition) -> list[Any]:
    """All that closing writes, to the last field."""
    kept: list[Any] = [list(Rules.objects.filter(edition=of).values())]
    models = (RoundClosing, ResultVersion, RoundResult, Finalist)
    return kept + [list(model._default_manager.order_by("pk").values()) for model in models]


def two_players(**fields: Any) -> tuple[Edition, Participant, Participant]:
    edition = factories.edition(**fields)
    return edition, factories.participant("Delft", of=edition), factories.participant("Breda", of=edition)


# --- What is due ---------------------------------------------------------------------------------

CLOCKS = [
    # Year, month, first moment, end, and the moment it may be closed: seven days and five working days later.
    (2026, 1, "2025-12-31 23:00", "2026-01-31 23:00", "2026-02-13 23:00"),
    (2026, 3, "2026-02-28 23:00", "2026-03-31 22:00", "2026-04-14 22:00"),  # the clock goes forward
    (2026, 4, "2026-03-31 22:00", "2026-04-30 22:00", "2026-05-15 22:00"),  # Ascension Day does not count
    (2028, 2, "2028-01-31 23:00", "2028-02-29 23:00", "2028-03-14 23:00"),  # leap day
]
OCTOBERS = [
    (2026, "2026-09-30 22:00", "2026-10-31 23:00", "2026-11-13 23:00"),  # the clock goes back
    (2028, "2028-09-30 22:00", "2028-10-31 23:00", "2028-11-14 23:00"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("year", "number", "start", "end", "due"), CLOCKS)
def test_a_month_closes_at_its_moment_and_not_one_second_before(
    year: int, number: int, start: str, end: str, due: str
) -> None:
    edition = factories.edition(year)
    factories.participant(of=edition)
    round_ = month(edition, number)

    assert (round_.starts_at, round_.ends_at, closes_at(edition, number)) == (utc(start), utc(end), utc(due))
    close_due(at=utc(due) - SECOND)
    assert closed_months(edition) == list(range(1, number))
    assert close_due(at=utc(due)) == [f"{round_}: afgesloten, 0 meldingen nog open"]
    assert closed_months(edition) == list(range(1, number + 1))
    assert RoundClosing.objects.get(round=round_).closed_at == utc(due)


@pytest.mark.parametrize(("year", "start", "end", "due"), OCTOBERS)
def test_october_waits_from_its_moment_for_two_organisers_and_not_one_second_before(
    year: int, start: str, end: str, due: str
) -> None:
    edition = factories.edition(year)
    factories.participant(of=edition)
    october = month(edition, 10)

    assert (october.starts_at, october.ends_at, closes_at(edition, 10)) == (utc(start), utc(end), utc(due))
    close_due(at=utc(due) - SECOND)
    assert close_due(at=utc(due) - SECOND) == []
    with pytest.raises(ProposalRefusedError, match="De termijn voor meldingen en bezwaar loopt nog"):
        close_october_by_two(edition, at=utc(due) - SECOND)

    assert close_due(at=utc(due)) == [f"{october}: wacht op twee organisatoren"]
    assert closed_months(edition) == list(range(1, 10))
    close_october_by_two(edition, at=utc(due))

    assert closed_months(edition) == list(range(1, 11))
    assert RoundClosing.objects.get(round=october).closed_at == utc(due)
    assert close_due(at=utc(due)) == []


@pytest.mark.parametrize(
    ("late_claim_days", "objection_working_days", "due"),
    [(0, 0, "2026-01-31 23:00"), (0, 1, "2026-02-02 23:00"), (28, 20, "2026-03-27 23:00")],
)
def test_the_rules_say_how_long_a_month_stays_open(late_claim_days: int, objection_working_days: int, due: str) -> None:
    rules = {"late_claim_days": late_claim_days, "objection_working_days": objection_working_days}
    edition = factories.edition(rules=rules)

    close_due(at=utc(due) - SECOND)
    assert closed_months(edition) == []
    close_due(at=utc(due))
    assert closed_months(edition)[:1] == [1]


def test_nothing_is_due_before_an_edition_begins() -> None:
    edition, *_ = two_players()

    assert close_due(at=NEW_YEAR - SECOND) == []
    assert Rules.objects.get(edition=edition).locked_at is None


def test_the_rules_are_locked_once_at_the_start() -> None:
    edition, *_ = two_players()

    assert close_due(at=NEW_YEAR) == ["2026: spelregels vastgezet"]
    assert close_due(at=NEW_YEAR + SECOND) == []
    assert Rules.objects.get(edition=edition).locked_at == NEW_YEAR


def test_an_archive_edition_has_nothing_to_close() -> None:
    edition = factories.edition(is_archive=True)
    factories.participant(of=edition)

    assert close_due(at=NEXT_YEAR) == []
    assert (closed_months(edition), Rules.objects.get(edition=edition).locked_at) == ([], None)


def test_an_edition_that_was_not_laid_out_yet_is_passed_by() -> None:
    Edition.objects.create(year=2026, name="Nog leeg")

    assert close_due(at=NEXT_YEAR) == []


def test_two_editions_are_closed_one_after_the_other() -> None:
    this_year, last_year = factories.edition(2026), factories.edition(2025)

    lines = close_due(at=closes_at(this_year, 1))

    assert (closed_months(last_year), closed_months(this_year)) == (list(range(1, 10)), [1])
    assert lines[-3:] == [
        "oktober 2025: wacht op twee organisatoren",
        "2026: spelregels vastgezet",
        "januari 2026: afgesloten, 0 meldingen nog open",
    ]


# --- Downtime ------------------------------------------------------------------------------------


def outcome_of_a_year(*, down_from: datetime, back: datetime) -> tuple[list[int], Kept, list[Any]]:
    """Book points and reversals, some of them late, while the job runs every few days unless the machine is down.

    All of it is undone again.
    """
    with transaction.atomic():
        edition, *players = two_players()
        players.append(factories.participant("Ede", of=edition, is_out_of_competition=True))
        factories.participant("Zwolle", of=edition)
        organiser, booked = factories.organiser(), []
        for day in range(0, 310, 8):
            at = NEW_YEAR + timedelta(days=day, hours=12)
            counts_on = date(2026, 1, 1) + timedelta(days=max(day - day % 60, 0))
            kind = list(Kind)[day % 3]
            booked.append(factories.entry(players[day % 7 % 3], kind=kind, by=organiser, counts_on=counts_on, at=at))
            if day % 40 == 32:
                wrong = booked.pop(-3)
                factories.approved(Act.REVERSAL, of=edition, entry=wrong.pk)
                ledger.reverse(wrong, because="Fout", by=organiser, at=at)
            if not down_from <= at < back:
                close_due(at=at)
        end = closes_at(edition, 10) if back < NEXT_YEAR else NEXT_YEAR
        close_due(at=end)
        factories.close_october(edition, at=end)
        finalists = list(edition.finalists.order_by("place").values_list("participant__name", "place", "total"))
        outcome = closed_months(edition), last_versions(edition), finalists
        transaction.set_rollback(True)
    return outcome


@pytest.mark.parametrize(
    ("month_down", "months"), [(1, 0), (4, 1), (6, 3), pytest.param(2, 11, id="from February to January")]
)
def test_after_a_downtime_all_is_closed_as_if_the_machine_never_was_down(month_down: int, months: int) -> None:
    down_from = datetime(2026, month_down, 10, tzinfo=UTC)
    after = month_down - 1 + months
    back = datetime(2026 + after // 12, after % 12 + 1, 10, tzinfo=UTC)

    order, results, finalists = outcome_of_a_year(down_from=down_from, back=back)

    assert order == list(range(1, 11))
    assert {len(lines) for lines in results.values()} == {4}
    assert len({tuple(lines) for lines in results.values()}) > 5
    assert (order, results, finalists) == outcome_of_a_year(down_from=NEXT_YEAR, back=NEXT_YEAR)


@pytest.mark.parametrize("months", [0, 1, 3, 9])
def test_running_twice_in_a_row_changes_nothing(months: int) -> None:
    edition, delft, _ = two_players()
    factories.entry(delft, counts_on=date(2026, 1, 5))
    at = closes_at(edition, months) if months else NEW_YEAR
    close_due(at=at)
    before = everything_kept(edition)

    assert close_due(at=at) == close_due(at=at + SECOND) == []
    assert everything_kept(edition) == before
    assert closed_months(edition) == list(range(1, months + 1))


def test_a_clock_that_is_set_back_opens_nothing_and_closes_nothing_twice() -> None:
    edition, *_ = two_players()
    close_due(at=closes_at(edition, 3))
    before = everything_kept(edition)

    assert close_due(at=closes_at(edition, 1)) == close_due(at=NEW_YEAR - SECOND) == []
    assert close_due(at=closes_at(edition, 3)) == []
    assert everything_kept(edition) == before


def test_after_october_running_again_changes_nothing() -> None:
    edition, delft, _ = two_players()
    factories.entry(delft, counts_on=date(2026, 1, 5))
    close_due(at=closes_at(edition, 10))
    close_october_by_two(edition, at=closes_at(edition, 10))
    before = everything_kept(edition)

    assert close_due(at=closes_at(edition, 10)) == close_due(at=NEXT_YEAR) == []
    assert everything_kept(edition) == before


def test_closing_one_month_again_changes_nothing() -> None:
    edition, *_ = two_players()
    assert close(month(edition, 1), at=NEXT_YEAR) == Closed(True, 0)
    before = everything_kept(edition)

    assert close(month(edition, 1), at=NEXT_YEAR + SECOND) == Closed(True, 0)
    assert everything_kept(edition) == before


# --- What is kept --------------------------------------------------------------------------------


def test_each_result_holds_every_participant_moved_or_not_as_of_the_end_of_its_month() -> None:
    edition, delft, breda = two_players()
    outsider = factories.participant("Ede", of=edition, is_out_of_competition=True)
    factories.entry(delft, counts_on=date(2026, 1, 31))
    factories.entry(breda, counts_on=date(2026, 2, 1), kind=Kind.ADOPTION)
    factories.entry(breda, counts_on=date(2026, 2, 28))
    factories.entry(outsider, counts_on=date(2026, 2, 10))
    last = LedgerEntry.objects.latest("number")

    close_due(at=closes_at(edition, 3))

    assert last_versions(edition) == {
        1: [("Delft", 1, 1), ("Breda", 2, 0), ("Ede", None, 0)],
        2: [("Breda", 1, 2), ("Delft", 2, 1), ("Ede", None, 1)],
        3: [("Breda", 1, 2), ("Delft", 2, 1), ("Ede", None, 1)],
    }
    versions = ResultVersion.objects.values_list("number", "head", "head_hash", "reason", "made_at")
    assert set(versions) == {(1, 4, last.hash, "", closes_at(edition, 3))}
    february = RoundResult.objects.get(version__closing__round__month=2, participant=breda)
    assert (february.meetup_points, february.adoption_points, february.contribution_points) == (1, 1, 0)


def test_who_comes_in_later_is_missing_in_the_months_before() -> None:
    edition, *_ = two_players()
    close_due(at=closes_at(edition, 1))
    factories.participant("Ede", of=edition)
    close_due(at=closes_at(edition, 2))

    assert {number: len(lines) for number, lines in last_versions(edition).items()} == {1: 2, 2: 3}


# --- Claims that still wait ----------------------------------------------------------------------


def waiting_in(edition: Edition, delft: Participant, day: date) -> Any:
    at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    return factories.submitted(factories.contribution(delft, created_at=at), at=at)


def test_a_month_closes_while_claims_wait_and_says_how_many() -> None:
    edition, delft, _ = two_players()
    waiting_in(edition, delft, date(2026, 1, 20))
    waiting_in(edition, delft, date(2026, 2, 1))

    lines = close_due(at=closes_at(edition, 2))

    assert lines[1:] == [
        "januari 2026: afgesloten, 1 meldingen nog open",
        "februari 2026: afgesloten, 2 meldingen nog open",
    ]
    assert list(RoundClosing.objects.order_by("pk").values_list("pending_count", flat=True)) == [1, 2]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_october_waits_for_a_decision_and_then_goes_on(is_confirmed: bool) -> None:
    edition, delft, breda = two_players()
    factories.entry(breda, counts_on=date(2026, 5, 5))
    claim = waiting_in(edition, delft, date(2026, 10, 20))
    waiting_since_may = waiting_in(edition, delft, date(2026, 5, 20))
    at = closes_at(edition, 10)

    assert close_due(at=at)[-1] == close_due(at=at + SECOND)[0] == "oktober 2026: wacht op twee organisatoren"
    with pytest.raises(ProposalRefusedError, match="Er wachten nog meldingen op een besluit: 2"):
        close_october_by_two(edition, at=at)
    assert factories.close_october(edition, at=at) == Closed(False, 2)
    assert (closed_months(edition), Finalist.objects.count()) == (list(range(1, 10)), 0)
    assert count_pending(month(edition, 9)) == 1

    claims.reject(waiting_since_may, because="Nee", by=factories.organiser(), at=at)
    if is_confirmed:
        claims.confirm(claim, by=factories.organiser(), at=at)
    else:
        claims.reject(claim, because="Nee", by=factories.organiser(), at=at)

    close_october_by_two(edition, at=at + SECOND)

    assert RoundClosing.objects.get(round__month=10).pending_count == 0
    finalists = list(Finalist.objects.order_by("participant__name").values_list("participant__name", "place", "total"))
    assert finalists == ([("Breda", 1, 1), ("Delft", 1, 1)] if is_confirmed else [("Breda", 1, 1)])


def test_finalists_are_fixed_with_october_and_not_before() -> None:
    edition, delft, breda = two_players()
    factories.entry(delft, counts_on=date(2026, 10, 31))

    close_due(at=closes_at(edition, 10))
    assert Finalist.objects.count() == 0
    close_october_by_two(edition, at=closes_at(edition, 10))

    assert [(f.participant, f.place, f.total) for f in Finalist.objects.all()] == [(delft, 1, 1)]
    assert breda.pk


# --- New versions of a result --------------------------------------------------------------------


def versions(of: Edition) -> dict[int, list[tuple[int, list[tuple[str, int | None, int]]]]]:
    closings = RoundClosing.objects.filter(round__edition=of).select_related("round").order_by("round__month")
    return {c.round.month: [(v.number, standing_of(v)) for v in c.versions.order_by("number")] for c in closings}


def test_a_late_confirmation_makes_a_new_version_of_each_closed_month_from_its_own_on() -> None:
    edition, delft, breda = two_players()
    factories.entry(breda, counts_on=date(2026, 1, 5))
    claim = waiting_in(edition, delft, date(2026, 2, 20))
    at = closes_at(edition, 3)
    close_due(at=at)
    before = everything_kept(edition)

    entry = claims.confirm(claim, by=factories.organiser(), at=at + SECOND)
    made = renew(edition, at=at + 2 * SECOND)

    assert [(v.closing.round.month, v.number, v.head) for v in made] == [(2, 2, 2), (3, 2, 2)]
    old, new = [("Breda", 1, 1), ("Delft", 2, 0)], [("Breda", 1, 1), ("Delft", 1, 1)]
    assert versions(edition) == {1: [(1, old)], 2: [(1, old), (2, new)], 3: [(1, old), (2, new)]}
    assert {v.reason for v in made} == {f"Boeking 2, +1 voor Delft: {entry.description}"}
    entry.refresh_from_db()
    assert {(v.head_hash, v.made_at) for v in made} == {(entry.hash, at + 2 * SECOND)}
    for then, now in zip(before, everything_kept(edition), strict=True):
        assert now[: len(then)] == then
    assert renew(edition, at=at + 3 * SECOND) == []


def test_a_reversal_makes_a_new_version_that_names_it_with_its_reason() -> None:
    edition, delft, _ = two_players()
    entry = factories.entry(delft, counts_on=date(2026, 1, 5), description="Meetup in Ede")
    at = closes_at(edition, 1)
    close_due(at=at)

    book_back_by_two(entry, because="Niemand was er", at=at)
    factories.entry(delft, counts_on=date(2026, 1, 6), description="Meetup in Goes")
    assert close_due(at=at + SECOND) == ["januari 2026: versie 2"]

    version = ResultVersion.objects.get(number=2)
    assert version.reason.splitlines() == [
        "Boeking 2, -1 voor Delft: Meetup in Ede (Niemand was er)",
        "Boeking 3, +1 voor Delft: Meetup in Goes",
    ]
    book_back_by_two(LedgerEntry.objects.get(number=2), because="Toch wel", at=at)
    assert close_due(at=at + SECOND) == ["januari 2026: versie 3"]
    assert versions(edition)[1][-1] == (3, [("Delft", 1, 2), ("Breda", 2, 0)])


def test_what_counts_for_an_open_month_makes_no_new_version() -> None:
    edition, delft, _ = two_players()
    close_due(at=closes_at(edition, 1))

    factories.entry(delft, counts_on=date(2026, 2, 1))
    assert renew(edition, at=NEXT_YEAR) == []
    factories.entry(delft, counts_on=date(2026, 1, 31))
    assert len(renew(edition, at=NEXT_YEAR)) == 1


def test_a_booking_of_another_edition_makes_no_new_version() -> None:
    edition, *_ = two_players()
    close_due(at=closes_at(edition, 1))
    factories.entry(factories.participant("Goes", of=factories.edition(2025)), counts_on=date(2025, 1, 5))

    assert renew(edition, at=NEXT_YEAR) == []


def test_finalists_stay_when_october_gets_a_new_version() -> None:
    edition, delft, breda = two_players()
    entry = factories.entry(delft, counts_on=date(2026, 10, 5))
    at = closes_at(edition, 10)
    close_due(at=at)
    close_october_by_two(edition, at=at)
    before = list(Finalist.objects.values())

    book_back_by_two(entry, because="Fout", at=at)
    factories.entry(breda, counts_on=date(2026, 10, 5), at=at)
    assert close_due(at=at + SECOND) == ["oktober 2026: versie 2"]

    assert versions(edition)[10][1] == (2, [("Breda", 1, 1), ("Delft", 2, 0)])
    assert list(Finalist.objects.values()) == before


# --- The states of a month -----------------------------------------------------------------------

MARCH = [
    ("2026-02-28 22:59:59", RoundState.UPCOMING),
    ("2026-02-28 23:00:00", RoundState.OPEN),
    ("2026-03-31 21:59:59", RoundState.OPEN),
    ("2026-03-31 22:00:00", RoundState.LATE_CLAIMS),
    ("2026-04-07 21:59:59", RoundState.LATE_CLAIMS),
    ("2026-04-07 22:00:00", RoundState.PROVISIONAL),
    ("2026-12-31 23:00:00", RoundState.PROVISIONAL),
]


@pytest.mark.parametrize(("moment", "state"), MARCH)
def test_a_month_has_its_state_by_its_dates_until_it_has_been_closed(moment: str, state: RoundState) -> None:
    march = month(factories.edition(), 3)
    rules = march.edition.rules

    assert state_of(march, rules, at=utc(moment), is_closed=False) == state
    assert state_of(march, rules, at=utc(moment), is_closed=True) == RoundState.CLOSED


@pytest.mark.parametrize("step", ["head_of", "fix"])
def test_a_booking_that_comes_in_while_a_version_is_made_is_named_by_the_version_that_holds_it(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, delft, breda = two_players()
    close_due(at=closes_at(edition, 1))
    factories.entry(delft, counts_on=date(2026, 1, 5), description="Meetup in Ede")
    act = getattr(standings, step)

    def a_moment_later(*args: Any, **fields: Any) -> Any:
        factories.entry(breda, counts_on=date(2026, 1, 6), description="Meetup in Goes")
        return act(*args, **fields)

    with monkeypatch.context() as late:
        late.setattr(standings, step, a_moment_later)
        made = renew(edition, at=closes_at(edition, 1) + SECOND)
    made += renew(edition, at=closes_at(edition, 1) + 2 * SECOND)

    in_ede, in_goes = "Boeking 1, +1 voor Delft: Meetup in Ede", "Boeking 2, +1 voor Breda: Meetup in Goes"
    both = [("Breda", 1, 1), ("Delft", 1, 1)]
    found = [(version.head, version.reason.splitlines(), standing_of(version)) for version in made]
    if step == "head_of":
        assert found == [(2, [in_ede, in_goes], both)]
    else:
        assert found == [(1, [in_ede], [("Delft", 1, 1), ("Breda", 2, 0)]), (2, [in_goes], both)]


def test_what_waits_for_a_month_counts_until_its_last_day_and_no_further() -> None:
    edition, delft, breda = two_players()
    waiting_in(edition, delft, date(2026, 3, 31))
    waiting_in(edition, breda, date(2026, 4, 1))

    assert [count_pending(month(edition, number)) for number in (2, 3, 4, 10)] == [0, 1, 2, 2]
