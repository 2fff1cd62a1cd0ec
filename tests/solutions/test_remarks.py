"""Questions of the organisers about a contribution, in the admin and by mail."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from competition import outbox
from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Participant, Role, User
from scoring import claims
from solutions import remarks, tasks
from solutions.models import Contribution
from tests import factories
from tests.admin_pages import client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def zwolle() -> Participant:
    return factories.participant("Zwolle", of=factories.edition())


@pytest.fixture
def contact(zwolle: Participant) -> User:
    return factories.staff_of(zwolle.municipalities.get(), role=Role.CONTACT)


@pytest.fixture
def claim(zwolle: Participant) -> Contribution:
    return factories.submitted(factories.contribution(zwolle, title="Idee"))


def ask(client: Client, claim: Contribution, **form: str) -> Any:
    where = reverse("admin:solutions_contribution_ask", args=[claim.pk])
    return client.post(where, {"text": "Wat kost het?", "form_key": str(uuid4())} | form, follow=True)


def test_an_organiser_asks_once_and_the_contact_person_is_mailed(claim: Contribution, contact: User) -> None:
    client, key = client_in(REVIEWER), str(uuid4())

    answers = [ask(client, claim, form_key=key) for _ in range(2)]
    outbox.deliver_due(at=NOW)

    assert messages_of(answers[0]) == ["Uw vraag is verstuurd. De contactpersoon krijgt een mail."]
    assert "Wat kost het?" in text_of(answers[1])
    assert claim.remarks.count() == 1
    (sent,) = [one for one in mail.outbox if one.to == [contact.email]]
    assert sent.subject == "Vraag over uw oplossing ‘Idee’"
    assert f"/mijn/zwolle/goed-opgelost/{claim.pk}/" in sent.body
    assert "Wat kost het?" not in sent.body


def test_who_asked_is_mailed_the_answer(claim: Contribution, contact: User) -> None:
    organiser = factories.in_group(ORGANISER)
    ask(client_of(organiser), claim)

    remarks.answer(claim, text="Niets.", form_key=uuid4(), by=contact, at=NOW)
    outbox.deliver_due(at=NOW)

    (sent,) = [one for one in mail.outbox if one.to == [organiser.email]]
    assert sent.subject == "Antwoord over de oplossing ‘Idee’"
    assert f"/beheer/solutions/contribution/{claim.pk}/change/" in sent.body


def test_the_page_to_ask_shows_what_was_said(claim: Contribution, contact: User) -> None:
    client = client_in(ORGANISER)
    ask(client, claim)
    remarks.answer(claim, text="Niets.", form_key=uuid4(), by=contact, at=NOW)

    page = text_of(client.get(reverse("admin:solutions_contribution_ask", args=[claim.pk])))

    assert "de organisatie: Wat kost het?" in page
    assert "de gemeente: Niets." in page


def test_a_question_without_words_is_refused(claim: Contribution) -> None:
    assert errors_of(ask(client_in(ORGANISER), claim, text=" \u200b")) == {"text": ["Vul dit in."]}
    assert not claim.remarks.exists()


@pytest.mark.parametrize("group", [EDITOR, AUDITOR])
def test_who_does_not_judge_does_not_ask(claim: Contribution, group: str) -> None:
    assert ask(client_in(group), claim).status_code == 403
    assert not claim.remarks.exists()


def test_nobody_asks_about_a_draft(zwolle: Participant) -> None:
    draft = factories.contribution(zwolle)

    told = messages_of(ask(client_in(ORGANISER), draft))

    assert told == ["Dit is nog een concept van de gemeente. Wacht tot zij het indient."]
    assert not draft.remarks.exists()


def test_questions_never_reach_the_public(client: Client, claim: Contribution) -> None:
    ask(client_in(ORGANISER), claim, text="GEHEIME VRAAG")
    claims.confirm(claim, by=factories.organiser(), at=NOW)

    assert "GEHEIM" not in client.get(claim.get_absolute_url()).content.decode()


def test_the_outbox_finds_the_task_by_its_name() -> None:
    assert tasks.mail_remark_task.name == remarks.MAIL_TASK


def test_the_public_page_shows_the_facts_and_the_text_as_it_was_meant(client: Client, zwolle: Participant) -> None:
    told = {
        "supplier": "Bedrijf BV",
        "standards": "NL API Strategie",
        "contact_role": "projectleider",
        "result": "**Half** zo veel\n\n<script>alert(1)</script>",
    }
    claim = factories.confirmed(factories.contribution(zwolle, **told))

    response = client.get(claim.get_absolute_url())
    page = main_of(response)

    assert page.texts("h2")[:3] == ["Welk probleem lost het op?", "Hoe werkt de oplossing?", "Wat leverde het op?"]
    assert "<p><strong>Half</strong> zo veel</p>" in response.content.decode()
    assert page.all("script") == []
    for words in ("Leverancier Bedrijf BV", "Standaarden NL API Strategie", "Wie weet hier meer van? projectleider"):
        assert words in page.one(".facts").words


@pytest.mark.parametrize("words", ["wachttijd", "Bedrijf", "Haal Centraal"])
def test_the_new_facts_are_found(client: Client, zwolle: Participant, words: str) -> None:
    told = {"result": "Geen wachttijd meer", "supplier": "Bedrijf BV", "standards": "Haal Centraal"}
    claim = factories.confirmed(factories.contribution(zwolle, title="Vondst", **told))

    assert claim.get_absolute_url() in client.get("/goed-opgelost/", {"zoek": words}).content.decode()
