"""What the demonstration says: the ten solutions, the meetups about them, and the library."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CONTACT_ROLE = "Projectleider dienstverlening"
RESULT = """Na een half jaar merkten wij dit:

- **Inwoners** hoeven minder vaak te bellen.
- **Collega's** zoeken minder en helpen mensen sneller.

Wij houden de cijfers elke maand bij."""
QUESTION = "Kunt u vertellen wat een andere gemeente nodig heeft om te beginnen? En wie beheert de software?"
ANSWER = "Een dag uitleg is genoeg. Wij beheren de software zelf, met twee buurgemeenten."

HERE = Path(__file__).resolve().parent


class MeetupText(NamedTuple):
    title: str
    host: str
    location: str
    expert: str
    description: str


class SolutionText(NamedTuple):
    month: int
    giver: str
    title: str
    summary: str
    theme: str
    cost_band: str
    effort: str
    licence: str
    problem: str
    description: str
    meetup: MeetupText


class ContributionText(NamedTuple):
    title: str
    summary: str
    theme: str
    readiness: str
    cost_band: str
    licence: str
    problem: str
    solution: str
    result: str = RESULT
    supplier: str = ""
    standards: str = ""
    contact_role: str = CONTACT_ROLE


@cache
def solutions() -> list[SolutionText]:
    """The ten, by month."""
    found = _load("solutions")["solution"]
    return sorted(SolutionText(**(text | {"meetup": MeetupText(**text["meetup"])})) for text in found)


@cache
def contributions() -> list[ContributionText]:
    return [ContributionText(**text) for text in _load("contributions")["contribution"]]


def _load(name: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


INTRODUCTION = (
    "Gemeenten leren van elkaar, nemen goede digitale oplossingen over en dragen eigen oplossingen aan. "
    "De stad die dat het beste doet, wordt de meest digiproofe stad van Nederland."
)
ALLIANCE_NAME = "Heerlen, Landgraaf en Kerkrade"
OCTOBER_IS_COMPLETE = "Alle meldingen zijn beslist en de termijn voor bezwaar is voorbij."
PROPOSED_REVERSAL = "De gemeente schrijft dat zij zich vergist heeft: deze melding hoort bij een andere gemeente."
WILDCARD_REASON = (
    "Deze gemeente is geen lid van de Digitale Steden Agenda. Zij doet mee omdat zij haar digitale loket met drie "
    "buurgemeenten deelt en die ervaring wil delen."
)
OUT_OF_COMPETITION_REASON = (
    "Een kleine gemeente op een eiland wil graag meedoen om te leren. Op eigen verzoek speelt zij buiten mededinging."
)
MOTIVATION = (
    "Deze stad won niet de meeste punten, maar maakte in de finale de meeste indruk. Zij liet zien hoe inwoners "
    "meebeslissen over wat er digitaal wordt, en zij hielp andere deelnemers om haar werkwijze over te nemen. "
    "(Voorbeeld: deze uitslag is verzonnen.)"
)
IN_USE = "Inwoners kunnen dit sinds kort gebruiken. Op onze website staat een pagina met uitleg en de eerste cijfers."
EXPLAINED = "Wij hebben de uitleg op onze website aangevuld. U ziet nu op de eerste pagina hoe inwoners het gebruiken."
NOT_RECOGNISED = "Wij hebben met deze gemeente nog geen contact gehad. Misschien gebruikt zij een andere oplossing?"
WENT_WRONG = (
    "De koppeling met ons zaaksysteem kostte meer tijd dan gedacht. Begin daar op tijd mee.",
    "",
    "Wij vergaten de balie mee te nemen. Na een middag oefenen ging het goed.",
    "De uitleg voor inwoners was te lang. Nu past zij op één scherm.",
)
