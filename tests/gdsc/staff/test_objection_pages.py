"""Objecting to a booking, and taking that back."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Participant, User
from scoring import closing, freezes, objections
from scoring.models import LedgerEntry, Objection
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

LIST = "/mijn/zwolle/bezwaren/"
PAGE = f"{LIST}boeking-1/"


def filled_in(grounds: str = "Ede was er niet.") -> dict[str, str]:
    return {"grounds": grounds, "form_key": str(uuid4())}


@pytest.fixture(autouse=True)
def entry(edition: Edition, zwolle: Participant) -> LedgerEntry:
    """Booking 1: a point of Ede."""
    return factories.entry(factories.participant("Ede", of=edition), description="Meetup bijgewoond: Privacy")


def test_the_list_names_what_one_can_still_object_to(
    staff: Client, zwolle: Participant, time: time_machine.Traveller
) -> None:
    factories.entry(zwolle, description="Oplossing aangedragen: Lantaarn")

    page = words_of(staff.get(LIST))

    assert "Ede Meetup bijgewoond: Privacy +1 18 maart Maak bezwaar tegen boeking 1 van Ede" in page
    assert "Lantaarn" in page
    assert "Lantaarn" not in words_of(staff.get(LIST, {"deelnemer": "ede"}))
    time.move_to(NOW + timedelta(days=15))
    assert "Er is niets om bezwaar tegen te maken" in words_of(staff.get(LIST))


def test_an_objection_is_made_in_the_name_of_the_municipality(staff: Client, person: User) -> None:
    assert "U dient uw bezwaar in, uiterlijk op 1 april 2026." in words_of(staff.get(PAGE))

    answer = staff.post(PAGE, filled_in(), follow=True)

    made = Objection.objects.get()
    assert answer.redirect_chain == [(f"{LIST}{made.pk}/", 302)]
    assert message_of(answer) == "Uw bezwaar is ingediend. De organisatie antwoordt op de site."
    assert (made.participant.name, made.submitted_by, made.submitted_at) == ("Zwolle", person, NOW)
    assert "Ede was er niet." in words_of(staff.get(f"{LIST}{made.pk}/"))
    assert "Boeking 1, Ede" in words_of(staff.get(LIST))


def test_twice_or_back_gives_one_objection_and_a_friendly_page(staff: Client) -> None:
    sent = filled_in()

    answers = [staff.post(PAGE, sent) for _twice in range(2)]
    again = staff.get(PAGE)
    other_tab = staff.post(PAGE, filled_in("Nog iets"))

    own = f"{LIST}{Objection.objects.get().pk}/"
    assert [answer["Location"] for answer in answers] == [own, own]
    assert again["Location"] == own
    assert errors_of(other_tab) == {"__all__": ["U heeft tegen deze boeking al bezwaar gemaakt."]}


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        (filled_in(""), {"grounds": ["Schrijf op wat er volgens u niet klopt."]}),
        (filled_in(" \u200b\n"), {"grounds": ["Schrijf op wat er volgens u niet klopt."]}),
        (filled_in("x" * 2001), {"grounds": ["Uw tekst telt 2001 tekens. Maak er hoogstens 2000 van."]}),
        (
            {"grounds": "Nee"},
            {"form_key": ["Dit formulier is niet volledig aangekomen. Open de pagina opnieuw."]},
        ),
    ],
)
def test_wrong_input_is_refused_in_words(staff: Client, sent: dict[str, str], errors: dict[str, list[str]]) -> None:
    answer = staff.post(PAGE, sent)

    assert errors_of(answer) == errors
    assert "Uw bezwaar is nog niet ingediend." in words_of(answer)
    assert not Objection.objects.exists()


def test_too_late_there_is_no_form_but_a_reason(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(NOW + timedelta(days=15))

    answer = staff.get(PAGE)

    assert answer.context["form"] is None
    assert "Die tijd is voorbij." in words_of(answer)
    staff.post(PAGE, filled_in())
    assert not Objection.objects.exists()


def test_it_can_be_taken_back_until_it_is_answered(staff: Client, zwolle: Participant, entry: LedgerEntry) -> None:
    objection = factories.objection(zwolle, to=entry)
    page = f"{LIST}{objection.pk}/intrekken/"

    assert "Wilt u dit bezwaar intrekken?" in words_of(staff.get(page))
    objection.refresh_from_db()
    assert objection.is_pending
    answer = staff.post(page, follow=True)
    staff.post(page)

    objection.refresh_from_db()
    assert objection.state == "withdrawn"
    assert message_of(answer) == "Uw bezwaar is ingetrokken. De organisatie kijkt er niet meer naar."


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_answered_one_stands_with_its_answer(
    staff: Client, zwolle: Participant, entry: LedgerEntry, method: str
) -> None:
    objection = factories.objection(zwolle, to=entry)
    objections.dismiss(objection, because="Ede stond op de lijst.", by=factories.organiser(name="Bea Baas"), at=NOW)

    answer = getattr(staff, method)(f"{LIST}{objection.pk}/intrekken/", follow=True)

    assert message_of(answer) == "De organisatie heeft dit bezwaar al beantwoord. U kunt het niet meer intrekken."
    assert "Ede stond op de lijst." in words_of(answer)
    assert "Bea Baas" not in answer.content.decode()


def test_while_the_board_stands_still_what_came_since_is_not_there(staff: Client, edition: Edition) -> None:
    closing.close(edition.rounds.get(month=1), at=NOW)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=NOW)
    later = factories.entry(edition.participants.get(slug="ede"), description="Nog geheim")

    assert "Nog geheim" not in words_of(staff.get(LIST))
    assert staff.get(f"{LIST}boeking-{later.number}/").status_code == 404
    assert staff.post(f"{LIST}boeking-{later.number}/", filled_in()).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["", "{pk}/", "{pk}/intrekken/", "boeking-1/"])
def test_another_citys_staff_sees_what_stands_at_an_address_that_does_not_exist(
    stranger: Client, zwolle: Participant, entry: LedgerEntry, method: str, page: str
) -> None:
    objection = factories.objection(zwolle, to=entry)
    path = LIST + page.format(pk=objection.pk)

    theirs = getattr(stranger, method)(path, filled_in())
    nowhere = getattr(stranger, method)(path.replace("zwolle", "nergens"), filled_in())
    by_number = stranger.get(f"/mijn/almere/bezwaren/{objection.pk}/")

    assert theirs.status_code == nowhere.status_code == by_number.status_code == 404
    assert without_token(theirs) == without_token(nowhere)
    assert list(Objection.objects.values_list("state", flat=True)) == ["pending"]


def test_anonymous_visitors_are_sent_to_log_in(client: Client) -> None:
    assert client.post(PAGE, filled_in())["Location"] == f"/account/login/?next={PAGE}"
    assert not Objection.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_a_fixed_number_of_times(
    staff: Client, zwolle: Participant, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _each in range(count):
        factories.objection(zwolle)

    with django_assert_num_queries(12):
        staff.get(LIST)
