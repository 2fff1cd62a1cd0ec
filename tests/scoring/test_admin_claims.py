"""Organisers judge claims, one by one and many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import AwardMoment, Edition, Membership, Participant, User
from meetups.models import Attendance
from scoring import claims, closing, proposals
from scoring.models import Act, Claim, ClaimState, LedgerEntry, Outcome, Proposal
from solutions.models import Adoption, Contribution
from tests import factories
from tests.admin_pages import address, client_in, client_of, decide, errors_of, messages_of, text_of
from tests.factories import NOW, confirmed, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1)):
        yield


@pytest.fixture
def reviewer() -> User:
    return factories.in_group(REVIEWER)


@pytest.fixture
def client(reviewer: User) -> Client:
    return client_of(reviewer)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


def fresh(claim: Claim) -> Claim:
    return type(claim)._default_manager.get(pk=claim.pk)


def history(claim: Claim) -> list[str]:
    return list(LogEntry.objects.filter(object_id=str(claim.pk)).values_list("change_message", flat=True))


def points() -> list[int]:
    return list(LedgerEntry.objects.order_by("number").values_list("points", flat=True))


def seen(*chosen: Claim, **more: Any) -> dict[str, Any]:
    """What the list's form sends along for the chosen claims."""
    versions = {f"version_{claim.pk}": claim.version for claim in chosen}
    return {"_selected_action": [claim.pk for claim in chosen], **versions, **more}


# --- The list --------------------------------------------------------------------------------------


def test_the_list_begins_with_what_waits(client: Client, edition: Edition, zwolle: Participant) -> None:
    submitted(factories.attendance(zwolle, people=3))
    factories.attendance(zwolle)
    confirmed(factories.attendance(zwolle))

    waiting = client.get(address(Attendance, "changelist"))
    everything = client.get(address(Attendance, "changelist"), {"stand": "alle"})

    assert [claim.state for claim in waiting.context["cl"].result_list] == [ClaimState.SUBMITTED]
    assert len(everything.context["cl"].result_list) == 3
    assert "Zwolle" in text_of(waiting)
    assert "Meetup bijgewoond" in text_of(waiting)


@pytest.mark.parametrize("make", [factories.attendance, factories.adoption, factories.contribution])
def test_a_list_asks_as_many_queries_for_one_claim_as_for_three(
    client: Client, edition: Edition, make: Any, django_assert_num_queries: Any
) -> None:
    claim = submitted(make(factories.participant(of=edition)))
    where = address(type(claim), "changelist")
    client.get(where)
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        client.get(where)
    for month in (2, 3):
        participant = factories.participant(of=edition)
        more = {"solution": factories.solution(of=edition, month=month)} if isinstance(claim, Adoption) else {}
        submitted(make(participant, **more))

    with django_assert_num_queries(QUERIES_OF_A_LIST):
        response = client.get(where)

    assert len(response.context["cl"].result_list) == 3


QUERIES_OF_A_LIST = 10


# --- Confirming and rejecting ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [factories.attendance, factories.adoption, factories.contribution])
def test_confirming_books_the_point_and_is_written_down(
    client: Client, reviewer: User, zwolle: Participant, make: Any
) -> None:
    claim = submitted(make(zwolle))

    response = client.post(decide(claim, "bevestig"), {"seen_version": claim.version}, follow=True)

    assert messages_of(response) == ["De melding van Zwolle is bevestigd."]
    assert response.redirect_chain == [(address(type(claim), "changelist"), 302)]
    assert (fresh(claim).state, fresh(claim).decided_by) == (ClaimState.CONFIRMED, reviewer)
    assert points() == [1]
    assert history(claim) == ["Bevestigd: het punt is geboekt."]


def test_the_page_of_a_claim_offers_what_can_be_done_and_nothing_to_type_over(
    client: Client, zwolle: Participant
) -> None:
    claim = submitted(factories.adoption(zwolle, evidence_text="Kijk maar in de app"))

    page = client.get(address(claim))

    assert [name for name, _act in page.context["acts"]] == ["bevestig", "wijs-af"]
    assert "Kijk maar in de app" in text_of(page)
    assert b'name="evidence_text"' not in page.content
    assert b'name="_save"' not in page.content


