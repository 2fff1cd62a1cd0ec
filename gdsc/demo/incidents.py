"""The claims of the demonstration that do not go as they should: every state, and every way back. Pure."""

from datetime import date, timedelta

from competition.calendar import ONE_DAY
from gdsc.demo.plan import Act, Story, Verb, meetup_day, moment, next_review, working_day
from scoring.rules import Kind

ALKMAAR, ALMELO, AMSTERDAM, ARNHEM, DELFT, HAARLEM = "GM0361", "GM0141", "GM0363", "GM0202", "GM0503", "GM0392"
HELMOND, HENGELO, LELYSTAD, MAASTRICHT, SITTARD = "GM0794", "GM0164", "GM0995", "GM0935", "GM1883"
DEN_BOSCH = "GM0796"
TILBURG, UTRECHT, VENLO, ZOETERMEER = "GM0855", "GM0344", "GM0983", "GM0637"

FIRST_TEXT = 24
"""The texts of contributions from here on are for these stories."""


def stories(year: int) -> list[Story]:
    return [*_left_as_draft(year), *_of_january(year), *_of_later(year), *_reported_late(year)]


def _left_as_draft(year: int) -> list[Story]:
    begun = moment(date(year, 1, 2), 10)
    return [
        Story(ALMELO, Kind.MEETUP, 1, moment(meetup_day(year, 1), 18), ()),
        Story(ALMELO, Kind.ADOPTION, 2, begun, ()),
        Story(ALKMAAR, Kind.ADOPTION, 3, begun + 5 * ONE_DAY, ()),
        Story(ALMELO, Kind.CONTRIBUTION, FIRST_TEXT, begun, ()),
        Story(HENGELO, Kind.CONTRIBUTION, FIRST_TEXT + 1, moment(date(year, 5, 12), 15), ()),
    ]


def _of_january(year: int) -> list[Story]:
    """A rejection, a withdrawal and a reversal of each kind, early enough to be seen on most days of the year."""
    met = meetup_day(year, 1)
    evening, reviewed = moment(met, 17, 45), next_review(moment(met, 17, 45))
    handed_in = moment(working_day(date(year, 1, 6)), 11, 45)
    decided = next_review(handed_in)
    return [
        _story(LELYSTAD, Kind.MEETUP, 1, Act(Verb.SUBMIT, evening), Act(Verb.REJECT, reviewed, NOT_ON_LIST)),
        _story(ALKMAAR, Kind.MEETUP, 1, Act(Verb.SUBMIT, evening), Act(Verb.WITHDRAW, evening + timedelta(hours=2))),
        _story(
            DELFT,
            Kind.MEETUP,
            1,
            Act(Verb.SUBMIT, evening),
            Act(Verb.CONFIRM, reviewed),
            Act(Verb.TAKE_BACK, reviewed + timedelta(hours=5), LIST_CORRECTED),
        ),
        _story(LELYSTAD, Kind.ADOPTION, 1, Act(Verb.SUBMIT, handed_in), Act(Verb.REJECT, decided, NOTHING_TO_SEE)),
        _story(HELMOND, Kind.ADOPTION, 2, Act(Verb.SUBMIT, handed_in), Act(Verb.WITHDRAW, decided)),
        _story(
            VENLO,
            Kind.ADOPTION,
            1,
            Act(Verb.SUBMIT, handed_in),
            Act(Verb.CONFIRM, decided),
            Act(Verb.TAKE_BACK, decided + timedelta(hours=28), ONLY_A_TRIAL),
        ),
        _story(
            HENGELO,
            Kind.CONTRIBUTION,
            FIRST_TEXT + 2,
            Act(Verb.SUBMIT, handed_in),
            Act(Verb.REJECT, decided, TOO_THIN),
        ),
        _story(MAASTRICHT, Kind.CONTRIBUTION, FIRST_TEXT + 3, Act(Verb.SUBMIT, handed_in), Act(Verb.WITHDRAW, decided)),
        _story(
            SITTARD,
            Kind.CONTRIBUTION,
            FIRST_TEXT + 4,
            Act(Verb.SUBMIT, handed_in),
            Act(Verb.CONFIRM, decided),
            Act(Verb.TAKE_BACK, decided + timedelta(hours=28), NOT_OF_THEIR_OWN),
        ),
    ]


