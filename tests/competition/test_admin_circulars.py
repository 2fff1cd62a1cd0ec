"""Messages to many people in the admin: writing, looking, sending alone and by two."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from competition import circulars
from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.mail_texts import Filled
from competition.models import Audience, Circular, CircularState, Edition, OutboxMessage, User
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.competition.test_circulars import fill
from tests.factories import NOW, in_group

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
ACTS = ["verstuur", "leg-voor", "keur-goed", "neem-terug"]


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def author() -> User:
    return in_group(ORGANISER)


def form(of: Edition, **fields: Any) -> dict[str, Any]:
    whom = {"edition": of.pk, "audience": Audience.STAFF, "form_key": uuid4()}
    return whom | {"subject": "Over {editie}", "body": "Beste {naam}"} | fields


def filled_in(client: Client, page: str, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the form on this page, with other words in some fields."""
    response = client.get(page)
    shown = {field.html_name: field.value() for field in response.context["adminform"].form.visible_fields()}
    return shown | dict(response.context["resent"]) | fields


def act(circular: Circular, name: str) -> str:
    return f"{address(circular).removesuffix('change/')}{name}/"


def link_to_approve(client: Client, circular: Circular) -> str:
    """The address of the button below the words."""
    found = re.search(r'href="([^"]*/keur-goed/[^"]*)"', client.get(address(circular)).content.decode())
    assert found is not None
    return unescape(found[1])


def waiting(edition: Edition, by: User) -> Circular:
    fill(edition, 51)
    made = circulars.write(edition, Audience.STAFF, Filled("Over ons", "Hallo"), form_key=uuid4(), at=NOW)
    circulars.propose(made, by=by, at=NOW)
    return Circular.objects.get()


def test_what_is_written_is_a_draft_with_an_example_and_a_count(edition: Edition, author: User) -> None:
    fill(edition, 3)
    client = client_of(author)

    page = address(Circular, "add")
    sent = filled_in(client, page, audience=Audience.STAFF, subject="Over {editie}", body="Beste {naam}")
    response = client.post(page, sent, follow=True)

    shown = text_of(response)
    assert "Dit is een concept: niemand heeft het gekregen." in shown
    assert "Aantal lezers nu 3" in shown
    assert "Beste Robin Voorbeeld" in shown
    assert "Voorbeeldgegevens" in shown
    assert "Verstuur aan 3 mensen…" in shown
    circular = Circular.objects.get()
    assert "Beste Robin Voorbeeld" in client.get(act(circular, "voorbeeld")).content.decode()
    assert not OutboxMessage.objects.exists()


def test_the_question_counts_and_sends_nothing_yet(edition: Edition, author: User) -> None:
    fill(edition, 3)
    client = client_of(author)
    client.post(address(Circular, "add"), form(edition))
    circular = Circular.objects.get()

    words = "Het gaat naar 3 mensen: alle contactpersonen en medewerkers van deelnemers aan Editie 2026."
    assert words in text_of(client.get(act(circular, "verstuur")))
    assert not OutboxMessage.objects.exists()
    response = client.post(act(circular, "verstuur"), follow=True)
    again = client.post(act(circular, "verstuur"), follow=True)

    assert messages_of(response) == ["Het bericht gaat naar 3 mensen, hooguit zestig per minuut."]
    assert messages_of(again) == ["De toestand van dit bericht is nu: verstuurd."]
    assert OutboxMessage.objects.count() == 3
    history = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(history) == ["Geschreven als concept.", "Verstuur het bericht"]


def test_above_fifty_another_agrees_on_what_they_saw(edition: Edition, author: User) -> None:
    circular = waiting(edition, author)
    own, other = client_of(author), client_in(ORGANISER)

    assert "U heeft dit zelf voorgelegd." in text_of(own.get(address(circular)))
    assert "wacht op een tweede organisator" not in text_of(own.get(reverse("admin:index")))
    assert "Het bericht ‘Over ons’ wacht op een tweede" in text_of(other.get(reverse("admin:index")))
    assert "Keur goed en verstuur aan 51 mensen…" in text_of(other.get(address(circular)))
    question = other.get(link_to_approve(other, circular))
    assert "Goedendag, Hallo" in text_of(question)
    seen = dict(question.context["resent"])

    assert messages_of(own.post(act(circular, "keur-goed"), seen, follow=True)) == [
        "U heeft dit zelf voorgelegd. Een andere organisator moet het goedkeuren."
    ]
    assert messages_of(other.post(act(circular, "keur-goed"), {"seen": "eerder"}, follow=True)) == [
        "Het bericht is intussen veranderd. Bekijk het opnieuw."
    ]
    assert not OutboxMessage.objects.exists()
    response = other.post(act(circular, "keur-goed"), seen, follow=True)

    assert messages_of(response) == ["Het bericht gaat naar 51 mensen, hooguit zestig per minuut."]
    assert OutboxMessage.objects.count() == 51


