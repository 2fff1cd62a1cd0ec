"""The ledger in the admin: to look at, and to book something back with a reason."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import AwardMoment, Membership, Participant, User
from scoring import claims, closing, ledger, proposals
from scoring.models import ClaimState, LedgerEntry, Proposal
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW, confirmed, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1)):
        yield


@pytest.fixture
def organiser() -> User:
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(organiser: User) -> Client:
    return client_of(organiser)


@pytest.fixture
def zwolle() -> Participant:
    return factories.participant("Zwolle", of=factories.edition())


def reversal_of(entry: LedgerEntry) -> str:
    return reverse("admin:scoring_ledgerentry_reverse", args=[entry.pk])


def bookings() -> list[tuple[int, str]]:
    return list(LedgerEntry.objects.order_by("number").values_list("points", "reason"))


def test_the_list_asks_as_many_queries_for_one_entry_as_for_three(
    client: Client, zwolle: Participant, django_assert_num_queries: Any
) -> None:
    where = address(LedgerEntry, "changelist")
    confirmed(factories.attendance(zwolle))
    client.get(where)
    with django_assert_num_queries(12):
        client.get(where)
    other = confirmed(factories.attendance(factories.participant(of=zwolle.edition)))
    claims.take_back(other, because="Dubbel", by=factories.user(), at=NOW)

    with django_assert_num_queries(12):
        response = client.get(where)

    assert [entry.points for entry in response.context["cl"].result_list] == [-1, 1, 1]


def test_the_list_shows_what_belongs_together(client: Client, zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    claims.take_back(claim, because="Dubbel geteld", by=factories.user(), at=NOW)

    shown = text_of(client.get(address(LedgerEntry, "changelist")))

    assert "teruggeboekt met #2" in shown
    assert "boekt #1 terug" in shown
    assert "Dubbel geteld" in shown


def test_an_entry_names_who_booked_it_as_long_as_the_account_exists(client: Client, zwolle: Participant) -> None:
    fatima, gone = factories.user("Fatima"), factories.user("Weg")
    known = factories.entry(zwolle, by=fatima)
    unknown = factories.entry(zwolle, by=gone)
    gone.delete()

    assert "Fatima" in text_of(client.get(address(known)))
    assert "onbekend (account bestaat niet meer)" in text_of(client.get(address(unknown)))


def test_booking_back_turns_the_claim_over(client: Client, organiser: User, zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    assert claim.award is not None

    page = client.get(address(claim.award))
    response = client.post(reversal_of(claim.award), {"reason": "Dubbel"}, follow=True)

    claim.refresh_from_db()
    assert reversal_of(claim.award) in page.content.decode()
    assert messages_of(response) == ["Teruggeboekt met boeking 2."]
    assert (claim.state, claim.decided_by) == (ClaimState.REVERSED, organiser)
    assert bookings() == [(1, ""), (-1, "Dubbel")]
    assert LogEntry.objects.filter(change_message="Tegenboeking: Dubbel", user=organiser).count() == 2


def test_booking_a_reversal_back_gives_the_point_again(client: Client, zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    reversal = claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)

    client.post(reversal_of(reversal), {"reason": "Toch niet"})

    claim.refresh_from_db()
    assert claim.state == ClaimState.CONFIRMED
    assert bookings() == [(1, ""), (-1, "Dubbel"), (1, "Toch niet")]


def test_a_point_that_the_rules_no_longer_give_is_not_given_back(client: Client) -> None:
    zwolle = factories.participant(of=factories.edition(rules={"contribution_cap": 1}))
    first = confirmed(factories.contribution(zwolle))
    reversal = claims.take_back(first, because="Dubbel", by=factories.user(), at=NOW)
    confirmed(factories.contribution(zwolle))

    response = client.post(reversal_of(reversal), {"reason": "Toch niet"})

    assert errors_of(response) == {"": ["U heeft al een oplossing aangedragen. Meer levert geen punt op."]}
    assert bookings() == [(1, ""), (-1, "Dubbel"), (1, "")]


def test_an_entry_without_a_claim_is_booked_back_too(client: Client, zwolle: Participant) -> None:
    entry = factories.entry(zwolle)

    client.post(reversal_of(entry), {"reason": "Verkeerde deelnemer"})

    assert bookings() == [(1, ""), (-1, "Verkeerde deelnemer")]


def test_booking_back_needs_a_reason(client: Client, zwolle: Participant) -> None:
    response = client.post(reversal_of(factories.entry(zwolle)), {"reason": " "})

    assert errors_of(response) == {"reason": ["Geef een reden."]}
    assert bookings() == [(1, "")]


def test_what_was_booked_back_is_not_booked_back_again(client: Client, zwolle: Participant) -> None:
    entry = factories.entry(zwolle)
    client.post(reversal_of(entry), {"reason": "Dubbel"})

    page = client.get(address(entry))
    response = client.post(reversal_of(entry), {"reason": "Nog eens"})

    assert reversal_of(entry) not in page.content.decode()
    assert errors_of(response) == {"": ["Boeking 1 is al teruggeboekt, met boeking 2."]}
    assert bookings() == [(1, ""), (-1, "Dubbel")]


def test_an_entry_of_a_claim_that_waits_is_decided_on_at_the_claim(client: Client) -> None:
    edition = factories.edition(rules={"award_moment": AwardMoment.SUBMISSION})
    claim = submitted(factories.attendance(factories.participant(of=edition)))
    assert claim.award is not None

    response = client.post(reversal_of(claim.award), {"reason": "Dubbel"})

    words = "De melding achter deze boeking wacht nog op een besluit. Wijs de melding af."
    assert errors_of(response) == {"": [words]}
    assert bookings() == [(1, "")]


def test_nobody_books_back_at_the_own_municipality(client: Client, organiser: User, zwolle: Participant) -> None:
    Membership.objects.create(user=organiser, municipality=zwolle.municipalities.get(), starts_on="2026-01-01")

    response = client.post(reversal_of(factories.entry(zwolle)), {"reason": "Dubbel"})

    assert errors_of(response) == {"": ["U werkt voor deze deelnemer. Laat een collega beslissen."]}
    assert bookings() == [(1, "")]


# --- In a closed month, by two ---------------------------------------------------------------------


@pytest.mark.parametrize("has_claim", [True, False])
def test_in_a_closed_month_booking_back_becomes_a_proposal(
    client: Client, organiser: User, zwolle: Participant, has_claim: bool
) -> None:
    entry = confirmed(factories.attendance(zwolle)).award if has_claim else factories.entry(zwolle)
    assert entry is not None
    closing.close(zwolle.edition.rounds.get(month=3), at=NOW)

    asked = client.get(reversal_of(entry))
    response = client.post(reversal_of(entry), {"reason": "Fout gezien"}, follow=True)

    proposal = Proposal.objects.get()
    assert "Deze boeking telt voor een afgesloten maand. Dit doet u met zijn tweeën." in text_of(asked)
    assert response.redirect_chain == [(address(proposal), 302)]
    assert (proposal.details, proposal.proposed_by) == ({"entry": entry.pk}, organiser)
    assert bookings() == [(1, "")]
    assert "Hier ligt een voorstel over" in text_of(client.get(address(entry)))

    proposals.approve(proposal, by=factories.organiser(), at=NOW)

    assert bookings() == [(1, ""), (-1, "Fout gezien")]


def test_the_same_is_not_proposed_twice(client: Client, zwolle: Participant) -> None:
    entry = factories.entry(zwolle)
    closing.close(zwolle.edition.rounds.get(month=3), at=NOW)
    client.post(reversal_of(entry), {"reason": "Fout gezien"})

    response = client.post(reversal_of(entry), {"reason": "Fout gezien"})

    assert errors_of(response) == {"": ["Dit voorstel ligt er al. Een ander moet het goedkeuren."]}
    assert Proposal.objects.count() == 1


def test_who_comes_second_turns_nothing_over_again(zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    assert claim.award is not None
    claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)

    with pytest.raises(ledger.AlreadyReversedError):
        claims.book_back(claim.award, because="Dubbel", by=factories.organiser(), at=NOW)

    claim.refresh_from_db()
    assert (claim.state, bookings()) == (ClaimState.REVERSED, [(1, ""), (-1, "Dubbel")])


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
@pytest.mark.parametrize("method", ["get", "post"])
def test_booking_back_is_for_organisers(zwolle: Participant, group: str, method: str) -> None:
    entry, client = factories.entry(zwolle), client_in(group)

    response = getattr(client, method)(reversal_of(entry), {"reason": "Dubbel"})

    assert response.status_code == 403
    assert reversal_of(entry) not in client.get(address(entry)).content.decode()
    assert bookings() == [(1, "")]


@pytest.mark.parametrize("who", ["organiser", "superuser"])
def test_nobody_adds_changes_or_deletes_an_entry(organiser: User, zwolle: Participant, who: str) -> None:
    client = client_of(organiser if who == "organiser" else factories.organiser())
    entry = factories.entry(zwolle)
    chosen = {"_selected_action": [entry.pk], "action": "delete_selected", "post": "yes"}

    responses = [
        client.get(address(LedgerEntry, "add")),
        client.post(address(LedgerEntry, "add"), {"points": 5, "participant": zwolle.pk}),
        client.post(address(entry), {"points": 5}),
        client.get(address(entry, "delete")),
        client.post(address(entry, "delete"), {"post": "yes"}),
    ]
    client.post(address(LedgerEntry, "changelist"), chosen)

    assert [response.status_code for response in responses] == [403] * 5
    assert bookings() == [(1, "")]