def _of_later(year: int) -> list[Story]:
    """Second chances: rejected and handed in again, withdrawn and handed in again, taken back and given back."""
    march = moment(date(year, 3, 5), 14)
    may = moment(date(year, 5, 7), 14)
    met = moment(meetup_day(year, 4), 19)
    june = moment(date(year, 6, 4), 14)
    long_ago = moment(meetup_day(year, 5), 19)
    return [
        _story(
            UTRECHT,
            Kind.ADOPTION,
            3,
            Act(Verb.SUBMIT, march),
            Act(Verb.REJECT, next_review(march), NOTHING_TO_SEE),
            Act(Verb.SUBMIT, march + 6 * ONE_DAY),
            Act(Verb.CONFIRM, next_review(march + 6 * ONE_DAY)),
        ),
        _story(
            TILBURG,
            Kind.CONTRIBUTION,
            FIRST_TEXT + 5,
            Act(Verb.SUBMIT, may),
            Act(Verb.WITHDRAW, may + timedelta(hours=2)),
            Act(Verb.SUBMIT, may + 8 * ONE_DAY),
            Act(Verb.CONFIRM, next_review(may + 8 * ONE_DAY)),
        ),
        _story(
            ZOETERMEER,
            Kind.MEETUP,
            4,
            Act(Verb.SUBMIT, met),
            Act(Verb.CONFIRM, next_review(met)),
            Act(Verb.TAKE_BACK, next_review(met) + timedelta(hours=4), LIST_CORRECTED),
            Act(Verb.GIVE_BACK, next_review(met) + 6 * ONE_DAY, FOUND_AGAIN),
        ),
        _story(
            ARNHEM,
            Kind.ADOPTION,
            5,
            Act(Verb.SUBMIT, june),
            Act(Verb.CONFIRM, next_review(june)),
            Act(Verb.TAKE_BACK, next_review(june) + 19 * ONE_DAY, ONLY_A_TRIAL),
        ),
        # After May was closed: its result gets a new version.
        _story(
            DEN_BOSCH,
            Kind.MEETUP,
            5,
            Act(Verb.SUBMIT, long_ago),
            Act(Verb.CONFIRM, next_review(long_ago)),
            Act(Verb.TAKE_BACK, moment(working_day(date(year, 9, 3)), 15), LIST_CORRECTED),
        ),
    ]


def _reported_late(year: int) -> list[Story]:
    """In the days after the month in which one may still report; they count for that month."""
    found = []
    for player, month in ((AMSTERDAM, 2), (HAARLEM, 6), (AMSTERDAM, 10)):
        reported = moment(date(year, month + 1, 4), 16)
        found.append(
            _story(player, Kind.MEETUP, month, Act(Verb.SUBMIT, reported), Act(Verb.CONFIRM, next_review(reported)))
        )
    return found


def _story(player: str, kind: Kind, about: int, *acts: Act) -> Story:
    return Story(player, kind, about, acts[0].at - timedelta(minutes=30), acts)


NOT_ON_LIST = (
    "Uw gemeente staat niet op de lijst van de gastheer. Was u er toch? Vraag de gastheer om de lijst aan te passen "
    "en dien de melding opnieuw in."
)
LIST_CORRECTED = "De gastheer heeft de lijst verbeterd. Deze gemeente stond er per vergissing op."
FOUND_AGAIN = "De gastheer vond de tweede lijst terug. De gemeente was er wel."
NOTHING_TO_SEE = (
    "Op de pagina die u noemt, is de oplossing nog niet te zien. Geef een link of leg uit waar wij haar vinden."
)
ONLY_A_TRIAL = "Het ging nog om een proef met collega's. Inwoners kunnen de oplossing nog niet gebruiken."
TOO_THIN = "Wij begrijpen nog niet hoe de oplossing werkt. Beschrijf ook wat een andere gemeente ervoor nodig heeft."
NOT_OF_THEIR_OWN = "Deze oplossing stond al in de bibliotheek: een andere gemeente droeg haar eerder aan."
