"""Reporting attendance at a meetup."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Membership, Participant, User
from meetups.models import Attendance, Meetup
from scoring import claims
from scoring.models import LedgerEntry
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/meetups/privacy/"
FILLED_IN = {"people": "3", "note": "Het was nuttig."}
SUBMIT, DRAFT = FILLED_IN | {"action": "submit"}, FILLED_IN | {"action": "draft"}


@pytest.fixture(autouse=True)
def meetup(edition: Edition, zwolle: Participant) -> Meetup:
    """A meetup of last Monday."""
    return factories.meetup(of=edition, title="Privacy op orde", slug="privacy")


def kept() -> list[tuple[str, int, str]]:
    """Every attendance in the database."""
    return list(Attendance.objects.values_list("state", "people", "note"))


# --- It works ------------------------------------------------------------------------------------


def test_the_page_asks_what_is_needed_and_says_until_when(staff: Client) -> None:
    page = words_of(staff.get(PAGE))

    assert "Was Zwolle bij deze meetup? Meld het hier. Dat kan tot en met 7 april 2026." in page
    assert "Dien in" in page
    assert "Bewaar als concept" in page


def test_what_is_handed_in_waits_for_the_organisers(staff: Client, person: User) -> None:
    answer = staff.post(PAGE, SUBMIT, follow=True)

    claim = Attendance.objects.get()
    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert message_of(answer) == "Uw melding is ingediend. De organisatie kijkt ernaar."
    assert kept() == [("submitted", 3, "Het was nuttig.")]
    assert (claim.submitted_at, claim.submitted_by, claim.counts_on) == (NOW, person, date(2026, 3, 18))
    assert not LedgerEntry.objects.exists()


def test_a_draft_is_kept_and_comes_back(staff: Client) -> None:
    answer = staff.post(PAGE, DRAFT, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert message_of(answer) == "Wat u invulde, is bewaard. U heeft het nog niet ingediend."
    assert kept() == [("draft", 3, "Het was nuttig.")]
    assert answer.context["form"]["people"].value() == 3
    assert answer.context["form"]["note"].value() == "Het was nuttig."


def test_a_draft_can_be_changed_and_then_handed_in(staff: Client) -> None:
    staff.post(PAGE, DRAFT)
    staff.post(PAGE, SUBMIT | {"people": "4"})

    assert kept() == [("submitted", 4, "Het was nuttig.")]


def test_without_a_button_it_is_only_kept(staff: Client) -> None:
    staff.post(PAGE, FILLED_IN)

    assert kept() == [("draft", 3, "Het was nuttig.")]


def test_what_was_handed_in_is_shown_with_its_dates_and_can_be_withdrawn(staff: Client, person: User) -> None:
    staff.post(PAGE, SUBMIT)

    answer = staff.get(PAGE)
    page = words_of(answer)

    assert answer.context["form"] is None
    assert "Ingediend op 18 maart 2026, 12.00 uur" in page
    assert "Telt mee vanaf 18 maart 2026" in page
    assert "Aantal collega's 3" in page
    assert "Trek de melding in" in page
    assert person.name not in answer.content.decode()
    assert person.email not in answer.content.decode()


def test_a_confirmed_claim_shows_its_point_and_the_way_to_it(staff: Client, zwolle: Participant) -> None:
    staff.post(PAGE, SUBMIT)
    claims.confirm(Attendance.objects.get(), by=factories.organiser(name="Bea Baas"), at=NOW + timedelta(hours=1))

    answer = staff.get(PAGE)
    page = words_of(answer)

    assert "Bevestigd" in page
    assert "Beslist op 18 maart 2026, 13.00 uur Punt 1 punt, boeking 1" in page
    assert f'href="{zwolle.get_absolute_url()}">1 punt, boeking 1</a>' in answer.content.decode()
    assert "Trek de melding in" not in page
    assert "Bea Baas" not in answer.content.decode()


def test_a_rejected_claim_shows_the_reason_and_can_be_handed_in_again(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    claims.reject(Attendance.objects.get(), because="U stond niet op de lijst.", by=factories.organiser(), at=NOW)

    page = words_of(staff.get(PAGE))
    staff.post(PAGE, SUBMIT | {"note": "Wij zaten achterin."})

    assert "De organisatie heeft deze melding afgewezen U stond niet op de lijst." in page
    assert kept() == [("submitted", 3, "Wij zaten achterin.")]


def test_changing_a_rejected_claim_without_handing_it_in_leaves_it_rejected(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    claims.reject(Attendance.objects.get(), because="Nee.", by=factories.organiser(), at=NOW)

    staff.post(PAGE, DRAFT | {"note": "Wij zaten achterin."})

    assert kept() == [("rejected", 3, "Wij zaten achterin.")]


def test_a_point_taken_back_shows_the_reason_and_no_form(staff: Client, zwolle: Participant, meetup: Meetup) -> None:
    claim = factories.confirmed(factories.attendance(zwolle, meetup=meetup))
    claims.take_back(claim, because="Dubbel gemeld.", by=factories.organiser(), at=NOW)

    answer = staff.get(PAGE)

    assert "De organisatie heeft dit punt teruggenomen Dubbel gemeld." in words_of(answer)
    assert "boeking" not in words_of(answer)
    assert answer.context["form"] is None


def test_a_point_given_back_shows_why(staff: Client, zwolle: Participant, meetup: Meetup) -> None:
    claim = factories.confirmed(factories.attendance(zwolle, meetup=meetup))
    claims.take_back(claim, because="Dubbel gemeld.", by=factories.organiser(), at=NOW)
    claims.give_back(claim, because="Toch niet dubbel.", by=factories.organiser(), at=NOW)

    assert "Reden Toch niet dubbel. Punt 1 punt, boeking 1" in words_of(staff.get(PAGE))


def test_where_points_come_at_submission_the_point_shows_at_once(staff: Client, edition: Edition) -> None:
    edition.rules.award_moment = "submission"
    edition.rules.save()

    staff.post(PAGE, SUBMIT)

    assert "Ingediend op 18 maart 2026, 12.00 uur Telt mee vanaf 18 maart 2026 Punt 1 punt, boeking 1" in words_of(
        staff.get(PAGE)
    )


def test_colleagues_of_an_alliance_share_one_claim(edition: Edition) -> None:
    schiedam, maassluis = factories.municipality("Schiedam"), factories.municipality("Maassluis")
    factories.participant("Waterweg", of=edition, municipalities=[schiedam, maassluis])
    one, other = Client(), Client()
    one.force_login(factories.staff_of(schiedam))
    other.force_login(factories.staff_of(maassluis))

    one.post("/mijn/schiedam/meetups/privacy/", SUBMIT)
    page = words_of(other.get("/mijn/maassluis/meetups/privacy/"))

    assert "Ingediend" in page
    assert kept() == [("submitted", 3, "Het was nuttig.")]


# --- What was filled in wrongly ------------------------------------------------------------------

DIGITS_ONLY = ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]


@pytest.mark.parametrize("action", ["submit", "draft"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"people": ""}, {"people": ["Vul in met hoeveel mensen u er was."]}),
        ({"people": "0"}, {"people": ["Vul 1 of meer in."]}),
        ({"people": "501"}, {"people": ["Vul 500 of minder in."]}),
        ({"people": "1_000"}, {"people": DIGITS_ONLY}),
        ({"people": "٣"}, {"people": DIGITS_ONLY}),
        ({"people": "9" * 400}, {"people": DIGITS_ONLY}),
        ({"note": "x" * 1001}, {"note": ["Uw tekst telt 1001 tekens. Maak er hoogstens 1000 van."]}),
    ],
)
def test_wrong_input_is_refused_in_words_and_nothing_is_lost(
    staff: Client, action: str, wrong: dict[str, str], words: dict[str, list[str]]
) -> None:
    typed = FILLED_IN | wrong

    answer = staff.post(PAGE, typed | {"action": action})

    assert errors_of(answer) == words
    assert {name: answer.context["form"][name].value() for name in typed} == typed
    assert "Dit is nog niet bewaard. Kijk hiernaar:" in words_of(answer)
    assert kept() == []


def test_hidden_characters_are_left_out_of_what_is_kept(staff: Client) -> None:
    staff.post(PAGE, SUBMIT | {"note": "Nut\x00tig\u202e en\u200b leuk\r\nDank"})

    assert kept() == [("submitted", 3, "Nuttig en leuk\nDank")]


def test_markup_in_a_note_is_shown_as_text(staff: Client) -> None:
    staff.post(PAGE, SUBMIT | {"note": "<script>alert(1)</script>"})

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in staff.get(PAGE).content.decode()


# --- What the rules refuse -----------------------------------------------------------------------


def refused_for(staff: Client, why: str) -> None:
    """The page explains it and asks nothing; sending the form all the same changes nothing, and loses nothing."""
    shown = staff.get(PAGE)
    answer = staff.post(PAGE, SUBMIT)

    assert why in words_of(shown)
    assert shown.context["form"] is None
    assert errors_of(answer) == {"__all__": [why]}
    assert answer.context["form"]["note"].value() == "Het was nuttig."
    assert kept() == []


def test_a_meetup_that_has_not_begun_cannot_be_reported_yet(staff: Client, meetup: Meetup) -> None:
    meetup.starts_at, meetup.ends_at = NOW + timedelta(minutes=1), NOW + timedelta(hours=2)
    meetup.save()

    refused_for(staff, "Deze meetup begint op 18 maart 2026 om 12.01 uur. Daarna kunt u melden dat u er was.")


def test_a_meetup_can_be_reported_from_its_first_minute(staff: Client, meetup: Meetup) -> None:
    meetup.starts_at, meetup.ends_at = NOW, NOW + timedelta(hours=2)
    meetup.save()

    staff.post(PAGE, SUBMIT)

    assert kept() == [("submitted", 3, "Het was nuttig.")]


def test_a_report_that_is_too_late_is_refused(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(datetime(2026, 4, 7, 22, 0, tzinfo=UTC))

    refused_for(staff, "U kon dit melden tot en met 7 april 2026. Die termijn is voorbij.")


def test_a_report_in_the_last_minute_counts_for_its_month(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(datetime(2026, 4, 7, 21, 59, tzinfo=UTC))

    staff.post(PAGE, SUBMIT)

    assert Attendance.objects.get().counts_on == date(2026, 3, 31)


def test_a_meetup_after_october_earns_nothing(staff: Client, meetup: Meetup, time: time_machine.Traveller) -> None:
    meetup.starts_at, meetup.ends_at = (datetime(2026, 11, 4, hour, tzinfo=UTC) for hour in (10, 12))
    meetup.save()
    time.move_to(datetime(2026, 11, 5, 12, tzinfo=UTC))

    refused_for(
        staff,
        "Na 31 oktober 2026 zijn er geen punten meer te verdienen: de stand van oktober bepaalt de finalisten.",
    )


def test_the_host_reads_when_its_own_meetup_earns_nothing(
    staff: Client, edition: Edition, zwolle: Participant, meetup: Meetup
) -> None:
    meetup.host = zwolle.municipalities.get()
    meetup.save()
    edition.rules.host_earns_meetup_point = False
    edition.rules.save()

    refused_for(staff, "De gastheer krijgt in deze editie geen punt voor de eigen meetup.")


def test_a_rejected_claim_that_is_too_late_shows_both_reasons(staff: Client, time: time_machine.Traveller) -> None:
    staff.post(PAGE, SUBMIT)
    claims.reject(Attendance.objects.get(), because="Nee.", by=factories.organiser(), at=NOW)
    time.move_to(datetime(2026, 4, 9, tzinfo=UTC))

    answer = staff.get(PAGE)

    assert "Nee." in words_of(answer)
    assert "U kon dit melden tot en met 7 april 2026. Die termijn is voorbij." in words_of(answer)
    assert answer.context["form"] is None


# --- Twice, back, and old tabs -------------------------------------------------------------------


def test_sending_it_twice_gives_one_claim_and_a_friendly_page(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    answer = staff.post(PAGE, SUBMIT, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert message_of(answer) == "Deze melding is al ingediend. Wilt u iets veranderen? Trek haar dan eerst in."
    assert kept() == [("submitted", 3, "Het was nuttig.")]


@pytest.mark.parametrize("late", [SUBMIT, DRAFT])
def test_an_old_tab_changes_nothing_after_the_decision(staff: Client, late: dict[str, str]) -> None:
    staff.post(PAGE, SUBMIT)
    claims.confirm(Attendance.objects.get(), by=factories.organiser(), at=NOW)

    answer = staff.post(PAGE, late | {"people": "99"}, follow=True)

    assert message_of(answer) == "De organisatie heeft over deze melding al beslist. U kunt haar niet meer veranderen."
    assert kept() == [("confirmed", 3, "Het was nuttig.")]


# --- Withdrawing ---------------------------------------------------------------------------------


def test_opening_the_page_about_withdrawing_changes_nothing(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)

    page = words_of(staff.get(f"{PAGE}intrekken/"))

    assert "Wilt u deze melding intrekken?" in page
    assert "Meetup bijgewoond: Privacy op orde, 16 maart 2026." in page
    assert "U kunt de melding daarna aanpassen en opnieuw indienen." in page
    assert kept() == [("submitted", 3, "Het was nuttig.")]


def test_a_withdrawn_claim_can_be_changed_and_handed_in_again(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)

    answer = staff.post(f"{PAGE}intrekken/", follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert message_of(answer) == "Uw melding is ingetrokken. De organisatie kijkt er niet meer naar."
    assert kept() == [("withdrawn", 3, "Het was nuttig.")]
    staff.post(PAGE, SUBMIT | {"people": "5"})
    assert kept() == [("submitted", 5, "Het was nuttig.")]


def test_withdrawing_warns_when_it_cannot_be_handed_in_again(staff: Client, time: time_machine.Traveller) -> None:
    staff.post(PAGE, SUBMIT)
    time.move_to(datetime(2026, 4, 9, tzinfo=UTC))

    page = words_of(staff.get(f"{PAGE}intrekken/"))

    assert "Let op: daarna kunt u haar niet opnieuw indienen. U kon dit melden tot en met 7 april 2026." in page


def test_withdrawing_twice_is_harmless(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    staff.post(f"{PAGE}intrekken/")
    staff.post(f"{PAGE}intrekken/")

    assert kept() == [("withdrawn", 3, "Het was nuttig.")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_decided_claim_cannot_be_withdrawn(staff: Client, method: str) -> None:
    staff.post(PAGE, SUBMIT)
    claims.confirm(Attendance.objects.get(), by=factories.organiser(), at=NOW)

    answer = getattr(staff, method)(f"{PAGE}intrekken/", follow=True)

    assert message_of(answer) == "De organisatie heeft over deze melding al beslist. U kunt haar niet meer veranderen."
    assert kept() == [("confirmed", 3, "Het was nuttig.")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_draft_needs_no_withdrawing(staff: Client, method: str) -> None:
    staff.post(PAGE, DRAFT)

    answer = getattr(staff, method)(f"{PAGE}intrekken/", follow=True)

    assert message_of(answer) == "Deze melding ligt niet bij de organisatie. Intrekken hoeft niet."
    assert kept() == [("draft", 3, "Het was nuttig.")]


def test_nothing_reported_is_nothing_to_withdraw(staff: Client) -> None:
    assert staff.get(f"{PAGE}intrekken/").status_code == 404
    assert staff.post(f"{PAGE}intrekken/").status_code == 404


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_staff_sees_what_stands_at_an_address_that_does_not_exist(
    staff: Client, stranger: Client, path: str, method: str
) -> None:
    staff.post(PAGE, SUBMIT)

    theirs = getattr(stranger, method)(path, SUBMIT)
    nowhere = getattr(stranger, method)(path.replace("zwolle", "nergens"), SUBMIT)

    assert theirs.status_code == nowhere.status_code == 404
    assert without_token(theirs) == without_token(nowhere)
    assert kept() == [("submitted", 3, "Het was nuttig.")]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_visitors_are_sent_to_log_in(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={path}")
    assert kept() == []


def test_whoever_leaves_the_municipality_is_refused_at_the_next_request(staff: Client, person: User) -> None:
    Membership.objects.filter(user=person).update(ends_on=date(2026, 3, 18))

    assert staff.get(PAGE).status_code == 404
    assert staff.post(PAGE, SUBMIT).status_code == 404
    assert kept() == []


def test_a_municipality_that_does_not_take_part_reports_nothing(client: Client, edition: Edition) -> None:
    client.force_login(factories.staff_of(factories.municipality("Urk")))

    assert client.post("/mijn/urk/meetups/privacy/", SUBMIT).status_code == 404


def test_a_meetup_of_another_edition_is_not_found(staff: Client, meetup: Meetup) -> None:
    meetup.edition = factories.edition(2025)
    meetup.save()

    assert staff.get(PAGE).status_code == 404


@pytest.mark.parametrize("slug", ["bestaat-niet", "%00", "..", "privacy%00"])
def test_an_address_without_a_meetup_is_not_found(staff: Client, slug: str) -> None:
    assert staff.get(f"/mijn/zwolle/meetups/{slug}/").status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_times(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff.post(PAGE, SUBMIT, follow=True)

    with django_assert_num_queries(9):
        staff.get(PAGE)
