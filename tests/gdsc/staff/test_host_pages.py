"""What a host does on the pages of the own meetup."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition import access
from competition.models import Edition, Municipality, Participant
from meetups import codes, hosting
from meetups.models import Attendance, Material, Meetup, Signup
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import again, errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

LIST = "/mijn/gastheer/2026/privacy/"
CODE, CLOSE, MATERIALS = f"{LIST}code/", f"{LIST}sluiten/", f"{LIST}materiaal/"
PAGES = [LIST, CODE, CLOSE, MATERIALS]


@pytest.fixture(autouse=True)
def meetup(edition: Edition, zwolle: Participant) -> Meetup:
    """A meetup in Zwolle, that began an hour ago."""
    host = zwolle.municipalities.get()
    starts_at = NOW - timedelta(hours=1)
    return factories.meetup(of=edition, title="Privacy op orde", slug="privacy", starts_at=starts_at, host=host)


@pytest.fixture
def ede(edition: Edition) -> Municipality:
    return factories.participant("Ede", of=edition).municipalities.get()


def seen(meetup: Meetup) -> dict[str, str]:
    return {str(one.municipality): one.presence for one in hosting.listed(meetup)}


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_anothers_meetup_is_the_same_as_one_that_does_not_exist(
    stranger: Client, staff: Client, page: str, method: str
) -> None:
    answers = [getattr(stranger, method)(page), getattr(staff, method)(page.replace("privacy", "niets"))]

    # Two of the pages only look: they refuse to be posted to, whoever asks.
    expected = 405 if (method, page) == ("post", CODE) else 404
    assert [answer.status_code for answer in answers] == [expected] * 2
    assert without_token(answers[0]) == without_token(answers[1])


@pytest.mark.parametrize("page", [*PAGES, "/mijn/gastheer/"])
def test_who_is_not_logged_in_is_asked_to(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"] == f"/account/login/?next={page}"


def test_who_is_appointed_and_works_for_no_municipality_comes_straight_to_it(client: Client, meetup: Meetup) -> None:
    access.set_up_groups()
    person = factories.user()
    person.groups.add(Group.objects.get(name=access.HOST))
    meetup.appointed_hosts.add(person)
    client.force_login(person)

    answer = client.get("/mijn/", follow=True)

    assert answer.redirect_chain == [("/mijn/gastheer/", 302)]
    assert f'href="{LIST}"' in answer.content.decode()
    assert client.get(LIST).status_code == 200
    assert client.get("/mijn/zwolle/").status_code == 404


def test_staff_of_the_host_find_the_way_from_their_dashboard(staff: Client, stranger: Client) -> None:
    assert 'href="/mijn/gastheer/"' in staff.get("/mijn/zwolle/").content.decode()
    assert 'href="/mijn/gastheer/"' not in stranger.get("/mijn/almere/").content.decode()


def test_who_hosts_nothing_reads_so(stranger: Client) -> None:
    assert "U bent geen gastheer" in words_of(stranger.get("/mijn/gastheer/"))


def test_a_right_that_was_taken_away_holds_from_the_next_request(staff: Client, meetup: Meetup) -> None:
    before = staff.get(LIST).status_code
    Meetup.objects.update(host=None)

    assert (before, staff.get(LIST).status_code) == (200, 404)


# --- The list ------------------------------------------------------------------------------------


def test_the_list_tells_who_signed_up_and_who_was_seen_and_names_nobody(
    staff: Client, meetup: Meetup, ede: Municipality
) -> None:
    someone = factories.staff_of(ede)
    factories.signup(meetup, ede, seats=2, presence="present", checked_in_at=NOW, changed_by=someone)
    factories.signup(meetup, factories.municipality("Urk"), seats=0, waiting=[NOW])

    answer = staff.get(LIST)
    page = words_of(answer)

    assert "Aanwezig: 1. Afgemeld: 0. Afwezig: 0. Nog niet ingevuld: 0." in page
    assert "Ede 2 aangemeld, code om 12.00 uur" in page
    assert "Urk op de wachtlijst" in page
    assert someone.name not in answer.content.decode()
    assert someone.email not in answer.content.decode()


def test_a_mark_is_one_press_and_leads_back_to_the_same_place(staff: Client, meetup: Meetup, ede: Municipality) -> None:
    factories.signup(meetup, ede)

    answers = [staff.post(LIST, {"municipality": ede.cbs_code, "presence": "present"}) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"{LIST}#{ede.cbs_code}"] * 2
    assert seen(meetup) == {"Ede": "present"}


def test_who_did_not_sign_up_can_be_added(staff: Client, meetup: Meetup, ede: Municipality) -> None:
    offered = re.findall(r'<option value="(\w+)">', staff.get(LIST).content.decode())

    staff.post(LIST, {"municipality": ede.cbs_code, "presence": "present"})

    assert ede.cbs_code in offered
    assert seen(meetup) == {"Ede": "present"}


@pytest.mark.parametrize(
    "wrong", [{"presence": "dronken"}, {"municipality": "GM9999"}, {"municipality": ""}, {"municipality": "x\x00"}]
)
def test_a_broken_mark_changes_nothing(staff: Client, meetup: Meetup, ede: Municipality, wrong: dict[str, str]) -> None:
    answer = staff.post(LIST, {"municipality": ede.cbs_code, "presence": "present"} | wrong, follow=True)

    assert message_of(answer) == "Kies een gemeente uit de lijst. Er is niets veranderd."
    assert seen(meetup) == {}


def test_a_municipality_that_does_not_take_part_cannot_be_added(staff: Client, meetup: Meetup) -> None:
    urk = factories.municipality("Urk")

    staff.post(LIST, {"municipality": urk.cbs_code, "presence": "present"})

    assert seen(meetup) == {}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_a_fixed_number_of_times(
    staff: Client, meetup: Meetup, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        factories.signup(meetup)
    staff.get(LIST)

    with django_assert_num_queries(5):
        staff.get(LIST)


# --- The code ------------------------------------------------------------------------------------


def test_the_slide_shows_the_words_and_a_picture_of_our_own(staff: Client, meetup: Meetup) -> None:
    answer = staff.get(CODE)
    content = answer.content.decode()

    assert " ".join(codes.code_of(meetup)) in words_of(answer)
    assert codes.picture(codes.address(meetup)).path in content
    assert "data:" not in content
    assert "<script" not in content
    assert "style=" not in content


def test_the_slide_says_when_the_code_does_not_work(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(NOW - timedelta(hours=2))

    assert "De code werkt nu niet" in staff.get(CODE).content.decode()


def test_nobody_else_ever_reads_the_code(stranger: Client, meetup: Meetup) -> None:
    """Not its visitors, who type it, and not the public."""
    pages = [
        "/mijn/almere/",
        "/mijn/almere/meetups/privacy/code/",
        "/2026/meetups/privacy/",
        "/api/v1/editions/2026/meetups",
    ]
    word = codes.code_of(meetup)

    for page in pages:
        content = stranger.get(page).content.decode()
        assert " ".join(word) not in content
        assert "-".join(word) not in content


# --- Closing -------------------------------------------------------------------------------------


def test_closing_asks_first_and_a_repeat_is_friendly(staff: Client, meetup: Meetup, ede: Municipality) -> None:
    factories.signup(meetup, ede, seats=2, presence="present")
    factories.signup(meetup, seats=1)

    page = words_of(staff.get(CLOSE))
    before = Attendance.objects.count()
    answers = [staff.post(CLOSE, follow=True) for _ in range(2)]

    assert "Wilt u de lijst sluiten?" in page
    assert "Aanwezige gemeenten: 1." in page
    assert "Nog niet ingevuld: 1." in page
    assert before == 0
    assert {message_of(answer) for answer in answers} == {
        "De lijst is gesloten. De organisatie kijkt naar de meldingen."
    }
    assert [(str(one.participant), one.state) for one in Attendance.objects.all()] == [("Ede", "submitted")]
    assert "De lijst is gesloten Gesloten op 18 maart om 12.00 uur." in words_of(answers[1])


def test_after_closing_nothing_can_be_marked(staff: Client, meetup: Meetup, ede: Municipality) -> None:
    factories.signup(meetup, ede)
    staff.post(CLOSE)

    answer = staff.post(LIST, {"municipality": ede.cbs_code, "presence": "present"}, follow=True)

    assert message_of(answer) == "De lijst is gesloten of nog niet open. Er is niets veranderd."
    assert seen(meetup) == {"Ede": "absent"}


def test_a_list_cannot_be_closed_too_early(staff: Client, meetup: Meetup, time: time_machine.Traveller) -> None:
    time.move_to(NOW - timedelta(hours=2))

    opened = staff.get(CLOSE, follow=True)
    answer = staff.post(CLOSE, follow=True)

    assert opened.redirect_chain == [(LIST, 302)]
    assert message_of(answer) == "De meetup is nog niet begonnen. U kunt de lijst daarna sluiten."
    assert Meetup.objects.get().list_closed_at is None


# --- Materials -----------------------------------------------------------------------------------


def material(**fields: Any) -> dict[str, str]:
    defaults = {"kind": "slides", "title": "Wat wij lieten zien", "url": "https://zwolle.nl/dias"}
    return {"form_key": str(uuid4())} | defaults | fields


def test_a_link_is_put_online_once_however_often_the_form_is_sent(staff: Client, meetup: Meetup) -> None:
    form = material()

    answers = [staff.post(MATERIALS, form, follow=True) for _ in range(2)]

    assert {message_of(answer) for answer in answers} == {
        "De link staat nu op de pagina van de meetup.",
        again("De link staat nu op de pagina van de meetup."),
    }
    assert [(one.kind, one.title, one.url) for one in Material.objects.all()] == [
        ("slides", "Wat wij lieten zien", "https://zwolle.nl/dias")
    ]
    assert "Wat wij lieten zien" in staff.get("/2026/meetups/privacy/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"url": "http://zwolle.nl/"}, "url", "Begin het adres met https://."),
        ({"url": "javascript:alert(1)"}, "url", "Begin het adres met https://."),
        ({"url": "https://169.254.169.254/"}, "url", "Vul het hele adres van een openbare pagina in"),
        ({"url": ""}, "url", "Vul een webadres in."),
        ({"title": ""}, "title", "Vul dit in."),
        ({"kind": "lied"}, "kind", "Kies iets uit de lijst."),
        ({"form_key": ""}, "form_key", "Dit formulier is niet volledig aangekomen."),
    ],
)
def test_a_wrong_link_is_refused_in_words(staff: Client, wrong: dict[str, str], field: str, words: str) -> None:
    answer = staff.post(MATERIALS, material(**wrong))

    (error,) = errors_of(answer)[field]
    assert words in error
    assert not Material.objects.exists()


def test_a_link_is_taken_away_after_a_question(staff: Client, meetup: Meetup) -> None:
    one = factories.material(meetup, title="Oud")
    address = f"{MATERIALS}{one.pk}/weg/"

    page = words_of(staff.get(address))
    before = Material.objects.count()
    answers = [staff.post(address, follow=True) for _ in range(2)]

    assert "Wilt u deze link weghalen? Oud" in page
    assert before == 1
    assert {message_of(answer) for answer in answers} == {"De link is weg."}
    assert not Material.objects.exists()


def test_a_link_of_another_meetup_stays(staff: Client, edition: Edition) -> None:
    other = factories.material(factories.meetup(of=edition))
    address = f"{MATERIALS}{other.pk}/weg/"

    assert staff.get(address).status_code == 404
    staff.post(address)

    assert Material.objects.get() == other


def test_what_people_typed_is_shown_as_text(staff: Client, meetup: Meetup) -> None:
    Meetup.objects.update(title="<b>Privacy</b>")
    factories.material(meetup, title="<i>Dia</i>")

    for page in PAGES:
        content = staff.get(page).content.decode()
        assert "<b>Privacy" not in content
        assert "<i>Dia" not in content


def test_sign_ups_of_others_cannot_be_made_here(staff: Client, meetup: Meetup, ede: Municipality) -> None:
    staff.post(LIST, {"municipality": ede.cbs_code, "presence": "present", "seats": "9"})

    assert Signup.objects.get().seats == 0
