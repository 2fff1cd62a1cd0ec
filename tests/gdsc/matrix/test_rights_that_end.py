"""A right that is taken away is gone at the next request, in a session that goes on."""

from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from competition.models import Membership, Role, User
from tests.admin_pages import address
from tests.gdsc.matrix import asking
from tests.gdsc.matrix.world import World

TODAY = date(2026, 3, 18)


def membership_ends(person: User) -> None:
    Membership.objects.filter(user=person).update(ends_on=TODAY)


def is_contact_no_more(person: User) -> None:
    Membership.objects.filter(user=person).update(role=Role.STAFF)


def leaves_the_group(person: User) -> None:
    person.groups.clear()


def is_organiser_no_more(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_staff=False)


def is_superuser_no_more(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_superuser=False)


def is_switched_off(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def loses_the_second_factor(person: User) -> None:
    Authenticator.objects.filter(user=person).delete()


@pytest.mark.parametrize(
    ("role", "page", "loss", "before", "after"),
    [
        ("staff", "/mijn/stad/", membership_ends, "200", "404"),
        ("contact", "/mijn/stad/collegas/uitnodigen/", is_contact_no_more, "200", "403"),
        ("contact", "/mijn/stad/", is_switched_off, "200", "login"),
        ("host", "/mijn/gastheer/2026/avond/", leaves_the_group, "200", "404"),
        ("reviewer", "/beheer/meetups/attendance/", leaves_the_group, "200", "403"),
        ("organiser", "/beheer/competition/user/add/", leaves_the_group, "200", "403"),
        ("organiser", "/beheer/competition/user/", is_organiser_no_more, "200", "door"),
        ("organiser", "/beheer/competition/user/", loses_the_second_factor, "200", "door"),
        ("superuser", "/beheer/auth/group/", is_superuser_no_more, "200", "403"),
        ("superuser", "/beheer/competition/user/", is_switched_off, "200", "login"),
    ],
)
def test_the_next_request_obeys(
    year: World, role: str, page: str, loss: Callable[[User], None], before: str, after: str
) -> None:
    client = asking.as_role(year, role)
    with asking.undone():
        assert asking.answer_to(client.get(page)) == before
        loss(year.people[role])

        assert asking.answer_to(client.get(page)) == after
        assert asking.answer_to(client.post(page)) == after


def test_switching_an_account_off_ends_its_sessions(year: World) -> None:
    """So that none of them is open again when the account is."""
    person, client = year.people["staff"], asking.as_role(year, "superuser")
    with asking.undone():
        sent = {"email": person.email, "name": person.name, "memberships-TOTAL_FORMS": 0}
        done = client.post(address(person), sent | {"memberships-INITIAL_FORMS": 0})
        left = set(Session.objects.values_list("session_key", flat=True))
        is_active = User.objects.get(pk=person.pk).is_active

    assert (done.status_code, is_active) == (302, False)
    assert year.sessions["staff"] not in left
    assert year.sessions["contact"] in left
