"""The pages on which a giver answers, an adopter says that it still uses a solution, and tells how it went."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from competition.models import Edition, Membership, Municipality, Participant, User
from scoring import claims
from solutions import recognition, use
from solutions.models import Adoption, Experience, UseQuestion
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

LIST = "/mijn/zwolle/van-u-overgenomen/"
TOLD = {
    "weeks": "12",
    "cost_band": "up-to-10k",
    "would_again": "differently",
    "went_wrong": "<script>alert(1)</script>",
}


@pytest.fixture
def given(edition: Edition, zwolle: Participant) -> Adoption:
    """Breda reports to use what Zwolle gives."""
    solution = factories.solution(of=edition, month=2, title="Snelbalie", giver=zwolle.municipalities.get())
    return factories.submitted(factories.adoption(factories.participant("Breda", of=edition), solution=solution))


@pytest.fixture
def used(edition: Edition, zwolle: Participant, person: User) -> Adoption:
    """Zwolle uses a solution of Breda."""
    breda = factories.municipality("Breda")
    solution = factories.solution(of=edition, month=3, title="Zaakloket", slug="zaakloket", giver=breda)
    return factories.confirmed(factories.adoption(zwolle, solution=solution))


def page_of(given: Adoption) -> str:
    return f"{LIST}{given.pk}/"


def answer() -> tuple[str, str]:
    return Adoption.objects.values_list("giver_answer", "giver_reason").get()


# --- The giver -----------------------------------------------------------------------------------


def test_the_dashboard_asks_and_one_click_answers(staff: Client, given: Adoption, person: User) -> None:
    asked = words_of(staff.get("/mijn/zwolle/"))
    listed = words_of(staff.get(LIST))
    looked = staff.get(page_of(given))
    before = answer()
    answered = staff.post(page_of(given), {"action": "recognise"}, follow=True)

    assert "1 deelnemer meldt een oplossing van u over te nemen" in asked
    assert "Breda Snelbalie, in gebruik sinds 2 maart 2026" in listed
    assert (looked.status_code, before) == (200, ("", ""))
    assert answer() == ("recognised", "")
    assert answered.redirect_chain == [(LIST, 302)]
    assert message_of(answered) == "Dank u. Bij Breda staat nu dat u dit bevestigt."
    assert "deelnemer meldt een oplossing" not in words_of(staff.get("/mijn/zwolle/"))


def test_a_second_click_is_friendly_and_changes_nothing(staff: Client, given: Adoption) -> None:
    for _ in range(2):
        staff.post(page_of(given), {"action": "recognise"})

    assert answer() == ("recognised", "")
    assert Adoption.objects.get().version == given.version


def test_who_does_not_recognise_it_says_why(staff: Client, given: Adoption) -> None:
    empty = staff.post(page_of(given), {"action": "deny", "reason": " \u200b"})
    unanswered = answer()
    staff.post(page_of(given), {"action": "deny", "reason": "Nooit\x00 contact gehad."})

    assert errors_of(empty) == {"reason": ["Vertel waarom u dit niet herkent."]}
    assert unanswered == ("", "")
    assert answer() == ("not-recognised", "Nooit contact gehad.")
    assert "U herkent dit niet" in words_of(staff.get(LIST))


def test_the_adopter_never_reads_why_not(staff: Client, given: Adoption, edition: Edition) -> None:
    breda = Client()
    breda.force_login(factories.staff_of(given.participant.municipalities.get()))
    staff.post(page_of(given), {"action": "deny", "reason": "GEHEIME REDEN"})

    page = breda.get(f"/mijn/breda/oplossingen/{given.solution.slug}/").content.decode()

    assert "GEHEIME REDEN" not in page


def test_what_was_withdrawn_since_is_not_found(staff: Client, given: Adoption) -> None:
    claims.withdraw(given, by=factories.user(), at=NOW)

    assert staff.post(page_of(given), {"action": "recognise"}).status_code == 404


def test_a_giver_that_does_not_take_part_answers_too(client: Client, edition: Edition) -> None:
    urk = factories.municipality("Urk")
    client.force_login(factories.staff_of(urk))
    solution = factories.solution(of=edition, month=2, giver=urk)
    claim = factories.submitted(factories.adoption(factories.participant("Breda", of=edition), solution=solution))

    asked = words_of(client.get("/mijn/urk/"))
    client.post(f"/mijn/urk/van-u-overgenomen/{claim.pk}/", {"action": "recognise"})

    assert "1 deelnemer meldt een oplossing van u over te nemen" in asked
    assert answer() == ("recognised", "")


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_city_finds_what_does_not_exist(stranger: Client, given: Adoption, method: str) -> None:
    addresses = [
        page_of(given),
        f"/mijn/almere/van-u-overgenomen/{given.pk}/",
        f"/mijn/almere/van-u-overgenomen/{given.pk + 1000}/",
        "/mijn/almere/van-u-overgenomen/99999999999999999999999999/",
    ]

    answers: list[Any] = [getattr(stranger, method)(address, {"action": "recognise"}) for address in addresses]

    assert [one.status_code for one in answers] == [404] * 4
    assert len({without_token(one) for one in answers}) == 1
    assert answer() == ("", "")


# --- Still in use? -------------------------------------------------------------------------------


def test_the_dashboard_asks_whether_it_is_still_used(
    staff: Client, used: Adoption, time: time_machine.Traveller
) -> None:
    time.move_to(NOW + timedelta(days=200))
    use.ask_due(at=NOW + timedelta(days=200))
    question = UseQuestion.objects.get()
    page = f"/mijn/zwolle/nog-in-gebruik/{question.pk}/"

    asked = words_of(staff.get("/mijn/zwolle/"))
    staff.get(page)
    nothing = [staff.post(page, data).status_code for data in ({}, {"answer": "misschien"})]
    before = UseQuestion.objects.get().answer
    answered = staff.post(page, {"answer": "yes"}, follow=True)

    assert "Gebruikt u ‘Zaakloket’ nog?" in asked
    assert (nothing, before) == ([200, 200], "")
    assert message_of(answered) == "Dank u. Uw antwoord is bewaard. Uw punt verandert niet."
    assert UseQuestion.objects.get().answer == "yes"
    assert "Gebruikt u ‘Zaakloket’ nog?" not in words_of(staff.get("/mijn/zwolle/"))


def test_the_question_about_last_year_can_be_answered_too(
    staff: Client, used: Adoption, time: time_machine.Traveller
) -> None:
    factories.edition(2027)
    time.move_to(NOW + timedelta(days=366))
    use.ask_due(at=NOW + timedelta(days=366))

    page = f"/mijn/zwolle/nog-in-gebruik/{UseQuestion.objects.get().pk}/"

    assert "Gebruikt u ‘Zaakloket’ nog?" in words_of(staff.get("/mijn/zwolle/"))
    assert staff.post(page, {"answer": "no"}).status_code == 302
    assert UseQuestion.objects.get().answer == "no"


def test_another_citys_question_does_not_exist(stranger: Client, used: Adoption) -> None:
    use.ask_due(at=NOW + timedelta(days=200))
    pk = UseQuestion.objects.get().pk
    addresses = [f"/mijn/{who}/nog-in-gebruik/{number}/" for who in ("zwolle", "almere") for number in (pk, pk + 9)]

    answers: list[Any] = [stranger.post(address, {"answer": "no"}) for address in addresses]

    assert [one.status_code for one in answers] == [404] * 4
    assert len({without_token(one) for one in answers}) == 1
    assert UseQuestion.objects.get().answer == ""


# --- How it went ---------------------------------------------------------------------------------

REPORT = "/mijn/zwolle/oplossingen/zaakloket/ervaring/"
SOLUTION = "/2026/oplossingen/zaakloket/"


def test_an_experience_is_told_once_and_can_be_changed(staff: Client, used: Adoption) -> None:
    staff.post(REPORT, TOLD)
    answered = staff.post(REPORT, TOLD | {"weeks": "14"}, follow=True)

    assert message_of(answered) == "Dank u. Andere deelnemers lezen dit bij de oplossing."
    assert list(Experience.objects.values_list("weeks", "cost_band", "would_again")) == [
        (14, "up-to-10k", "differently")
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weeks": "1_0"}, {"weeks": ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]}),
        ({"weeks": "٣"}, {"weeks": ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]}),
        ({"weeks": "0"}, {"weeks": ["Vul 1 of meer in."]}),
        ({"weeks": "9" * 5000}, {"weeks": ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]}),
        ({"cost_band": ""}, {"cost_band": ["Kies een bedrag."]}),
        ({"would_again": "ooit"}, {"would_again": ["Kies iets uit de lijst."]}),
        ({"went_wrong": "x" * 2001}, {"went_wrong": ["Uw tekst telt 2001 tekens. Maak er hoogstens 2000 van."]}),
    ],
)
def test_wrong_input_is_refused_in_words(
    staff: Client, used: Adoption, wrong: dict[str, str], words: dict[str, list[str]]
) -> None:
    assert errors_of(staff.post(REPORT, TOLD | wrong)) == words
    assert not Experience.objects.exists()


def test_before_the_adoption_is_confirmed_nothing_is_told(staff: Client, edition: Edition, zwolle: Participant) -> None:
    solution = factories.solution(of=edition, month=3, slug="zaakloket")
    factories.submitted(factories.adoption(zwolle, solution=solution))

    answered = staff.post(REPORT, TOLD, follow=True)

    assert "zodra de organisatie de overname heeft bevestigd" in message_of(answered)
    assert not Experience.objects.exists()


def test_participants_and_organisers_read_it_and_the_public_never(
    client: Client, staff: Client, stranger: Client, used: Adoption
) -> None:
    staff.post(REPORT, TOLD)
    organiser, outsider = Client(), Client()
    organiser.force_login(factories.in_group("auditor"))
    outsider.force_login(factories.staff_of(factories.municipality("Urk")))

    pages = {name: one.get(SOLUTION) for name, one in (("other", stranger), ("organiser", organiser))}
    closed = [Client().get(SOLUTION).content.decode(), outsider.get(SOLUTION).content.decode()]

    for page in pages.values():
        assert "12 weken" in words_of(page)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()
        assert "<script>alert" not in page.content.decode()
    assert [words in page for page in closed for words in ("12 weken", "Hoe ging het bij anderen")] == [False] * 4


def test_who_took_it_over_reads_what_the_site_says_of_it(staff: Client, used: Adoption) -> None:
    page = "/mijn/zwolle/oplossingen/zaakloket/"
    alone = "Breda bevestigde het nog niet. Op de site staat: door één partij gemeld."
    giver = factories.staff_of(Municipality.objects.get(name="Breda"))

    unanswered = words_of(staff.get(page))
    recognition.deny(used, because="Kennen wij niet", by=giver, at=NOW)
    denied = words_of(staff.get(page))
    recognition.recognise(used, by=giver, at=NOW)
    recognised = words_of(staff.get(page))

    assert [alone in words for words in (unanswered, denied, recognised)] == [True, True, False]
    assert "Kennen wij niet" not in denied
    assert "Breda bevestigt het ook." in recognised


def test_who_left_reads_it_no_longer(stranger: Client, staff: Client, used: Adoption) -> None:
    staff.post(REPORT, TOLD)
    Membership.objects.filter(municipality__slug="almere").update(ends_on=NOW.date())

    assert "Hoe ging het bij anderen" not in stranger.get(SOLUTION).content.decode()


def test_an_adoption_of_another_city_has_no_page_to_tell(stranger: Client, used: Adoption) -> None:
    addresses = [REPORT, REPORT.replace("zwolle", "almere"), REPORT.replace("zwolle", "nergens")]
    answers: list[Any] = [stranger.post(address, TOLD) for address in addresses]

    assert [one.status_code for one in answers] == [404] * 3
    assert len({without_token(one) for one in answers}) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_the_list_asks_the_database_a_fixed_number_of_times(
    staff: Client, edition: Edition, zwolle: Participant, django_assert_num_queries: Any, times: int
) -> None:
    for month in range(1, times + 1):
        solution = factories.solution(of=edition, month=month, giver=zwolle.municipalities.get())
        factories.submitted(factories.adoption(factories.participant(of=edition), solution=solution))

    with django_assert_num_queries(5):
        staff.get(LIST)
