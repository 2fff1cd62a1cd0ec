"""What needs two organisers: proposed by one, approved by another, and done in the same transaction."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from competition.models import Edition, Membership, Municipality, Participant, Rules
from scoring import proposals
from scoring.models import Act, Finalist, LedgerEntry, Outcome, Proposal, RoundClosing, Verification
from scoring.proposals import ProposalRefusedError, approve, turn_down
from tests import factories
from tests.factories import NOW
from tests.proposing import NOVEMBER, REASON, proposed

pytestmark = pytest.mark.django_db
WAYS = (approve, partial(turn_down, because="Liever niet"))
every_act = pytest.mark.parametrize("act", list(Act))


def effect(edition: Edition) -> dict[Act, Any]:
    """What there is to see of each act."""
    rules = Rules.objects.get(edition=edition)
    return {
        Act.WILDCARD: list(edition.participants.filter(slug="urk", entry="wildcard").values_list("wildcard_reason")),
        Act.RULES: (rules.late_claim_days, rules.contribution_cap),
        Act.REVERSAL: list(LedgerEntry.objects.exclude(reverses=None).values_list("points", "reason")),
        Act.CLOSING: RoundClosing.objects.filter(round__month=10).count(),
        Act.DRAW: sorted(Finalist.objects.filter(decided_by="lots").values_list("participant__name", flat=True)),
        Act.ACCEPTANCE: list(Verification.objects.exclude(accepted_by=None).values_list("faults", flat=True)),
    }


DONE: dict[Act, Any] = {
    Act.WILDCARD: [(REASON,)],
    Act.RULES: (10, 3),
    Act.REVERSAL: [(-1, REASON)],
    Act.CLOSING: 1,
    Act.DRAW: ["A", "B", "C", "D", "Urk"],
    Act.ACCEPTANCE: [[]],
}


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


@every_act
def test_what_is_approved_is_done(act: Act) -> None:
    proposal, second = proposed(act), factories.organiser()
    before = effect(proposal.edition)[act]

    approve(proposal, by=second, at=NOVEMBER)

    after = stored(proposal)
    assert before != DONE[act]
    assert effect(proposal.edition)[act] == DONE[act]
    assert (after.outcome, after.decided_by, after.decided_at) == (Outcome.APPROVED, second, NOVEMBER)


@every_act
def test_what_is_turned_down_is_not_done(act: Act) -> None:
    proposal = proposed(act)
    before = effect(proposal.edition)

    turn_down(proposal, because=" Te vroeg ", by=factories.organiser(), at=NOVEMBER)

    after = stored(proposal)
    assert (after.outcome, after.decision_note) == (Outcome.REFUSED, "Te vroeg")
    assert effect(proposal.edition) == before


@every_act
def test_nobody_approves_their_own_proposal(act: Act) -> None:
    person = factories.organiser()
    proposal = proposed(act, by=person)
    before = effect(proposal.edition)

    with pytest.raises(ProposalRefusedError, match="U heeft dit zelf voorgesteld"):
        approve(proposal, by=person, at=NOVEMBER)

    assert stored(proposal).is_pending
    assert effect(proposal.edition) == before


def test_who_proposed_it_can_withdraw_it() -> None:
    person = factories.organiser()

    proposal = proposed(Act.WILDCARD, by=person)

    turn_down(proposal, because="Vergissing", by=person, at=NOVEMBER)

    assert stored(proposal).outcome == Outcome.REFUSED


def test_the_proposal_of_somebody_who_is_gone_can_only_be_turned_down() -> None:
    person = factories.organiser()
    proposal = proposed(Act.WILDCARD, by=person)
    person.delete()

    with pytest.raises(ProposalRefusedError, match="bestaat niet meer"):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)
    turn_down(proposal, because="Opnieuw voorstellen", by=factories.organiser(), at=NOVEMBER)

    assert stored(proposal).outcome == Outcome.REFUSED


@pytest.mark.parametrize("act", [Act.WILDCARD, Act.REVERSAL, Act.DRAW])
@pytest.mark.parametrize("decide", WAYS)
def test_nobody_decides_about_the_municipality_that_they_work_for(act: Act, decide: Callable[..., None]) -> None:
    proposal, person = proposed(act), factories.organiser()
    urk = Municipality.objects.get(common_name="Urk")
    Membership.objects.create(user=person, municipality=urk, starts_on="2026-01-01")

    with pytest.raises(ProposalRefusedError, match="de gemeente waarvoor u werkt"):
        decide(proposal, by=person, at=NOVEMBER)

    assert stored(proposal).is_pending


@pytest.mark.parametrize("decide", WAYS)
def test_a_decision_is_taken_once(decide: Callable[..., None]) -> None:
    proposal = proposed(Act.WILDCARD)
    approve(proposal, by=factories.organiser(), at=NOVEMBER)

    with pytest.raises(ProposalRefusedError, match="al beslist: het is goedgekeurd"):
        decide(proposal, by=factories.organiser(), at=NOVEMBER)


@every_act
def test_a_proposal_needs_a_reason_and_lies_there_once(act: Act) -> None:
    proposal = proposed(act)
    again: dict[Act, Callable[..., Proposal]] = {
        Act.WILDCARD: lambda **who: proposals.propose_wildcard(
            proposal.edition, list(Municipality.objects.filter(common_name="Urk")), **who
        ),
        Act.RULES: lambda **who: proposals.propose_rules(
            proposal.edition, {"late_claim_days": 10, "contribution_cap": 3}, **who
        ),
        Act.REVERSAL: lambda **who: proposals.propose_reversal(LedgerEntry.objects.get(), **who),
        Act.CLOSING: lambda **who: proposals.propose_closing(proposal.edition, **who),
        Act.DRAW: lambda **who: proposals.propose_draw(
            proposal.edition, list(Participant.objects.filter(pk__in=proposal.details["drawn"])), **who
        ),
        Act.ACCEPTANCE: lambda **who: proposals.propose_acceptance(proposal.edition, **who),
    }
    who = {"by": factories.organiser(), "at": NOVEMBER}

    with pytest.raises(ProposalRefusedError, match="Geef een reden"):
        again[act](because="  ", **who)
    with pytest.raises(ProposalRefusedError, match="Dit voorstel ligt er al"):
        again[act](because="Nog eens", **who)
    turn_down(proposal, because="Te vroeg", by=factories.organiser(), at=NOVEMBER)
    again[act](because="Nu wel", **who)

    assert Proposal.objects.pending().count() == 1


# --- What changed since ----------------------------------------------------------------------------


def test_a_wildcard_says_for_whom_and_how() -> None:
    edition, two = factories.edition(), [factories.municipality("Urk"), factories.municipality("Texel")]

    proposal = proposals.propose_wildcard(
        edition,
        two,
        because=REASON,
        by=factories.organiser(),
        at=NOVEMBER,
        name=" Eilanden ",
        is_out_of_competition=True,
    )
    approve(proposal, by=factories.organiser(), at=NOVEMBER)

    participant = Participant.objects.get()
    assert str(proposal) == "Een wildcard voor Eilanden (Texel, Urk), buiten mededinging"
    assert (participant.name, participant.slug, participant.is_out_of_competition) == ("Eilanden", "eilanden", True)
    assert sorted(map(str, participant.municipalities.all())) == ["Texel", "Urk"]
    assert participant.wildcard_granted_by == proposal.proposed_by


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda urk: factories.participant(of=Edition.objects.get(), municipalities=[urk], slug="x"),
            "Urk doet al mee",
        ),
        (factories.dsa_membership, "Urk is lid van de Digitale Steden Agenda"),
        (lambda urk: Municipality.objects.filter(pk=urk.pk).update(slug="orc"), "sinds het voorstel veranderd"),
        (lambda urk: urk.delete(), "Kies ten minste één gemeente"),
    ],
)
def test_a_wildcard_that_can_no_longer_be_is_refused_in_words(change: Callable[..., Any], words: str) -> None:
    proposal = proposed(Act.WILDCARD)
    change(Municipality.objects.get(common_name="Urk"))

    with pytest.raises(ProposalRefusedError, match=words):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)

    assert stored(proposal).is_pending
    assert not Participant.objects.filter(entry="wildcard").exists()


def test_half_of_an_alliance_gets_no_wildcard() -> None:
    edition, gone = factories.edition(), factories.municipality("Texel")
    proposal = proposals.propose_wildcard(
        edition,
        [factories.municipality("Urk"), gone],
        because=REASON,
        by=factories.organiser(),
        at=NOVEMBER,
        name="Eilanden",
    )
    gone.delete()

    with pytest.raises(ProposalRefusedError, match="sinds het voorstel veranderd"):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)


def rules_proposed(edition: Edition, **changes: Any) -> Proposal:
    return proposals.propose_rules(edition, changes, because=REASON, by=factories.organiser(), at=NOVEMBER)


def test_amendments_are_approved_in_the_order_in_which_they_were_proposed() -> None:
    edition = factories.edition()
    Rules.objects.update(locked_at=NOW)
    edition = Edition.objects.select_related("rules").get()
    first, second = rules_proposed(edition, late_claim_days=10), rules_proposed(edition, contribution_cap=3)
    approve(second, by=factories.organiser(), at=NOVEMBER)

    with pytest.raises(ProposalRefusedError, match="al met een later voorstel veranderd"):
        approve(first, by=factories.organiser(), at=NOVEMBER)

    assert effect(edition)[Act.RULES] == (7, 3)


def test_an_amendment_that_no_longer_fits_is_refused_in_words() -> None:
    edition = factories.edition()
    first = rules_proposed(edition, jury_weight=40, cities_weight=35)
    second = rules_proposed(edition, jury_weight=60, public_weight=15)
    approve(first, by=factories.organiser(), at=NOVEMBER)

    with pytest.raises(ProposalRefusedError, match="samen 100"):
        approve(second, by=factories.organiser(), at=NOVEMBER)


def test_october_stays_open_for_a_claim_that_came_in_since() -> None:
    proposal = proposed(Act.CLOSING)
    factories.submitted(factories.attendance(Participant.objects.get()))

    with pytest.raises(ProposalRefusedError, match="Er wachten nog meldingen op een besluit: 1"):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)

    assert stored(proposal).is_pending
    assert effect(proposal.edition)[Act.CLOSING] == 0


def test_changes_of_the_rules_are_told_in_words() -> None:
    rules = factories.edition().rules
    changes = {
        "contribution_cap": 3,
        "giver_may_adopt_own": True,
        "public_weight": 0,
        "meetup_points": 2,
        "late_claim_days": 7,
    }

    assert proposals.changes_in_words(rules, changes) == [
        "hoogste aantal aangedragen oplossingen per deelnemer: geen → 3",
        "de gever krijgt een punt voor de eigen oplossing: nee → ja",
        "gewicht van het publiek (%): 25 → 0",
        "punten voor een meetup: 1 → 2",
    ]
    assert rules.contribution_cap is None
