"""Proposals in the admin: what waits, who may decide, and what happens then."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Membership, Municipality, Rules, User
from scoring import closing, proposals
from scoring.models import Act, Outcome, Proposal
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.proposing import NOVEMBER, REASON, proposed

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert('x')</script>&\"><img src=x>"
EFFECTS: dict[Act, list[str]] = {
    Act.WILDCARD: [
        "Urk doet vanaf vandaag mee aan Editie 2026, met een wildcard.",
        "De reden staat op de pagina van de deelnemer.",
    ],
    Act.RULES: [
        "dagen om na de maand nog te melden: 7 → 10",
        "hoogste aantal aangedragen oplossingen per deelnemer: geen → 3",
        "Dit geldt vanaf nu. Punten die al gegeven zijn, veranderen niet.",
        "De wijziging staat met de datum en de reden op de pagina met de spelregels.",
    ],
    Act.REVERSAL: [
        "Urk krijgt een tegenboeking van -1, die telt vanaf 18 maart 2026.",
        "Elke afgesloten maand vanaf die dag krijgt een nieuwe versie van de stand, met deze reden.",
    ],
    Act.CLOSING: [
        "De stand van oktober 2026 staat vast, voor alle deelnemers: 1.",
        "Naar de finale gaan: Urk (1).",
        "Er is geen lot verzegeld. Na de afsluiting kan dat niet meer.",
        "De contactpersonen krijgen het controlepunt per mail.",
    ],
    Act.DRAW: [
        "A, B, C, D en Urk gaan naar de finale.",
        "Het verslag van de loting staat op de site. Het verandert daarna niet meer.",
    ],
    Act.ACCEPTANCE: [
        f"3:{'a' * 64}",
        "Deze controlepunten gelden dan als verloren: het portaal slaat er geen alarm meer over.",
        "Er kan daarna weer worden geboekt en afgesloten.",
        "Het portaal controleert meteen opnieuw. Vindt het iets anders, dan blijft dat alarm staan.",
    ],
}
TOUCHED: dict[Act, list[str]] = {
    Act.WILDCARD: ["participant"],
    Act.RULES: ["edition"],
    Act.REVERSAL: ["ledgerentry", "ledgerentry"],
    Act.CLOSING: ["edition"],
    Act.DRAW: ["lotdraw"],
    Act.ACCEPTANCE: ["verification"],
}
every_act = pytest.mark.parametrize("act", list(Act))


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def second() -> User:
    """The organiser who looks at what another proposed."""
    return factories.in_group(ORGANISER)


@pytest.fixture
def client(second: User) -> Client:
    return client_of(second)


def approval(proposal: Proposal) -> str:
    return reverse("admin:scoring_proposal_approve", args=[proposal.pk])


def refusal(proposal: Proposal) -> str:
    return reverse("admin:scoring_proposal_turn_down", args=[proposal.pk])


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def history(proposal: Proposal) -> list[str]:
    lines = LogEntry.objects.filter(content_type__model="proposal", object_id=str(proposal.pk))
    return list(lines.order_by("pk").values_list("change_message", flat=True))


# --- Looking ---------------------------------------------------------------------------------------


def test_the_list_begins_with_what_waits_then_with_the_last_decision(client: Client) -> None:
    edition = factories.edition()
    old, new, waiting = (
        proposals.propose_wildcard(
            edition, [factories.municipality(name)], because=REASON, by=factories.organiser(), at=NOVEMBER
        )
        for name in ("Urk", "Texel", "Ameland")
    )
    proposals.approve(old, by=factories.organiser(), at=NOVEMBER)
    proposals.turn_down(new, because="Nee", by=factories.organiser(), at=NOVEMBER + timedelta(hours=1))

    everything = client.get(address(Proposal, "changelist"))
    refused = client.get(address(Proposal, "changelist"), {"uitkomst": "refused"})

    assert list(everything.context["cl"].result_list) == [waiting, new, old]
    assert list(refused.context["cl"].result_list) == [new]
    assert "wacht op een tweede organisator" in text_of(everything)


def test_the_list_asks_as_many_queries_for_one_proposal_as_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    edition, where = factories.edition(), address(Proposal, "changelist")
    proposed(Act.WILDCARD, of=edition)
    client.get(where)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(where)
    proposed(Act.RULES, of=edition)
    proposed(Act.ACCEPTANCE, of=edition)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        response = client.get(where)

    assert len(response.context["cl"].result_list) == 3


QUERIES_OF_THE_LIST = 9


@every_act
def test_a_proposal_says_what_why_who_and_what_would_happen(client: Client, act: Act) -> None:
    person = factories.in_group(ORGANISER)
    proposal = proposed(act, by=person)

    page = client.get(address(proposal))

    shown = text_of(page)
    for words in (proposal.summary, REASON, person.name, *EFFECTS[act]):
        assert words in shown
    assert (approval(proposal) in page.content.decode(), refusal(proposal) in page.content.decode()) == (True, True)


# --- Approving -------------------------------------------------------------------------------------


@every_act
def test_approving_says_what_will_happen_and_does_it_after_a_confirmation(
    client: Client, second: User, act: Act
) -> None:
    proposal = proposed(act)

    asked = client.get(approval(proposal))
    state_before = stored(proposal).outcome
    response = client.post(approval(proposal), follow=True)

    assert asked.context["listed"] == EFFECTS[act]
    assert f"Reden: {REASON}" in text_of(asked)
    assert state_before == Outcome.PENDING
    assert (stored(proposal).outcome, stored(proposal).decided_by) == (Outcome.APPROVED, second)
    assert messages_of(response) == [f"Goedgekeurd en uitgevoerd: {proposal.summary}."]
    assert response.redirect_chain == [(address(proposal), 302)]
    assert approval(proposal) not in response.content.decode()
    assert history(proposal) == ["Goedgekeurd en uitgevoerd."]
    touched = LogEntry.objects.exclude(content_type__model="proposal").order_by("pk")
    assert [(e.content_type.model, e.change_message) for e in touched if e.content_type] == [
        (model, f"{proposal.summary}. Reden: {REASON}") for model in TOUCHED[act]
    ]


def test_the_claim_behind_an_entry_is_told_of_too(client: Client) -> None:
    edition = factories.edition()
    entry = factories.confirmed(factories.attendance(factories.participant("Ede", of=edition))).award
    assert entry is not None
    closing.close_due(at=NOVEMBER)
    proposal = proposals.propose_reversal(entry, because=REASON, by=factories.organiser(), at=NOVEMBER)

    asked = client.get(approval(proposal))
    client.post(approval(proposal))

    assert "De melding wordt teruggenomen. De gemeente leest de reden." in asked.context["listed"]
    assert LogEntry.objects.filter(content_type__model="attendance").count() == 1


def test_a_closing_that_leaves_a_tie_says_that_lots_decide(client: Client) -> None:
    edition = factories.edition()
    for name in "ABCDEF":
        factories.entry(factories.participant(name, of=edition))
    proposal = proposed(Act.CLOSING, of=edition)

    assert client.get(approval(proposal)).context["listed"][1:2] == [
        "Het lot beslist over 5 plaatsen in de finale, tussen A, B, C, D, E, F en Urk."
    ]


def test_who_proposed_it_is_told_who_can_approve_it() -> None:
    person, other = factories.in_group(ORGANISER), factories.in_group(ORGANISER)
    factories.in_group(AUDITOR)
    proposal, client = proposed(Act.WILDCARD, by=person), client_of(person)
    User.objects.exclude(pk__in=[person.pk, other.pk]).update(is_active=False)

    page = client.get(address(proposal))
    response = client.post(approval(proposal), follow=True)

    words = f"Een andere organisator moet het goedkeuren, bij ‘Voorstellen’: {other.name}."
    assert f"U heeft dit zelf voorgesteld. {words}" in text_of(page)
    assert approval(proposal) not in page.content.decode()
    assert "Trek in…" in text_of(page)
    assert messages_of(response) == ["U heeft dit zelf voorgesteld. Een ander moet het goedkeuren."]
    assert stored(proposal).is_pending


def test_an_organiser_alone_is_told_to_find_another() -> None:
    person = factories.in_group(ORGANISER)
    proposal = proposed(Act.WILDCARD, by=person)

    page = text_of(client_of(person).get(address(proposal)))

    assert "maar er is er nu geen. Maak eerst een account." in page


def test_the_second_to_decide_is_told_that_it_was_done(client: Client) -> None:
    proposal = proposed(Act.WILDCARD)
    proposals.approve(proposal, by=factories.organiser(), at=NOVEMBER)

    responses = [client.post(approval(proposal), follow=True), client.post(refusal(proposal), follow=True)]

    words = "Over dit voorstel is al beslist: het is goedgekeurd en uitgevoerd."
    assert [messages_of(response) for response in responses] == [[words], [words]]
    assert history(proposal) == []


def test_what_can_no_longer_be_done_is_told_in_words_and_stays_undecided(client: Client) -> None:
    proposal = proposed(Act.WILDCARD)
    urk = Municipality.objects.get()
    factories.participant("Samen", of=proposal.edition, municipalities=[urk])

    response = client.post(approval(proposal), follow=True)

    assert messages_of(response) == ["Urk doet al mee aan deze editie."]
    assert (stored(proposal).outcome, history(proposal)) == (Outcome.PENDING, [])


def test_the_proposal_of_who_is_gone_can_only_be_turned_down(client: Client) -> None:
    person = factories.organiser()
    proposal = proposed(Act.WILDCARD, by=person)
    person.delete()

    page = client.get(address(proposal))

    assert "Het account van wie dit voorstelde, bestaat niet meer. Stel het opnieuw voor." in text_of(page)
    assert (approval(proposal) in page.content.decode(), refusal(proposal) in page.content.decode()) == (False, True)


def test_nobody_decides_about_the_own_municipality(client: Client, second: User) -> None:
    proposal = proposed(Act.REVERSAL)
    Membership.objects.create(user=second, municipality=Municipality.objects.get(), starts_on="2026-01-01")

    page = client.get(address(proposal))
    responses = [
        client.post(approval(proposal), follow=True),
        client.post(refusal(proposal), {"reason": "Liever niet"}, follow=True),
    ]

    words = "Dit gaat over de gemeente waarvoor u werkt. Laat een collega beslissen."
    assert words in text_of(page)
    assert (approval(proposal) in page.content.decode(), refusal(proposal) in page.content.decode()) == (False, False)
    assert [messages_of(response) for response in responses] == [[words], [words]]
    assert stored(proposal).is_pending


def test_what_people_typed_is_shown_as_text(client: Client) -> None:
    edition = factories.edition()
    entry = factories.entry(factories.participant(HOSTILE, of=edition, slug="x"), description=HOSTILE)
    proposed(Act.CLOSING, of=edition)
    proposal = proposals.propose_reversal(entry, because=HOSTILE, by=factories.organiser(), at=NOVEMBER)

    pages = [client.get(address(proposal)), client.get(approval(proposal)), client.get(refusal(proposal))]
    client.post(approval(proposal))
    pages += [client.get(address(proposal)), client.get(address(Proposal, "changelist")), client.get("/beheer/")]

    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x>" not in page.content.decode()


# --- Turning down ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "button"), [("another", "Wijs af"), ("who proposed it", "Trek in")])
def test_turning_down_needs_a_reason_and_changes_nothing(client: Client, second: User, who: str, button: str) -> None:
    proposal = proposed(Act.RULES, by=second if who == "who proposed it" else None)

    asked = client.get(refusal(proposal))
    empty = client.post(refusal(proposal), {"reason": " "})
    response = client.post(refusal(proposal), {"reason": "Te vroeg"}, follow=True)

    assert f'value="{button}"' in asked.content.decode()
    assert errors_of(empty) == {"reason": ["Geef een reden."]}
    assert messages_of(response) == ["Er is niets veranderd. Het voorstel blijft in de lijst staan."]
    assert (stored(proposal).outcome, stored(proposal).decision_note) == (Outcome.REFUSED, "Te vroeg")
    assert "Te vroeg" in text_of(response)
    assert Rules.objects.get().late_claim_days == 7
    assert history(proposal) == ["Afgewezen: Te vroeg"]


# --- Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "may"), [(ORGANISER, True), (REVIEWER, False), (EDITOR, False), (AUDITOR, False)])
def test_every_group_sees_all_and_only_organisers_decide(group: str, may: bool) -> None:
    proposal, client = proposed(Act.WILDCARD), client_in(group)

    page = client.get(address(proposal))
    statuses = [
        client.get(approval(proposal)).status_code,
        client.get(refusal(proposal)).status_code,
        client.post(refusal(proposal), {"reason": ""}).status_code,
        client.post(approval(proposal)).status_code,
    ]

    assert REASON in text_of(page)
    assert (approval(proposal) in page.content.decode()) == may
    assert (refusal(proposal) in page.content.decode()) == may
    assert statuses == ([200, 200, 200, 302] if may else [403] * 4)
    assert stored(proposal).is_pending != may


@pytest.mark.parametrize("who", ["anonymous", "staff of a municipality"])
def test_others_are_sent_away(who: str) -> None:
    proposal = proposed(Act.WILDCARD)
    client = Client() if who == "anonymous" else client_of(factories.staff_of(Municipality.objects.get()))

    statuses = [
        client.get(address(proposal)).status_code,
        client.post(approval(proposal)).status_code,
        client.post(refusal(proposal), {"reason": "Nee"}).status_code,
    ]

    assert statuses == [302, 302, 302]
    assert stored(proposal).is_pending


@pytest.mark.parametrize("who", ["organiser", "superuser"])
def test_nobody_adds_changes_or_deletes_a_proposal(who: str) -> None:
    client = client_of(factories.in_group(ORGANISER) if who == "organiser" else factories.organiser())
    proposal = proposed(Act.WILDCARD)
    chosen = {"_selected_action": [proposal.pk], "action": "delete_selected", "post": "yes"}

    responses = [
        client.get(address(Proposal, "add")),
        client.post(address(Proposal, "add"), {"act": "closing"}),
        client.post(address(proposal), {"outcome": "approved"}),
        client.post(address(proposal, "delete"), {"post": "yes"}),
    ]
    client.post(address(Proposal, "changelist"), chosen)

    assert [response.status_code for response in responses] == [403] * 4
    assert stored(proposal).is_pending


def test_a_proposal_that_does_not_exist_is_not_found(client: Client) -> None:
    responses = [client.get(f"/beheer/scoring/proposal/999999/{page}/") for page in ("keur-goed", "wijs-af")]

    assert [response.status_code for response in responses] == [404, 404]