def test_a_second_confirmation_is_told_who_was_first(client: Client, zwolle: Participant) -> None:
    colleague = factories.user("Fatima", is_staff=True)
    claim = submitted(factories.attendance(zwolle))
    version = claim.version
    claims.confirm(claim, by=colleague, at=NOW)

    response = client.post(decide(claim, "bevestig"), {"seen_version": version}, follow=True)

    assert messages_of(response) == ["De melding is al bevestigd door Fatima, op 18 maart 2026 12:00."]
    assert points() == [1]
    assert history(claim) == []


def test_who_rejects_what_a_colleague_confirmed_is_told_and_keeps_the_reason(
    client: Client, zwolle: Participant
) -> None:
    colleague = factories.user("Fatima", is_staff=True)
    claim = submitted(factories.attendance(zwolle))
    version = claim.version
    claims.confirm(claim, by=colleague, at=NOW)

    response = client.post(decide(claim, "wijs-af"), {"seen_version": version, "reason": "Te vaag"})

    assert errors_of(response) == {"": ["De melding is al bevestigd door Fatima, op 18 maart 2026 12:00."]}
    assert "Te vaag" in text_of(response)
    assert (fresh(claim).state, points()) == (ClaimState.CONFIRMED, [1])


def test_rejecting_twice_is_told_who_was_first(client: Client, zwolle: Participant) -> None:
    colleague = factories.user("Fatima", is_staff=True)
    claim = submitted(factories.attendance(zwolle))
    claims.reject(claim, because="Dubbel", by=colleague, at=NOW)

    response = client.post(decide(claim, "wijs-af"), {"seen_version": claim.version, "reason": "Te vaag"})

    assert errors_of(response) == {"": ["De melding is al afgewezen door Fatima, op 18 maart 2026 12:00."]}
    assert fresh(claim).decision_reason == "Dubbel"


@pytest.mark.parametrize("act", ["bevestig", "wijs-af"])
@pytest.mark.parametrize("sent", ["old", "missing", "nonsense"])
def test_a_stale_tab_decides_nothing(client: Client, zwolle: Participant, act: str, sent: str) -> None:
    claim = submitted(factories.attendance(zwolle))
    old = claim.version
    claims.withdraw(claim, by=factories.user(), at=NOW)
    claims.submit(claim, by=factories.user(), at=NOW)
    versions: dict[str, dict[str, Any]] = {
        "old": {"seen_version": old},
        "missing": {},
        "nonsense": {"seen_version": "x²"},
    }

    response = client.post(decide(claim, act), versions[sent] | {"reason": "Te vaag"}, follow=True)

    assert "De melding is veranderd nadat u haar opende. Bekijk haar opnieuw." in text_of(response)
    assert (fresh(claim).state, fresh(claim).version, points()) == (ClaimState.SUBMITTED, claim.version, [])


def test_rejecting_needs_a_reason(client: Client, zwolle: Participant) -> None:
    claim = submitted(factories.attendance(zwolle))

    response = client.post(decide(claim, "wijs-af"), {"seen_version": claim.version, "reason": "  "})

    assert errors_of(response) == {"reason": ["Geef een reden."]}
    assert f'name="seen_version" value="{claim.version}"' in response.content.decode()
    assert fresh(claim).state == ClaimState.SUBMITTED


def test_rejecting_keeps_the_reason(client: Client, zwolle: Participant) -> None:
    claim = submitted(factories.attendance(zwolle))

    response = client.post(
        decide(claim, "wijs-af"), {"seen_version": claim.version, "reason": "Niet gezien"}, follow=True
    )

    assert messages_of(response) == ["De melding van Zwolle is afgewezen."]
    assert (fresh(claim).state, fresh(claim).decision_reason) == (ClaimState.REJECTED, "Niet gezien")
    assert history(claim) == ["Afgewezen: Niet gezien"]


def test_what_the_rules_refuse_is_told_before_and_after(client: Client, edition: Edition) -> None:
    host = factories.municipality("Gouda")
    edition.rules.host_earns_meetup_point = True
    participant = factories.participant(of=edition, municipalities=[host])
    claim = submitted(factories.attendance(participant, meetup=factories.meetup(of=edition, host=host)))
    type(edition.rules).objects.filter(edition=edition).update(host_earns_meetup_point=False)

    page = client.get(address(claim))
    response = client.post(decide(claim, "bevestig"), {"seen_version": claim.version}, follow=True)

    words = "De gastheer krijgt in deze editie geen punt voor de eigen meetup."
    assert words in text_of(page)
    assert messages_of(response) == [f"De spelregels staan dit niet toe. De gemeente leest: ‘{words}’"]
    assert points() == []


