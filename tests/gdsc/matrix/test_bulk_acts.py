"""What each role can do with many rows at once in the admin: only what it may do with one."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client, RequestFactory

from tests.admin_pages import address, messages_of
from tests.gdsc.matrix import asking
from tests.gdsc.matrix.world import ROLES, World, works_for

OF_ORGANISERS = ("reviewer", "editor", "auditor", "organiser", "superuser")
ALLOWED = {
    "auth.group delete_selected": {"superuser"},
    "competition.dsamembership delete_selected": {"organiser", "superuser"},
    "competition.edition delete_selected": {"organiser", "superuser"},
    "competition.invitation revoke": {"organiser", "superuser"},
    "competition.municipality delete_selected": {"organiser", "superuser"},
    "competition.outboxmessage try_again": {"organiser", "superuser"},
    "competition.participant delete_selected": {"organiser", "superuser"},
    "competition.user delete_selected": {"organiser", "superuser"},
    "competition.user invite_again": {"organiser", "superuser"},
    "meetups.attendance confirm_selected": {"reviewer", "organiser", "superuser"},
    "meetups.attendance reject_selected": {"reviewer", "organiser", "superuser"},
    "meetups.meetup delete_selected": {"organiser", "superuser"},
    "news.newsitem delete_selected": {"organiser", "superuser"},
    "solutions.adoption confirm_selected": {"reviewer", "organiser", "superuser"},
    "solutions.adoption reject_selected": {"reviewer", "organiser", "superuser"},
    "solutions.contribution confirm_selected": {"reviewer", "organiser", "superuser"},
    "solutions.contribution reject_selected": {"reviewer", "organiser", "superuser"},
    "solutions.solution delete_selected": {"organiser", "superuser"},
}
"""Every act on many rows, and who may."""
Found = dict[str, set[str]]


def acts(year: World) -> Found:
    """As each list in the admin offers them."""
    found: Found = {}
    for role in OF_ORGANISERS:
        request = RequestFactory().get("/")
        request.user = year.people[role]
        for model, page in admin.site._registry.items():
            for act in page.get_actions(request):
                found.setdefault(f"{model._meta.label_lower} {act}", set()).add(role)
    return found


def test_every_act_stands_in_the_table(year: World) -> None:
    assert acts(year) == ALLOWED


@pytest.mark.parametrize("act", ALLOWED)
def test_who_may_not_changes_nothing_by_asking_all_the_same(year: World, act: str) -> None:
    label, name = act.split()
    model = apps.get_model(label)
    sent: dict[str, Any] = {
        "action": name,
        ACTION_CHECKBOX_NAME: list(model._default_manager.values_list("pk", flat=True)),
        "post": "yes",
        "reason": "Daarom",
    }
    writes = {}
    for role in [each for each in ROLES if each not in ALLOWED[act]]:
        with asking.undone(), asking.noted() as written:
            asking.as_role(year, role).post(address(model, "changelist"), sent)
        writes[role] = list(written)

    assert writes == {role: [] for role in writes}


@pytest.mark.parametrize("model", ["meetups.attendance", "solutions.adoption", "solutions.contribution"])
@pytest.mark.parametrize("name", ["confirm_selected", "reject_selected"])
@pytest.mark.parametrize("role", ["reviewer", "organiser", "superuser"])
def test_nobody_decides_on_claims_of_the_own_municipality(year: World, model: str, name: str, role: str) -> None:
    """Not with many at once either, whatever the rights."""
    kind: Any = apps.get_model(model)
    own = kind._default_manager.filter(participant=year.things["participant"], state="submitted")
    sent: dict[str, Any] = {"action": name, ACTION_CHECKBOX_NAME: [one.pk for one in own], "post": "yes"}
    sent |= {f"version_{one.pk}": one.version for one in own} | {"reason": "Daarom"}
    with asking.undone():
        works_for(year.people[role], year.things["municipality"])
        asking.as_role(year, role).post(address(kind, "changelist"), sent)
        after = set(kind._default_manager.filter(pk__in=sent[ACTION_CHECKBOX_NAME]).values_list("state", flat=True))

    assert after == {"submitted"}


def test_the_same_acts_decide_on_claims_of_others(year: World) -> None:
    """So that the test above would notice an act that never does anything."""
    kind = type(year.things["attendance"])
    theirs = year.things["foreign_attendance"]
    sent: dict[str, Any] = {
        "action": "confirm_selected",
        ACTION_CHECKBOX_NAME: [theirs.pk],
        f"version_{theirs.pk}": theirs.version,
    }
    with asking.undone():
        works_for(year.people["reviewer"], year.things["municipality"])
        done = asking.as_role(year, "reviewer", Client()).post(address(kind, "changelist"), sent, follow=True)
        after = kind._default_manager.get(pk=theirs.pk).state

    assert (messages_of(done), after) == (["1 melding is bevestigd."], "confirmed")
