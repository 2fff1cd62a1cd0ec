"""Offering an own solution for the library."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Entry, Membership, Participant, User
from scoring.models import Act
from solutions import remarks
from solutions.models import Contribution
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import again, errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

NEW = "/mijn/zwolle/goed-opgelost/"
STORY = {
    "title": "Chatbot voor afval",
    "summary": "Inwoners weten wanneer de bak buiten moet.",
    "theme": "public-space",
    "readiness": "ready",
    "problem": "Veel telefoontjes.",
    "solution": "Een chatbot op de site.",
    "result": "Half zo veel telefoontjes.",
    "cost_band": "up-to-10k",
    "supplier": "Bedrijf BV",
    "licence": "eupl",
    "standards": "NL API Strategie",
    "contact_role": "projectleider",
    "website": "https://zwolle.nl/afval",
}
KEPT = tuple(STORY.values())


def new_form(**changed: str) -> dict[str, str]:
    """The blank form as it is sent, with a key of its own."""
    return STORY | {"form_key": str(uuid4()), "action": "submit"} | changed


def sent(claim: Contribution, **changed: str) -> dict[str, str]:
    """The form of one that exists, as it is sent by who looked at it now."""
    claim.refresh_from_db(fields=["version"])
    return STORY | {"version": str(claim.version), "action": "submit"} | changed


def kept() -> list[tuple[str, ...]]:
    """Every contribution in the database, the first made first."""
    return list(Contribution.objects.order_by("pk").values_list("state", *STORY))


def page_of(contribution: Contribution) -> str:
    return f"{NEW}{contribution.pk}/"


# --- A new one -----------------------------------------------------------------------------------


def test_the_page_explains_and_asks(staff: Client) -> None:
    answer = staff.get(NEW)
    page = words_of(answer)

    assert "Draag een oplossing aan" in page
    assert "Indienen kan tot en met 31 oktober 2026." in page
    assert page.count("(niet verplicht)") == 7
    assert answer.context["form"]["form_key"].value() != staff.get(NEW).context["form"]["form_key"].value()


def test_what_is_handed_in_waits_for_the_organisers(staff: Client, zwolle: Participant, person: User) -> None:
    answer = staff.post(NEW, new_form(), follow=True)

    claim = Contribution.objects.get()
    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert message_of(answer) == "Uw melding is ingediend. De organisatie kijkt ernaar."
    assert kept() == [("submitted", *KEPT)]
    assert (claim.participant, claim.submitted_by, claim.counts_on) == (zwolle, person, date(2026, 3, 18))


def test_a_draft_needs_a_name_only(staff: Client) -> None:
    answer = staff.post(NEW, {"title": "Idee", "form_key": str(uuid4()), "action": "draft"}, follow=True)

    assert answer.redirect_chain == [(page_of(Contribution.objects.get()), 302)]
    assert message_of(answer) == "Wat u invulde, is bewaard. U heeft het nog niet ingediend."
    assert kept() == [("draft", "Idee", *[""] * 12)]


def test_one_form_sent_twice_gives_one_contribution_and_a_friendly_page(staff: Client) -> None:
    form = new_form()

    staff.post(NEW, form)
    answer = staff.post(NEW, form, follow=True)

    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert message_of(answer) == again("Uw melding is ingediend. De organisatie kijkt ernaar.")
    assert kept() == [("submitted", *KEPT)]


def test_going_back_after_keeping_a_draft_and_handing_in_gives_one_contribution(staff: Client) -> None:
    form = new_form(action="draft")

    staff.post(NEW, form)
    staff.post(NEW, form | {"title": "Chatbot", "action": "submit"})

    assert kept() == [("submitted", "Chatbot", *KEPT[1:])]


def test_two_forms_give_two_contributions(staff: Client) -> None:
    staff.post(NEW, new_form())
    staff.post(NEW, new_form())

    assert kept() == [("submitted", *KEPT), ("submitted", *KEPT)]


def test_the_key_of_another_citys_form_makes_an_own_contribution(staff: Client, stranger: Client) -> None:
    form = new_form()

    staff.post(NEW, form)
    stranger.post("/mijn/almere/goed-opgelost/", form)

    assert [str(one.participant) for one in Contribution.objects.order_by("pk")] == ["Zwolle", "Almere"]


# --- What was filled in wrongly or not at all ----------------------------------------------------

A_ROLE = "Noem een functie. Geen naam, e-mailadres of telefoonnummer."
A_NAME = ["Geef de oplossing een naam. Daarmee vindt u haar later terug."]


@pytest.mark.parametrize("action", ["submit", "draft"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, {"title": A_NAME}),
        ({"title": "\u200b\u202e\x00"}, {"title": A_NAME}),
        ({"title": "x" * 121}, {"title": ["Uw tekst telt 121 tekens. Maak er hoogstens 120 van."]}),
        ({"summary": "x" * 251}, {"summary": ["Uw tekst telt 251 tekens. Maak er hoogstens 250 van."]}),
        ({"problem": "x" * 4001}, {"problem": ["Uw tekst telt 4001 tekens. Maak er hoogstens 4000 van."]}),
        ({"solution": "x" * 4001}, {"solution": ["Uw tekst telt 4001 tekens. Maak er hoogstens 4000 van."]}),
        ({"theme": "paarden"}, {"theme": ["Kies iets uit de lijst."]}),
        ({"readiness": "klaar"}, {"readiness": ["Kies iets uit de lijst."]}),
        ({"cost_band": "100"}, {"cost_band": ["Kies iets uit de lijst."]}),
        ({"licence": "GPL"}, {"licence": ["Kies iets uit de lijst."]}),
        ({"contact_role": "Jan, 06-12345678"}, {"contact_role": [A_ROLE]}),
        ({"contact_role": "jan@zwolle.nl"}, {"contact_role": [A_ROLE]}),
        ({"website": "http://zwolle.nl"}, {"website": ["Begin het adres met https://."]}),
        ({"website": "javascript:alert(1)"}, {"website": ["Begin het adres met https://."]}),
        (
            {"form_key": "weg"},
            {"form_key": ["Dit formulier is niet volledig aangekomen. Open de pagina opnieuw."]},
        ),
    ],
)
def test_wrong_input_is_refused_in_words_and_nothing_is_lost(
    staff: Client, action: str, wrong: dict[str, str], words: dict[str, list[str]]
) -> None:
    typed = new_form(action=action, **wrong)

    answer = staff.post(NEW, typed)

    assert errors_of(answer) == words
    assert {name: answer.context["form"][name].value() for name in STORY} == {name: typed[name] for name in STORY}
    assert answer.context["form"]["form_key"].value() == typed["form_key"]
    assert kept() == []


def test_handing_in_says_at_each_field_what_is_missing(staff: Client) -> None:
    answer = staff.post(NEW, new_form(summary=" ", theme="", readiness="", problem="", solution="\u200b"))

    assert errors_of(answer) == {
        "summary": ["Vertel in één zin wat het oplevert."],
        "theme": ["Kies een thema. Zo vinden anderen uw oplossing."],
        "readiness": ["Kies hoe ver u bent met de oplossing."],
        "problem": ["Vertel welk probleem de oplossing wegneemt."],
        "solution": ["Vertel hoe de oplossing werkt."],
    }
    assert answer.context["form"]["title"].value() == "Chatbot voor afval"
    assert kept() == []


def test_hidden_characters_are_left_out_and_a_name_is_one_line(staff: Client) -> None:
    staff.post(NEW, new_form(title="Chat\u202ebot\r\nvoor  afval", problem="Bel\x00len\r\nKost tijd"))

    assert kept() == [("submitted", "Chatbot voor afval", *KEPT[1:4], "Bellen\nKost tijd", *KEPT[5:])]


# --- One that exists -----------------------------------------------------------------------------


def test_a_draft_can_be_changed_and_handed_in(staff: Client, zwolle: Participant) -> None:
    claim = factories.contribution(zwolle, title="Idee")

    staff.post(page_of(claim), sent(claim, action="draft"))
    drafted = kept()
    answer = staff.post(page_of(claim), sent(claim), follow=True)

    assert drafted == [("draft", *KEPT)]
    assert answer.redirect_chain == [("/mijn/zwolle/", 302)]
    assert kept() == [("submitted", *KEPT)]


def test_a_refused_hand_in_leaves_the_draft_as_it_was(staff: Client, zwolle: Participant) -> None:
    draft = factories.contribution(zwolle, title="Idee", summary="", problem="", solution="")

    answer = staff.post(page_of(draft), sent(draft, problem=""))

    assert errors_of(answer) == {"problem": ["Vertel welk probleem de oplossing wegneemt."]}
    assert answer.context["form"]["title"].value() == "Chatbot voor afval"
    assert kept() == [("draft", "Idee", "", "service", "in-use", *[""] * 9)]


def test_sending_an_old_tab_changes_nothing(staff: Client, zwolle: Participant) -> None:
    claim = factories.submitted(factories.contribution(zwolle, title="Idee"))
    before = kept()

    answer = staff.post(page_of(claim), sent(claim), follow=True)

    assert answer.redirect_chain == [(page_of(claim), 302)]
    assert message_of(answer) == "Deze melding is al ingediend. Wilt u iets veranderen? Trek haar dan eerst in."
    assert kept() == before


def test_what_was_handed_in_is_shown_as_text(staff: Client, zwolle: Participant) -> None:
    claim = factories.submitted(factories.contribution(zwolle, title="<b>Idee</b>", problem="<i>Traag</i>\nen duur"))

    answer = staff.get(page_of(claim))

    assert answer.context["form"] is None
    assert "&lt;b&gt;Idee&lt;/b&gt;" in answer.content.decode()
    assert "&lt;i&gt;Traag&lt;/i&gt;<br>\nen duur" in answer.content.decode()


def test_a_confirmed_contribution_leads_to_the_library_and_the_point(staff: Client, zwolle: Participant) -> None:
    claim = factories.confirmed(factories.contribution(zwolle))

    answer = staff.get(page_of(claim))

    assert "Punt 1 punt, boeking 1" in words_of(answer)
    assert f'href="{claim.get_absolute_url()}"' in answer.content.decode()


def test_it_can_be_withdrawn_after_a_question_and_handed_in_again(staff: Client, zwolle: Participant) -> None:
    claim = factories.submitted(factories.contribution(zwolle, title="Idee"))
    page = page_of(claim)

    question = words_of(staff.get(f"{page}intrekken/"))
    asked = [row[0] for row in kept()]
    answer = staff.post(f"{page}intrekken/", follow=True)

    assert "Oplossing aangedragen: Idee. De organisatie kijkt er dan niet meer naar." in question
    assert asked == ["submitted"]
    assert answer.redirect_chain == [(page, 302)]
    assert [row[0] for row in kept()] == ["withdrawn"]
    staff.post(page, sent(claim))
    assert kept() == [("submitted", *KEPT)]


# --- Two colleagues at once ----------------------------------------------------------------------


@pytest.fixture
def draft(zwolle: Participant) -> Contribution:
    return factories.contribution(zwolle, title="Idee", **{name: "" for name in STORY if name != "title"})


def test_the_second_of_two_colleagues_is_told_and_nothing_is_lost(staff: Client, draft: Contribution) -> None:
    first, second = (sent(draft, action="draft", problem=words) for words in ("Van Anna.", "Van Bram."))

    staff.post(page_of(draft), first)
    answer = staff.post(page_of(draft), second)

    assert errors_of(answer) == {
        "__all__": ["Een collega bewaarde iets anders terwijl u schreef. Wat u typte, staat er nog."]
    }
    assert answer.context["form"]["problem"].value() == "Van Bram."
    assert [tuple(fact[:2]) for fact in answer.context["theirs"]] == [("Welk probleem lost het op?", "Van Anna.")]
    assert Contribution.objects.get().problem == "Van Anna."

    again = {name: answer.context["form"][name].value() for name in second if name != "action"}
    staff.post(page_of(draft), again | {"action": "draft"})
    assert Contribution.objects.get().problem == "Van Bram."


def test_one_person_who_clicks_twice_reads_of_no_colleague(staff: Client, draft: Contribution) -> None:
    form = sent(draft, action="draft")

    answers = [staff.post(page_of(draft), form, follow=True) for _ in range(2)]

    assert [message_of(answer) for answer in answers] == [
        "Wat u invulde, is bewaard. U heeft het nog niet ingediend."
    ] * 2


def test_the_second_does_not_hand_in_what_the_first_did_not_see(staff: Client, draft: Contribution) -> None:
    first, second = sent(draft, action="draft", problem="Van Anna."), sent(draft)

    staff.post(page_of(draft), first)
    staff.post(page_of(draft), second)

    assert Contribution.objects.get().state == "draft"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "1_0"])
def test_a_version_that_cannot_be_is_refused_in_words(staff: Client, draft: Contribution, version: str) -> None:
    answer = staff.post(page_of(draft), sent(draft, version=version))

    assert list(errors_of(answer)) == ["version"]
    assert Contribution.objects.get().state == "draft"


# --- Questions and answers -----------------------------------------------------------------------

WORDS = "Wat kost het\r\n<script>alert(1)</script>?"


@pytest.fixture
def asked(zwolle: Participant, person: User) -> Contribution:
    claim = factories.submitted(factories.contribution(zwolle, title="Idee"))
    organiser = factories.organiser()
    remarks.ask(claim, text=WORDS, form_key=uuid4(), by=organiser, at=NOW)
    return claim


def said(claim: Contribution) -> list[tuple[bool, str]]:
    return list(claim.remarks.order_by("pk").values_list("is_from_organisers", "text"))


def test_the_municipality_reads_the_question_and_answers_once(staff: Client, asked: Contribution) -> None:
    shown = staff.get(page_of(asked))
    form = {"text": "Niets.", "form_key": str(uuid4())}
    answers = [staff.post(f"{page_of(asked)}antwoord/", form, follow=True) for _ in range(2)]

    assert "Wacht op uw antwoord" in words_of(shown)
    assert "De organisatie , 18 maart 2026" in words_of(shown)
    assert "<script>alert" not in shown.content.decode()
    assert {message_of(answer) for answer in answers} == {
        "Uw antwoord is verstuurd. De organisatie krijgt een mail.",
        again("Uw antwoord is verstuurd. De organisatie krijgt een mail."),
    }
    assert said(asked) == [(True, WORDS), (False, "Niets.")]
    assert "Wacht op uw antwoord" not in words_of(staff.get(page_of(asked)))
    for person in User.objects.all():
        assert person.name not in shown.content.decode()


def test_an_answer_without_words_is_refused_at_its_field(staff: Client, asked: Contribution) -> None:
    answer = staff.post(f"{page_of(asked)}antwoord/", {"text": " \u200b", "form_key": str(uuid4())})

    assert answer.context["remark_form"].errors == {"text": ["Vul dit in."]}
    assert 'href="#id_text"' in answer.content.decode()
    assert len(said(asked)) == 1


def test_nobody_answers_what_was_not_asked(staff: Client, draft: Contribution) -> None:
    answer = staff.post(f"{page_of(draft)}antwoord/", {"text": "Hoi", "form_key": str(uuid4())}, follow=True)

    assert message_of(answer) == "De organisatie heeft niets gevraagd."
    assert said(draft) == []


def test_another_city_answers_nothing(stranger: Client, asked: Contribution) -> None:
    form = {"text": "Hoi", "form_key": str(uuid4())}
    addresses = [
        f"{page_of(asked)}antwoord/",
        f"/mijn/almere/goed-opgelost/{asked.pk}/antwoord/",
        f"/mijn/almere/goed-opgelost/{asked.pk + 1000}/antwoord/",
    ]

    answers: list[Any] = [stranger.post(address, form) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({without_token(answer) for answer in answers}) == 1
    assert len(said(asked)) == 1


# --- What the rules refuse -----------------------------------------------------------------------


def refused_for(staff: Client, why: str) -> None:
    before = kept()

    shown = staff.get(NEW)
    answer = staff.post(NEW, new_form())

    assert why in words_of(shown)
    assert shown.context["form"] is None
    assert errors_of(answer) == {"__all__": [why]}
    assert answer.context["form"]["title"].value() == "Chatbot voor afval"
    assert kept() == before


def test_after_october_nothing_can_be_offered(staff: Client, time: time_machine.Traveller) -> None:
    time.move_to(datetime(2026, 11, 1, 12, tzinfo=UTC))

    refused_for(
        staff,
        "Na 31 oktober 2026 zijn er geen punten meer te verdienen: de stand van oktober bepaalt de finalisten.",
    )


def test_before_the_year_begins_nothing_can_be_handed_in(
    staff: Client, person: User, time: time_machine.Traveller
) -> None:
    Membership.objects.filter(user=person).update(starts_on=date(2025, 1, 1))
    time.move_to(datetime(2025, 12, 31, 12, tzinfo=UTC))

    refused_for(staff, "De competitie begint op 1 januari 2026. Daarvoor zijn er geen punten te verdienen.")


def test_the_cap_of_the_rules_is_said_in_words(staff: Client, edition: Edition, zwolle: Participant) -> None:
    edition.rules.contribution_cap = 1
    edition.rules.save()
    factories.submitted(factories.contribution(zwolle))

    refused_for(staff, "U heeft al een oplossing aangedragen. Meer levert geen punt op.")


def test_a_wildcard_reads_that_it_may_not_contribute(staff: Client, edition: Edition, zwolle: Participant) -> None:
    edition.rules.wildcard_may_contribute = False
    edition.rules.save()
    factories.approved(Act.WILDCARD, of=edition, slug=zwolle.slug)
    zwolle.entry, zwolle.wildcard_reason, zwolle.wildcard_granted_on = Entry.WILDCARD, "Zin in", NOW.date()
    zwolle.save()

    refused_for(staff, "Een deelnemer met een wildcard kan in deze editie geen oplossing aandragen.")


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_claim_is_what_does_not_exist_under_the_own_address_too(
    stranger: Client, zwolle: Participant, rest: str, method: str
) -> None:
    claim = factories.submitted(factories.contribution(zwolle))
    before = kept()
    addresses = [
        f"{page_of(claim)}{rest}",
        f"/mijn/almere/goed-opgelost/{claim.pk}/{rest}",
        f"/mijn/almere/goed-opgelost/{claim.pk + 1000}/{rest}",
        f"/mijn/nergens/goed-opgelost/{claim.pk}/{rest}",
    ]

    answers = [getattr(stranger, method)(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({without_token(answer) for answer in answers}) == 1
    assert kept() == before


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999"])
def test_a_number_that_cannot_be_is_not_found(staff: Client, number: str) -> None:
    assert staff.get(f"{NEW}{number}/").status_code == 404


@pytest.mark.parametrize("path", [NEW, f"{NEW}1/", f"{NEW}1/intrekken/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_visitors_are_sent_to_log_in(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={path}")
    assert kept() == []


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    staff: Client, zwolle: Participant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = page_of(factories.contribution(zwolle))

    with django_assert_num_queries(7):
        staff.get(NEW)
    with django_assert_num_queries(9):
        staff.get(page)