def test_nobody_decides_on_the_own_municipality(client: Client, reviewer: User, edition: Edition) -> None:
    own = factories.municipality("Gouda")
    alliance = factories.participant("Samen", of=edition, municipalities=[factories.municipality(), own])
    Membership.objects.create(user=reviewer, municipality=own, starts_on="2026-01-01")
    claim = submitted(factories.attendance(alliance))

    page = client.get(address(claim))
    response = client.post(decide(claim, "bevestig"), {"seen_version": claim.version}, follow=True)

    assert page.context["acts"] == []
    assert "U werkt voor deze deelnemer. Laat een collega beslissen." in text_of(page)
    assert messages_of(response) == ["U werkt voor deze deelnemer. Laat een collega beslissen."]
    assert (fresh(claim).state, points()) == (ClaimState.SUBMITTED, [])


def test_confirming_by_address_alone_does_nothing(client: Client, zwolle: Participant) -> None:
    claim = submitted(factories.attendance(zwolle))

    response = client.get(decide(claim, "bevestig"), follow=True)

    assert response.redirect_chain == [(address(claim), 302)]
    assert fresh(claim).state == ClaimState.SUBMITTED


def test_the_way_back_leads_to_the_list_as_it_was(client: Client, zwolle: Participant) -> None:
    claim = submitted(factories.attendance(zwolle))
    filters = "_changelist_filters=participant__edition__id__exact%3D1"

    page = client.get(f"{address(claim)}?{filters}")
    response = client.post(f"{decide(claim, 'bevestig')}?{filters}", {"seen_version": claim.version})

    assert f"{decide(claim, 'bevestig')}?{filters}" in page.content.decode()
    assert response.headers["Location"] == f"{address(Attendance, 'changelist')}?participant__edition__id__exact=1"


@pytest.mark.parametrize("act", ["bevestig", "verzin-maar-wat"])
def test_what_does_not_exist_is_not_found(client: Client, act: str) -> None:
    response = client.post(f"/beheer/meetups/attendance/999999/besluit/{act}/", {"seen_version": 1})

    assert response.status_code == 404


# --- Taking points back and giving them back -------------------------------------------------------


def test_a_point_is_taken_back_and_given_back_with_a_reason(zwolle: Participant) -> None:
    client = client_in(ORGANISER)
    claim = confirmed(factories.attendance(zwolle))

    client.post(decide(claim, "neem-terug"), {"seen_version": claim.version, "reason": "Dubbel"})
    taken = fresh(claim)
    client.post(decide(claim, "geef-terug"), {"seen_version": taken.version, "reason": "Toch niet"})

    assert taken.state == ClaimState.REVERSED
    assert fresh(claim).state == ClaimState.CONFIRMED
    assert points() == [1, -1, 1]
    assert history(claim) == ["Punt teruggegeven: Toch niet", "Punt teruggenomen: Dubbel"]


def test_taking_back_needs_a_reason(zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))

    response = client_in(ORGANISER).post(decide(claim, "neem-terug"), {"seen_version": claim.version, "reason": ""})

    assert errors_of(response) == {"reason": ["Geef een reden."]}
    assert points() == [1]


def test_a_stale_tab_takes_nothing_back(zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    old = claim.version
    claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)
    claims.give_back(claim, because="Toch niet", by=factories.user(), at=NOW)

    response = client_in(ORGANISER).post(decide(claim, "neem-terug"), {"seen_version": old, "reason": "Dubbel"})

    assert errors_of(response) == {"": ["De melding is veranderd nadat u haar opende. Bekijk haar opnieuw."]}
    assert points() == [1, -1, 1]


# --- In a closed month, by two ---------------------------------------------------------------------


def close_march(edition: Edition) -> None:
    closing.close(edition.rounds.get(month=3), at=NOW)


