"""Signing up colleagues for a meetup, signing off, and answering an offer."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Membership, Municipality, Participant, User
from meetups import signups
from meetups.models import Meetup, Signup
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import again, errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/meetups/privacy/aanmelden/"
OFF = "/mijn/zwolle/meetups/privacy/afmelden/"
OFFER = "/mijn/zwolle/meetups/privacy/plaats/"


@pytest.fixture(autouse=True)
def meetup(edition: Edition, zwolle: Participant) -> Meetup:
    """A meetup of next week, with room for three."""
    starts_at = NOW + timedelta(days=7)
    return factories.meetup(of=edition, title="Privacy op orde", slug="privacy", starts_at=starts_at, capacity=3)


@pytest.fixture
def town(zwolle: Participant) -> Municipality:
    return zwolle.municipalities.get()


def filled_in(staff: Client, **fields: str) -> dict[str, str]:
    """The form as the page gives it, with what somebody types."""
    content = staff.get(PAGE).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(form_key|seen_version)" value="([^"]*)"', content))
    return {"people": "2"} | hidden | fields


def kept() -> list[tuple[int, int, int]]:
    """Of each sign-up its seats, what is offered, and how many wait."""
    return [(one.seats, one.offered, one.waiting_count) for one in Signup.objects.order_by("pk")]


def offered(meetup: Meetup, town: Municipality) -> Signup:
    """Zwolle waits, and a seat came free."""
    return factories.signup(meetup, town, seats=0, offered=1, offered_until=NOW + timedelta(hours=30), offer_number=1)


# --- It works ------------------------------------------------------------------------------------


def test_the_page_asks_how_many_and_names_nobody(staff: Client, person: User) -> None:
    answer = staff.get(PAGE)
    page = words_of(answer)

    assert "Met hoeveel mensen komt Zwolle? U kunt dit veranderen tot de meetup begint." in page
    assert "Vul alleen een aantal in. Namen vragen wij niet." in page
    assert "Plaatsen Nog 3 van 3 vrij" in page
    assert 'href="/2026/meetups/privacy/agenda.ics"' in answer.content.decode()
    assert 'href="/meetups/#abonneren"' in answer.content.decode()
    assert person.name not in answer.content.decode()


def test_signing_up_gives_seats_and_says_so(staff: Client, person: User) -> None:
    answer = staff.post(PAGE, filled_in(staff), follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert message_of(answer) == "U bent aangemeld. U heeft 2 plaatsen."
    assert "Plaatsen 2 collega's hebben een plaats" in words_of(answer)
    assert kept() == [(2, 0, 0)]
    assert Signup.objects.get().changed_by == person


def test_who_finds_no_seat_waits_and_reads_so(staff: Client, meetup: Meetup) -> None:
    factories.signup(meetup, seats=2)

    answer = staff.post(PAGE, filled_in(staff), follow=True)

    assert message_of(answer) == (
        "U heeft 1 plaats. 1 collega staat op de wachtlijst. U krijgt een mail zodra er plaats is."
    )
    assert "Wachtlijst 1 collega wacht op een plaats" in words_of(answer)


def test_a_full_meetup_says_beforehand_that_one_waits(staff: Client, meetup: Meetup) -> None:
    factories.signup(meetup, seats=3)

    page = words_of(staff.get(PAGE))
    answer = staff.post(PAGE, filled_in(staff), follow=True)

    assert "Alle 3 plaatsen zijn bezet. U kunt op de wachtlijst." in page
    assert "U komt op de wachtlijst: gemeenten zonder plaats gaan voor." in page
    assert message_of(answer) == "2 collega's staan op de wachtlijst. U krijgt een mail zodra er plaats is."


def test_the_number_can_be_changed(staff: Client) -> None:
    staff.post(PAGE, filled_in(staff))

    staff.post(PAGE, filled_in(staff, people="3"))

    assert kept() == [(3, 0, 0)]


def test_colleagues_of_an_alliance_sign_up_each_for_their_own(edition: Edition, meetup: Meetup) -> None:
    towns = [factories.municipality("Schiedam"), factories.municipality("Maassluis")]
    factories.participant("Waterweg", of=edition, municipalities=towns)
    for town in towns:
        client = Client()
        client.force_login(factories.staff_of(town))
        page = f"/mijn/{town.slug}/meetups/privacy/aanmelden/"
        client.post(page, {"people": "1", "form_key": str(uuid4()), "seen_version": "0"})

    assert [str(one.municipality) for one in Signup.objects.order_by("pk")] == ["Schiedam", "Maassluis"]


# --- Wrong input, twice, back and old tabs -------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("", "Vul in met hoeveel mensen u komt."),
        ("0", "Vul 1 of meer in."),
        ("101", "Vul 100 of minder in."),
        ("twee", "Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."),
        ("٣", "Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."),
        ("4", "Elke gemeente mag hoogstens 3 mensen aanmelden."),
    ],
)
def test_wrong_input_is_refused_in_words(staff: Client, meetup: Meetup, people: str, words: str) -> None:
    Meetup.objects.update(most_per_municipality=3)

    answer = staff.post(PAGE, filled_in(staff, people=people))

    assert errors_of(answer) == {"people": [words]}
    assert answer.context["form"]["people"].value() == people
    assert "Dit is nog niet bewaard. Kijk hiernaar:" in words_of(answer)
    assert '<a href="#id_people">' in answer.content.decode()
    assert kept() == []


@pytest.mark.parametrize("broken", [{"form_key": "x"}, {"form_key": ""}, {"seen_version": "-1"}, {"seen_version": "x"}])
def test_a_form_that_came_in_pieces_says_so(staff: Client, broken: dict[str, str]) -> None:
    answer = staff.post(PAGE, filled_in(staff, **broken))

    assert "Dit formulier is niet volledig aangekomen. Open de pagina opnieuw." in words_of(answer)
    assert kept() == []


def test_sending_it_twice_signs_up_once_with_the_same_answer(staff: Client) -> None:
    form = filled_in(staff)

    answers = [staff.post(PAGE, form, follow=True) for _ in range(2)]

    assert [message_of(answer) for answer in answers] == [
        "U bent aangemeld. U heeft 2 plaatsen.",
        again("U bent aangemeld. U heeft 2 plaatsen."),
    ]
    assert kept() == [(2, 0, 0)]


def test_an_old_tab_does_not_undo_what_a_colleague_changed(staff: Client, meetup: Meetup, town: Municipality) -> None:
    form = filled_in(staff, people="1")
    signups.sign_up(meetup, town, people=3, form_key=uuid4(), seen_version=0, by=factories.user(), at=NOW)

    answer = staff.post(PAGE, form, follow=True)

    assert message_of(answer) == "Een collega veranderde de aanmelding intussen. Kijk of zij zo klopt."
    assert kept() == [(3, 0, 0)]


# --- Signing off ---------------------------------------------------------------------------------


def test_signing_off_asks_first_and_a_repeat_is_friendly(staff: Client, meetup: Meetup, town: Municipality) -> None:
    factories.signup(meetup, town, seats=2)

    page = words_of(staff.get(OFF))
    before = kept()
    answers = [staff.post(OFF, follow=True) for _ in range(2)]

    assert "Wilt u iedereen afmelden?" in page
    assert before == [(2, 0, 0)]
    assert {message_of(answer) for answer in answers} == {"U bent afgemeld. De plaats gaat naar een ander."}
    assert [answer.redirect_chain for answer in answers] == [[(PAGE, 302)]] * 2
    assert kept() == [(0, 0, 0)]


def test_there_is_nothing_to_sign_off_without_a_sign_up(staff: Client) -> None:
    assert staff.get(OFF, follow=True).redirect_chain == [(PAGE, 302)]
    assert kept() == []


def test_the_seat_goes_to_who_waits(staff: Client, meetup: Meetup, town: Municipality) -> None:
    factories.signup(meetup, town, seats=3)
    waiting = factories.signup(meetup, seats=0, waiting=[NOW])

    staff.post(OFF)

    waiting.refresh_from_db()
    assert waiting.offered == 1


# --- Answering an offer --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_of_the_mail_changes_nothing(
    staff: Client, meetup: Meetup, town: Municipality, method: str
) -> None:
    offered(meetup, town)

    getattr(staff, method)(OFFER)

    assert kept() == [(0, 1, 0)]


def test_the_page_of_an_offer_says_until_when_and_asks(staff: Client, meetup: Meetup, town: Municipality) -> None:
    offered(meetup, town)

    page = words_of(staff.get(OFFER))

    assert "Er is een plaats voor u vrij Wij houden de plaats voor u vast tot donderdag 19 maart om 18.00 uur." in page
    assert "Ja, wij komen" in page
    assert "Nee, geef de plaats door" in page


@pytest.mark.parametrize(
    ("action", "words", "result"),
    [
        ("accept", "Mooi, u komt. Wij houden de plaats voor u vast.", (1, 0, 0)),
        ("decline", "Bedankt dat u het laat weten. De plaats gaat naar een ander.", (0, 0, 0)),
    ],
)
def test_an_answer_counts_once(
    staff: Client, meetup: Meetup, town: Municipality, action: str, words: str, result: tuple[int, int, int]
) -> None:
    offered(meetup, town)

    answers = [staff.post(OFFER, {"offer_number": "1", "action": action}, follow=True) for _ in range(2)]

    assert [message_of(answer) for answer in answers] == [words] * 2
    assert kept() == [result]


def test_a_late_answer_is_told_so(
    staff: Client, meetup: Meetup, town: Municipality, time: time_machine.Traveller
) -> None:
    offered(meetup, town)
    time.move_to(NOW + timedelta(hours=30))

    opened = staff.get(OFFER, follow=True)
    answer = staff.post(OFFER, {"offer_number": "1", "action": "accept"}, follow=True)

    assert message_of(opened) == "Er ligt nu geen aanbod voor u klaar. Zo staat het ervoor:"
    assert message_of(answer) == "Dit aanbod is er niet meer: het is verlopen, of een collega reageerde al."
    assert kept() == [(0, 1, 0)]


@pytest.mark.parametrize("number", ["", "x", "0", "2", "9" * 30])
def test_a_broken_answer_takes_nothing(staff: Client, meetup: Meetup, town: Municipality, number: str) -> None:
    offered(meetup, town)

    answer = staff.post(OFFER, {"offer_number": number, "action": "accept"}, follow=True)

    assert "Dit aanbod is er niet meer" in message_of(answer)
    assert kept() == [(0, 1, 0)]


def test_an_offer_that_ran_out_is_explained(staff: Client, meetup: Meetup, town: Municipality) -> None:
    factories.signup(meetup, town, seats=0, lapsed_at=NOW - timedelta(hours=1))

    assert "Uw aanbod is verlopen Wij hielden een plaats voor u vrij, maar hoorden niets." in words_of(staff.get(PAGE))


# --- When it cannot be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": NOW}, "Deze meetup is begonnen. Aanmelden kan niet meer."),
        ({"is_cancelled": True}, "Deze meetup gaat niet door."),
    ],
)
def test_a_meetup_that_began_or_does_not_go_ahead_asks_nothing(
    staff: Client, fields: dict[str, Any], words: str
) -> None:
    form = filled_in(staff)
    Meetup.objects.update(**fields)

    answer = staff.get(PAGE)
    staff.post(PAGE, form)

    assert words in words_of(answer)
    assert answer.context["form"] is None
    assert kept() == []


@pytest.mark.parametrize("page", [PAGE, OFF, OFFER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_page_is_the_same_as_one_that_does_not_exist(
    stranger: Client, staff: Client, page: str, method: str
) -> None:
    other = getattr(stranger, method)(page)
    nothing = getattr(stranger, method)(page.replace("zwolle", "nergens"))
    no_meetup = getattr(staff, method)(page.replace("privacy", "niets"))

    assert [answer.status_code for answer in (other, nothing, no_meetup)] == [404] * 3
    assert without_token(other) == without_token(nothing) == without_token(no_meetup)


@pytest.mark.parametrize("page", [PAGE, OFF, OFFER, "/mijn/meetup/2026/privacy/"])
def test_who_is_not_logged_in_is_asked_to(client: Client, page: str) -> None:
    answer = client.get(page)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/account/login/?next={page}")


# --- The way to it -------------------------------------------------------------------------------


def test_from_the_public_page_one_comes_at_the_own_municipality(staff: Client) -> None:
    assert staff.get("/mijn/meetup/2026/privacy/", follow=True).redirect_chain == [(PAGE, 302)]
    assert staff.get("/mijn/meetup/2026/niets/").status_code == 404


def test_who_works_for_several_chooses_first(staff: Client, person: User) -> None:
    Membership.objects.create(user=person, municipality=factories.municipality("Urk"), starts_on=NOW.date())

    answer = staff.get("/mijn/meetup/2026/privacy/")

    assert "Voor welke gemeente doet u dit?" in words_of(answer)
    assert 'href="/mijn/urk/meetups/privacy/aanmelden/"' in answer.content.decode()


def test_who_works_for_none_reads_what_to_do(client: Client) -> None:
    client.force_login(factories.user())

    assert "Uw account hoort nog bij geen gemeente" in words_of(client.get("/mijn/meetup/2026/privacy/"))


def test_the_dashboard_shows_the_meetups_to_come_and_how_it_stands(
    staff: Client, edition: Edition, meetup: Meetup, town: Municipality
) -> None:
    later = {
        days: factories.meetup(of=edition, title=f"Over {days}", starts_at=NOW + timedelta(days=days))
        for days in (8, 9, 10)
    }
    factories.meetup(of=edition, title="Gaat niet door", starts_at=NOW + timedelta(days=8), is_cancelled=True)
    offered(meetup, town)
    factories.signup(later[8], town, seats=2)
    factories.signup(later[9], town, seats=0, waiting=[NOW])

    ahead = staff.get("/mijn/zwolle/").context["ahead"]

    assert [(one.meetup.title, one.state, one.href.split("/")[-2]) for one in ahead] == [
        ("Privacy op orde", "Er is plaats: zeg of u komt", "plaats"),
        ("Over 8", "U komt met 2", "aanmelden"),
        ("Over 9", "U staat op de wachtlijst", "aanmelden"),
        ("Over 10", "", "aanmelden"),
    ]


def test_the_page_about_attendance_leads_here_until_the_meetup_begins(staff: Client) -> None:
    before = staff.get("/mijn/zwolle/meetups/privacy/").content.decode()
    Meetup.objects.update(starts_at=NOW)

    assert f'href="{PAGE}"' in before
    assert f'href="{PAGE}"' not in staff.get("/mijn/zwolle/meetups/privacy/").content.decode()


@pytest.mark.parametrize("others", [1, 3])
def test_the_page_asks_the_database_a_fixed_number_of_times(
    staff: Client, meetup: Meetup, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    for _ in range(others):
        factories.signup(meetup)
    staff.get(PAGE)

    with django_assert_num_queries(10):
        staff.get(PAGE)
