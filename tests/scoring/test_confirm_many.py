"""Confirming many claims at once: each fares as it would alone, in a number of statements that hardly grows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.models import AwardMoment, Edition, Membership, Municipality, OutboxMessage, Participant, Rules, User
from meetups.models import Attendance
from scoring import claims, ledger
from scoring.claims import confirm, confirm_all
from scoring.models import Claim, ClaimState, LedgerEntry
from scoring.tasks import RECOUNT_TASK
from solutions.models import Adoption, Contribution
from tests import factories
from tests.factories import NOW, submitted

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def fresh(claim: Claim) -> Any:
    return type(claim)._default_manager.get(pk=claim.pk)


def confirm_these(*chosen: Claim, by: User | None = None) -> list[claims.Outcome]:
    versions = {claim.pk: claim.version for claim in chosen}
    return confirm_all(type(chosen[0]), versions, by=by or factories.organiser(), at=LATER)


# --- Each as it would alone ----------------------------------------------------------------------


class Desk:
    """An edition in which an organiser works for Gouda, and has seen each claim as it was when it was submitted."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.organiser = edition, factories.organiser()
        self.gouda = factories.municipality("Gouda")
        Membership.objects.create(user=self.organiser, municipality=self.gouda, starts_on=date(2026, 1, 1))
        self.colleague = factories.user("Fatima")

    def waiting(self, **fields: Any) -> Attendance:
        return submitted(factories.attendance(self.somebody(), **fields))

    def somebody(self, *municipalities: Municipality) -> Participant:
        chosen = list(municipalities) or [factories.municipality()]
        number = Participant.objects.count()
        return factories.participant(f"Deelnemer {number}", of=self.edition, municipalities=chosen)


def nothing_in_the_way(desk: Desk) -> Claim:
    return desk.waiting()


def confirmed_before(desk: Desk) -> Claim:
    claim = desk.waiting()
    claims.confirm(fresh(claim), by=desk.colleague, at=NOW)
    return claim


def rejected_before(desk: Desk) -> Claim:
    claim = desk.waiting()
    claims.reject(fresh(claim), because="Te vaag", by=desk.colleague, at=NOW)
    return claim


def changed_since(desk: Desk) -> Claim:
    claim = desk.waiting()
    claims.withdraw(fresh(claim), by=desk.colleague, at=NOW)
    claims.submit(fresh(claim), by=desk.colleague, at=NOW)
    return claim


def of_the_own_municipality(desk: Desk) -> Claim:
    alliance = Participant.objects.filter(edition=desk.edition, municipalities=desk.gouda).first()
    return submitted(factories.attendance(alliance or desk.somebody(factories.municipality(), desk.gouda)))


def refused_by_rules(desk: Desk) -> Claim:
    host = factories.municipality()
    rules = Rules.objects.filter(edition=desk.edition)
    rules.update(host_earns_meetup_point=True)
    about = factories.meetup(of=desk.edition, host=host)
    claim = submitted(factories.attendance(desk.somebody(host), meetup=about))
    rules.update(host_earns_meetup_point=False)
    return claim


def in_the_ledger_already(desk: Desk) -> Claim:
    claim = desk.waiting()
    factories.entry(claim.participant, source=claim.source, by=desk.colleague)
    return claim


def in_the_ledger_and_taken_back(desk: Desk) -> Claim:
    claim = in_the_ledger_already(desk)
    entry = LedgerEntry.objects.get(participant=claim.participant, source=claim.source)
    ledger.reverse(entry, because="Fout", by=desk.colleague, at=NOW)
    return claim


def before_the_start(desk: Desk) -> Claim:
    next_year = Edition.objects.filter(year=2027).first() or factories.edition(2027)
    claim = desk.waiting()
    of = factories.participant(f"Volgend jaar {claim.pk}", of=next_year, slug=f"volgend-jaar-{claim.pk}")
    about = factories.meetup(of=next_year)
    Attendance.objects.filter(pk=claim.pk).update(participant=of, meetup=about)
    return claim