def test_words_that_were_changed_after_the_second_one_read_them_are_not_sent(edition: Edition, author: User) -> None:
    circular = waiting(edition, author)
    other = client_in(ORGANISER)
    old_link = link_to_approve(other, circular)
    circulars.take_back(circular)
    circulars.rewrite(circular, edition, Audience.STAFF, Filled("Over ons", "Iets heel anders"), at=NOW)
    circulars.propose(circular, by=author, at=NOW + timedelta(minutes=1))

    for page in (old_link, act(circular, "keur-goed")):
        seen = dict(other.get(page).context["resent"])
        assert messages_of(other.post(page, seen, follow=True)) == [
            "Het bericht is intussen veranderd. Bekijk het opnieuw."
        ]

    assert not OutboxMessage.objects.exists()
    new_link = link_to_approve(other, circular)
    other.post(new_link, dict(other.get(new_link).context["resent"]))
    assert OutboxMessage.objects.count() == 51


def test_above_fifty_the_button_to_send_is_not_there_and_the_address_refuses(edition: Edition, author: User) -> None:
    fill(edition, 51)
    client = client_of(author)
    shown = text_of(client.post(address(Circular, "add"), form(edition), follow=True))
    circular = Circular.objects.get()

    assert "Het gaat naar meer dan 50 mensen. Daarom keurt een andere organisator het goed." in shown
    assert "Leg voor aan een collega…" in shown
    assert "Verstuur aan" not in shown
    response = client.post(act(circular, "verstuur"), follow=True)
    assert messages_of(response) == ["Dit gaat naar meer dan 50 mensen. Leg het voor aan een andere organisator."]
    client.post(act(circular, "leg-voor"))
    assert Circular.objects.get().state == CircularState.WAITING


def test_a_draft_is_changed_and_one_that_waits_is_not(edition: Edition, author: User) -> None:
    circular = waiting(edition, author)
    client = client_of(author)

    response = client.post(address(circular), form(edition, subject="Anders"))
    assert errors_of(response)[""] == ["De toestand van dit bericht is nu: wacht op een tweede organisator."]
    client.post(act(circular, "neem-terug"))
    client.post(address(circular), filled_in(client, address(circular), subject="Anders"))

    assert Circular.objects.get().subject == "Anders"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"body": ""}, "body"),
        ({"body": "Beste {voornaam}"}, "body"),
        ({"audience": "iedereen"}, "audience"),
        ({"edition": "0"}, "edition"),
        ({"form_key": "x"}, "form_key"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(edition: Edition, author: User, wrong: dict[str, str], field: str) -> None:
    response = client_of(author).post(address(Circular, "add"), form(edition, **wrong))

    assert list(errors_of(response)) == [field]
    assert not Circular.objects.exists()


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_look_and_do_nothing(edition: Edition, author: User, group: str) -> None:
    circular = waiting(edition, author)
    client = client_in(group)

    shown = text_of(client.get(address(circular)))

    assert "Over ons" in shown
    assert "Keur goed" not in shown
    assert client.post(address(circular), form(edition)).status_code == 403
    assert client.get(address(Circular, "add")).status_code == 403
    assert {client.post(act(circular, name)).status_code for name in ACTS} == {403}
    assert Circular.objects.get().state == CircularState.WAITING


def test_what_does_not_exist_is_not_found(author: User) -> None:
    client = client_of(author)

    assert {client.get(f"/beheer/competition/circular/{pk}/change/").status_code for pk in ("0", "abc")} == {404}
    assert {client.get(f"/beheer/competition/circular/0/{name}/").status_code for name in ACTS} == {404}


def test_the_list_asks_as_many_questions_for_one_as_for_three(
    edition: Edition, author: User, django_assert_num_queries: Any
) -> None:
    client: Client = client_of(author)
    for count in (1, 3):
        while Circular.objects.count() < count:
            circulars.write(edition, Audience.CONTACTS, Filled("Nieuws", "x"), form_key=uuid4(), at=NOW)
        with django_assert_num_queries(9):
            assert text_of(client.get(address(Circular, "changelist"))).count("Nieuws") >= count
