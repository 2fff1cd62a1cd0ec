"""Organisers answer objections."""

import pytest
from django.contrib.admin.models import LogEntry

from competition import access
from competition.models import Participant, User
from scoring import closing
from scoring.models import LedgerEntry, Objection, Proposal
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def zwolle() -> Participant:
    return factories.participant("Zwolle", of=factories.edition())


@pytest.fixture
def objection(zwolle: Participant) -> Objection:
    claim = factories.confirmed(factories.contribution(factories.participant("Ede", of=zwolle.edition)))
    return factories.objection(zwolle, to=claim.award)


def act(objection: Objection, name: str) -> str:
    return f"/beheer/scoring/objection/{objection.pk}/{name}/"


def test_what_waits_stands_on_the_start_page_and_in_the_list(objection: Objection) -> None:
    organiser = client_in(access.ORGANISER)

    assert "1 bezwaar wacht op antwoord." in text_of(organiser.get("/beheer/"))
    assert "Zwolle" in text_of(organiser.get(f"{address(Objection, 'changelist')}?state__exact=pending"))
    page = organiser.get(address(objection)).content.decode()
    assert act(objection, "gegrond") in page
    assert act(objection, "ongegrond") in page
    assert "Wij waren er ook." in page


def test_upheld_it_is_booked_back_and_written_in_the_history_of_both(objection: Objection) -> None:
    organiser = client_in(access.ORGANISER)

    answer = organiser.post(act(objection, "gegrond"), {"reason": "Dit was van Zwolle."}, follow=True)

    objection.refresh_from_db()
    assert messages_of(answer) == ["Uw antwoord staat op de site."]
    assert (objection.state, objection.answer) == ("upheld", "Dit was van Zwolle.")
    assert list(LedgerEntry.objects.order_by("number").values_list("points", flat=True)) == [1, -1]
    assert sorted(LogEntry.objects.values_list("content_type__model", flat=True)) == ["contribution", "objection"]


def test_dismissed_nothing_is_booked(objection: Objection) -> None:
    client_in(access.ORGANISER).post(act(objection, "ongegrond"), {"reason": "Ede heeft gelijk."})

    objection.refresh_from_db()
    assert (objection.state, LedgerEntry.objects.count()) == ("dismissed", 1)


@pytest.mark.parametrize("name", ["gegrond", "ongegrond"])
def test_opening_the_page_changes_nothing_and_a_reason_is_needed(objection: Objection, name: str) -> None:
    organiser = client_in(access.ORGANISER)

    organiser.get(act(objection, name))
    answer = organiser.post(act(objection, name), {"reason": " "})

    assert errors_of(answer) == {"reason": ["Geef een reden."]}
    objection.refresh_from_db()
    assert objection.is_pending


def test_for_a_closed_month_it_becomes_a_proposal_for_two(objection: Objection) -> None:
    organiser = client_in(access.ORGANISER)
    closing.close(objection.entry.edition.rounds.get(month=3), at=NOW)

    asked = text_of(organiser.get(act(objection, "gegrond")))
    organiser.post(act(objection, "gegrond"), {"reason": "Klopt."})

    assert "Stel eerst voor om haar terug te boeken." in asked
    assert list(Proposal.objects.values_list("act", "details", "reason")) == [
        ("reversal", {"entry": objection.entry_id}, "Klopt.")
    ]
    objection.refresh_from_db()
    assert objection.is_pending
    assert "Er ligt een voorstel om deze boeking terug te boeken." in text_of(organiser.get(address(objection)))


@pytest.mark.parametrize("name", ["gegrond", "ongegrond"])
def test_what_has_been_answered_is_not_answered_again(objection: Objection, name: str) -> None:
    organiser = client_in(access.ORGANISER)
    organiser.post(act(objection, "ongegrond"), {"reason": "Nee."})

    answer = organiser.post(act(objection, name), {"reason": "Toch wel."}, follow=True)

    assert messages_of(answer)[-1] == "Dit bezwaar is al ongegrond verklaard."
    assert LedgerEntry.objects.count() == 1


def test_who_works_for_one_of_both_does_not_answer(objection: Objection, zwolle: Participant) -> None:
    colleague = factories.staff_of(zwolle.municipalities.get())
    User.objects.filter(pk=colleague.pk).update(is_staff=True, is_superuser=True)
    client = client_of(colleague)

    assert "Dit gaat over de gemeente waarvoor u werkt." in text_of(client.get(address(objection)))
    client.post(act(objection, "gegrond"), {"reason": "Ja."})
    objection.refresh_from_db()
    assert objection.is_pending


@pytest.mark.parametrize("group", [access.REVIEWER, access.EDITOR, access.AUDITOR])
def test_other_groups_look_but_do_not_answer(objection: Objection, group: str) -> None:
    client = client_in(group)

    assert client.get(address(objection)).status_code == 200
    assert act(objection, "gegrond") not in client.get(address(objection)).content.decode()
    assert client.post(act(objection, "gegrond"), {"reason": "Ja."}).status_code == 403
    assert client.post(f"/beheer/scoring/objection/{objection.pk}/delete/").status_code == 403
    objection.refresh_from_db()
    assert objection.is_pending
