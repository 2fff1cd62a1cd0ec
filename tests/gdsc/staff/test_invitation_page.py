"""The page that the link in an invitation leads to."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from competition import invitations
from competition.models import Invitation, Membership, Municipality, Participant, Role, User
from tests import accounts, factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, words_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db
EMAIL = "nieuw@zwolle.example"
PASSWORD = "een lang wachtwoord"


@pytest.fixture
def municipality(zwolle: Participant) -> Municipality:
    return zwolle.municipalities.get()


@pytest.fixture
def invitation(municipality: Municipality) -> Invitation:
    by = factories.staff_of(municipality, role=Role.CONTACT)
    return invitations.invite(municipality, EMAIL, role=Role.STAFF, by=by, at=NOW)


@pytest.fixture
def link(invitation: Invitation) -> str:
    invitations.send(invitation.pk, at=NOW)
    return f"/uitnodiging/?sleutel={accounts.token_from_mail()}"


def invited() -> User:
    return accounts.with_login(User.objects.create_user(EMAIL, name="Nieuw"))


def key(link: str) -> dict[str, str]:
    return {"sleutel": link.partition("=")[2]}


def members() -> set[str]:
    return set(Membership.objects.filter(role=Role.STAFF).values_list("user__email", flat=True))


def test_opening_the_link_changes_nothing(client: Client, invitation: Invitation, link: str) -> None:
    before = list(Invitation.objects.values())

    for _scanner in range(3):
        assert client.get(link).status_code == client.head(link).status_code == 200

    assert list(Invitation.objects.values()) == before
    assert not User.objects.filter(email=EMAIL).exists()


def test_what_the_page_fetches_is_not_told_the_key(client: Client, link: str) -> None:
    assert client.get(link)["Referrer-Policy"] == "strict-origin"


def test_who_is_new_makes_an_account_and_is_in(client: Client, link: str) -> None:
    assert EMAIL in words_of(client.get(link))

    answer = client.post("/uitnodiging/", key(link) | {"name": "Noa", "password": PASSWORD}, follow=True)

    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert message_of(answer)
    assert members() == {EMAIL}
    assert User.objects.get(email=EMAIL).name == "Noa"
    again = Client()
    assert accounts.log_in(again, User.objects.get(email=EMAIL)).status_code == 302
    assert accounts.is_logged_in(again)


@pytest.mark.parametrize(
    ("name", "password", "wrong"),
    [
        ("", PASSWORD, ["name"]),
        ("Noa", "", ["password"]),
        ("Noa", "kort", ["password"]),
        ("Noa", "123456789012", ["password"]),
        ("Noa", "nieuw@zwolle.example", ["password"]),
    ],
)
def test_a_wrong_account_is_refused_in_words(
    client: Client, link: str, name: str, password: str, wrong: list[str]
) -> None:
    found = errors_of(client.post("/uitnodiging/", key(link) | {"name": name, "password": password}))

    assert list(found) == wrong
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_second_click_finds_the_invitation_used_and_the_person_in(client: Client, link: str) -> None:
    fields = key(link) | {"name": "Noa", "password": PASSWORD}
    client.post("/uitnodiging/", fields)

    answer = client.post("/uitnodiging/", fields)

    assert answer["Location"] == "/mijn/zwolle/"
    assert User.objects.filter(email=EMAIL).count() == Membership.objects.filter(user__email=EMAIL).count() == 1


def test_who_has_an_account_logs_in_first_and_comes_back(client: Client, link: str) -> None:
    person = invited()
    page = main_of(client.get(link))
    login = page.links["Inloggen"]

    client.post(login, {"login": person.email, "password": PASSWORD, "next": link})
    assert "Wilt u meedoen voor Zwolle?" in words_of(client.get(link))
    answer = client.post("/uitnodiging/", key(link), follow=True)

    assert message_of(answer) == "U werkt nu voor Zwolle in dit portaal."
    assert members() == {EMAIL}


def test_a_visitor_cannot_accept_for_an_account_that_exists(client: Client, link: str) -> None:
    person = invited()

    client.post("/uitnodiging/", key(link) | {"name": "X", "password": "een ander wachtwoord"})

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert members() == set()


def test_another_account_that_is_logged_in_is_told_so(stranger: Client, link: str) -> None:
    for answer in (stranger.get(link), stranger.post("/uitnodiging/", key(link))):
        assert answer.status_code == 403
        assert "U bent ingelogd met een ander account" in answer.content.decode()

    out = stranger.post("/account/logout/", {"next": link})
    assert out["Location"] == link
    assert EMAIL not in members()


def test_who_works_there_already_is_told_so(client: Client, link: str, municipality: Municipality) -> None:
    person = invited()
    Membership.objects.create(user=person, municipality=municipality, starts_on=NOW.date())
    client.force_login(person)

    assert "U werkt al voor Zwolle" in words_of(client.get(link))
    client.post("/uitnodiging/", key(link))

    assert Membership.objects.filter(user=person).count() == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("accepted", "Deze uitnodiging is al gebruikt"),
        ("revoked", "Deze uitnodiging is ingetrokken"),
        ("expired", "Deze uitnodiging is verlopen"),
    ],
)
def test_an_invitation_that_is_over_says_how_it_ended(
    invitation: Invitation, link: str, time: time_machine.Traveller, state: str, words: str
) -> None:
    if state == "accepted":
        invitations.accept(invitation, by=invited(), at=NOW)
        Membership.objects.filter(user__email=EMAIL).delete()
    elif state == "revoked":
        invitations.revoke(invitation, by=factories.organiser(), at=NOW)
    else:
        time.move_to(NOW + timedelta(days=15), tick=False)
    visitor, somebody = Client(), Client()
    somebody.force_login(factories.user())

    fields = key(link) | {"name": "Noa", "password": PASSWORD}
    for client in (visitor, somebody):
        for answer in (client.get(link), client.post("/uitnodiging/", fields)):
            assert answer.status_code == 410
            assert words in answer.content.decode()
    assert members() == set()


def test_who_was_taken_away_does_not_come_back_by_the_old_link(
    client: Client, invitation: Invitation, link: str
) -> None:
    person = invited()
    invitations.accept(invitation, by=person, at=NOW)
    Membership.objects.filter(user=person).update(ends_on=NOW.date())
    client.force_login(person)

    client.post("/uitnodiging/", key(link))

    assert not Membership.objects.filter(user=person, ends_on=None).exists()
    assert client.get("/mijn/zwolle/").status_code == 404


@pytest.mark.parametrize("token", ["", "x", "%00", "%F0%9F%98%80", "a" * 5000])
def test_a_link_that_was_made_up_is_not_found(client: Client, link: str, token: str) -> None:
    for answer in (client.get(f"/uitnodiging/?sleutel={token}"), client.post("/uitnodiging/", {"sleutel": token})):
        assert answer.status_code == 404
        assert "Deze link werkt niet" in answer.content.decode()


def test_no_log_holds_the_key_or_the_address(client: Client, link: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", logger="django_structlog")

    client.get(link)
    client.post("/uitnodiging/", key(link) | {"name": "Noa", "password": PASSWORD})

    ours = [record for record in caplog.records if not record.name.startswith("django.db")]
    said = "\n".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "/uitnodiging/" in said
    assert key(link)["sleutel"] not in said
    assert EMAIL not in said