SITUATIONS: list[Callable[[Desk], Claim]] = [
    nothing_in_the_way,
    confirmed_before,
    rejected_before,
    changed_since,
    of_the_own_municipality,
    refused_by_rules,
    in_the_ledger_already,
    in_the_ledger_and_taken_back,
    before_the_start,
]
"""The last three can only be where nothing is booked at submission."""


def fate(claim: Claim, by: User) -> tuple[object, ...]:
    """What became of a claim, and of its point."""
    now = fresh(claim)
    booked = LedgerEntry.objects.filter(participant=now.participant, source=now.source).order_by("number")
    awards = [entry.pk for entry in booked]
    return (
        now.state,
        now.version - claim.version,
        now.decided_at,
        now.decided_by,
        now.decision_reason,
        now.award_id and awards.index(now.award_id),
        [(entry.points, entry.counts_on, entry.booked_at, entry.booked_by == by.actor_id) for entry in booked],
    )


def alone(claim: Claim, by: User) -> Exception | None:
    try:
        confirm(fresh(claim), by=by, at=LATER, seen_version=claim.version)
    except claims.REFUSALS as refusal:
        return refusal
    return None


@pytest.mark.parametrize("award_moment", [AwardMoment.CONFIRMATION, AwardMoment.SUBMISSION])
def test_each_of_many_fares_as_it_would_alone(award_moment: AwardMoment) -> None:
    desk = Desk(factories.edition(rules={"award_moment": award_moment}))
    by = desk.organiser
    situations = SITUATIONS if award_moment == AwardMoment.CONFIRMATION else SITUATIONS[:6]
    singly, together = ([situation(desk) for situation in situations] for _ in range(2))

    refusals = [alone(claim, by) for claim in singly]
    outcomes = confirm_these(*together, by=by)

    assert [outcome.claim for outcome in outcomes] == together
    assert [(type(outcome.refusal), str(outcome.refusal)) for outcome in outcomes] == [
        (type(refusal), str(refusal)) for refusal in refusals
    ]
    assert [fate(claim, by) for claim in together] == [fate(claim, by) for claim in singly]
    new = [situation for situation, outcome in zip(situations, outcomes, strict=True) if outcome.is_new]
    assert new == [each for each in (nothing_in_the_way, in_the_ledger_already) if each in situations]


def test_a_cap_is_asked_for_each_of_many(edition: Edition) -> None:
    delft, breda = factories.participant("Delft", of=edition), factories.participant("Breda", of=edition)
    too_many = [submitted(factories.contribution(delft)) for _ in range(2)]
    fine = submitted(factories.contribution(breda))
    Rules.objects.filter(edition=edition).update(contribution_cap=1)

    outcomes = confirm_these(*too_many, fine)

    words = "U heeft al een oplossing aangedragen. Meer levert geen punt op."
    assert [str(outcome.refusal) for outcome in outcomes] == [words, words, "None"]
    assert [entry.participant for entry in LedgerEntry.objects.all()] == [breda]


def test_an_adoption_of_an_own_solution_is_refused_among_many(edition: Edition) -> None:
    giver = factories.municipality("Ede")
    about = factories.solution(of=edition)
    ede = factories.participant("Ede", of=edition, municipalities=[giver])
    adoptions = [submitted(factories.adoption(who, solution=about)) for who in (ede, factories.participant(of=edition))]
    type(about).objects.filter(pk=about.pk).update(giver=giver)

    refused, fine = confirm_these(*adoptions)

    assert "Deze oplossing komt van uw eigen gemeente" in str(refused.refusal)
    assert (fine.refusal, fine.is_new) == (None, True)


def test_a_seen_version_that_is_not_known_is_not_asked(edition: Edition) -> None:
    claim = submitted(factories.attendance(factories.participant(of=edition)))

    [outcome] = confirm_all(Attendance, {claim.pk: None}, by=factories.organiser(), at=LATER)

    assert outcome.is_new


