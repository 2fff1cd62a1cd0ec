"""Any sequence of acts, beside a model of it in plain Python: claims, ledger and standing agree after every step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from competition.calendar import midnight
from competition.models import AwardMoment
from scoring import claims, closing, proposals, standings, verification
from scoring.claims import ClaimError
from scoring.ledger import ReasonMissingError
from scoring.models import Claim, LedgerEntry, ResultVersion
from scoring.rules import Kind, RefusedByRulesError
from tests import factories

EDITABLE = {"draft", "rejected", "withdrawn"}
TAKES_A_PLACE = {"submitted", "confirmed"}
ACTS = [
    "time_passes",
    "has_something_to_report",
    "edits",
    "submits",
    "submits",
    "withdraws",
    "confirms",
    "rejects",
    "takes_a_point_back",
    "gives_a_point_back",
    "two_book_back",
    "a_worker_recounts",
    "months_close",
    "two_close_october",
]


@dataclass
class Expected:
    """What the model knows of one claim."""

    claim: Claim
    who: int
    happened_on: date | None
    state: str = "draft"
    counts_on: date | None = None
    booked: list[int] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.claim.kind

    @property
    def in_effect(self) -> bool:
        return sum(self.booked) == 1

    def counts_before(self, day: date) -> bool:
        return self.counts_on is not None and self.counts_on < day


def last_day_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def expected_day(kind: Kind, happened_on: date | None, today: date) -> date | None:
    """From which day a point counts, written anew from the rules page; None where there is no point."""
    if happened_on is not None and happened_on.year == 2026 and happened_on.month <= 10:
        end = last_day_of_month(happened_on)
        if today <= end + timedelta(days=7):
            return min(today, end)
        if kind == Kind.MEETUP:
            return None
    elif kind == Kind.MEETUP:
        return None
    return today if today.year == 2026 and today.month <= 10 else None


class Competition(RuleBasedStateMachine):
    """Two participants, three kinds of claims, a year that goes by, and organisers who change their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.all: list[Expected] = []
        self.today = date(2026, 1, 1)

    def teardown(self) -> None:
        """The verifier looks once at where all this led to."""
        faults = verification.recount(self.edition).faults if self.all else []
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)
        assert faults == []

    @initialize(award_moment=st.sampled_from(AwardMoment), cap=st.sampled_from([None, 1, 2]))
    def begin(self, award_moment: AwardMoment, cap: int | None) -> None:
        self.cap, self.at_submission = cap, award_moment == AwardMoment.SUBMISSION
        rules = {"award_moment": award_moment, "contribution_cap": cap}
        self.edition = factories.edition(rules=rules)
        municipalities = [factories.municipality() for _ in range(2)]
        self.participants = [factories.participant(of=self.edition, municipalities=[m]) for m in municipalities]
        self.own_staff = [factories.staff_of(m) for m in municipalities]
        self.organiser, self.second = factories.organiser(), factories.organiser()
        self.months = list(self.edition.rounds.in_order())
        self.closed = 0
        solutions = [factories.solution(of=self.edition, month=month) for month in range(1, 6)]
        self.solutions = [list(solutions), list(solutions)]
        for kind in Kind:
            self.reports(kind, 0, 0)

    @property
    def at(self) -> datetime:
        return midnight(self.today) + timedelta(hours=12)

    # One rule that chooses evenly: with a rule for each act, Hypothesis leaves most acts out of most runs.
    @rule(data=st.data(), act=st.sampled_from(ACTS))
    def somebody_acts(self, data: st.DataObject, act: str) -> None:
        getattr(self, act)(data)

    def time_passes(self, data: st.DataObject) -> None:
        self.today += timedelta(days=data.draw(st.sampled_from([1, 2, 9, 30, 60])))

    def has_something_to_report(self, data: st.DataObject) -> None:
        kind, who, age = data.draw(st.tuples(st.sampled_from(Kind), st.integers(0, 1), st.integers(0, 40)))
        self.reports(kind, who, age)

    def reports(self, kind: Kind, who: int, age: int) -> None:
        day, participant = self.today - timedelta(days=age), self.participants[who]
        if kind == Kind.MEETUP:
            meetup = factories.meetup(of=self.edition, starts_at=midnight(day) + timedelta(hours=10))
            self.all.append(Expected(factories.attendance(participant, meetup=meetup), who, day))
        elif kind == Kind.CONTRIBUTION:
            self.all.append(Expected(factories.contribution(participant), who, None))
        elif self.solutions[who]:
            fields: dict[str, Any] = {"solution": self.solutions[who].pop(), "in_use_since": day}
            self.all.append(Expected(factories.adoption(participant, **fields), who, day))

    def edits(self, data: st.DataObject) -> None:
        it = self.pick(data, *EDITABLE)
        self.outcome(it.state in EDITABLE, lambda: claims.change(it.claim, fields={}))

    def submits(self, data: st.DataObject) -> None:
        it = self.pick(data, *EDITABLE)
        day = expected_day(it.kind, it.happened_on, self.today)
        allowed = it.state in EDITABLE and day is not None and not self.is_over_the_cap(it)
        allowed = allowed and not (self.at_submission and it.booked and self.is_fixed(it))
        self.outcome(
            allowed or it.state == "submitted", lambda: claims.submit(it.claim, by=self.own_staff[it.who], at=self.at)
        )
        if allowed:
            it.state = "submitted"
            it.counts_on = it.counts_on if it.booked else day
            if self.at_submission:
                it.booked.append(1)

    def withdraws(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        allowed = it.state == "submitted" and not (it.in_effect and self.is_fixed(it))
        self.outcome(
            allowed or it.state == "withdrawn", lambda: claims.withdraw(it.claim, by=self.own_staff[it.who], at=self.at)
        )
        if allowed:
            it.state = "withdrawn"
            self.model_unbooks(it)

    def confirms(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        by_own = data.draw(st.sampled_from([False, False, False, True]))
        by = self.own_staff[it.who] if by_own else self.organiser
        allowed = it.state == "submitted" and not by_own and not self.is_over_the_cap(it)
        self.outcome(allowed or it.state == "confirmed", lambda: claims.confirm(it.claim, by=by, at=self.at))
        if allowed:
            it.state = "confirmed"
            if not it.in_effect:
                it.booked.append(1)

    def rejects(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        by_own = data.draw(st.sampled_from([False, False, False, True]))
        by = self.own_staff[it.who] if by_own else self.organiser
        why = data.draw(st.sampled_from(["Nee", "Nee", " "]))
        allowed = it.state == "submitted" and not by_own and bool(why.strip())
        allowed = allowed and not (it.in_effect and self.is_fixed(it))
        self.outcome(allowed or it.state == "rejected", lambda: claims.reject(it.claim, because=why, by=by, at=self.at))
        if allowed:
            it.state = "rejected"
            self.model_unbooks(it)

    def takes_a_point_back(self, data: st.DataObject) -> None:
        it = self.pick(data, "confirmed")
        by_own = data.draw(st.sampled_from([False, False, False, True]))
        by = self.own_staff[it.who] if by_own else self.organiser
        allowed = it.state == "confirmed" and not by_own and not self.is_fixed(it)
        self.outcome(allowed, lambda: claims.take_back(it.claim, because="Fout", by=by, at=self.at))
        if allowed:
            it.state = "reversed"
            it.booked.append(-1)

    def gives_a_point_back(self, data: st.DataObject) -> None:
        it = self.pick(data, "reversed")
        by_own = data.draw(st.sampled_from([False, False, False, True]))
        by = self.own_staff[it.who] if by_own else self.organiser
        allowed = it.state == "reversed" and not by_own and not self.is_over_the_cap(it) and not self.is_fixed(it)
        self.outcome(allowed, lambda: claims.give_back(it.claim, because="Toch goed", by=by, at=self.at))
        if allowed:
            it.state = "confirmed"
            it.booked.append(1)

    def two_book_back(self, data: st.DataObject) -> None:
        """What counts for a closed month; the claim goes where its state says."""
        it = self.pick(data, "confirmed", "reversed", "submitted")
        if not it.booked:
            return
        entry = LedgerEntry.objects.filter(participant=it.claim.participant_id, source=it.claim.source)
        goes_to = {"confirmed": "reversed", "reversed": "confirmed", "submitted": "rejected"}
        allowed = self.is_fixed(it) and it.state in goes_to
        allowed = allowed and not (it.state == "reversed" and self.is_over_the_cap(it))

        def both() -> None:
            with transaction.atomic():
                proposal = proposals.propose_reversal(
                    entry.latest("number"), because="Samen", by=self.organiser, at=self.at
                )
                proposals.approve(proposal, by=self.second, at=self.at)

        self.outcome(allowed, both)
        it.claim.refresh_from_db()
        if allowed:
            it.booked.append(-1 if it.in_effect else 1)
            it.state = goes_to[it.state]

    def a_worker_recounts(self, _data: st.DataObject) -> None:
        standings.rebuild(self.edition, at=self.at)

    def months_close(self, _data: st.DataObject) -> None:
        closing.close_due(at=self.at)
        due = sum(self.at >= month.closes_at(self.edition.rules) for month in self.months[:-1])
        self.closed = max(self.closed, due)
        self.every_closed_month_is_as_the_model_says()

    def two_close_october(self, _data: st.DataObject) -> None:
        waiting = any(it.state == "submitted" and it.counts_before(date(2026, 11, 1)) for it in self.all)
        allowed = self.closed == 9 and self.at >= self.months[-1].closes_at(self.edition.rules) and not waiting

        def both() -> None:
            with transaction.atomic():
                proposal = proposals.propose_closing(self.edition, because="Klaar", by=self.organiser, at=self.at)
                proposals.approve(proposal, by=self.second, at=self.at)

        self.outcome(allowed, both)
        if allowed:
            self.closed = 10
            totals = self.totals(until=date(2026, 11, 1))
            assert self.edition.finalists.count() == sum(total > 0 for total in totals)

    def every_closed_month_is_as_the_model_says(self) -> None:
        """After a wake of the clock, which also makes new versions of what was booked since."""
        newest = ResultVersion.objects.filter(closing__round__edition=self.edition).order_by("closing", "-number")
        versions = {version.closing.round.month: version for version in newest.distinct("closing")}
        assert sorted(versions) == list(range(1, self.closed + 1))
        for month, version in versions.items():
            found = dict(version.results.values_list("participant", "total"))
            totals = self.totals(until=self.months[month - 1].first_day_after)
            assert [found[participant.pk] for participant in self.participants] == totals

    def is_fixed(self, it: Expected) -> bool:
        """Whether it counts for a month that is closed, where nobody books back alone."""
        return self.closed > 0 and it.counts_before(self.months[self.closed - 1].first_day_after)

    def totals(self, *, until: date = date.max) -> list[int]:
        """Of both participants, of what counts before this day."""
        counting = [it for it in self.all if it.booked and it.counts_before(until)]
        return [sum(sum(it.booked) for it in counting if it.who == who) for who in range(2)]

    def pick(self, data: st.DataObject, *states: str) -> Expected:
        """Mostly a claim with which it can be done, sometimes any."""
        fitting = [each for each in self.all if each.state in states]
        is_fitting = bool(fitting) and data.draw(st.sampled_from([True, True, True, True, False]))
        return data.draw(st.sampled_from(fitting if is_fitting else self.all))

    def outcome(self, is_allowed: bool, act: Callable[[], object]) -> None:
        """Do it; the model says whether it must be refused."""
        try:
            act()
        except (ClaimError, RefusedByRulesError, ReasonMissingError, proposals.ProposalRefusedError):
            assert not is_allowed
        else:
            assert is_allowed

    def is_over_the_cap(self, it: Expected) -> bool:
        others = [e for e in self.all if e is not it and e.kind == Kind.CONTRIBUTION and e.who == it.who]
        taken = sum(each.state in TAKES_A_PLACE for each in others)
        return it.kind == Kind.CONTRIBUTION and self.cap is not None and taken >= self.cap

    def model_unbooks(self, it: Expected) -> None:
        if it.in_effect:
            it.booked.append(-1)

    # --- What holds after every step ---

    @invariant()
    def claims_are_as_the_model_says(self) -> None:
        stored = {
            (kind.kind, pk): rest
            for kind in closing.kinds_of_claim()
            for pk, *rest in kind.objects.values_list("pk", "state", "counts_on", "award__reverses", "award__points")
        }
        assert stored == {
            (it.kind, it.claim.pk): [it.state, it.counts_on, None, 1 if it.booked else None] for it in self.all
        }

    @invariant()
    def the_ledger_is_as_the_model_says(self) -> None:
        entries = list(LedgerEntry.objects.of_edition(self.edition).in_order())
        assert [e.number for e in entries] == list(range(1, len(entries) + 1))
        for it in self.all:
            own = [e for e in entries if (e.participant_id, e.source) == (it.claim.participant_id, it.claim.source)]
            assert [e.points for e in own] == it.booked
            assert {e.counts_on for e in own} <= {it.counts_on}
            assert [e.reverses_id for e in own] == [None, *(e.pk for e in own[:-1])][: len(own)]
        assert len(entries) == sum(len(it.booked) for it in self.all)

    @invariant()
    def a_claim_has_a_point_in_effect_exactly_when_its_state_says_so(self) -> None:
        earning = TAKES_A_PLACE if self.at_submission else {"confirmed"}
        assert [it.in_effect for it in self.all] == [it.state in earning for it in self.all]

    @invariant()
    def the_standing_is_as_the_model_says(self) -> None:
        totals = self.totals()
        ranks = [1 + sum(other > total for other in totals) for total in totals]
        for board in (standings.current(self.edition), standings.count(self.edition)):
            lines = {line.participant.pk: (line.rank, line.total) for line in board.lines}
            assert [lines[p.pk] for p in self.participants] == list(zip(ranks, totals, strict=True))


@pytest.mark.django_db
def test_claims_ledger_and_standing_agree_after_any_sequence_of_acts() -> None:
    """Of thirty acts; two hundred sequences, and twenty thousand in the long run."""
    sequences = 20_000 if settings().max_examples > 1000 else 200
    run_state_machine_as_test(Competition, settings=settings(max_examples=sequences, stateful_step_count=30))
