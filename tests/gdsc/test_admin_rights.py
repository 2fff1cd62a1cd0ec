"""What each group of organisers may do in the admin, for every page that it has."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model

from competition.access import AUDITOR, EDITOR, HOST, ORGANISER, REVIEWER
from competition.models import Circular, DsaMembership, Edition, Invitation, MailText, Municipality, Participant, User
from meetups.models import Meetup
from news.models import NewsItem
from scoring.models import EditionResult, Freeze, SealedLot
from solutions.models import Solution
from tests import factories
from tests.admin_pages import address, client_in, client_of

pytestmark = pytest.mark.django_db

MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label != "auth"), key=lambda model: model._meta.label
)
EVERYTHING = {DsaMembership, Edition, EditionResult, Meetup, Municipality, NewsItem, Participant, Solution, User}
MAY_ADD: dict[str, set[Any]] = {
    ORGANISER: EVERYTHING | {Circular, Freeze, Invitation, SealedLot},
    REVIEWER: set(),
    EDITOR: {Meetup, NewsItem, Solution},
    AUDITOR: set(),
}
MAY_CHANGE: dict[str, set[Any]] = {
    ORGANISER: EVERYTHING | {Circular, MailText},
    REVIEWER: set(),
    EDITOR: {Edition, Meetup, NewsItem, Solution},
    AUDITOR: set(),
}
MAY_DELETE: dict[str, set[Any]] = {
    ORGANISER: EVERYTHING - {EditionResult},
    REVIEWER: set(),
    EDITOR: set(),
    AUDITOR: set(),
}


def rights(model: type[Model], person: User) -> tuple[bool, bool, bool, bool]:
    class Request:
        user = person

    about: Any = admin.site.get_model_admin(model)
    checks = (
        about.has_view_permission,
        about.has_add_permission,
        about.has_change_permission,
        about.has_delete_permission,
    )
    return tuple(bool(check(Request)) for check in checks)  # type: ignore[return-value]


@pytest.mark.parametrize("group", [ORGANISER, REVIEWER, EDITOR, AUDITOR])
def test_each_group_has_its_rights_and_no_other(group: str) -> None:
    person = factories.in_group(group)

    found = {model._meta.label: rights(model, person) for model in MODELS}

    assert found == {
        model._meta.label: (True, model in MAY_ADD[group], model in MAY_CHANGE[group], model in MAY_DELETE[group])
        for model in MODELS
    }


def test_hosts_may_do_nothing_in_the_admin() -> None:
    person = factories.in_group(HOST)

    assert {rights(model, person) for model in MODELS} == {(False, False, False, False)}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("group", [ORGANISER, REVIEWER, EDITOR, AUDITOR])
def test_every_list_opens_for_who_may_look(group: str, model: Any) -> None:
    assert client_in(group).get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("who", ["nobody", "no group", "anonymous"])
def test_no_list_opens_for_others(who: str, model: Any, client: Any) -> None:
    if who != "anonymous":
        client = client_of(factories.user(is_staff=who == "no group"))

    response = client.get(address(model, "changelist"))

    assert response.status_code == (403 if who == "no group" else 302)