def test_what_does_not_exist_is_passed_over_and_nothing_is_nothing() -> None:
    by = factories.organiser()

    assert confirm_all(Attendance, {}, by=by, at=LATER) == []
    assert confirm_all(Attendance, {999_999: 1}, by=by, at=LATER) == []
    assert not OutboxMessage.objects.exists()


# --- In what order, and how many statements --------------------------------------------------------


def test_they_are_booked_by_number_told_as_asked_and_recounted_once(edition: Edition) -> None:
    waiting = [submitted(factories.attendance(factories.participant(of=edition))) for _ in range(4)]

    outcomes = confirm_these(*reversed(waiting))

    assert [outcome.claim for outcome in outcomes] == waiting[::-1]
    entries = list(LedgerEntry.objects.order_by("number"))
    assert [(entry.participant, entry.description) for entry in entries] == [
        (claim.participant, claim.describe()) for claim in waiting
    ]
    assert [fresh(claim).award for claim in waiting] == entries
    assert OutboxMessage.objects.filter(task=RECOUNT_TASK).count() == 1


def test_claims_of_two_editions_are_confirmed_together() -> None:
    waiting, moments = [], {2026: NOW, 2025: NOW - timedelta(days=365)}
    this_year, last_year = (
        factories.participant(
            "Delft", of=factories.edition(year), slug="delft", municipalities=[factories.municipality()]
        )
        for year in moments
    )
    for who in (this_year, last_year, this_year):
        then = moments[who.edition.year]
        about = factories.meetup(of=who.edition, starts_at=then - timedelta(days=1))
        waiting.append(submitted(factories.attendance(who, meetup=about), at=then))

    assert all(outcome.is_new for outcome in confirm_these(*waiting))

    assert [LedgerEntry.objects.of_edition(who.edition).count() for who in (last_year, this_year)] == [1, 2]
    assert OutboxMessage.objects.filter(task=RECOUNT_TASK).count() == 2


# A savepoint (2), the claims (2), their places, the own participants, a lock; what books: a savepoint (2), the entries
# and the recount; and the claims again.
FIXED = 12


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    ("make", "rules", "for_each"),
    [
        (factories.attendance, {}, 0),
        (factories.contribution, {}, 0),
        (factories.contribution, {"contribution_cap": 2}, 1),
        (factories.attendance, {"award_moment": AwardMoment.SUBMISSION}, 1),
    ],
)
def test_the_number_of_statements_hardly_grows_with_the_claims(
    count: int, make: Callable[[Participant], Claim], rules: dict[str, Any], for_each: int
) -> None:
    edition = factories.edition(rules=rules)
    waiting = [submitted(make(factories.participant(of=edition))) for _ in range(count)]
    by = factories.organiser()

    with CaptureQueriesContext(connection) as queries:
        outcomes = confirm_these(*waiting, by=by)

    assert all(outcome.is_new for outcome in outcomes)
    booked_before = 2 if rules.get("award_moment") else 0  # nothing to book, nothing to recount
    assert len(queries) == FIXED - booked_before + for_each * count


def test_adoptions_are_no_dearer(edition: Edition) -> None:
    who = [factories.participant(of=edition) for _ in range(5)]
    about = factories.solution(of=edition)
    waiting = [submitted(factories.adoption(each, solution=about)) for each in who]
    by = factories.organiser()

    with CaptureQueriesContext(connection) as queries:
        confirm_these(*waiting, by=by)

    assert len(queries) == FIXED
    assert Adoption.objects.confirmed().count() == 5


def test_an_error_nobody_foresaw_leaves_all_as_it_was(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [submitted(factories.contribution(factories.participant(of=edition))) for _ in range(3)]

    def fail(self: Contribution) -> str:
        if self.pk == waiting[-1].pk:
            raise RuntimeError("schijf vol")
        return "Vondst"

    monkeypatch.setattr(Contribution, "describe", fail)
    with pytest.raises(RuntimeError, match="schijf vol"):
        confirm_these(*waiting)

    assert {fresh(claim).state for claim in waiting} == {ClaimState.SUBMITTED}
    assert not LedgerEntry.objects.exists()
