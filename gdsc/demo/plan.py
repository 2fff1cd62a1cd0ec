"""Who reports what in the demonstration's year, and what becomes of it. Pure: no queries, no clock, no chance.

The leaders have, at every moment, at least as many points as the two that tie, and the others at most as many: so the
standing has a tie at place five all year, which October settles by the number of adoptions.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from competition.calendar import AMSTERDAM, ONE_DAY, is_working_day
from competition.models.editions import FIRST_MONTH, LAST_SCORING_MONTH
from scoring.rules import Kind

ALLIANCE = ("GM0917", "GM0882", "GM0928")
"""Heerlen, Landgraaf and Kerkrade; the first stands for all in the plan."""
WILDCARD, OUT_OF_COMPETITION = "GM0080", "GM0448"
"""Leeuwarden, and Texel."""
WINNER = "GM0150"
"""Deventer: second in points, so that the final shows its use."""
LEADERS = ("GM0772", WINNER, ALLIANCE[0], "GM0153")
TIED = ("GM0307", "GM0193")
"""Amersfoort and Zwolle: the same points at every moment, but the first has more adoptions."""
OTHERS = (
    "GM0392",
    WILDCARD,
    "GM0855",
    "GM0363",
    "GM0599",
    "GM0344",
    "GM0637",
    "GM0518",
    "GM0202",
    OUT_OF_COMPETITION,
    "GM0796",
    "GM0034",
    "GM0503",
    "GM0513",
    "GM0935",
    "GM0983",
    "GM1883",
    "GM0794",
    "GM0361",
    "GM0164",
    "GM0995",
    "GM0141",
)


Key = tuple[str, Kind, int]
"""What tells one claim from another: player, kind and what it is about."""


class Verb(Enum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    GIVE_BACK = "give_back"


class Act(NamedTuple):
    verb: Verb
    at: datetime
    reason: str = ""


class Story(NamedTuple):
    """One claim: by whom, for what, from when on as a draft, and what happens to it."""

    player: str
    kind: Kind
    about: int
    """The month of the meetup or the solution; for a contribution the number of its text."""
    begun_at: datetime
    acts: tuple[Act, ...]

    @property
    def key(self) -> Key:
        return self.player, self.kind, self.about


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=AMSTERDAM)


def meetup_day(year: int, month: int) -> date:
    """The second Tuesday; never a public holiday in these ten months."""
    first = date(year, month, 1)
    return first + ((1 - first.weekday()) % 7 + 7) * ONE_DAY


def working_day(day: date) -> date:
    """This day, or the first after it on which people work."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def next_review(submitted_at: datetime) -> datetime:
    """The organisers review each working morning at ten what came in before that day."""
    return moment(working_day(submitted_at.date() + ONE_DAY), 10)


_DEED_DAYS = ((1, 6), (2, 17), (4, 7), (6, 9), (9, 15))
"""Month and day on which the leaders and the two that tie report an adoption or a contribution."""
_MORE_DEED_DAYS = (
    ((5, 12), (7, 21), (8, 25), (10, 13)),
    ((1, 20), (3, 3), (5, 26)),
    ((3, 24), (8, 11)),
    ((6, 23),),
)
"""What each leader does beside that."""
_TIED_DEEDS = ("aacaa", "acaca")
_MISSED_BY_TIED = 7
_A_FORTNIGHT = timedelta(days=14)


def regular_stories(year: int, *, givers: Sequence[str], taken: set[Key]) -> list[Story]:
    """The claims that are reported and confirmed without ado, except those in `taken`: they have a story already.

    `givers` has the municipality that gives each of the ten solutions, by month.
    """
    stories = [*_meetups(year), *_deeds(year, givers, taken)]
    return [story for story in stories if story.key not in taken]


def _meetups(year: int) -> Iterator[Story]:
    for month in range(FIRST_MONTH, LAST_SCORING_MONTH + 1):
        day = meetup_day(year, month)
        for number, player in enumerate(LEADERS + TIED):
            if player not in TIED or month != _MISSED_BY_TIED:
                yield _confirmed(player, Kind.MEETUP, month, moment(day, 17, 5 + number))
        for number, player in enumerate(OTHERS):
            attended = 8 - number * 6 // (len(OTHERS) - 1)
            if (3 * month + number) % 10 < attended:
                reported_on = working_day(day + number % 6 * ONE_DAY)
                yield _confirmed(player, Kind.MEETUP, month, moment(reported_on, 17, 20 + number))


