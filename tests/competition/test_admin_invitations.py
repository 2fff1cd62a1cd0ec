"""Invitations in the admin: for any municipality and any role, sent and taken back by organisers."""

import pytest
from django.test import Client

from competition import invitations
from competition.access import AUDITOR, ORGANISER
from competition.models import Invitation, Municipality, OutboxMessage, Role
from tests import factories
from tests.admin_pages import address, client_in, errors_of, messages_of, text_of
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
EMAIL = "nieuw@zwolle.example"


@pytest.fixture
def zwolle() -> Municipality:
    return factories.municipality("Zwolle", email_domains=["zwolle.example"])


@pytest.fixture
def organiser() -> Client:
    return client_in(ORGANISER)


@pytest.fixture
def invitation(zwolle: Municipality) -> Invitation:
    return invitations.invite(zwolle, EMAIL, role=Role.STAFF, by=factories.organiser(), at=NOW)


def test_an_organiser_invites_a_contact_person(organiser: Client, zwolle: Municipality) -> None:
    filled_in = {"municipality": zwolle.pk, "email": EMAIL, "role": "contact"}

    organiser.post(address(Invitation, "add"), filled_in)

    made = Invitation.objects.get()
    assert (made.email, made.role, made.municipality, made.state_at(NOW)) == (EMAIL, "contact", zwolle, "open")
    assert made.created_by is not None
    assert list(OutboxMessage.objects.values_list("task", flat=True)) == [invitations.SEND_TASK]


def test_who_works_there_already_is_not_invited(organiser: Client, zwolle: Municipality) -> None:
    filled_in = {"municipality": zwolle.pk, "email": factories.staff_of(zwolle).email, "role": "staff"}

    refused = organiser.post(address(Invitation, "add"), filled_in)

    assert errors_of(refused) == {"email": ["Iemand met dit e-mailadres werkt al voor deze gemeente in dit portaal."]}


def test_inviting_twice_keeps_one_invitation(organiser: Client, invitation: Invitation) -> None:
    filled_in = {"municipality": invitation.municipality_id, "email": EMAIL, "role": "staff"}

    organiser.post(address(Invitation, "add"), filled_in)

    assert list(Invitation.objects.all()) == [invitation]


def test_invitations_are_revoked_together(organiser: Client, invitation: Invitation, zwolle: Municipality) -> None:
    other = invitations.invite(zwolle, "b@elders.example", role=Role.STAFF, by=factories.organiser(), at=NOW)
    invitations.revoke(other, by=factories.organiser(), at=NOW)
    chosen = {"action": "revoke", "_selected_action": [invitation.pk, other.pk]}

    answer = organiser.post(address(Invitation, "changelist"), chosen, follow=True)

    assert messages_of(answer) == [
        "1 uitnodiging ingetrokken.",
        "1 overgeslagen: die zijn al geaccepteerd of ingetrokken.",
    ]
    assert not Invitation.objects.unanswered().exists()


def test_the_list_shows_state_and_hint_and_filters_what_is_open(organiser: Client, invitation: Invitation) -> None:
    page = text_of(organiser.get(address(Invitation, "changelist") + "?toestand=open"))

    assert f"{EMAIL} Zwolle medewerker wacht op antwoord" in page
    assert organiser.get(address(invitation)).status_code == 200
    assert "token_hash" not in page


def test_an_auditor_looks_and_revokes_nothing(invitation: Invitation) -> None:
    chosen = {"action": "revoke", "_selected_action": [invitation.pk]}

    client_in(AUDITOR).post(address(Invitation, "changelist"), chosen)

    assert Invitation.objects.unanswered().count() == 1
