"""Who plays: entering, granting a wildcard, and what stays as it is afterwards."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, Municipality, OutboxMessage, Participant, User
from scoring import proposals, standings
from scoring.models import Proposal
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db

RECOUNT = "scoring.tasks.recount_task"


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def organiser() -> User:
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(organiser: User) -> Client:
    return client_of(organiser)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def member(name: str) -> Municipality:
    municipality = factories.municipality(name)
    factories.dsa_membership(municipality)
    return municipality


def entering(edition: Edition, *municipalities: Municipality, **fields: Any) -> dict[str, Any]:
    return {"edition": edition.pk, "municipalities": [m.pk for m in municipalities], "entry": "dsa", **fields}


def enter(client: Client, form: dict[str, Any]) -> Any:
    return client.post(address(Participant, "add"), form, follow=True)


def recounts() -> int:
    return OutboxMessage.objects.filter(task=RECOUNT).count()


# --- Entering --------------------------------------------------------------------------------------


def test_the_form_begins_with_the_current_edition(client: Client, edition: Edition) -> None:
    factories.edition(2027)

    page = client.get(address(Participant, "add")).content.decode()

    assert f'<option value="{edition.pk}" selected>' in page
    assert 'data-app-label="competition" data-model-name="participant" data-field-name="municipalities"' in page


def test_a_member_of_the_dsa_enters(client: Client, organiser: User, edition: Edition) -> None:
    response = enter(client, entering(edition, member("Zwolle")))

    participant = Participant.objects.get()
    assert messages_of(response) == ["Zwolle doet mee."]
    assert (participant.name, participant.slug, participant.entry) == ("Zwolle", "zwolle", "dsa")
    assert LogEntry.objects.get().user == organiser
    assert recounts() == 1


def test_a_wildcard_is_proposed_and_granted_once_another_approves_it(
    client: Client, organiser: User, edition: Edition
) -> None:
    gouda, second = factories.municipality("Gouda"), factories.in_group(ORGANISER)

    page = client.get(address(Participant, "add"))
    response = enter(client, entering(edition, gouda, entry="wildcard", wildcard_reason="Won in 2015"))
    proposal = Proposal.objects.get()
    before = Participant.objects.count()
    proposals.approve(proposal, by=second, at=NOW)

    participant = Participant.objects.get()
    who = f"Een andere organisator moet het goedkeuren, bij ‘Voorstellen’: {second.name}."
    assert f"Een wildcard geeft u niet alleen. Dit doet u met zijn tweeën. U stelt het voor, met een reden. {who}" in (
        text_of(page)
    )
    assert response.redirect_chain == [(address(proposal), 302)]
    assert messages_of(response) == [f"Uw voorstel ligt er. Er is nog niets veranderd. {who}"]
    assert (proposal.summary, proposal.proposed_by) == ("Een wildcard voor Gouda", organiser)
    assert LogEntry.objects.get().change_message == "Voorgesteld: Won in 2015"
    assert before == 0
    assert (participant.wildcard_reason, participant.wildcard_granted_on) == ("Won in 2015", date(2026, 3, 18))
    assert (participant.wildcard_granted_by, participant.wildcard_seconded_by) == (organiser, second)
    assert recounts() == 1
    shown = text_of(client.get(address(participant)))
    assert organiser.name in shown
    assert second.name in shown


def test_an_alliance_gets_a_wildcard_as_it_was_proposed(client: Client, edition: Edition) -> None:
    two = [factories.municipality("Urk"), factories.municipality("Texel")]
    form = entering(
        edition, *two, entry="wildcard", name="Eilanden", wildcard_reason="Samen", is_out_of_competition="on"
    )

    enter(client, form)
    proposals.approve(Proposal.objects.get(), by=factories.organiser(), at=NOW)

    participant = Participant.objects.get()
    assert Proposal.objects.get().summary == "Een wildcard voor Eilanden (Texel, Urk), buiten mededinging"
    assert (participant.name, participant.slug, participant.is_out_of_competition) == ("Eilanden", "eilanden", True)
    assert sorted(map(str, participant.municipalities.all())) == ["Texel", "Urk"]


def test_the_same_wildcard_is_not_proposed_twice(client: Client, edition: Edition) -> None:
    form = entering(edition, factories.municipality("Gouda"), entry="wildcard", wildcard_reason="Won in 2015")
    enter(client, form)

    response = enter(client, form | {"wildcard_reason": "Echt waar"})

    assert errors_of(response) == {"": ["Dit voorstel ligt er al. Een ander moet het goedkeuren."]}
    assert Proposal.objects.count() == 1


def test_an_alliance_enters_under_its_own_name(client: Client, edition: Edition) -> None:
    three = [member("Maassluis"), factories.municipality("Vlaardingen"), factories.municipality("Schiedam")]

    enter(client, entering(edition, *three, name="Waterweg", is_out_of_competition="on"))

    participant = Participant.objects.get()
    assert (participant.name, participant.slug, participant.is_out_of_competition) == ("Waterweg", "waterweg", True)
    assert sorted(map(str, participant.municipalities.all())) == ["Maassluis", "Schiedam", "Vlaardingen"]


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        ("nobody chosen", {"municipalities": ["Kies ten minste één gemeente."]}),
        ("no member", {"": ["Ede is geen lid van de Digitale Steden Agenda. Geef een wildcard."]}),
        (
            "no member among them",
            {"": ["Geen van deze gemeenten is lid van de Digitale Steden Agenda. Geef een wildcard."]},
        ),
        ("one with a name", {"name": ["Eén gemeente doet mee onder de eigen naam. Maak dit leeg."]}),
        ("plays already", {"": ["Gouda doet al mee aan deze editie."]}),
        ("alliance without a name", {"name": ["Geef het samenwerkingsverband een naam."]}),
        ("a name of signs", {"name": ["Gebruik in de naam ten minste één letter of cijfer."]}),
        ("a taken name", {"": ["Er doet al een deelnemer mee met de naam Gouda."]}),
        ("wildcard without a reason", {"wildcard_reason": ["Schrijf op waarom deze deelnemer een wildcard krijgt."]}),
        ("reason without a wildcard", {"wildcard_reason": ["Een reden hoort alleen bij een wildcard. Maak dit leeg."]}),
        ("gone", {"municipalities": ["Weesp bestaat niet op 1 januari 2026."]}),
        (
            "wildcard for a member",
            {"": ["Zwolle is lid van de Digitale Steden Agenda en kan zonder wildcard meedoen."]},
        ),
        ("wildcard for who plays", {"": ["Delft doet al mee aan deze editie."]}),
    ],
)
def test_what_cannot_enter_is_refused_in_words(
    client: Client, edition: Edition, case: str, wrong: dict[str, list[str]]
) -> None:
    zwolle, ede, urk = member("Zwolle"), factories.municipality("Ede"), factories.municipality("Urk")
    gouda = member("Gouda")
    weesp = factories.municipality("Weesp", valid_until=date(2022, 3, 24))
    factories.participant("Gouda", of=edition, municipalities=[gouda])
    delft = factories.municipality("Delft")
    factories.participant("Oranje", of=edition, municipalities=[delft])
    form = {
        "nobody chosen": entering(edition),
        "no member": entering(edition, ede),
        "no member among them": entering(edition, ede, urk, name="Samen"),
        "one with a name": entering(edition, zwolle, name="Mooi Zwolle"),
        "plays already": entering(edition, gouda, zwolle, name="Samen"),
        "alliance without a name": entering(edition, zwolle, ede),
        "a name of signs": entering(edition, zwolle, ede, name="!!!"),
        "a taken name": entering(edition, zwolle, ede, name="Gouda"),
        "wildcard without a reason": entering(edition, ede, entry="wildcard", wildcard_reason=" "),
        "reason without a wildcard": entering(edition, zwolle, wildcard_reason="Omdat"),
        "gone": entering(edition, zwolle, weesp, name="Samen"),
        "wildcard for a member": entering(edition, zwolle, entry="wildcard", wildcard_reason="Omdat"),
        "wildcard for who plays": entering(edition, delft, entry="wildcard", wildcard_reason="Omdat"),
    }[case]

    response = enter(client, form)

    assert errors_of(response) == wrong
    assert (Participant.objects.count(), Proposal.objects.count()) == (2, 0)
    assert (recounts(), LogEntry.objects.count()) == (0, 0)
    if "Zwolle" in [str(m) for m in Municipality.objects.filter(pk__in=form["municipalities"])]:
        assert f'<option value="{zwolle.pk}" selected' in response.content.decode()


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_entering_is_for_organisers(edition: Edition, group: str) -> None:
    client = client_in(group)

    wildcard = entering(edition, factories.municipality("Urk"), entry="wildcard", wildcard_reason="Omdat")

    statuses = [
        client.get(address(Participant, "add")).status_code,
        client.post(address(Participant, "add"), entering(edition, member("Zwolle"))).status_code,
        client.post(address(Participant, "add"), wildcard).status_code,
    ]

    assert statuses == [403, 403, 403]
    assert (Participant.objects.count(), Proposal.objects.count()) == (0, 0)


# --- Changing --------------------------------------------------------------------------------------


def changing(participant: Participant, **fields: Any) -> dict[str, Any]:
    places = list(participant.places.order_by("municipality__sort_name", "pk"))
    sent = {"name": participant.name, "places-TOTAL_FORMS": len(places), "places-INITIAL_FORMS": len(places)}
    for number, place in enumerate(places):
        row = f"places-{number}"
        sent |= {
            f"{row}-id": place.pk,
            f"{row}-participant": participant.pk,
            f"{row}-municipality": place.municipality_id,
        }
    return sent | fields


def test_taking_part_out_of_competition_has_the_board_counted_again(client: Client, edition: Edition) -> None:
    participant = factories.participant(of=edition, municipalities=[member("Zwolle")])
    standings.rebuild(edition, at=NOW)

    client.post(address(participant), changing(participant, name="Zwolle!"))
    after_the_name = recounts()
    client.post(address(participant), changing(participant, name="Zwolle!", is_out_of_competition="on"))

    participant.refresh_from_db()
    assert (participant.name, participant.is_out_of_competition) == ("Zwolle!", True)
    assert (after_the_name, recounts()) == (0, 1)


def test_edition_and_entry_stay_what_they_are(client: Client, edition: Edition) -> None:
    participant = factories.participant(of=edition, municipalities=[member("Zwolle")])
    other = factories.edition(2027)
    sent = changing(participant, edition=other.pk, entry="wildcard", slug="anders", wildcard_reason="Omdat")

    client.post(address(participant), sent)

    participant.refresh_from_db()
    assert (participant.edition, participant.entry, participant.slug) == (edition, "dsa", "zwolle")


def test_a_wildcard_keeps_its_reason(client: Client, edition: Edition) -> None:
    participant = factories.participant("Gouda", of=edition, entry="wildcard")

    response = client.post(address(participant), changing(participant, wildcard_reason=" "))
    client.post(address(participant), changing(participant, wildcard_reason="Beter gezegd"))

    participant.refresh_from_db()
    assert errors_of(response) == {"wildcard_reason": ["Een wildcard heeft een reden nodig. Die staat op de site."]}
    assert participant.wildcard_reason == "Beter gezegd"


def test_an_alliance_changes_until_its_first_booking(client: Client, edition: Edition) -> None:
    alliance = factories.participant("Samen", of=edition, municipalities=[member("Maassluis")])
    schiedam, vlaardingen = factories.municipality("Schiedam"), factories.municipality("Vlaardingen")
    more = {"places-TOTAL_FORMS": 2, "places-1-participant": alliance.pk, "places-1-municipality": schiedam.pk}

    client.post(address(alliance), changing(alliance, **more))
    before = sorted(map(str, alliance.municipalities.all()))
    factories.entry(alliance)
    more = {"places-TOTAL_FORMS": 3, "places-2-participant": alliance.pk, "places-2-municipality": vlaardingen.pk}
    client.post(address(alliance), changing(alliance, **more))
    client.post(address(alliance), changing(alliance, **{"places-0-DELETE": "on"}))

    assert before == ["Maassluis", "Schiedam"]
    assert sorted(map(str, alliance.municipalities.all())) == ["Maassluis", "Schiedam"]
    assert "places-0-municipality" not in client.get(address(alliance)).content.decode()


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("plays already", "Gouda doet al mee aan deze editie."),
        ("twice", "Ede doet al mee aan deze editie."),
        ("no member left", "Ten minste één gemeente moet lid zijn van de Digitale Steden Agenda."),
    ],
)
def test_an_impossible_alliance_is_refused_in_words(client: Client, edition: Edition, case: str, words: str) -> None:
    gouda = factories.participant("Gouda", of=edition).municipalities.get()
    ede = factories.municipality("Ede")
    alliance = factories.participant("Samen", of=edition, municipalities=[ede, member("Zwolle")])
    row = {"places-TOTAL_FORMS": 3, "places-2-participant": alliance.pk}
    cases: dict[str, dict[str, Any]] = {
        "plays already": row | {"places-2-municipality": gouda.pk},
        "twice": row | {"places-2-municipality": ede.pk},
        "no member left": {"places-1-DELETE": "on"},
    }

    response = client.post(address(alliance), changing(alliance, **cases[case]))

    assert words in text_of(response)
    assert sorted(map(str, alliance.municipalities.all())) == ["Ede", "Zwolle"]


# --- Deleting --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["one", "bulk"])
def test_a_participant_with_bookings_is_kept_and_says_why(client: Client, edition: Edition, how: str) -> None:
    participant = factories.participant("Zwolle", of=edition)
    factories.confirmed(factories.attendance(participant))
    bulk = {"action": "delete_selected", "_selected_action": [participant.pk], "post": "yes"}

    if how == "one":
        response = client.post(address(participant, "delete"), {"post": "yes"})
    else:
        response = client.post(address(Participant, "changelist"), bulk)

    assert "Puntenboeking: #1 Zwolle +1" in text_of(response)
    assert Participant.objects.filter(pk=participant.pk).exists()


def test_a_participant_who_reported_nothing_can_be_taken_off(client: Client, edition: Edition) -> None:
    participant = factories.participant("Zwolle", of=edition)
    standings.rebuild(edition, at=NOW)

    client.post(address(participant, "delete"), {"post": "yes"})

    assert not Participant.objects.exists()


def test_the_list_asks_as_many_queries_for_one_participant_as_for_three(
    client: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    where = address(Participant, "changelist")
    factories.participant("Zwolle", of=edition)
    standings.rebuild(edition, at=NOW)
    client.get(where)
    with django_assert_num_queries(10):
        client.get(where)
    factories.participant("Ede", of=edition)
    factories.participant("Samen", of=edition, municipalities=[factories.municipality(), factories.municipality()])
    standings.rebuild(edition, at=NOW)

    with django_assert_num_queries(10):
        response = client.get(where)

    assert [str(p) for p in response.context["cl"].result_list] == ["Ede", "Samen", "Zwolle"]