@pytest.mark.parametrize(("act", "effect"), [("neem-terug", [1, -1]), ("geef-terug", [1, -1, 1])])
def test_in_a_closed_month_a_turn_becomes_a_proposal(
    edition: Edition, zwolle: Participant, act: str, effect: Any
) -> None:
    claim = confirmed(factories.attendance(zwolle))
    if act == "geef-terug":
        claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)
    close_march(edition)
    before = (claim.state, claim.version, points())
    client = client_in(ORGANISER)

    asked = client.get(decide(claim, act))
    response = client.post(decide(claim, act), {"seen_version": claim.version, "reason": "Fout gezien"}, follow=True)

    proposal = Proposal.objects.get()
    assert "Dit punt telt voor een afgesloten maand. Dit doet u met zijn tweeën." in text_of(asked)
    assert 'value="Stel voor"' in asked.content.decode()
    assert response.redirect_chain == [(address(proposal), 302)]
    assert (proposal.act, proposal.reason, proposal.outcome) == (Act.REVERSAL, "Fout gezien", Outcome.PENDING)
    assert (fresh(claim).state, fresh(claim).version, points()) == before
    assert "Hier ligt een voorstel over" in text_of(client.get(address(claim)))

    proposals.approve(proposal, by=factories.organiser(), at=NOW)

    assert points() == effect
    assert fresh(claim).state != claim.state


def test_rejecting_a_booked_claim_of_a_closed_month_becomes_a_proposal() -> None:
    edition = factories.edition(rules={"award_moment": AwardMoment.SUBMISSION})
    claim = submitted(factories.attendance(factories.participant(of=edition)))
    close_march(edition)
    client, form = client_in(ORGANISER), {"seen_version": claim.version, "reason": "Niet gezien"}

    asked = client.get(decide(claim, "wijs-af"))
    client.post(decide(claim, "wijs-af"), form)
    state_before = fresh(claim).state
    proposals.approve(Proposal.objects.get(), by=factories.organiser(), at=NOW)

    assert "Het staat ook in het openbare logboek" in text_of(asked)
    assert (state_before, fresh(claim).state) == (ClaimState.SUBMITTED, ClaimState.REJECTED)
    assert fresh(claim).decision_reason == "Niet gezien"
    assert points() == [1, -1]


def test_who_may_not_propose_is_told_who_can() -> None:
    edition = factories.edition(rules={"award_moment": AwardMoment.SUBMISSION})
    claim = submitted(factories.attendance(factories.participant(of=edition)))
    close_march(edition)

    form = {"seen_version": claim.version, "reason": "Niet gezien"}
    alone = client_in(REVIEWER).post(decide(claim, "wijs-af"), form)
    sent = seen(claim, action="reject_selected", reason="Niet gezien")
    many = client_in(ORGANISER).post(address(Attendance, "changelist"), sent, follow=True)

    words = (
        "Dit punt telt voor een afgesloten maand. Alleen twee organisatoren samen kunnen het terugboeken. "
        "Een organisator kan het voorstellen op de pagina van de melding."
    )
    assert errors_of(alone) == {"": [words]}
    assert messages_of(many)[1:] == [f"{claim.participant}, {claim.describe()}: {words}"]
    assert (fresh(claim).state, points(), Proposal.objects.count()) == (ClaimState.SUBMITTED, [1], 0)


def test_the_same_is_not_proposed_twice(edition: Edition, zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    close_march(edition)
    form = {"seen_version": claim.version, "reason": "Fout gezien"}
    client_in(ORGANISER).post(decide(claim, "neem-terug"), form)

    response = client_in(ORGANISER).post(decide(claim, "neem-terug"), form | {"reason": "Anders gezegd"})

    assert errors_of(response) == {"": ["Dit voorstel ligt er al. Een ander moet het goedkeuren."]}
    assert Proposal.objects.count() == 1


def test_a_stale_tab_proposes_nothing(edition: Edition, zwolle: Participant) -> None:
    claim = confirmed(factories.attendance(zwolle))
    old = claim.version
    claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)
    claims.give_back(claim, because="Toch niet", by=factories.user(), at=NOW)
    close_march(edition)

    response = client_in(ORGANISER).post(decide(claim, "neem-terug"), {"seen_version": old, "reason": "Dubbel"})

    assert errors_of(response) == {"": ["De melding is veranderd nadat u haar opende. Bekijk haar opnieuw."]}
    assert Proposal.objects.count() == 0


def test_nobody_proposes_about_the_own_municipality(edition: Edition, zwolle: Participant) -> None:
    claim, person = confirmed(factories.attendance(zwolle)), factories.in_group(ORGANISER)
    Membership.objects.create(user=person, municipality=zwolle.municipalities.get(), starts_on="2026-01-01")
    close_march(edition)

    response = client_of(person).post(
        decide(claim, "neem-terug"), {"seen_version": claim.version, "reason": "Fout gezien"}
    )

    assert errors_of(response) == {"": ["U werkt voor deze deelnemer. Laat een collega beslissen."]}
    assert Proposal.objects.count() == 0