def _deeds(year: int, givers: Sequence[str], taken: set[Key]) -> Iterator[Story]:
    """Adoptions and contributions; the texts of the contributions are used in order."""
    contribution_count = 0
    for player, deeds in _deeds_by_player(year):
        adopted = {about for who, kind, about in taken if who == player and kind == Kind.ADOPTION}
        for day, kind in deeds:
            submitted_at = moment(working_day(day), 11, 30)
            if kind == Kind.CONTRIBUTION:
                yield _confirmed(player, kind, contribution_count, submitted_at)
                contribution_count += 1
            else:
                solution = _choose_solution(day.month, givers, player, adopted)
                adopted.add(solution)
                yield _confirmed(player, kind, solution, submitted_at)


def _deeds_by_player(year: int) -> Iterator[tuple[str, list[tuple[date, Kind]]]]:
    for number, (player, more) in enumerate(zip(LEADERS, _MORE_DEED_DAYS, strict=True)):
        days = sorted(date(year, *day) for day in _DEED_DAYS + more)
        yield (
            player,
            [(day, Kind.CONTRIBUTION if (n + number) % 5 == 0 else Kind.ADOPTION) for n, day in enumerate(days)],
        )
    for player, kinds in zip(TIED, _TIED_DEEDS, strict=True):
        letters = {"a": Kind.ADOPTION, "c": Kind.CONTRIBUTION}
        yield player, [(date(year, *day), letters[kind]) for day, kind in zip(_DEED_DAYS, kinds, strict=True)]
    for number, player in enumerate(OTHERS):
        later = 7 * number % 26 * ONE_DAY
        count = 4 - number % 5
        yield (
            player,
            [
                (date(year, *day) + later, Kind.CONTRIBUTION if (number + n) % 4 == 0 else Kind.ADOPTION)
                for n, day in enumerate(_DEED_DAYS)
                if (2 * n + number) % 5 < count
            ],
        )


def _choose_solution(month: int, givers: Sequence[str], player: str, adopted: set[int]) -> int:
    """The one that was central last, which the player has not adopted yet and does not give."""
    ten = range(FIRST_MONTH, LAST_SCORING_MONTH + 1)
    latest_first = sorted(ten, key=lambda central: (central > month, -central if central <= month else central))
    return next(s for s in latest_first if s not in adopted and givers[s - 1] != player)


def _confirmed(player: str, kind: Kind, about: int, submitted_at: datetime) -> Story:
    begun_at = submitted_at - (timedelta(hours=1) if kind == Kind.MEETUP else _A_FORTNIGHT)
    first_day = moment(date(submitted_at.year, 1, 1), 9)
    acts = (Act(Verb.SUBMIT, submitted_at), Act(Verb.CONFIRM, next_review(submitted_at)))
    return Story(player, kind, about, max(begun_at, first_day), acts)


def leave_some_to_review(stories: Sequence[Story], *, at: datetime) -> list[Story]:
    """Of each kind, take the decision off the last two claims that were handed in: the organisers are never quite done.

    The leaders and the two that tie keep theirs, so that the standing stays as it is meant.
    """
    waiting = {id(story) for kind in Kind for story in sorted(_undecidable(stories, kind, at), key=_submitted_at)[-2:]}
    return [story._replace(acts=story.acts[:1]) if id(story) in waiting else story for story in stories]


def _undecidable(stories: Iterable[Story], kind: Kind, at: datetime) -> Iterator[Story]:
    for story in stories:
        is_plain = [act.verb for act in story.acts] == [Verb.SUBMIT, Verb.CONFIRM]
        if story.kind == kind and is_plain and story.player in OTHERS and _submitted_at(story) <= at:
            yield story


def _submitted_at(story: Story) -> datetime:
    return story.acts[0].at
