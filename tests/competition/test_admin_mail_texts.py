"""The words of the mails in the admin: the list, changing them, the example, and the way back."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from competition import mails
from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.mail_texts import letters
from competition.models import MailText
from scoring.letters import DECISION
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, text_of

pytestmark = pytest.mark.django_db

GOOD = {"subject": "Besluit: {oordeel}", "body": "Het is {oordeel}.\r\n{reden}\r\n<b>Kijk</b> op {pagina}"}


def page(act: str = "change", key: str = DECISION.key) -> str:
    return reverse(f"admin:competition_mailtext_{act}", args=[key])


@pytest.fixture
def organiser() -> Client:
    return client_in(ORGANISER)


def test_the_list_has_every_mail_with_when_and_to_whom(organiser: Client) -> None:
    MailText.objects.create(key=DECISION.key, subject="Besluit", body="{oordeel} {reden} {pagina}")
    MailText.objects.create(key="invitation", subject="Welkom", body="{weg}")

    shown = text_of(organiser.get(address(MailText, "changelist")))

    for letter in letters():
        assert f"{letter.name} {letter.when} {letter.to_whom}" in shown
    assert shown.count(" standaard ") + shown.endswith(" standaard") == len(letters()) - 2
    assert shown.count("aangepast") == 1
    assert shown.count("onbruikbaar: de standaardtekst gaat uit") == 1


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.key)
def test_every_mail_has_its_page_with_an_example(organiser: Client, letter: Any) -> None:
    response = organiser.get(page(key=letter.key))

    shown = text_of(response)
    assert "Voorbeeldgegevens : namen, dagen en links in dit voorbeeld zijn verzonnen." in shown
    assert "U heeft deze tekst nog niet bewaard." not in shown
    for placeholder in letter.placeholders:
        assert f"{placeholder} {placeholder.meaning}" in shown
    assert response.context["example"].body.startswith("Goedendag,")
    html = organiser.get(page("preview", letter.key)).content.decode()
    assert response.context["example"].subject in html


def test_an_example_of_what_is_written_changes_nothing(organiser: Client) -> None:
    response = organiser.post(page(), GOOD | {"_preview": "1"})

    shown = text_of(response)
    assert "Voorbeeld van wat u schreef" in shown
    assert "U heeft deze tekst nog niet bewaard." in shown
    assert "Onderwerp: Besluit: afgewezen" in shown.replace("Onderwerp :", "Onderwerp:")
    html = organiser.get(page("preview")).content.decode()
    assert "Het is afgewezen." in html
    assert "&lt;b&gt;Kijk&lt;/b&gt;" in html
    assert not MailText.objects.exists()
    organiser.get(page())
    assert "Het is afgewezen." not in organiser.get(page("preview")).content.decode()


def test_the_frame_with_the_example_runs_and_fetches_nothing(organiser: Client) -> None:
    response = organiser.get(page("preview"))

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "frame-src 'self'" in organiser.get(page())["Content-Security-Policy"]


def test_what_is_saved_is_mailed_from_then_on_and_the_history_says_who(organiser: Client) -> None:
    response = organiser.post(page(), GOOD, follow=True)

    assert "De tekst is bewaard." in text_of(response)
    assert "Tekst veranderd." in text_of(response)
    mails.send(factories.user(), DECISION, DECISION.examples() | {"reden": ""})
    assert [message.subject for message in mail.outbox] == ["Besluit: afgewezen"]
    assert "Het is afgewezen.\n<b>Kijk</b> op http" in str(mail.outbox[0].body)
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message) == ("decision", "Tekst veranderd.")


@pytest.mark.parametrize("way", [{}, {"_preview": "1"}])
@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"subject": ""}, "subject", "Vul dit in."),
        ({"subject": "x" * 151}, "subject", "Uw tekst telt 151 tekens. Maak er hoogstens 150 van."),
        ({"body": "Niets"}, "body", "Laat {pagina} in de tekst staan: de eigen pagina van de lezer."),
        (
            {"body": "{oordeel} {reden} {pagina} {naam}"},
            "body",
            (
                "{naam} kunt u hier niet gebruiken. "
                "Hier kunt u kiezen uit: {oordeel}, {melding}, {deelnemer}, {reden}, {wat_nu}, {pagina}."
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_saved(
    organiser: Client, way: dict[str, str], wrong: dict[str, str], field: str, words: str
) -> None:
    response = organiser.post(page(), GOOD | wrong | way)

    assert words in errors_of(response)[field]
    assert list(errors_of(response)) == [field]
    assert not MailText.objects.exists()


def test_the_start_page_says_which_text_cannot_be_used(organiser: Client) -> None:
    assert "kan niet meer worden gebruikt" not in text_of(organiser.get(reverse("admin:index")))
    MailText.objects.create(key=DECISION.key, subject="Besluit", body="{weg}")

    shown = text_of(organiser.get(reverse("admin:index")))

    assert "De tekst van de mail ‘Beslissing over een melding’ kan niet meer worden gebruikt." in shown


def test_the_default_comes_back_after_a_question(organiser: Client) -> None:
    organiser.post(page(), GOOD)

    assert "Neem de standaardtekst terug" in organiser.get(page("reset")).content.decode()
    assert MailText.objects.count() == 1
    response = organiser.post(page("reset"), follow=True)
    organiser.post(page("reset"))

    assert "De standaardtekst geldt weer." in text_of(response)
    assert not MailText.objects.exists()
    messages = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(messages) == ["Tekst veranderd.", "Terug naar de standaardtekst."]


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_look_and_change_nothing(group: str) -> None:
    MailText.objects.create(key=DECISION.key, subject="Besluit", body="{oordeel} {reden} {pagina}")
    client = client_in(group)

    html = client.get(page()).content.decode()

    assert 'value="Besluit"' in html
    assert 'type="submit" value="Bewaar"' not in html
    assert (client.post(page(), GOOD).status_code, client.post(page("reset")).status_code) == (403, 403)
    assert client.post(page(), GOOD | {"_preview": "1"}).status_code == 403
    assert MailText.objects.get().subject == "Besluit"


def test_who_is_in_no_group_sees_nothing() -> None:
    client = client_of(factories.user(is_staff=True))

    assert {client.get(page(act)).status_code for act in ("change", "preview", "reset")} == {403}


def test_a_mail_that_does_not_exist_is_not_found(organiser: Client) -> None:
    assert {organiser.get(page(act, "bestaat-niet")).status_code for act in ("change", "preview", "reset")} == {404}
