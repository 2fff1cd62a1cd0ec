"""Typing the four words of a meetup."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant
from meetups import codes
from meetups.models import Attendance, Meetup, Signup
from scoring import claims
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/meetups/privacy/code/"
REPORT = "/mijn/zwolle/meetups/privacy/"
QR = "/mijn/meetup/2026/privacy/code/"


@pytest.fixture(autouse=True)
def meetup(edition: Edition, zwolle: Participant) -> Meetup:
    """A meetup that began an hour ago."""
    return factories.meetup(of=edition, title="Privacy op orde", slug="privacy", starts_at=NOW - timedelta(hours=1))


@pytest.fixture
def code(meetup: Meetup) -> str:
    return " ".join(codes.code_of(meetup))


def kept() -> list[tuple[str, int]]:
    return list(Attendance.objects.values_list("state", "people"))


def test_the_right_words_report_the_attendance(staff: Client, code: str) -> None:
    answer = staff.post(PAGE, {"code": code, "people": "2"}, follow=True)

    assert answer.redirect_chain == [(REPORT, 302)]
    assert message_of(answer) == "Gelukt: uw aanwezigheid is gemeld. De organisatie kijkt ernaar."
    assert kept() == [("submitted", 2)]
    assert [one.presence for one in Signup.objects.all()] == ["present"]


def test_the_number_of_people_is_the_number_of_seats_until_it_is_changed(
    staff: Client, meetup: Meetup, zwolle: Participant
) -> None:
    factories.signup(meetup, zwolle.municipalities.get(), seats=3)

    assert staff.get(PAGE).context["form"]["people"].value() == 3


def test_a_second_time_is_friendly_and_changes_nothing(staff: Client, code: str) -> None:
    answers = [staff.post(PAGE, {"code": code, "people": people}, follow=True) for people in ("2", "9")]
    opened = staff.get(PAGE, follow=True)

    words = "Uw gemeente heeft deze aanwezigheid al gemeld. Eén keer is genoeg."
    assert [message_of(one) for one in (answers[1], opened)] == [words, words]
    assert [one.redirect_chain for one in (answers[1], opened)] == [[(REPORT, 302)]] * 2
    assert kept() == [("submitted", 2)]


def test_opening_the_address_of_the_qr_code_fills_the_words_in_and_reports_nothing(staff: Client, code: str) -> None:
    address = f"{QR}?code={code.replace(' ', '-')}"

    answer = staff.get(address, follow=True)

    assert answer.redirect_chain == [(f"{PAGE}?code={code.replace(' ', '-')}", 302)]
    assert answer.context["form"]["code"].value() == code.replace(" ", "-")
    assert kept() == []


def test_who_is_not_logged_in_comes_back_with_the_words(client: Client) -> None:
    answer = client.get(f"{QR}?code=a-b-c-d")

    assert answer.headers["Location"] == f"/account/login/?next={quote(f'{QR}?code=a-b-c-d')}"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            {"code": "appel peer boom maan"},
            {"code": ["Deze woorden kloppen niet. Kijk nog eens goed op het scherm van de gastheer."]},
        ),
        ({"code": ""}, {"code": ["Vul de vier woorden in."]}),
        ({"code": "x" * 101}, {"code": ["Uw tekst telt 101 tekens. Maak er hoogstens 100 van."]}),
        ({"people": "0"}, {"people": ["Vul 1 of meer in."]}),
        ({"people": ""}, {"people": ["Vul in met hoeveel mensen u er bent."]}),
    ],
)
def test_wrong_input_is_refused_in_words(
    staff: Client, code: str, typed: dict[str, str], words: dict[str, list[str]]
) -> None:
    answer = staff.post(PAGE, {"code": code, "people": "2"} | typed)

    assert errors_of(answer) == words
    assert "Dit is nog niet gemeld. Kijk hiernaar:" in words_of(answer)
    assert kept() == []


def test_too_many_wrong_words_are_told_so_and_the_ordinary_report_stays_possible(staff: Client, code: str) -> None:
    for _ in range(codes.MOST_PER_PERSON):
        staff.post(PAGE, {"code": "mis", "people": "2"})

    answer = staff.post(PAGE, {"code": code, "people": "2"})
    staff.post(REPORT, {"people": "2", "note": "", "action": "submit"})

    assert answer.status_code == 429
    assert "U of een collega vulde te vaak een andere code in." in answer.content.decode()
    assert kept() == [("submitted", 2)]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-2, "De code werkt nog niet"), (5, "De code werkt niet meer")],
)
def test_outside_the_window_the_page_says_what_to_do(
    staff: Client, code: str, time: time_machine.Traveller, hours: int, words: str
) -> None:
    time.move_to(NOW + timedelta(hours=hours))

    page = words_of(staff.get(PAGE))
    staff.post(PAGE, {"code": code, "people": "2"})

    assert words in page
    assert kept() == []


def test_what_the_rules_refuse_is_said(
    staff: Client, edition: Edition, meetup: Meetup, code: str, zwolle: Participant
) -> None:
    edition.rules.host_earns_meetup_point = False
    edition.rules.save()
    Meetup.objects.update(host=zwolle.municipalities.get())

    answer = staff.post(PAGE, {"code": code, "people": "2"})

    assert errors_of(answer) == {"__all__": ["De gastheer krijgt in deze editie geen punt voor de eigen meetup."]}
    assert kept() == []
    assert not Signup.objects.exists()


def test_a_point_that_was_taken_back_does_not_come_again(
    staff: Client, meetup: Meetup, code: str, zwolle: Participant
) -> None:
    claim = factories.confirmed(factories.attendance(zwolle, meetup=meetup))
    claims.take_back(claim, because="Niet gezien.", by=factories.organiser(), at=NOW)

    answer = staff.post(PAGE, {"code": code, "people": "2"})

    assert list(errors_of(answer)) == ["__all__"]
    assert kept() == [("reversed", 1)]


def test_each_municipality_of_an_alliance_types_it_and_there_is_one_claim(edition: Edition, code: str) -> None:
    towns = [factories.municipality("Schiedam"), factories.municipality("Maassluis")]
    factories.participant("Waterweg", of=edition, municipalities=towns)
    for town in towns:
        client = Client()
        client.force_login(factories.staff_of(town))
        client.post(f"/mijn/{town.slug}/meetups/privacy/code/", {"code": code, "people": "1"})

    assert kept() == [("submitted", 1)]
    assert Signup.objects.filter(presence="present").count() == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_page_is_the_same_as_one_that_does_not_exist(
    stranger: Client, staff: Client, code: str, method: str
) -> None:
    typed = {"code": code, "people": "2"}
    answers = [
        getattr(stranger, method)(PAGE, typed),
        getattr(stranger, method)(PAGE.replace("zwolle", "nergens"), typed),
        getattr(staff, method)(PAGE.replace("privacy", "niets"), typed),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({without_token(answer) for answer in answers}) == 1
    assert kept() == []


def test_the_dashboard_leads_here_as_long_as_the_code_works(
    staff: Client, code: str, time: time_machine.Traveller
) -> None:
    during = staff.get("/mijn/zwolle/").content.decode()
    report = staff.get(REPORT).content.decode()
    staff.post(PAGE, {"code": code, "people": "2"})
    after = staff.get("/mijn/zwolle/").content.decode()

    assert f'href="{PAGE}"' in during
    assert f'href="{PAGE}"' in report
    assert f'href="{PAGE}"' not in after


def test_the_dashboard_says_nothing_once_the_time_is_over(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(NOW + timedelta(hours=4))

    assert staff.get("/mijn/zwolle/").context["running"] is None


def test_the_page_asks_the_database_a_fixed_number_of_times(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff.get(PAGE)

    with django_assert_num_queries(10):
        staff.get(reverse("enter_code", args=["zwolle", "privacy"]))
