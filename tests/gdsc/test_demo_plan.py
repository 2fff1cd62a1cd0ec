from collections import Counter
from datetime import datetime

import pytest

from competition.calendar import is_working_day, local_date
from gdsc.demo import incidents, plan, texts
from gdsc.demo.plan import Story, Verb
from scoring.rules import Kind
from solutions.models import CostBand, Effort, Licence, Readiness, Theme

WORTH = {Verb.CONFIRM: 1, Verb.TAKE_BACK: -1, Verb.GIVE_BACK: 1}
YEARS = range(2026, 2036)


def stories_of(year: int) -> list[Story]:
    special = incidents.stories(year)
    givers = [text.giver for text in texts.solutions()]
    return [*special, *plan.regular_stories(year, givers=givers, taken={story.key for story in special})]


def bookings(year: int) -> list[tuple[datetime, str, int]]:
    """When who gets or loses a point."""
    acts = [(story, act) for story in stories_of(year) for act in story.acts if act.verb in WORTH]
    return sorted((act.at, story.player, WORTH[act.verb]) for story, act in acts)


@pytest.mark.parametrize("year", YEARS)
def test_place_five_is_a_tie_at_every_moment_of_the_year(year: int) -> None:
    ranked = set(plan.LEADERS + plan.TIED + plan.OTHERS) - {plan.OUT_OF_COMPETITION}
    totals: Counter[str] = Counter()
    coming = bookings(year)
    for at in sorted({at for at, _, _ in coming}):
        totals.update(
            {player: sum(w for moment, who, w in coming if moment == at and who == player) for player in ranked}
        )
        fifth, sixth = sorted((totals[player] for player in ranked), reverse=True)[4:6]
        assert fifth == sixth, at


def test_nobody_tells_the_same_story_twice() -> None:
    stories = stories_of(2026)

    assert Counter(Counter(story.key for story in stories).values()) == {1: len(stories)}
    used = [story.about for story in stories if story.kind == Kind.CONTRIBUTION]
    assert Counter(Counter(used).values()) == {1: len(used)}
    assert max(used) < len(texts.contributions())


def test_each_solution_is_central_in_one_month_and_has_a_giver_of_its_own() -> None:
    ten = texts.solutions()

    assert [text.month for text in ten] == list(range(1, 11))
    assert len({text.giver for text in ten}) == 10
    assert all(is_working_day(plan.meetup_day(year, month)) for year in YEARS for month in range(1, 11))


def test_what_is_told_of_the_solutions_is_on_the_lists_to_choose_from() -> None:
    """The database would take any word."""
    lists = {"theme": Theme, "cost_band": CostBand, "effort": Effort, "licence": Licence, "readiness": Readiness}
    told = [*(text._asdict() for text in texts.solutions()), *(text._asdict() for text in texts.contributions())]

    unknown = [text for text in told for field in lists if text.get(field) and text[field] not in lists[field].values]
    assert unknown == []
    assert all(text["theme"] and text["problem"] for text in told)


def test_the_two_that_tie_differ_in_adoptions() -> None:
    counts = Counter((story.player, story.kind) for story in stories_of(2026))

    assert [[counts[player, kind] for kind in Kind] for player in plan.TIED] == [[9, 4, 1], [9, 3, 2]]


def test_organisers_review_on_working_days() -> None:
    decided = [act.at for story in stories_of(2026) for act in story.acts if act.verb in {Verb.CONFIRM, Verb.REJECT}]

    assert [at for at in decided if not is_working_day(local_date(at))] == []
