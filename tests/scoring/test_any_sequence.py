"""Any sequence of acts, beside a model of it in plain Python: after every step all that the portal holds agrees.

Checked after every step, with the numbers of the invariants in reliability: the ledger's numbers (1), hashes (2), one
award for each source (3), reversals (4) and months (8) by the verifier, from the portal's own export, held to the
heads after all steps before (9); and by the model each entry, the standing as shown and as counted afresh (5), never
below zero (6), each claim with its point (7), each version of each closed month (8), and the finalists.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from competition.calendar import midnight
from competition.models import AwardMoment
from scoring import claims, closing, ledger, proposals, standings, verify
from scoring.claims import ClaimError
from scoring.export import export
from scoring.ledger import AlreadyReversedError, ReasonMissingError
from scoring.models import Claim, Finalist, LedgerEntry
from scoring.rules import Kind, RefusedByRulesError
from scoring.verify import FIELDS, GENESIS
from tests import factories
from tests.scoring.model import KINDS, TAKES_A_PLACE, Model, Reported, Row

EDITABLE = {"draft", "rejected", "withdrawn"}
TURNED_BY_TWO = {"confirmed": "reversed", "reversed": "confirmed", "submitted": "rejected"}
REFUSALS = (
    AlreadyReversedError,
    ClaimError,
    ReasonMissingError,
    RefusedByRulesError,
    proposals.ProposalRefusedError,
)
ACTS = [
    "time_passes",
    "time_passes",
    "has_something_to_report",
    "edits",
    "submits",
    "submits",
    "submits",
    "withdraws",
    "confirms",
    "confirms",
    "rejects",
    "takes_a_point_back",
    "gives_a_point_back",
    "two_book_back",
    "books_it_again",
    "reverses_what_is_not_last",
    "a_worker_recounts",
    "months_close",
    "months_close",
    "two_close_october",
]
FIRST_DAYS = [date(2026, 1, 1), date(2026, 1, 30), date(2026, 6, 10), date(2026, 10, 20)]
ENTRY = ("number", "participant", "kind", "source", "points", "counts_on", "reverses")
WRITTEN = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables"
"""How many rows this transaction has written so far."""


class Setting:
    """What every sequence begins with, committed once; each sequence is undone when it ends."""

    def __init__(self, award_moment: AwardMoment) -> None:
        self.award_moment = award_moment
        self.edition = factories.edition(rules={"award_moment": award_moment})
        municipalities = [factories.municipality() for _ in range(2)]
        self.participants = [factories.participant(of=self.edition, municipalities=[m]) for m in municipalities]
        self.own_staff = [factories.staff_of(m) for m in municipalities]
        self.organiser, self.second = factories.organiser(), factories.organiser()
        self.months = list(self.edition.rounds.in_order())
        self.solutions = [factories.solution(of=self.edition, month=month) for month in range(1, 6)]


class Competition(RuleBasedStateMachine):
    """Two participants, three kinds of claims, a year that goes by, and organisers who change their minds."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.edition, self.participants, self.months = setting.edition, setting.participants, setting.months
        self.own_staff, self.organiser, self.second = setting.own_staff, setting.organiser, setting.second
        self.solutions = [list(setting.solutions), list(setting.solutions)]
        self.model = Model(at_submission=setting.award_moment == AwardMoment.SUBMISSION)
        self.claims: dict[Reported, Claim] = {}
        self.heads = [GENESIS]
        self.kept_at: int | None = None
        self.checked: object = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize(cap=st.sampled_from([None, 1, 2]), today=st.sampled_from(FIRST_DAYS))
    def begin(self, cap: int | None, today: date) -> None:
        self.model.cap = self.edition.rules.contribution_cap = cap
        self.edition.rules.save()
        self.today = today
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
        self.today += timedelta(days=data.draw(st.sampled_from([1, 9, 30, 45, 60])))

    def has_something_to_report(self, data: st.DataObject) -> None:
        kind, who, age = data.draw(st.tuples(st.sampled_from(Kind), st.integers(0, 1), st.integers(0, 40)))
        self.reports(kind, who, age)

    def reports(self, kind: Kind, who: int, age: int) -> None:
        day, participant = self.today - timedelta(days=age), self.participants[who]
        if kind == Kind.MEETUP:
            meetup = factories.meetup(of=self.edition, starts_at=midnight(day) + timedelta(hours=10))
            self.know(factories.attendance(participant, meetup=meetup), who, day)
        elif kind == Kind.CONTRIBUTION:
            self.know(factories.contribution(participant), who, None)
        elif self.solutions[who]:
            fields: dict[str, Any] = {"solution": self.solutions[who].pop(), "in_use_since": day}
            self.know(factories.adoption(participant, **fields), who, day)

    def know(self, claim: Claim, who: int, happened_on: date | None) -> None:
        it = Reported(claim.kind, who, happened_on)
        self.model.all.append(it)
        self.claims[it] = claim

    def edits(self, data: st.DataObject) -> None:
        it = self.pick(data, *EDITABLE)
        self.outcome(it.state in EDITABLE, lambda: claims.change(self.claims[it], fields={}))

    def submits(self, data: st.DataObject) -> None:
        it = self.pick(data, *EDITABLE)
        day, by = self.model.counting_day(it, self.today), self.own_staff[it.who]
        allowed = it.state in EDITABLE and self.model.may_report(it, self.today)
        self.outcome(allowed or it.state == "submitted", lambda: claims.submit(self.claims[it], by=by, at=self.at))
        if allowed:
            it.state, it.counts_on = "submitted", day
            if self.model.at_submission:
                self.model.book(it)

    def withdraws(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        by = self.own_staff[it.who]
        allowed = it.state == "submitted" and not self.is_booked_and_fixed(it)
        self.outcome(allowed or it.state == "withdrawn", lambda: claims.withdraw(self.claims[it], by=by, at=self.at))
        if allowed:
            it.state = "withdrawn"
            self.model.unbook(it)

    def confirms(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        by, is_own = self.somebody(data, it)
        allowed = it.state == "submitted" and not is_own and not self.model.is_over_the_cap(it)
        self.outcome(allowed or it.state == "confirmed", lambda: claims.confirm(self.claims[it], by=by, at=self.at))
        if allowed:
            it.state = "confirmed"
            if not it.in_effect:
                self.model.book(it)

    def rejects(self, data: st.DataObject) -> None:
        it = self.pick(data, "submitted")
        by, is_own = self.somebody(data, it)
        why = data.draw(st.sampled_from(["Nee", "Nee", " "]))
        allowed = it.state == "submitted" and not is_own and bool(why.strip()) and not self.is_booked_and_fixed(it)
        self.outcome(
            allowed or it.state == "rejected",
            lambda: claims.reject(self.claims[it], because=why, by=by, at=self.at),
        )
        if allowed:
            it.state = "rejected"
            self.model.unbook(it)

    def takes_a_point_back(self, data: st.DataObject) -> None:
        it = self.pick(data, "confirmed")
        by, is_own = self.somebody(data, it)
        allowed = it.state == "confirmed" and not is_own and not self.model.is_fixed(it)
        self.outcome(allowed, lambda: claims.take_back(self.claims[it], because="Fout", by=by, at=self.at))
        if allowed:
            it.state = "reversed"
            self.model.book(it)

    def gives_a_point_back(self, data: st.DataObject) -> None:
        it = self.pick(data, "reversed")
        by, is_own = self.somebody(data, it)
        allowed = it.state == "reversed" and not is_own
        allowed = allowed and not self.model.is_over_the_cap(it) and not self.model.is_fixed(it)
        self.outcome(allowed, lambda: claims.give_back(self.claims[it], because="Toch goed", by=by, at=self.at))
        if allowed:
            it.state = "confirmed"
            self.model.book(it)

    def two_book_back(self, data: st.DataObject) -> None:
        """What counts for a closed month; the claim goes where its state says."""
        it = self.pick(data, *TURNED_BY_TWO)
        if not it.booked:
            return
        allowed = self.model.is_fixed(it) and it.state in TURNED_BY_TWO
        allowed = allowed and not (it.state == "reversed" and self.model.is_over_the_cap(it))
        entry = self.entry(it.booked[-1])
        self.outcome(allowed, lambda: self.by_two(lambda **who: proposals.propose_reversal(entry, **who)))
        if allowed:
            self.model.book(it)
            it.state = TURNED_BY_TWO[it.state]

    def books_it_again(self, data: st.DataObject) -> None:
        """Straight in the ledger: for one source there is one award, and once taken back no second one."""
        it = self.pick(data, "confirmed", "reversed")
        if not it.booked:
            return
        award = ledger.Award(self.participants[it.who], it.kind, self.claims[it].source, "Nog eens", self.today)
        self.outcome(it.in_effect, lambda: ledger.award(**award._asdict(), by=self.organiser, at=self.at))

    def reverses_what_is_not_last(self, data: st.DataObject) -> None:
        it = self.pick(data, "reversed")
        if len(it.booked) > 1:
            entry = self.entry(data.draw(st.sampled_from(it.booked[:-1])))
            self.outcome(False, lambda: ledger.reverse(entry, because="Weer", by=self.organiser, at=self.at))

    def a_worker_recounts(self, _data: st.DataObject) -> None:
        """As the task does that every booking asks for."""
        standings.rebuild(self.edition, at=self.at)
        self.kept_at = len(self.model.ledger)
        closing.renew(self.edition, at=self.at)
        self.model.renew()

    def months_close(self, _data: st.DataObject) -> None:
        closing.close_due(at=self.at)
        self.model.close(sum(self.at >= month.closes_at(self.edition.rules) for month in self.months[:-1]))
        self.model.renew()

    def two_close_october(self, _data: st.DataObject) -> None:
        is_due = len(self.model.versions) == 9 and self.at >= self.months[-1].closes_at(self.edition.rules)
        allowed = is_due and not self.model.waits()
        self.outcome(allowed, lambda: self.by_two(lambda **who: proposals.propose_closing(self.edition, **who)))
        if allowed:
            self.model.close(10)

    # --- Helping ---

    def pick(self, data: st.DataObject, *states: str) -> Reported:
        """Mostly a claim with which it can be done, sometimes any."""
        fitting = [each for each in self.model.all if each.state in states]
        is_fitting = bool(fitting) and data.draw(st.sampled_from([True, True, True, True, False]))
        return data.draw(st.sampled_from(fitting if is_fitting else self.model.all))

    def somebody(self, data: st.DataObject, it: Reported) -> tuple[Any, bool]:
        """Who decides, and whether they work for the municipality that it is about."""
        is_own = data.draw(st.sampled_from([False, False, False, True]))
        return (self.own_staff[it.who] if is_own else self.organiser), is_own

    def is_booked_and_fixed(self, it: Reported) -> bool:
        return it.in_effect and self.model.is_fixed(it)

    def entry(self, number: int) -> LedgerEntry:
        return LedgerEntry.objects.select_related("edition", "participant").get(edition=self.edition, number=number)

    def by_two(self, propose: Callable[..., Any]) -> None:
        with transaction.atomic():
            proposal = propose(because="Samen", by=self.organiser, at=self.at)
            proposals.approve(proposal, by=self.second, at=self.at)

    def outcome(self, is_allowed: bool, act: Callable[[], object]) -> None:
        """Do it; the model says whether it must be refused."""
        try:
            act()
        except REFUSALS:
            assert not is_allowed
        else:
            assert is_allowed

    # --- What holds after every step ---

    @invariant()
    def all_agrees(self) -> None:
        """Where a step wrote nothing and changed nothing in the model, the answer is the one of the step before."""
        present = self.written(), repr(self.model)
        if present != self.checked:
            exported = export(self.edition)
            self.assert_the_verifier_finds_it_right(exported)
            self.assert_the_ledger_is_as_modelled(exported)
            self.assert_the_standing_is_as_modelled(exported)
            self.assert_the_months_are_as_modelled(exported)
            self.assert_the_claims_are_as_modelled()
            self.checked = present

    def written(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            return int(cursor.fetchone()[0])

    def assert_the_verifier_finds_it_right(self, exported: dict[str, Any]) -> None:
        """Held to the head after every earlier step, so that each is seen to be a prefix of the present ledger."""
        outcome = verify.verify(exported, list(enumerate(self.heads)))
        assert outcome.faults == []
        self.heads += [line[-64:] for line in exported["ledger"][len(self.heads) - 1 :]]

    def assert_the_ledger_is_as_modelled(self, exported: dict[str, Any]) -> None:
        expected, last = [], dict[Reported, int]()
        for number, (it, counts_on, points) in enumerate(self.model.ledger, 1):
            reverses = last.get(it, "")
            who = self.participants[it.who].pk
            expected.append((number, who, it.kind, self.claims[it].source, points, counts_on.isoformat(), reverses))
            last[it] = number
        places = [FIELDS.index(name) for name in ENTRY]
        found = [[line.split("\t")[place] for place in places] for line in exported["ledger"]]
        assert found == [list(map(str, row)) for row in expected]

    def assert_the_standing_is_as_modelled(self, exported: dict[str, Any]) -> None:
        """As it is shown, and as it is counted: the same, unless what a worker kept is still fresh."""
        expected = self.by_participant(self.model.standing())
        assert self.rows(exported["standing"]) == expected
        if self.kept_at == len(self.model.ledger):
            counted = standings.count(self.edition)
            assert {line.participant.pk: Row(*line[1:]) for line in counted.lines} == expected
        assert min(row.total for row in expected.values()) >= 0

    def assert_the_months_are_as_modelled(self, exported: dict[str, Any]) -> None:
        found = [(c["month"], c["version"], c["head"], self.rows(c["results"])) for c in exported["closings"]]
        assert sorted(found, key=lambda each: each[:2]) == [
            (month, number, head, self.by_participant(rows))
            for month, versions in enumerate(self.model.versions, 1)
            for number, (head, rows) in enumerate(versions, 1)
        ]
        finalists = {self.participants[who].pk for who in self.model.finalists or ()}
        if len(self.model.versions) == 10:
            assert set(Finalist.objects.filter(edition=self.edition).values_list("participant", flat=True)) == finalists

    def assert_the_claims_are_as_modelled(self) -> None:
        """With a point in effect exactly where the state says so."""
        stored = {
            (kind.kind, pk): rest
            for kind in closing.kinds_of_claim()
            for pk, *rest in kind.objects.values_list("pk", "state", "counts_on", "award__number")
        }
        assert stored == {
            (it.kind, self.claims[it].pk): [it.state, it.counts_on, it.booked[0] if it.booked else None]
            for it in self.model.all
        }
        earning = TAKES_A_PLACE if self.model.at_submission else {"confirmed"}
        assert [it.in_effect for it in self.model.all] == [it.state in earning for it in self.model.all]

    def by_participant(self, rows: list[Row]) -> dict[int, Row]:
        return {participant.pk: row for participant, row in zip(self.participants, rows, strict=True)}

    def rows(self, rows: list[dict[str, Any]]) -> dict[int, Row]:
        parts = [f"{kind}_points" for kind in KINDS]
        return {row["participant"]: Row(row["rank"], row["total"], *(row[part] for part in parts)) for row in rows}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("award_moment", AwardMoment)
def test_claims_ledger_and_standing_agree_after_any_sequence_of_acts(award_moment: AwardMoment) -> None:
    """Of thirty acts: two hundred sequences for both kinds of rules together, and twenty thousand in the long run."""
    sequences = 10_000 if settings().max_examples > 1000 else 100
    setting = Setting(award_moment)

    class UnderTheseRules(Competition):
        def __init__(self) -> None:
            super().__init__(setting)

    run_state_machine_as_test(UnderTheseRules, settings=settings(max_examples=sequences, stateful_step_count=30))