# --- Many at once ----------------------------------------------------------------------------------


def test_confirming_many_tells_how_many_and_why_not(
    client: Client, reviewer: User, edition: Edition, zwolle: Participant
) -> None:
    fine = [submitted(factories.attendance(factories.participant(of=edition))) for _ in range(2)]
    own = factories.participant("Gouda", of=edition)
    Membership.objects.create(user=reviewer, municipality=own.municipalities.get(), starts_on="2026-01-01")
    mine = submitted(factories.attendance(own))
    done = submitted(factories.attendance(zwolle))
    stale = submitted(factories.attendance(factories.participant("Ede", of=edition)))
    sent = seen(*fine, mine, done, stale, action="confirm_selected")
    claims.confirm(done, by=factories.user("Fatima"), at=NOW)
    claims.withdraw(stale, by=factories.user(), at=NOW)
    claims.submit(stale, by=factories.user(), at=NOW)

    response = client.post(address(Attendance, "changelist"), sent, follow=True)

    told = messages_of(response)
    assert told[0] == "2 meldingen zijn bevestigd."
    assert sorted(told[1:]) == sorted(
        [
            f"Gouda, {mine.describe()}: U werkt voor deze deelnemer. Laat een collega beslissen.",
            f"Zwolle, {done.describe()}: De melding is al bevestigd door Fatima, op 18 maart 2026 12:00.",
            f"Ede, {stale.describe()}: De melding is veranderd nadat u haar opende. Bekijk haar opnieuw.",
        ]
    )
    assert [fresh(claim).state for claim in (*fine, mine, stale)] == [
        ClaimState.CONFIRMED,
        ClaimState.CONFIRMED,
        ClaimState.SUBMITTED,
        ClaimState.SUBMITTED,
    ]
    assert points() == [1, 1, 1]
    assert history(fine[0]) == ["Bevestigd: het punt is geboekt."]


def test_confirming_many_asks_as_many_queries_for_twelve_as_for_three(client: Client, edition: Edition) -> None:
    where, queries = address(Attendance, "changelist"), []
    client.get(where)
    for count in (3, 12):
        chosen = [submitted(factories.attendance(factories.participant(of=edition))) for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            client.post(where, seen(*chosen, action="confirm_selected"))

        queries.append(len(asked))
        assert [history(claim) for claim in chosen] == [["Bevestigd: het punt is geboekt."]] * count

    assert queries[0] == queries[1]
    assert points() == [1] * 15


def test_rejecting_many_asks_one_reason(client: Client, edition: Edition) -> None:
    chosen = [submitted(factories.contribution(factories.participant(of=edition))) for _ in range(2)]
    where, sent = address(Contribution, "changelist"), seen(*chosen, action="reject_selected")

    asked = client.post(where, sent)
    empty = client.post(where, {**sent, "reason": ""})
    states_before = {fresh(claim).state for claim in chosen}
    response = client.post(where, {**sent, "reason": "Geen bewijs"}, follow=True)

    assert "Waarom wijst u deze 2 meldingen af?" in text_of(asked)
    assert all(claim.describe() in text_of(asked) for claim in chosen)
    assert f'name="version_{chosen[0].pk}" value="{chosen[0].version}"' in asked.content.decode()
    assert errors_of(empty) == {"reason": ["Geef een reden."]}
    assert states_before == {ClaimState.SUBMITTED}
    assert messages_of(response) == ["2 meldingen zijn afgewezen."]
    assert {(fresh(c).state, fresh(c).decision_reason) for c in chosen} == {(ClaimState.REJECTED, "Geen bewijs")}


# --- Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "allowed"),
    [
        (ORGANISER, {"bevestig", "wijs-af", "neem-terug", "geef-terug"}),
        (REVIEWER, {"bevestig", "wijs-af"}),
        (EDITOR, set()),
        (AUDITOR, set()),
    ],
)
@pytest.mark.parametrize("act", ["bevestig", "wijs-af", "neem-terug", "geef-terug"])
def test_each_act_is_for_who_may(zwolle: Participant, group: str, allowed: set[str], act: str) -> None:
    claim = factories.attendance(zwolle)
    if act in {"bevestig", "wijs-af"}:
        submitted(claim)
    else:
        confirmed(claim)
    if act == "geef-terug":
        claims.take_back(claim, because="Dubbel", by=factories.user(), at=NOW)
    before = claim.version
    client = client_in(group)

    page = client.get(address(claim))
    response = client.post(decide(claim, act), {"seen_version": before, "reason": "Daarom"})

    assert (act in [name for name, _act in page.context["acts"]]) == (act in allowed)
    assert response.status_code == (302 if act in allowed else 403)
    assert fresh(claim).version == (before + 1 if act in allowed else before)


