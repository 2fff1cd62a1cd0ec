"""The rules of the badges: each on the day on which it was earned, and never before."""

from collections.abc import Sequence
from datetime import date

import pytest

from gdsc.participants import badges
from gdsc.participants.badges import Facts
from gdsc.participants.deeds import Deeds, Gathering, Gift, Taker
from scoring.rules import Kind

NOTHING = Deeds([], [], [], [], [], 0, None, {})


def day(month: int, number: int = 10) -> date:
    return date(2026, month, number)


def facts(*counted: tuple[date, Kind], **fields: object) -> Facts:
    known = {"deeds": NOTHING, "led_on": None, "won_on": None} | fields
    return Facts(counted=sorted(counted), **known)  # type: ignore[arg-type]


def meetups(there: str, *, hosted: Sequence[int] = ()) -> list[Gathering]:
    """By month, from January: `x` was there, `.` was not."""
    return [
        Gathering(f"Meetup {month}", "/", day(month), month in hosted, mark == "x")
        for month, mark in enumerate(there, start=1)
    ]


def given(*days: date) -> list[Gift]:
    takers = [Taker("Ede", "/", one) for one in days]
    return [Gift("Snelbalie", "/", takers[::2]), Gift("Parkeren", "/", takers[1::2])]


def won(known: Facts) -> dict[str, date]:
    return {str(one.badge.name): one.on for one in badges.earned(known)}


def test_nothing_done_earns_nothing() -> None:
    assert won(facts()) == {}


def test_the_first_point_is_the_one_that_counts_from_the_earliest_day() -> None:
    assert won(facts((day(3), Kind.ADOPTION), (day(2), Kind.MEETUP))) == {"Eerste punt": day(2)}


def test_all_three_is_earned_with_the_last_of_them() -> None:
    two = [(day(1), Kind.MEETUP), (day(5), Kind.ADOPTION), (day(7), Kind.ADOPTION)]

    assert "Alle drie" not in won(facts(*two))
    assert won(facts(*two, (day(4), Kind.CONTRIBUTION)))["Alle drie"] == day(5)


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [(Kind.ADOPTION, 5, "Vijf keer overgenomen"), (Kind.CONTRIBUTION, 3, "Drie keer aangedragen")],
)
def test_many_of_a_kind_is_earned_on_the_day_that_completes_them(kind: Kind, number: int, name: str) -> None:
    points = [(day(month), kind) for month in range(1, number + 2)]

    assert name not in won(facts(*points[: number - 1]))
    assert won(facts(*points))[name] == day(number)


def test_a_host_has_a_badge_from_its_first_meetup_on_even_without_the_point() -> None:
    known = facts(deeds=NOTHING._replace(held=meetups("..", hosted=[2])))

    assert won(known) == {"Gastheer": day(2)}


@pytest.mark.parametrize(
    ("there", "on"), [("xxxx", None), ("xxxx.xxxx", None), ("x.xxxxxx", day(7)), ("xxxxx...", day(5)), ("", None)]
)
def test_five_in_a_row(there: str, on: date | None) -> None:
    assert won(facts(deeds=NOTHING._replace(held=meetups(there)))).get("Vijf op rij") == on


@pytest.mark.parametrize(
    ("there", "to_come", "on"), [("xxx", 0, day(3)), ("xxx", 1, None), ("xx.", 0, None), ("", 0, None)]
)
def test_every_meetup_is_known_only_when_no_more_come(there: str, to_come: int, on: date | None) -> None:
    deeds = NOTHING._replace(held=meetups(there), meetups_to_come=to_come)

    assert won(facts(deeds=deeds)).get("Altijd erbij") == on


def test_a_giver_counts_all_its_solutions_together() -> None:
    four = [day(month) for month in (6, 2, 4, 3)]

    assert won(facts(deeds=NOTHING._replace(given=given(*four)))) == {"Gever": day(2)}
    assert won(facts(deeds=NOTHING._replace(given=given(*four, day(5)))))["Gulle gever"] == day(6)


def test_what_was_given_and_nobody_took_earns_nothing() -> None:
    assert won(facts(deeds=NOTHING._replace(given=given()))) == {}


def test_the_top_the_final_and_the_title_each_have_their_day() -> None:
    known = facts(deeds=NOTHING._replace(finalist_on=day(11)), led_on=day(4, 30), won_on=day(12))

    assert won(known) == {"Winnaar": day(12), "Finalist": day(11), "Bovenaan": day(4, 30)}


def test_what_is_not_earned_yet_is_named_too() -> None:
    have = badges.earned(facts((day(2), Kind.MEETUP)))

    others = [str(badge.name) for badge in badges.still_to_earn(have)]

    assert others == [str(badge.name) for badge in badges.BADGES if badge.name != "Eerste punt"]


def test_no_two_badges_have_the_same_name_or_words() -> None:
    assert len({str(badge.name) for badge in badges.BADGES}) == len(badges.BADGES)
    assert len({str(badge.words) for badge in badges.BADGES}) == len(badges.BADGES)
