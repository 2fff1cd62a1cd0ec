"""Who works for a municipality is taken away at once, and the task of contact person goes over on a day."""

from datetime import date, timedelta

import pytest

from competition import access, colleagues
from competition.models import Membership, Municipality, Role, User
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
TODAY = date(2026, 3, 18)
APRIL = date(2026, 4, 1)
Period = tuple[Role, date, date | None]


@pytest.fixture
def zwolle() -> Municipality:
    return factories.municipality("Zwolle")


@pytest.fixture
def contact(zwolle: Municipality) -> User:
    return factories.staff_of(zwolle, role=Role.CONTACT)


@pytest.fixture
def colleague(zwolle: Municipality) -> User:
    return factories.staff_of(zwolle)


def periods(person: User) -> list[Period]:
    rows = Membership.objects.filter(user=person).order_by("pk")
    return [(Role(row.role), row.starts_on, row.ends_on) for row in rows]


def test_who_is_taken_away_works_for_nobody_from_that_moment(
    zwolle: Municipality, contact: User, colleague: User
) -> None:
    for _twice in range(2):
        colleagues.remove(colleague, zwolle, by=contact, at=NOW)

    assert periods(colleague) == [(Role.STAFF, date(2026, 1, 1), TODAY)]
    assert access.memberships_of(colleague, at=NOW) == []


def test_who_came_today_can_be_taken_away_today(zwolle: Municipality, contact: User) -> None:
    person = factories.staff_of(zwolle, starts_on=TODAY)

    colleagues.remove(person, zwolle, by=contact, at=NOW)

    assert periods(person) == [(Role.STAFF, TODAY, TODAY)]
    assert access.memberships_of(person, at=NOW) == []


def test_who_begins_later_never_begins(zwolle: Municipality, contact: User, colleague: User) -> None:
    person = factories.staff_of(zwolle, starts_on=APRIL)

    colleagues.remove(person, zwolle, by=contact, at=NOW)

    assert periods(person) == [(Role.STAFF, APRIL, APRIL)]


def test_work_for_another_municipality_goes_on(zwolle: Municipality, contact: User, colleague: User) -> None:
    almere = factories.municipality("Almere")
    Membership.objects.create(user=colleague, municipality=almere, starts_on=date(2026, 1, 1))

    colleagues.remove(colleague, zwolle, by=contact, at=NOW)

    assert [each.municipality for each in access.memberships_of(colleague, at=NOW)] == [almere]


def test_a_contact_person_goes_by_handing_over_only(zwolle: Municipality, contact: User) -> None:
    other = factories.staff_of(zwolle, role=Role.CONTACT)

    for person in (contact, other):
        with pytest.raises(colleagues.ColleagueError):
            colleagues.remove(person, zwolle, by=contact, at=NOW)

    assert periods(contact) == periods(other) == [(Role.CONTACT, date(2026, 1, 1), None)]


def test_the_task_goes_over_today_and_the_former_contact_person_works_on(
    zwolle: Municipality, contact: User, colleague: User
) -> None:
    for _twice in range(2):
        colleagues.hand_over(zwolle, colleague, on=TODAY, by=contact, at=NOW)

    assert periods(contact) == [(Role.CONTACT, date(2026, 1, 1), TODAY), (Role.STAFF, TODAY, None)]
    assert periods(colleague) == [(Role.STAFF, date(2026, 1, 1), TODAY), (Role.CONTACT, TODAY, None)]
    assert [access.is_contact_person(person, zwolle, at=NOW) for person in (contact, colleague)] == [False, True]
    assert [each.user for each in colleagues.former(zwolle, at=NOW)] == [contact]


def test_the_task_goes_over_on_a_later_day(zwolle: Municipality, contact: User, colleague: User) -> None:
    for _twice in range(2):
        colleagues.hand_over(zwolle, colleague, on=APRIL, by=contact, at=NOW)

    agreed = colleagues.coming(zwolle, at=NOW)
    assert agreed is not None
    assert (agreed.user, agreed.starts_on) == (colleague, APRIL)
    moments = [NOW, NOW + timedelta(days=14)]
    assert [[access.is_contact_person(who, zwolle, at=at) for who in (contact, colleague)] for at in moments] == [
        [True, False],
        [False, True],
    ]
    assert all(len(colleagues.current(zwolle, at=at)) == 2 for at in moments)


def test_an_end_that_was_agreed_before_stays(zwolle: Municipality, contact: User) -> None:
    temporary = factories.staff_of(zwolle, ends_on=date(2026, 6, 1))

    colleagues.hand_over(zwolle, temporary, on=APRIL, by=contact, at=NOW)

    assert periods(temporary)[-1] == (Role.CONTACT, APRIL, date(2026, 6, 1))


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_the_day_lies_in_the_coming_year(zwolle: Municipality, contact: User, colleague: User, day: date) -> None:
    with pytest.raises(colleagues.ColleagueError):
        colleagues.hand_over(zwolle, colleague, on=day, by=contact, at=NOW)

    assert len(periods(colleague)) == 1


def test_only_who_works_there_by_then_gets_the_task(zwolle: Municipality, contact: User) -> None:
    stranger, leaving = factories.user(), factories.staff_of(zwolle, ends_on=APRIL)

    for person in (stranger, leaving):
        with pytest.raises(colleagues.ColleagueError):
            colleagues.hand_over(zwolle, person, on=APRIL, by=contact, at=NOW)

    assert periods(contact) == [(Role.CONTACT, date(2026, 1, 1), None)]


def test_what_was_agreed_is_not_handed_over_again(zwolle: Municipality, contact: User, colleague: User) -> None:
    other = factories.staff_of(zwolle)
    colleagues.hand_over(zwolle, colleague, on=APRIL, by=contact, at=NOW)

    with pytest.raises(colleagues.ColleagueError, match="1 april 2026"):
        colleagues.hand_over(zwolle, other, on=TODAY, by=contact, at=NOW)
    with pytest.raises(colleagues.ColleagueError):
        colleagues.remove(colleague, zwolle, by=contact, at=NOW)


def test_colleagues_stand_with_the_contact_person_first_then_by_name(zwolle: Municipality, contact: User) -> None:
    for name in ("Wil", "Bo"):
        person = factories.user(name)
        Membership.objects.create(user=person, municipality=zwolle, starts_on=TODAY)
    factories.staff_of(zwolle, ends_on=TODAY)

    assert [str(each.user) for each in colleagues.current(zwolle, at=NOW)] == [str(contact), "Bo", "Wil"]