@pytest.mark.parametrize("group", [EDITOR, AUDITOR])
@pytest.mark.parametrize("action", ["confirm_selected", "reject_selected"])
def test_a_bulk_act_without_the_right_decides_nothing(zwolle: Participant, group: str, action: str) -> None:
    claim = submitted(factories.attendance(zwolle))

    client_in(group).post(address(Attendance, "changelist"), seen(claim, action=action, reason="Daarom"))

    assert fresh(claim).state == ClaimState.SUBMITTED


@pytest.mark.parametrize("who", ["organiser", "superuser"])
def test_nobody_adds_types_over_or_deletes_a_claim(zwolle: Participant, who: str) -> None:
    person = factories.organiser() if who == "superuser" else factories.in_group(ORGANISER)
    client, claim = client_of(person), submitted(factories.attendance(zwolle, people=2))

    responses = [
        client.get(address(Attendance, "add")),
        client.post(address(Attendance, "add"), {"people": 3}),
        client.post(address(claim), {"people": 3}),
        client.post(address(claim, "delete"), {"post": "yes"}),
    ]
    client.post(address(Attendance, "changelist"), seen(claim, action="delete_selected", post="yes"))

    assert [response.status_code for response in responses] == [403] * 4
    assert fresh(claim).people == 2  # type: ignore[attr-defined]


def test_rights_that_were_taken_away_are_gone_at_the_next_click(reviewer: User, zwolle: Participant) -> None:
    client, claim = client_of(reviewer), submitted(factories.attendance(zwolle))
    assert client.get(address(claim)).status_code == 200
    reviewer.groups.clear()

    response = client.post(decide(claim, "bevestig"), {"seen_version": claim.version})

    assert response.status_code == 403
    assert fresh(claim).state == ClaimState.SUBMITTED


@pytest.mark.parametrize("who", ["anonymous", "staff of a municipality", "switched off"])
def test_others_are_sent_away(zwolle: Participant, who: str) -> None:
    claim = submitted(factories.attendance(zwolle))
    client = Client()
    if who == "staff of a municipality":
        client = client_of(factories.staff_of(zwolle.municipalities.get()))
    if who == "switched off":
        reviewer = factories.in_group(REVIEWER)
        client = client_of(reviewer)
        User.objects.filter(pk=reviewer.pk).update(is_active=False)

    response = client.post(decide(claim, "bevestig"), {"seen_version": claim.version}, follow=True)

    assert response.status_code == (403 if who == "staff of a municipality" else 200)
    assert fresh(claim).state == ClaimState.SUBMITTED


# --- At the same time ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts", [("bevestig", "bevestig"), ("bevestig", "wijs-af")])
def test_two_organisers_at_once_give_one_outcome_and_no_error_page(acts: tuple[str, str]) -> None:
    participant = factories.participant("Zwolle", of=factories.edition())
    people = [client_in(REVIEWER), client_in(REVIEWER)]
    for _ in range(5):
        claim = submitted(factories.attendance(participant))
        start = Barrier(2)

        def decided(number: int, claim: Attendance = claim, start: Barrier = start) -> str:
            try:
                start.wait(5)
                form = {"seen_version": claim.version, "reason": "Te vaag"}
                return text_of(people[number].post(decide(claim, acts[number]), form, follow=True))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(decided, range(2)))

        won = [page for page in pages if f"De melding van Zwolle is {fresh(claim).get_state_display()}." in page]
        lost = [page for page in pages if "De melding is al" in page]
        assert (len(won), len(lost)) == (1, 1)
        assert LedgerEntry.objects.filter(source=claim.source).count() == (fresh(claim).state == ClaimState.CONFIRMED)
        assert len(history(claim)) == 1
