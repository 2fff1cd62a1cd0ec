"""What scoring asks of a claim, every kind answers for itself."""

import pytest

from scoring.closing import kinds_of_claim
from scoring.models import Claim
from scoring.rules import Kind

ANSWERS = ("source", "describe", "happened_on", "refusal", "what_is_missing")


def test_there_is_one_claim_for_each_kind_of_point() -> None:
    assert sorted(model.kind for model in kinds_of_claim()) == sorted(Kind)


@pytest.mark.parametrize("kind_of_claim", kinds_of_claim())
def test_a_claim_leaves_nothing_that_scoring_asks_to_the_abstract_one(kind_of_claim: type[Claim]) -> None:
    assert [name for name in ANSWERS if name not in vars(kind_of_claim)] == []


def test_the_abstract_claim_promises_nothing_more() -> None:
    unanswered = [name for name, member in vars(Claim).items() if "NotImplementedError" in names_in(member)]

    assert sorted(unanswered) == sorted(ANSWERS)


def names_in(member: object) -> tuple[str, ...]:
    code = getattr(getattr(member, "fget", member), "__code__", None)
    return code.co_names if code else ()
