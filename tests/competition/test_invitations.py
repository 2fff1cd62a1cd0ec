"""Invitations: for one address, once, for two weeks; the database never holds their key."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction

from competition import invitations, outbox, tasks
from competition.models import Invitation, InvitationState, Membership, Municipality, OutboxMessage, Role, User
from tests import factories
from tests.accounts import token_from_mail
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
EMAIL = "nieuw@zwolle.example"


@pytest.fixture
def zwolle() -> Municipality:
    return factories.municipality("Zwolle", email_domains=["zwolle.example"])


@pytest.fixture
def contact(zwolle: Municipality) -> User:
    return factories.staff_of(zwolle, role=Role.CONTACT)


@pytest.fixture
def invitation(zwolle: Municipality, contact: User) -> Invitation:
    return invitations.invite(zwolle, EMAIL, role=Role.STAFF, by=contact, at=NOW)


def invited_person() -> User:
    return User.objects.create_user(EMAIL, name="Nieuw")


def periods(of: Municipality) -> list[tuple[str, str, date, date | None]]:
    rows = Membership.objects.filter(municipality=of).order_by("pk")
    return [(row.user.email, row.role, row.starts_on, row.ends_on) for row in rows.select_related("user")]


def test_an_invitation_is_mailed_with_a_key_of_which_only_the_hash_is_kept(invitation: Invitation) -> None:
    assert tasks.send_invitation_task.name == invitations.SEND_TASK
    outbox.deliver_due(at=NOW)

    (message,) = mail.outbox
    token = token_from_mail()
    assert message.to == [EMAIL]
    assert message.subject == "Doe mee voor Zwolle aan De Grote Digitale Steden Competitie"
    assert "De link werkt tot en met 1 april 2026" in str(message.body)
    assert invitations.find(token) == invitation
    kept = [
        str(value) for row in (*Invitation.objects.values(), *OutboxMessage.objects.values()) for value in row.values()
    ]
    assert [value for value in kept if token in value] == []
    assert [row.arguments for row in OutboxMessage.objects.all()] == [{"invitation_id": invitation.pk}]


def test_of_two_mails_the_last_one_works(invitation: Invitation) -> None:
    invitations.send(invitation.pk, at=NOW)
    first = token_from_mail()
    invitations.send(invitation.pk, at=NOW)

    assert invitations.find(first) is None
    assert invitations.find(token_from_mail()) == invitation


def test_no_mail_goes_out_for_what_was_revoked_in_the_meantime(invitation: Invitation, contact: User) -> None:
    invitations.revoke(invitation, by=contact, at=NOW)

    outbox.deliver_due(at=NOW)

    assert mail.outbox == []


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "\x00", "\ud800", "’"])
def test_another_key_finds_nothing(invitation: Invitation, token: str) -> None:
    invitations.send(invitation.pk, at=NOW)

    assert invitations.find(token) is None


def test_inviting_an_address_again_gives_the_invitation_that_is_open(invitation: Invitation, contact: User) -> None:
    again = invitations.invite(
        invitation.municipality, EMAIL.upper().replace("NIEUW", "Nieuw"), role=Role.STAFF, by=contact, at=NOW
    )

    assert again == invitation
    assert OutboxMessage.objects.count() == 1


def test_a_contact_person_who_is_asked_for_takes_the_place_of_an_invitation_as_staff(invitation: Invitation) -> None:
    organiser = factories.organiser()

    def invite(role: Role) -> Invitation:
        return invitations.invite(invitation.municipality, EMAIL, role=role, by=organiser, at=NOW)

    anew = invite(Role.CONTACT)

    assert (anew.role, anew.state_at(NOW)) == (Role.CONTACT, InvitationState.OPEN)
    invitation.refresh_from_db()
    assert invitation.state_at(NOW) == InvitationState.REVOKED
    assert invite(Role.STAFF) == anew


def test_its_words_in_the_admins_history_hold_no_address(invitation: Invitation) -> None:
    assert str(invitation) == "Zwolle, 18 maart 2026"


def test_who_let_an_invitation_expire_is_invited_anew(invitation: Invitation, contact: User) -> None:
    later = NOW + timedelta(days=15)

    anew = invitations.invite(invitation.municipality, EMAIL, role=Role.STAFF, by=contact, at=later)

    invitation.refresh_from_db()
    assert (invitation.state_at(later), anew.state_at(later)) == (InvitationState.REVOKED, InvitationState.OPEN)


def test_an_invitation_holds_for_two_weeks(invitation: Invitation) -> None:
    """To the end of the day that the mail names, here 1 April, when the clock has gone forward meanwhile."""
    ends_at = datetime(2026, 4, 1, 22, tzinfo=UTC)
    moments = [ends_at - timedelta(seconds=1), ends_at]

    assert [invitation.state_at(at) for at in moments] == [InvitationState.OPEN, InvitationState.EXPIRED]
    assert [Invitation.objects.open_at(at).count() for at in moments] == [1, 0]


def test_who_works_for_the_municipality_is_not_invited(zwolle: Municipality, contact: User) -> None:
    with pytest.raises(invitations.AlreadyWorksHereError):
        invitations.invite(zwolle, contact.email.upper(), role=Role.STAFF, by=contact, at=NOW)


def test_who_will_work_for_the_municipality_is_not_invited(zwolle: Municipality, contact: User) -> None:
    person = factories.user()
    Membership.objects.create(user=person, municipality=zwolle, starts_on=date(2026, 5, 1))

    with pytest.raises(invitations.AlreadyWorksHereError):
        invitations.invite(zwolle, person.email, role=Role.STAFF, by=contact, at=NOW)


def test_who_left_is_invited_again(zwolle: Municipality, contact: User) -> None:
    person = factories.staff_of(zwolle, ends_on=date(2026, 3, 18))

    invited = invitations.invite(zwolle, person.email, role=Role.STAFF, by=contact, at=NOW)
    invitations.accept(invited, by=person, at=NOW)

    assert periods(zwolle)[1:] == [
        (person.email, "staff", date(2026, 1, 1), date(2026, 3, 18)),
        (person.email, "staff", date(2026, 3, 18), None),
    ]


def test_a_municipality_invites_thirty_people_a_day(zwolle: Municipality, contact: User) -> None:
    for number in range(30):
        invitations.invite(zwolle, f"{number}@zwolle.example", role=Role.STAFF, by=contact, at=NOW)

    with pytest.raises(invitations.TooManyError):
        invitations.invite(zwolle, EMAIL, role=Role.STAFF, by=contact, at=NOW)
    assert invitations.invite(zwolle, EMAIL, role=Role.STAFF, by=contact, at=NOW + timedelta(days=1)).pk


def test_accepting_makes_a_member_from_today_in_the_role_of_the_invitation(zwolle: Municipality) -> None:
    invited = invitations.invite(zwolle, EMAIL, role=Role.CONTACT, by=factories.organiser(), at=NOW)
    person = invited_person()

    membership = invitations.accept(invited, by=person, at=NOW)

    assert periods(zwolle) == [(EMAIL, "contact", date(2026, 3, 18), None)]
    assert membership.user == person


def test_accepting_twice_gives_one_membership(invitation: Invitation) -> None:
    person = invited_person()

    both = {invitations.accept(invitation, by=person, at=NOW).pk for _twice in range(2)}

    assert len(both) == 1


def test_an_invitation_is_accepted_once(invitation: Invitation) -> None:
    person = invited_person()
    invitations.accept(invitation, by=person, at=NOW)
    Membership.objects.filter(user=person).update(ends_on=date(2026, 3, 18))
    other = factories.user()
    EmailAddress.objects.create(user=other, email=EMAIL, verified=True)

    with pytest.raises(invitations.WrongStateError, match="geaccepteerd"):
        invitations.accept(invitation, by=other, at=NOW)


def test_a_link_of_who_was_taken_away_does_not_bring_them_back(invitation: Invitation) -> None:
    person = invited_person()
    invitations.accept(invitation, by=person, at=NOW)
    Membership.objects.filter(user=person).update(ends_on=date(2026, 3, 18))

    with pytest.raises(invitations.WrongStateError):
        invitations.accept(invitation, by=person, at=NOW + timedelta(days=1))


def test_an_expired_or_revoked_invitation_is_not_accepted(invitation: Invitation, contact: User) -> None:
    person = invited_person()
    with pytest.raises(invitations.WrongStateError, match="verlopen"):
        invitations.accept(invitation, by=person, at=NOW + timedelta(days=15))
    invitations.revoke(invitation, by=contact, at=NOW)
    with pytest.raises(invitations.WrongStateError, match="ingetrokken"):
        invitations.accept(invitation, by=person, at=NOW)

    assert not Membership.objects.filter(user=person).exists()


@pytest.mark.parametrize(("verified", "may"), [(True, True), (False, False)])
def test_only_who_reads_the_mail_of_the_address_accepts(invitation: Invitation, verified: bool, may: bool) -> None:
    person = factories.user()
    EmailAddress.objects.create(user=person, email=EMAIL, verified=verified)

    if may:
        invitations.accept(invitation, by=person, at=NOW)
    else:
        with pytest.raises(invitations.WrongPersonError):
            invitations.accept(invitation, by=person, at=NOW)

    assert Membership.objects.filter(user=person).exists() == may


def test_a_new_account_has_a_proven_address(invitation: Invitation) -> None:
    person = invitations.accept_as_new(invitation, name="Nieuw", password="een lang wachtwoord", at=NOW)

    assert person.check_password("een lang wachtwoord")
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [
        (EMAIL, True, True)
    ]
    assert (person.is_staff, person.is_superuser, list(person.groups.all())) == (False, False, [])


def test_no_second_account_for_one_address(invitation: Invitation) -> None:
    invited_person()

    with pytest.raises(invitations.WrongPersonError):
        invitations.accept_as_new(invitation, name="Nieuw", password="een lang wachtwoord", at=NOW)


def test_revoking_twice_keeps_the_first_and_an_accepted_one_is_not_revoked(
    invitation: Invitation, contact: User
) -> None:
    invitations.revoke(invitation, by=contact, at=NOW)
    invitations.revoke(invitation, by=factories.organiser(), at=NOW + timedelta(days=1))
    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.revoked_by) == (NOW, contact)

    accepted = invitations.invite(invitation.municipality, EMAIL, role=Role.STAFF, by=contact, at=NOW)
    invitations.accept(accepted, by=invited_person(), at=NOW)
    with pytest.raises(invitations.WrongStateError):
        invitations.revoke(accepted, by=contact, at=NOW)


def test_the_database_refuses_two_unanswered_invitations_to_one_address(invitation: Invitation) -> None:
    row = {"municipality": invitation.municipality, "created_at": NOW, "expires_at": NOW + timedelta(days=1)}

    with pytest.raises(IntegrityError, match="invitation_one_unanswered_per_address"), transaction.atomic():
        Invitation.objects.create(email=EMAIL.title(), **row)


@pytest.mark.parametrize(
    ("email", "is_own"), [("a@zwolle.example", True), ("a@ZWOLLE.example", True), ("a@nep-zwolle.example", False)]
)
def test_the_domain_of_the_address_is_a_hint(zwolle: Municipality, email: str, is_own: bool) -> None:
    assert Invitation(municipality=zwolle, email=email).is_at_own_domain == is_own
