"""What can be proposed now and what cannot, and an act that fails after all when it is approved."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from competition.models import Edition, Membership, Municipality, Participant, Rules
from scoring import claims, closing, ledger, proposals, standings, verification
from scoring.models import Act, ClaimState, LedgerEntry, LotDraw, Proposal, RoundClosing
from scoring.proposals import ProposalRefusedError, approve
from tests import factories
from tests.factories import NOW
from tests.proposing import NOVEMBER, REASON, book_back_by_two, close_october_by_two, proposed

pytestmark = pytest.mark.django_db


def refuses(words: str) -> Any:
    return pytest.raises(ProposalRefusedError, match=words)


def who(at: datetime = NOVEMBER) -> dict[str, Any]:
    return {"because": REASON, "by": factories.organiser(), "at": at}


def assert_still_waits(proposal: Proposal) -> None:
    stored = Proposal.objects.get(pk=proposal.pk)
    assert (stored.is_pending, stored.decided_by, stored.decided_at) == (True, None, None)


# --- Wildcards -----------------------------------------------------------------------------------


def member() -> list[Municipality]:
    town = factories.municipality("Urk")
    factories.dsa_membership(town)
    return [town]


def player() -> list[Municipality]:
    town = factories.municipality("Urk")
    factories.participant("Urk", of=Edition.objects.get(), municipalities=[town], slug="anders")
    return [town]


@pytest.mark.parametrize(
    ("chosen", "name", "words"),
    [
        (list, "", "Kies ten minste één gemeente"),
        (member, "", "Urk is lid van de Digitale Steden Agenda"),
        (player, "", "Urk doet al mee"),
        (lambda: [factories.municipality("Urk")] * 2, "Eiland", "Urk doet al mee"),
        (lambda: [factories.municipality("Urk")], " ! ", "Geef een naam met letters"),
    ],
)
def test_a_wildcard_that_cannot_be_is_not_proposed(
    chosen: Callable[[], list[Municipality]], name: str, words: str
) -> None:
    edition = factories.edition()

    with refuses(words):
        proposals.propose_wildcard(edition, chosen(), name=name, **who())

    assert not Proposal.objects.exists()


# --- Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "at", "words"),
    [
        ({"contribution_cap": 3}, datetime(2025, 12, 1, tzinfo=NOW.tzinfo), "nog niet begonnen"),
        ({"late_claim_days": 7, "contribution_cap": None}, NOW, "Er verandert niets"),
        ({}, NOW, "Er verandert niets"),
        ({"jury_weight": 60}, NOW, "samen 100"),
        ({"tie_rule": "munt"}, NOW, "munt"),
        ({"meetup_points": 0}, NOW, "minstens 1"),
    ],
)
def test_rules_that_cannot_be_are_not_proposed(changes: dict[str, Any], at: datetime, words: str) -> None:
    edition = factories.edition()

    with refuses(words):
        proposals.propose_rules(edition, changes, **who(at))

    assert not Proposal.objects.exists()


def test_other_rules_touch_no_point_that_was_given_and_no_standing_of_before() -> None:
    edition = factories.edition()
    delft, breda = (factories.participant(name, of=edition) for name in ("Delft", "Breda"))
    factories.entry(delft, counts_on=date(2026, 1, 8)), factories.entry(breda, counts_on=date(2026, 2, 8))
    in_march = NOW
    closing.close_due(at=in_march)
    of_january = list(edition.rounds.get(month=1).closing.versions.get().results.values())
    entries, board = list(LedgerEntry.objects.values()), standings.count(edition, until=date(2026, 2, 1))

    proposal = proposals.propose_rules(edition, {"meetup_points": 5}, **who(in_march))
    approve(proposal, by=factories.organiser(), at=in_march)
    edition = Edition.objects.select_related("rules").get()
    delft.edition = edition
    later = factories.entry(delft, counts_on=date(2026, 3, 18))
    closing.close_due(at=in_march + timedelta(days=1))
    standings.rebuild(edition, at=in_march)

    assert later.points == 5
    assert list(LedgerEntry.objects.values())[:2] == entries
    assert standings.count(edition, until=date(2026, 2, 1)).lines == board.lines
    assert list(edition.rounds.get(month=1).closing.versions.get().results.values()) == of_january
    assert [(line.participant.name, line.total) for line in standings.current(edition).lines] == [
        ("Delft", 6),
        ("Breda", 1),
    ]
    assert verification.recount(edition).faults == []


def test_locked_rules_stay_locked_with_the_moment_at_which_they_were() -> None:
    edition = factories.edition()
    closing.close_due(at=NOW)
    edition = Edition.objects.select_related("rules").get(pk=edition.pk)

    proposal = proposals.propose_rules(edition, {"contribution_cap": 3}, **who())
    approve(proposal, by=factories.organiser(), at=NOVEMBER)

    rules = Rules.objects.get()
    assert (rules.contribution_cap, rules.locked_at, rules.amendment) == (3, NOW, proposal.pk)


# --- Reversals -----------------------------------------------------------------------------------


def booked(month: int = 3) -> LedgerEntry:
    edition = factories.edition()
    return factories.entry(factories.participant("Urk", of=edition), counts_on=date(2026, month, 18))


def test_what_counts_for_an_open_month_is_not_proposed() -> None:
    entry = booked(month=11)
    closing.close_due(at=NOVEMBER)

    with refuses("De maand van deze boeking is nog open"):
        proposals.propose_reversal(entry, **who())


def test_what_is_booked_back_already_is_not_proposed_and_its_reversal_is() -> None:
    entry = booked()
    closing.close_due(at=NOVEMBER)
    back = book_back_by_two(entry, at=NOVEMBER)

    with refuses("Deze boeking is al teruggeboekt"):
        proposals.propose_reversal(entry, **who())
    again = book_back_by_two(back, at=NOVEMBER)

    assert (again.points, again.reverses) == (1, back)


def test_nobody_proposes_about_the_municipality_that_they_work_for() -> None:
    entry, person = booked(), factories.organiser()
    closing.close_due(at=NOVEMBER)
    urk = Municipality.objects.get(common_name="Urk")
    Membership.objects.create(user=person, municipality=urk, starts_on="2026-01-01")

    with refuses("U werkt voor deze deelnemer"):
        proposals.propose_reversal(entry, because=REASON, by=person, at=NOVEMBER)


def test_a_reversal_that_was_booked_since_is_not_booked_twice() -> None:
    proposal = proposed(Act.REVERSAL)
    entry = LedgerEntry.objects.get()
    factories.approved(Act.REVERSAL, of=proposal.edition, entry=entry.pk)
    ledger.reverse(entry, because="Al besloten", by=factories.organiser(), at=NOVEMBER)

    with refuses("al teruggenomen met boeking 2"):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)

    assert_still_waits(proposal)
    assert LedgerEntry.objects.count() == 2


def claimed(**rules: Any) -> tuple[Any, Edition]:
    """A claim with its point, in a month that is closed."""
    edition = factories.edition(rules=rules)
    claim = factories.submitted(factories.adoption(factories.participant("Urk", of=edition)))
    if not rules:
        claims.confirm(claim, by=factories.organiser(), at=NOW)
    closing.close_due(at=NOVEMBER)
    return claim, edition


def state_of(claim: Any) -> tuple[str, list[int]]:
    claim.refresh_from_db()
    return claim.state, list(LedgerEntry.objects.order_by("number").values_list("points", flat=True))


def test_the_claim_behind_a_reversal_follows_there_and_back() -> None:
    claim, _ = claimed()

    back = book_back_by_two(claim.award, at=NOVEMBER)
    assert state_of(claim) == (ClaimState.REVERSED, [1, -1])
    book_back_by_two(back, at=NOVEMBER)

    assert state_of(claim) == (ClaimState.CONFIRMED, [1, -1, 1])


def test_where_submitting_gives_the_point_a_claim_that_waits_is_rejected_by_two() -> None:
    claim, _ = claimed(award_moment="submission")

    book_back_by_two(claim.award, at=NOVEMBER)

    assert state_of(claim) == (ClaimState.REJECTED, [1, -1])
    assert claim.decision_reason == REASON


def test_a_point_that_the_rules_no_longer_allow_does_not_come_back() -> None:
    """The cap is filled by another contribution since; the proposal waits until somebody turns it down."""
    edition = factories.edition(rules={"contribution_cap": 1})
    urk = factories.participant("Urk", of=edition)
    first = factories.confirmed(factories.contribution(urk))
    closing.close_due(at=NOVEMBER)
    assert first.award is not None
    back = book_back_by_two(first.award, at=NOVEMBER)
    proposal = proposals.propose_reversal(back, **who())
    factories.confirmed(factories.contribution(urk), at=NOW)

    with refuses("U heeft al een oplossing aangedragen"):
        approve(proposal, by=factories.organiser(), at=NOVEMBER)

    assert_still_waits(proposal)
    assert state_of(first) == (ClaimState.REVERSED, [1, -1, 1])


# --- October -------------------------------------------------------------------------------------


def test_october_is_proposed_when_all_before_it_is_done_and_not_twice() -> None:
    edition = factories.edition()
    urk = factories.participant("Urk", of=edition)
    due = edition.rounds.get(month=10).closes_at(edition.rules)

    with refuses("De termijn voor meldingen en bezwaar loopt nog"):
        close_october_by_two(edition, at=due - timedelta(seconds=1))
    with refuses("Een eerdere maand is nog niet afgesloten"):
        close_october_by_two(edition, at=due)
    closing.close_due(at=due)
    claim = factories.submitted(factories.attendance(urk))
    with refuses("Er wachten nog meldingen op een besluit: 1"):
        close_october_by_two(edition, at=due)
    claims.withdraw(claim, by=factories.user(), at=NOW)
    close_october_by_two(edition, at=due)
    with refuses("De laatste maand is al afgesloten"):
        close_october_by_two(edition, at=due)

    assert Proposal.objects.count() == 1
    assert RoundClosing.objects.count() == 10


def test_an_edition_that_was_not_laid_out_has_no_october() -> None:
    edition = Edition.objects.create(year=2026, name="Nog leeg")

    with refuses("De laatste maand is al afgesloten"):
        proposals.propose_closing(edition, **who())


# --- Draws and acceptances -----------------------------------------------------------------------


def tied(count: int) -> tuple[Edition, list[Participant]]:
    edition = factories.edition()
    players = [factories.participant(name, of=edition) for name in "ABCDEFGH"[:count]]
    for participant in players:
        factories.entry(participant)
    closing.close_due(at=NOVEMBER)
    close_october_by_two(edition, at=NOVEMBER)
    return edition, players


@pytest.mark.parametrize(
    ("count", "drawn", "words"),
    [(5, 5, "Er is geen loting nodig"), (6, 4, "Kies precies 5"), (6, 6, "Kies precies 5"), (6, 0, "Kies precies 5")],
)
def test_a_draw_that_does_not_fit_is_not_proposed(count: int, drawn: int, words: str) -> None:
    edition, players = tied(count)

    with refuses(words):
        proposals.propose_draw(edition, players[:drawn], **who())


def test_of_two_draws_the_second_finds_nothing_to_draw_for() -> None:
    edition, players = tied(6)
    first, second = (proposals.propose_draw(edition, some, **who()) for some in (players[:5], players[1:]))
    approve(first, by=factories.organiser(), at=NOVEMBER)

    with refuses("Er is geen loting nodig"):
        approve(second, by=factories.organiser(), at=NOVEMBER)

    assert_still_waits(second)
    assert LotDraw.objects.get().record == REASON


@pytest.mark.parametrize("is_checked", [True, False])
def test_where_nothing_was_found_wrong_nothing_is_accepted(is_checked: bool) -> None:
    edition = factories.edition()
    if is_checked:
        verification.check(edition, at=NOVEMBER)

    with refuses("De laatste controle vond geen fout"):
        proposals.propose_acceptance(edition, **who())
