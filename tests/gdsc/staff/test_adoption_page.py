"""Reporting how far the adoption of a solution is."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant
from scoring import claims
from solutions.models import Adoption, Solution
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/oplossingen/verhuizen/"
IN_USE = {
    "stage": "in_use",
    "in_use_since": "2026-03-02",
    "evidence_url": "https://zwolle.nl/verhuizen",
    "evidence_text": "Kijk bij stap 2.",
}
SUBMIT, DRAFT = IN_USE | {"action": "submit"}, IN_USE | {"action": "draft"}
KEPT = ("in_use", date(2026, 3, 2), "https://zwolle.nl/verhuizen", "Kijk bij stap 2.")


@pytest.fixture(autouse=True)
def solution(edition: Edition, zwolle: Participant) -> Solution:
    return factories.solution(of=edition, month=2, title="Digitaal verhuizen", slug="verhuizen")


def kept() -> list[tuple[Any, ...]]:
    """Every adoption in the database."""
    fields = ("state", "stage", "in_use_since", "evidence_url", "evidence_text")
    return list(Adoption.objects.values_list(*fields))


# --- It works ------------------------------------------------------------------------------------


def test_the_page_asks_how_far_it_is_and_says_until_when(staff: Client) -> None:
    page = words_of(staff.get(PAGE))

    assert "Houd hier bij hoe ver u bent." in page
    assert "Dien uw melding dan in, uiterlijk op 31 oktober 2026." in page
    assert "Vul ten minste één van de drie in." in page


def test_what_is_handed_in_waits_for_the_organisers(staff: Client) -> None:
    answer = staff.post(PAGE, SUBMIT, follow=True)

    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert message_of(answer) == "Uw melding is ingediend. De organisatie kijkt ernaar."
    assert kept() == [("submitted", *KEPT)]
    assert Adoption.objects.get().counts_on == date(2026, 3, 18)


@pytest.mark.parametrize("stage", ["orientation", "decision"])
def test_each_step_of_the_ladder_can_be_kept_without_more(staff: Client, stage: str) -> None:
    answer = staff.post(PAGE, {"stage": stage, "action": "draft"}, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert kept() == [("draft", stage, None, "", "")]
    assert answer.context["form"]["stage"].value() == stage


def test_today_stands_in_the_form_and_says_nothing_before_the_last_step(staff: Client) -> None:
    form = staff.get(PAGE).context["form"]
    staff.post(PAGE, {"stage": "decision", "in_use_since": form["in_use_since"].value(), "action": "draft"})

    assert form["in_use_since"].value() == NOW.date()
    assert kept() == [("draft", "decision", None, "", "")]


@time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC))
def test_after_october_the_last_day_that_counts_stands_in_the_form(staff: Client) -> None:
    assert staff.get(PAGE).context["form"]["in_use_since"].value() == date(2026, 10, 31)


def test_a_day_that_was_kept_stays(staff: Client) -> None:
    staff.post(PAGE, DRAFT)

    assert staff.get(PAGE).context["form"]["in_use_since"].value() == date(2026, 3, 2)


def test_the_ladder_is_climbed_step_by_step_in_one_claim(staff: Client) -> None:
    staff.post(PAGE, {"stage": "orientation", "action": "draft"})
    staff.post(PAGE, {"stage": "decision", "action": "draft"})
    staff.post(PAGE, SUBMIT)

    assert kept() == [("submitted", *KEPT)]


@pytest.mark.parametrize("evidence", ["evidence_url", "evidence_text"])
def test_one_kind_of_evidence_is_enough(staff: Client, evidence: str) -> None:
    staff.post(PAGE, SUBMIT | {evidence: ""})

    assert [row[0] for row in kept()] == ["submitted"]


def test_what_was_handed_in_is_shown(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)

    answer = staff.get(PAGE)
    page = words_of(answer)

    assert "In gebruik sinds 2 maart 2026" in page
    assert "Toelichting Kijk bij stap 2." in page
    assert 'href="https://zwolle.nl/verhuizen" rel="nofollow noopener noreferrer"' in answer.content.decode()
    assert answer.context["form"] is None


def test_a_date_typed_the_dutch_way_is_understood(staff: Client) -> None:
    staff.post(PAGE, SUBMIT | {"in_use_since": "2-3-2026"})

    assert kept() == [("submitted", *KEPT)]


def test_an_address_without_https_gets_it(staff: Client) -> None:
    staff.post(PAGE, SUBMIT | {"evidence_url": "zwolle.nl/verhuizen"})

    assert kept() == [("submitted", *KEPT)]


# --- What was filled in wrongly or not at all ----------------------------------------------------

NOT_PUBLIC = ["Vul het hele adres van een openbare pagina in, zoals https://uwgemeente.nl/pagina."]
NO_SUCH_DAY = ["Vul een datum in die bestaat, zoals 2-3-2026."]


@pytest.mark.parametrize("action", ["submit", "draft"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stage": ""}, {"stage": ["Kies hoe ver u bent."]}),
        ({"stage": "klaar"}, {"stage": ["Kies een van de drie stappen."]}),
        ({"in_use_since": "31-2-2026"}, {"in_use_since": NO_SUCH_DAY}),
        ({"in_use_since": "٢٠٢٦-٠٣-٠٢"}, {"in_use_since": NO_SUCH_DAY}),
        ({"evidence_url": "http://169.254.169.254/"}, {"evidence_url": NOT_PUBLIC}),
        ({"evidence_url": "http://localhost/"}, {"evidence_url": NOT_PUBLIC}),
        ({"evidence_url": "ftp://zwolle.nl/"}, {"evidence_url": ["Begin het adres met https://."]}),
        (
            {"evidence_url": "https://jan:geheim@zwolle.nl/"},
            {"evidence_url": ["Haal de inlognaam of het wachtwoord uit het adres: iedereen kan het lezen."]},
        ),
        (
            {"evidence_url": "https://zwolle.nl:8443/"},
            {"evidence_url": ["Haal de dubbele punt met het getal (de poort) uit het adres."]},
        ),
        (
            {"evidence_url": "https://zwolle.nl/" + "a" * 200},
            {"evidence_url": ["Dit adres telt 218 tekens. Kies een adres van hoogstens 200 tekens."]},
        ),
        ({"evidence_text": "x" * 2001}, {"evidence_text": ["Uw tekst telt 2001 tekens. Maak er hoogstens 2000 van."]}),
    ],
)
def test_wrong_input_is_refused_in_words_and_nothing_is_lost(
    staff: Client, action: str, wrong: dict[str, str], words: dict[str, list[str]]
) -> None:
    typed = IN_USE | wrong

    answer = staff.post(PAGE, typed | {"action": action})

    assert errors_of(answer) == words
    assert {name: answer.context["form"][name].value() for name in typed} == typed
    assert kept() == []


def test_handing_in_says_at_each_field_what_is_missing(staff: Client) -> None:
    answer = staff.post(PAGE, {"stage": "decision", "action": "submit"})

    assert errors_of(answer) == {
        "stage": ["U krijgt pas een punt als de oplossing in gebruik is."],
        "in_use_since": ["Vul in sinds wanneer u de oplossing gebruikt."],
        "evidence_url": ["Geef een link, een toelichting of een bestand als bewijs."],
    }
    assert answer.context["form"]["stage"].value() == "decision"
    assert kept() == []


def test_a_refused_hand_in_leaves_the_draft_as_it_was(staff: Client) -> None:
    staff.post(PAGE, {"stage": "decision", "action": "draft"})

    staff.post(PAGE, SUBMIT | {"evidence_url": "", "evidence_text": ""})

    assert kept() == [("draft", "decision", None, "", "")]


def test_a_day_to_come_is_refused_when_handing_in(staff: Client) -> None:
    answer = staff.post(PAGE, SUBMIT | {"in_use_since": "2026-03-19"})

    assert errors_of(answer) == {"__all__": ["Dit is nog niet gebeurd. Meld het daarna."]}
    assert answer.context["form"]["in_use_since"].value() == "2026-03-19"
    assert kept() == []


def test_nothing_that_can_be_filled_in_says_that_it_is_not_required(staff: Client) -> None:
    assert "(niet verplicht)" not in words_of(staff.get(PAGE))


# --- What the rules refuse -----------------------------------------------------------------------


def test_the_municipality_that_gave_the_solution_reads_why_it_earns_nothing(
    staff: Client, zwolle: Participant, solution: Solution
) -> None:
    solution.giver = zwolle.municipalities.get()
    solution.save()
    why = "Deze oplossing komt van uw eigen gemeente. Daarvoor krijgt u geen punt."

    shown = staff.get(PAGE)
    answer = staff.post(PAGE, SUBMIT)

    assert why in words_of(shown)
    assert shown.context["form"] is None
    assert errors_of(answer) == {"__all__": [why]}
    assert kept() == []


def test_where_the_rules_allow_it_the_giver_hands_in_too(
    staff: Client, edition: Edition, zwolle: Participant, solution: Solution
) -> None:
    edition.rules.giver_may_adopt_own = True
    edition.rules.save()
    solution.giver = zwolle.municipalities.get()
    solution.save()

    staff.post(PAGE, SUBMIT)

    assert kept() == [("submitted", *KEPT)]


def test_in_the_first_days_of_november_only_what_came_into_use_in_october_counts(
    staff: Client, time: time_machine.Traveller
) -> None:
    time.move_to(datetime(2026, 11, 3, 12, tzinfo=UTC))

    page = words_of(staff.get(PAGE))
    refused = staff.post(PAGE, SUBMIT)
    staff.post(PAGE, SUBMIT | {"in_use_since": "2026-10-30"})

    assert "Wat in oktober gebeurde, meldt u nog tot en met 7 november 2026." in page
    assert "Dien uw melding dan in, uiterlijk op 7 november 2026." in page
    assert errors_of(refused) == {
        "__all__": [
            "Na 31 oktober 2026 zijn er geen punten meer te verdienen: de stand van oktober bepaalt de finalisten."
        ]
    }
    assert Adoption.objects.get().counts_on == date(2026, 10, 31)


def test_after_that_nothing_can_be_handed_in(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(datetime(2026, 11, 8, 12, tzinfo=UTC))

    shown = staff.get(PAGE)
    staff.post(PAGE, SUBMIT | {"in_use_since": "2026-10-30"})

    assert "Na 31 oktober 2026 zijn er geen punten meer te verdienen" in words_of(shown)
    assert shown.context["form"] is None
    assert kept() == []


# --- Twice, back, and old tabs; withdrawing ------------------------------------------------------


def test_sending_it_twice_gives_one_claim_and_a_friendly_page(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    answer = staff.post(PAGE, SUBMIT | {"evidence_text": "Iets anders."}, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert message_of(answer) == "Deze melding is al ingediend. Wilt u iets veranderen? Trek haar dan eerst in."
    assert kept() == [("submitted", *KEPT)]


def test_it_can_be_withdrawn_after_a_question(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)

    question = words_of(staff.get(f"{PAGE}intrekken/"))
    before = kept()
    answer = staff.post(f"{PAGE}intrekken/", follow=True)

    assert "Oplossing overgenomen: Digitaal verhuizen. De organisatie kijkt er dan niet meer naar." in question
    assert before == [("submitted", *KEPT)]
    assert answer.redirect_chain == [(PAGE, 302)]
    assert kept() == [("withdrawn", *KEPT)]


def test_a_rejected_adoption_shows_the_reason_and_can_be_handed_in_again(staff: Client) -> None:
    staff.post(PAGE, SUBMIT)
    claims.reject(Adoption.objects.get(), because="De pagina is leeg.", by=factories.organiser(), at=NOW)

    page = words_of(staff.get(PAGE))
    staff.post(PAGE, SUBMIT)

    assert "De organisatie heeft deze melding afgewezen De pagina is leeg." in page
    assert kept() == [("submitted", *KEPT)]


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_staff_sees_what_stands_at_an_address_that_does_not_exist(
    staff: Client, stranger: Client, path: str, method: str
) -> None:
    staff.post(PAGE, SUBMIT)

    theirs = getattr(stranger, method)(path)
    nowhere = getattr(stranger, method)(path.replace("zwolle", "nergens"))

    assert theirs.status_code == nowhere.status_code == 404
    assert without_token(theirs) == without_token(nowhere)
    assert kept() == [("submitted", *KEPT)]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_visitors_are_sent_to_log_in(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={path}")


def test_a_solution_of_another_edition_is_not_found(staff: Client, solution: Solution) -> None:
    factories.solution(of=factories.edition(2025), slug="van-vorig-jaar")

    assert staff.get("/mijn/zwolle/oplossingen/van-vorig-jaar/").status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_times(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff.post(PAGE, SUBMIT, follow=True)

    with django_assert_num_queries(10):
        staff.get(PAGE)
