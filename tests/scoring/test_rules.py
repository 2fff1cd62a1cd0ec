"""From which day a point counts, and when none can be won. No database."""

from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from competition.calendar import local_date, month_bounds
from competition.models import Edition, Round, Rules
from scoring.rules import KINDS, Kind, RefusedByRulesError, counting_day, points_for

EDITION = Edition(year=2026)
STARTS = "De competitie begint op 1 januari 2026. Daarvoor zijn er geen punten te verdienen."
ENDED = "Na 31 oktober 2026 zijn er geen punten meer te verdienen: de stand van oktober bepaalt de finalisten."
NOT_YET = "Dit is nog niet gebeurd. Meld het daarna."


def months(year: int = 2026) -> list[Round]:
    """The ten months, last one first: the order must not matter."""
    return [
        Round(edition=EDITION, month=month, starts_at=starts_at, ends_at=ends_at)
        for month in range(10, 0, -1)
        for starts_at, ends_at in [month_bounds(year, month)]
    ]


def dutch(text: str) -> datetime:
    """A moment as a clock in the Netherlands shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


def day_or_refusal(kind: Kind, happened: str, submitted: str, *, late_claim_days: int = 7) -> str:
    """`happened` is a day, or the word that says that it has no day of its own."""
    submitted_at = dutch(submitted)
    happened_on = local_date(submitted_at) if happened == "-" else date.fromisoformat(happened)
    try:
        day = counting_day(
            kind,
            happened_on=happened_on,
            submitted_at=submitted_at,
            rounds=months(),
            rules=Rules(edition=EDITION, late_claim_days=late_claim_days),
        )
    except RefusedByRulesError as refusal:
        return str(refusal)
    return day.isoformat()


@pytest.mark.parametrize(
    ("held", "submitted", "expected"),
    [
        ("2026-03-16", "2026-03-16T15:00", "2026-03-16"),
        ("2026-03-16", "2026-03-18T09:00", "2026-03-18"),
        ("2026-03-16", "2026-03-31T23:59:59", "2026-03-31"),
        pytest.param("2026-03-16", "2026-04-01T00:00", "2026-03-31", id="late, for March"),
        pytest.param("2026-03-16", "2026-04-07T23:59:59", "2026-03-31", id="the last second for March"),
        pytest.param(
            "2026-03-16",
            "2026-04-08T00:00",
            "U kon dit melden tot en met 7 april 2026. Die termijn is voorbij.",
            id="the first moment after",
        ),
        pytest.param(
            "2026-03-31",
            "2026-04-08T00:00",
            "U kon dit melden tot en met 7 april 2026. Die termijn is voorbij.",
            id="the last day is March",
        ),
        ("2026-02-28", "2026-02-28T23:59:59", "2026-02-28"),
        pytest.param("2026-03-29", "2026-03-29T03:31", "2026-03-29", id="the night the clock goes forward"),
        pytest.param("2026-10-25", "2026-10-25T04:00", "2026-10-25", id="the night the clock goes back"),
        pytest.param("2026-10-31", "2026-11-07T23:59:59", "2026-10-31", id="late, for October"),
        pytest.param(
            "2026-10-31",
            "2026-11-08T00:00",
            "U kon dit melden tot en met 7 november 2026. Die termijn is voorbij.",
            id="too late for October",
        ),
        pytest.param("2026-01-01", "2026-01-01T00:00", "2026-01-01", id="the first moment of the year"),
        pytest.param("2025-12-31", "2026-01-01T00:00", STARTS, id="held before the year"),
        pytest.param("2025-12-31", "2025-12-31T23:59:59", STARTS, id="held and reported before the year"),
        pytest.param("2026-11-05", "2026-11-05T17:00", ENDED, id="held after October"),
        pytest.param("2026-03-20", "2026-03-18T09:00", NOT_YET, id="later this week"),
    ],
)
def test_a_meetup_counts_for_its_month_as_long_as_that_takes_claims(held: str, submitted: str, expected: str) -> None:
    assert day_or_refusal(Kind.MEETUP, held, submitted) == expected


@pytest.mark.parametrize(
    ("in_use_since", "submitted", "expected"),
    [
        ("2026-03-16", "2026-03-16T00:00", "2026-03-16"),
        ("2026-03-16", "2026-04-07T23:59:59", "2026-03-31"),
        pytest.param("2026-03-16", "2026-04-08T00:00", "2026-04-08", id="too late for March, so for April"),
        pytest.param("2026-01-20", "2026-09-10T12:00", "2026-09-10", id="months later"),
        pytest.param("2020-05-01", "2026-02-10T12:00", "2026-02-10", id="in use long before the year"),
        pytest.param("2026-10-31", "2026-11-07T23:59:59", "2026-10-31", id="late, for October"),
        pytest.param("2026-10-31", "2026-11-08T00:00", ENDED, id="too late for October"),
        pytest.param("2026-01-20", "2026-11-01T00:00", ENDED, id="in use in January, reported in November"),
        pytest.param("2020-05-01", "2026-11-03T12:00", ENDED, id="in use before the year, reported after it"),
        pytest.param("2026-11-02", "2026-11-03T12:00", ENDED, id="in use after October"),
        pytest.param("2020-05-01", "2025-12-31T23:59:59", STARTS, id="reported before the year"),
        pytest.param("2026-03-19", "2026-03-18T23:59:59", NOT_YET, id="in use from tomorrow"),
    ],
)
def test_an_adoption_that_is_late_counts_from_the_day_it_is_submitted(
    in_use_since: str, submitted: str, expected: str
) -> None:
    assert day_or_refusal(Kind.ADOPTION, in_use_since, submitted) == expected


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ("2026-01-01T00:00", "2026-01-01"),
        ("2026-03-31T23:59:59", "2026-03-31"),
        ("2026-04-01T00:00", "2026-04-01"),
        ("2026-10-31T23:59:59", "2026-10-31"),
        ("2026-11-01T00:00", ENDED),
        ("2027-02-01T00:00", ENDED),
        ("2025-12-31T23:59:59", STARTS),
    ],
)
def test_a_contribution_counts_from_the_day_it_is_submitted(submitted: str, expected: str) -> None:
    assert day_or_refusal(Kind.CONTRIBUTION, "-", submitted) == expected


@pytest.mark.parametrize(
    ("days", "last", "first_too_late"),
    [(0, "2026-03-31T23:59:59", "2026-04-01T00:00"), (28, "2026-04-28T23:59:59", "2026-04-29T00:00")],
)
def test_the_rules_say_how_long_late_claims_are_taken(days: int, last: str, first_too_late: str) -> None:
    outcomes = [
        day_or_refusal(Kind.MEETUP, "2026-03-16", moment, late_claim_days=days)[:10]
        for moment in (last, first_too_late)
    ]

    assert outcomes == ["2026-03-31", "U kon dit "]


def test_an_edition_without_months_gives_no_points() -> None:
    with pytest.raises(RefusedByRulesError, match="nog geen maanden"):
        counting_day(
            Kind.CONTRIBUTION,
            happened_on=date(2026, 3, 16),
            submitted_at=dutch("2026-03-16T15:00"),
            rounds=[],
            rules=Rules(edition=EDITION),
        )


def test_a_point_never_counts_after_the_day_of_submission_nor_outside_the_ten_months() -> None:
    days = [f"2026-{month:02}-{day:02}" for month, day in product(range(1, 13), (1, 7, 8, 15, 28))]
    outcomes = {
        (kind, happened, submitted): day_or_refusal(kind, happened, f"{submitted}T12:00")
        for kind, happened, submitted in product(KINDS, days, days)
    }

    given = {about: day for about, day in outcomes.items() if day[:4] == "2026"}
    assert len(given) > 1000
    assert all(happened <= submitted and day <= submitted for (_kind, happened, submitted), day in given.items())
    assert {day[5:7] for day in given.values()} == {f"{month:02}" for month in range(1, 11)}


def test_the_amounts_come_from_the_rules() -> None:
    rules = Rules(edition=EDITION, meetup_points=2, adoption_points=3, contribution_points=5)

    assert {kind: points_for(kind, rules) for kind in Kind} == {
        Kind.MEETUP: 2,
        Kind.ADOPTION: 3,
        Kind.CONTRIBUTION: 5,
    }


def test_every_kind_of_point_is_worth_one_by_default() -> None:
    assert [points_for(kind, Rules(edition=EDITION)) for kind in KINDS] == [1, 1, 1]
