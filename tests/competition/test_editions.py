"""An edition's year, its months, and the constraints on its rules."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from competition import editions
from competition.calendar import month_bounds
from competition.models import Edition, Phase, Round, Rules
from tests import factories

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_edition_gets_rules_by_default_and_ten_months() -> None:
    edition = Edition.objects.create(year=2028, name="Editie 2028")

    editions.lay_out(edition)

    rounds = edition.rounds.in_order()
    assert [(r.month, r.starts_at, r.ends_at) for r in rounds] == [
        (month, *month_bounds(2028, month)) for month in range(1, 11)
    ]
    assert [str(r) for r in rounds][:2] == ["januari 2028", "februari 2028"]
    assert [(r.first_day.isoformat(), r.last_day.isoformat()) for r in rounds][1] == ("2028-02-01", "2028-02-29")
    assert [r.month for r in rounds if r.is_last] == [10]
    rules = edition.rules
    assert (rules.jury_weight, rules.cities_weight, rules.public_weight) == (50, 25, 25)
    assert rules.locked_at is None


def test_laying_out_again_leaves_what_is_there() -> None:
    edition = factories.edition(rules={"meetup_points": 3})
    before = list(edition.rounds.in_order().values_list("pk", flat=True))

    editions.lay_out(edition)

    assert list(edition.rounds.in_order().values_list("pk", flat=True)) == before
    assert Rules.objects.get(edition=edition).meetup_points == 3


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2025-12-31T22:59:59", Phase.ANNOUNCED),
        ("2025-12-31T23:00", Phase.SCORING),
        ("2026-10-31T22:59:59", Phase.SCORING),
        ("2026-10-31T23:00", Phase.CAMPAIGN),
        ("2026-12-31T22:59:59", Phase.CAMPAIGN),
        ("2026-12-31T23:00", Phase.CONCLUDED),
    ],
)
def test_the_phases_follow_the_calendar(moment: str, phase: Phase) -> None:
    assert Edition(year=2026).phase_at(utc(moment)) == phase


def test_it_has_started_from_its_first_moment() -> None:
    edition = Edition(year=2026)

    assert not edition.has_started(edition.starts_at - A_MOMENT)
    assert edition.has_started(edition.starts_at)


def test_the_current_edition_is_this_years_else_the_last_played_else_the_next() -> None:
    factories.edition(2015, is_archive=True)
    for year in (2024, 2026, 2027):
        factories.edition(year)
    years = {moment: Edition.objects.current(utc(moment)) for moment in ("2023-06-01", "2025-06-01", "2026-06-01")}

    assert {moment: found and found.year for moment, found in years.items()} == {
        "2023-06-01": 2024,
        "2025-06-01": 2024,
        "2026-06-01": 2026,
    }
    over_new_year = [Edition.objects.current(utc(t)) for t in ("2026-12-31T22:59:59", "2026-12-31T23:00")]
    assert [found and found.year for found in over_new_year] == [2026, 2027]


def test_there_is_no_current_edition_with_only_an_archive() -> None:
    factories.edition(2015, is_archive=True)

    assert Edition.objects.current(utc("2026-06-01")) is None


def test_the_months_of_2026_close_after_late_claims_and_five_working_days() -> None:
    edition = factories.edition(2026)

    dates = [(r.late_claims_end_at(edition.rules), r.closes_at(edition.rules)) for r in edition.rounds.in_order()]

    assert dates == [
        (utc("2026-02-07T23:00"), utc("2026-02-13T23:00")),
        (utc("2026-03-07T23:00"), utc("2026-03-13T23:00")),
        (utc("2026-04-07T22:00"), utc("2026-04-14T22:00")),
        (utc("2026-05-07T22:00"), utc("2026-05-15T22:00")),  # Ascension Day
        (utc("2026-06-07T22:00"), utc("2026-06-12T22:00")),
        (utc("2026-07-07T22:00"), utc("2026-07-14T22:00")),
        (utc("2026-08-07T22:00"), utc("2026-08-14T22:00")),
        (utc("2026-09-07T22:00"), utc("2026-09-14T22:00")),
        (utc("2026-10-07T22:00"), utc("2026-10-14T22:00")),
        (utc("2026-11-07T23:00"), utc("2026-11-13T23:00")),
    ]


def test_without_late_claims_or_objections_a_month_closes_at_its_end() -> None:
    edition = factories.edition(2026, rules={"late_claim_days": 0, "objection_working_days": 0})

    assert [r.closes_at(edition.rules) for r in edition.rounds.in_order()] == [
        month_bounds(2026, month)[1] for month in range(1, 11)
    ]


def test_a_moment_lies_in_one_month() -> None:
    edition = factories.edition(2026)
    start, end = month_bounds(2026, 3)

    found = {m: [r.month for r in edition.rounds.containing(m)] for m in (start - A_MOMENT, start, end - A_MOMENT, end)}

    assert list(found.values()) == [[2], [3], [3], [4]]
    march = edition.rounds.get(month=3)
    assert [march.contains(m) for m in found] == [False, True, True, False]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"jury_weight": 60}, "rules_weights_add_up_to_100"),
        ({"jury_weight": 100, "cities_weight": 0, "public_weight": 1}, "rules_weights_add_up_to_100"),
        ({"meetup_points": 0}, "rules_every_kind_earns_a_point"),
        ({"adoption_points": 0}, "rules_every_kind_earns_a_point"),
        ({"contribution_points": 0}, "rules_every_kind_earns_a_point"),
    ],
)
def test_rules_that_cannot_be_are_refused(fields: dict[str, int], constraint: str) -> None:
    edition = factories.edition()

    with pytest.raises(IntegrityError, match=constraint):
        Rules.objects.filter(edition=edition).update(**fields)


@pytest.mark.parametrize(
    "weights",
    [
        {"jury_weight": 100, "cities_weight": 0, "public_weight": 0},
        {"jury_weight": 33, "cities_weight": 33, "public_weight": 34},
    ],
)
def test_other_weights_that_add_up_are_allowed(weights: dict[str, int]) -> None:
    edition = factories.edition()

    assert Rules.objects.filter(edition=edition).update(**weights) == 1


@pytest.mark.parametrize(
    ("month", "starts", "ends", "constraint"),
    [
        (3, "2030-01-01", "2030-02-01", "round_one_per_month"),
        (11, "2030-01-01", "2030-02-01", "round_is_a_scoring_month"),
        (0, "2030-01-01", "2030-02-01", "round_is_a_scoring_month"),
        (9, "2030-02-01", "2030-02-01", "round_ends_after_it_begins"),
        (9, "2026-03-15", "2026-03-16", "rounds_do_not_overlap"),
    ],
)
def test_a_month_that_cannot_be_is_refused(month: int, starts: str, ends: str, constraint: str) -> None:
    edition = factories.edition()
    edition.rounds.filter(month=9).delete()

    with pytest.raises(IntegrityError, match=constraint):
        Round.objects.create(edition=edition, month=month, starts_at=utc(starts), ends_at=utc(ends))
