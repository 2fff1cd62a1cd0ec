"""Colleagues of a municipality: seen by all of them; invited, taken away and handed over to by the contact person."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from competition import invitations, tasks  # noqa: F401 - registers what the outbox calls
from competition.models import Invitation, Membership, Municipality, Participant, Role, User
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db
PAGE = "/mijn/zwolle/collegas/"
INVITE = f"{PAGE}uitnodigen/"


@pytest.fixture
def municipality(zwolle: Participant) -> Municipality:
    found = zwolle.municipalities.get()
    found.email_domains = ["zwolle.example"]
    found.save()
    return found


@pytest.fixture
def contact(municipality: Municipality) -> User:
    return factories.staff_of(municipality, role=Role.CONTACT)


@pytest.fixture
def contact_client(contact: User) -> Client:
    client = Client()
    client.force_login(contact)
    return client


@pytest.fixture
def invitation(municipality: Municipality, contact: User) -> Invitation:
    return invitations.invite(municipality, "nieuw@zwolle.example", role=Role.STAFF, by=contact, at=NOW)


def own_period(person: User) -> Membership:
    return Membership.objects.get(user=person)


def test_staff_see_their_colleagues_and_no_button(staff: Client, person: User, invitation: Invitation) -> None:
    words = words_of(staff.get(PAGE))

    assert "Anna van Zwolle (dat bent u)" in words
    assert "contactpersoon" in words
    assert invitation.email not in words
    assert not {"Nodig een collega uit", "Draag uw taak over"} & set(main_of(staff.get(PAGE)).links)


def test_the_contact_person_sees_colleagues_and_open_invitations(
    contact_client: Client, person: User, invitation: Invitation
) -> None:
    page = main_of(contact_client.get(PAGE))

    assert page.texts(".nl-data-badge") == ["contactpersoon", "medewerker", "Adres van uw gemeente"]
    assert "nieuw@zwolle.example Geldig tot en met 1 april 2026" in page.words
    assert page.links["Haal weg Anna van Zwolle"] == f"{PAGE}{own_period(person).pk}/weghalen/"
    assert page.links["Trek in nieuw@zwolle.example"] == f"{PAGE}uitnodigingen/{invitation.pk}/intrekken/"


def test_the_page_costs_the_same_with_one_colleague_and_with_three(
    contact_client: Client, municipality: Municipality, django_assert_num_queries: object
) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            contact_client.get(PAGE)
        return len(found)

    before = queries()
    for number in range(3):
        factories.staff_of(municipality)
        invitations.invite(municipality, f"{number}@elders.example", role=Role.STAFF, by=factories.organiser(), at=NOW)

    assert queries() == before


def test_an_invitation_goes_out_once_for_two_clicks(
    contact_client: Client, contact: User, django_capture_on_commit_callbacks: object
) -> None:
    for _twice in range(2):
        answer = contact_client.post(INVITE, {"email": "nieuw@zwolle.example"}, follow=True)

    assert message_of(answer).startswith("nieuw@zwolle.example krijgt een mail met een link.")
    (made,) = Invitation.objects.all()
    assert (made.email, made.role, made.created_by) == ("nieuw@zwolle.example", Role.STAFF, contact)
    invitations.send(made.pk, at=NOW)
    assert [message.to for message in mail.outbox] == [["nieuw@zwolle.example"]]


def test_who_was_invited_before_gets_no_second_mail(contact_client: Client, municipality: Municipality) -> None:
    earlier = NOW - timedelta(days=1)
    email = "nieuw@zwolle.example"
    invitations.invite(municipality, email, role=Role.STAFF, by=factories.organiser(), at=earlier)

    answer = contact_client.post(INVITE, {"email": email}, follow=True)

    assert message_of(answer) == f"{email} had al een uitnodiging. De link in die mail werkt nog."
    assert Invitation.objects.count() == 1


def test_an_address_of_another_domain_is_questioned_and_still_invited(contact_client: Client) -> None:
    answer = contact_client.post(INVITE, {"email": "nieuw@elders.example"}, follow=True)

    assert message_of(answer).startswith("Klopt het adres? Het eindigt niet op @zwolle.example.")
    assert "Ander soort adres" in words_of(contact_client.get(PAGE))
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("", "Vul een e-mailadres in."),
        ("zomaar", "Vul een heel e-mailadres in, zoals naam@gemeente.nl."),
        ("a@zwolle.example\r\nBcc: b@kwaad.example", "Vul een heel e-mailadres in, zoals naam@gemeente.nl."),
        ("a" * 300 + "@zwolle.example", None),
    ],
)
def test_a_wrong_address_is_refused_in_words(contact_client: Client, email: str, error: str | None) -> None:
    found = errors_of(contact_client.post(INVITE, {"email": email}))["email"]

    assert found == [error] if error else found
    assert not Invitation.objects.exists()


def test_who_works_here_already_is_not_invited(contact_client: Client, person: User) -> None:
    found = errors_of(contact_client.post(INVITE, {"email": person.email.upper()}))

    assert found == {"email": ["Iemand met dit e-mailadres werkt al voor deze gemeente in dit portaal."]}


def test_an_invitation_is_revoked_after_a_question(contact_client: Client, invitation: Invitation) -> None:
    address = f"{PAGE}uitnodigingen/{invitation.pk}/intrekken/"
    assert "Wilt u deze uitnodiging intrekken?" in words_of(contact_client.get(address))
    assert Invitation.objects.unanswered().exists()

    for _twice in range(2):
        answer = contact_client.post(address, follow=True)

    assert message_of(answer).startswith("De uitnodiging aan nieuw@zwolle.example is ingetrokken.")
    assert not Invitation.objects.unanswered().exists()
    assert "nieuw@zwolle.example" not in words_of(contact_client.get(PAGE))


def test_rights_that_are_taken_away_hold_from_the_next_request(
    contact_client: Client, staff: Client, person: User
) -> None:
    assert staff.get("/mijn/zwolle/").status_code == 200
    address = f"{PAGE}{own_period(person).pk}/weghalen/"
    assert "Wilt u Anna van Zwolle weghalen?" in words_of(contact_client.get(address))
    assert staff.get("/mijn/zwolle/").status_code == 200

    answer = contact_client.post(address, follow=True)

    assert message_of(answer) == "Anna van Zwolle werkt niet meer voor Zwolle in dit portaal."
    assert [staff.get(page).status_code for page in ("/mijn/zwolle/", PAGE)] == [404, 404]
    assert "Uw account hoort nog bij geen gemeente" in words_of(staff.get("/mijn/"))


def test_an_account_that_is_closed_is_out_at_the_next_request(staff: Client, person: User) -> None:
    assert staff.get("/mijn/zwolle/").status_code == 200

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert staff.get("/mijn/zwolle/")["Location"] == "/account/login/?next=/mijn/zwolle/"


def test_the_contact_person_cannot_go_without_handing_over(contact_client: Client, contact: User) -> None:
    answer = contact_client.post(f"{PAGE}{own_period(contact).pk}/weghalen/")

    assert errors_of(answer) == {"__all__": ["U kunt uzelf niet weghalen. Draag eerst uw taak over."]}


def test_the_task_is_handed_over_and_the_former_contact_person_stays_on_record(
    contact_client: Client, contact: User, person: User
) -> None:
    answer = contact_client.post(f"{PAGE}overdragen/", {"to": person.pk, "on": "2026-03-18"}, follow=True)

    assert message_of(answer) == "Anna van Zwolle is nu contactpersoon van Zwolle. U werkt verder als medewerker."
    assert f"{contact.name}, van 1 januari 2026 tot 18 maart 2026" in words_of(answer)
    assert contact_client.get(INVITE).status_code == 403


def test_the_task_is_handed_over_later(contact_client: Client, person: User) -> None:
    answer = contact_client.post(f"{PAGE}overdragen/", {"to": person.pk, "on": "2026-04-01"}, follow=True)

    assert "Anna van Zwolle wordt contactpersoon op 1 april 2026." in words_of(answer)
    assert contact_client.get(INVITE).status_code == 200
    assert Membership.objects.get(user=person, ends_on=None).starts_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {"to": ["Kies een collega."], "on": ["Vul een datum in."]}),
        ({"to": "x", "on": "2026-02-30"}, {"to": ["Kies een collega uit de lijst."]}),
        ({"to": "{person}", "on": "2026-03-17"}, {"__all__": ["Kies vandaag of een latere dag."]}),
        ({"to": "{contact}", "on": "2026-03-18"}, {"to": ["Kies een collega uit de lijst."]}),
    ],
)
def test_a_wrong_handover_is_refused_in_words(
    contact_client: Client, contact: User, person: User, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    filled_in = {name: value.format(person=person.pk, contact=contact.pk) for name, value in fields.items()}

    found = errors_of(contact_client.post(f"{PAGE}overdragen/", filled_in))

    assert {name: words for name, words in found.items() if name in errors} == errors
    assert Membership.objects.filter(ends_on=None).count() == 2


def test_without_a_colleague_there_is_nobody_to_hand_over_to(contact_client: Client, person: User) -> None:
    Membership.objects.filter(user=person).delete()

    assert "Er is nog geen collega" in words_of(contact_client.get(f"{PAGE}overdragen/"))


def acts(municipality: Municipality, person: User, invitation: Invitation) -> list[str]:
    return [
        INVITE,
        f"{PAGE}overdragen/",
        f"{PAGE}uitnodigingen/{invitation.pk}/intrekken/",
        f"{PAGE}{own_period(person).pk}/weghalen/",
    ]


def test_staff_who_are_not_the_contact_person_are_refused(
    staff: Client, municipality: Municipality, person: User, invitation: Invitation
) -> None:
    found = {staff.post(page).status_code for page in acts(municipality, person, invitation)}

    assert found == {403}
    assert Invitation.objects.unanswered().count() == 1
    assert own_period(person).ends_on is None


def test_what_is_of_another_municipality_is_not_found_like_what_does_not_exist(
    stranger: Client, municipality: Municipality, person: User, invitation: Invitation
) -> None:
    almere = Municipality.objects.get(slug="almere")
    Membership.objects.filter(municipality=almere).update(role=Role.CONTACT)
    nothing = without_token(stranger.get("/mijn/almere/collegas/999999/weghalen/"))
    pages = [
        PAGE,
        *acts(municipality, person, invitation),
        f"/mijn/almere/collegas/{own_period(person).pk}/weghalen/",
        f"/mijn/almere/collegas/uitnodigingen/{invitation.pk}/intrekken/",
    ]

    for page in pages:
        for answer in (stranger.get(page), stranger.post(page)):
            assert (answer.status_code, without_token(answer)) == (404, nothing), page
    assert Invitation.objects.unanswered().count() == 1
    assert own_period(person).ends_on is None


def test_two_tabs_of_two_municipalities_keep_to_their_own(
    contact_client: Client, contact: User, municipality: Municipality
) -> None:
    """The municipality stands in the address, so no tab can change that of another."""
    urk = factories.municipality("Urk")
    Membership.objects.create(user=contact, municipality=urk, role=Role.CONTACT, starts_on=date(2026, 1, 1))
    contact_client.get(INVITE)
    contact_client.get("/mijn/urk/collegas/uitnodigen/")

    contact_client.post(INVITE, {"email": "a@zwolle.example"})
    contact_client.post("/mijn/urk/collegas/uitnodigen/", {"email": "b@urk.example"})

    found = Invitation.objects.order_by("email").values_list("email", "municipality__slug")
    assert list(found) == [("a@zwolle.example", "zwolle"), ("b@urk.example", "urk")]
