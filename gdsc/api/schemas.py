"""The shapes that the API gives. Moments are in UTC (RFC 3339), days are days in the Netherlands.

What a field means is told to the reader in Dutch, as the design rules ask of documentation.
"""

from datetime import UTC, date, datetime
from typing import Annotated

from django.db.models import TextChoices
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from meetups.models import MaterialKind
from solutions.models import CostBand, Effort, Licence, Readiness, Theme

Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


def _codes(choices: type[TextChoices]) -> str:
    """Each value with what it says on screen; where a field may be empty, that is not known."""
    return "; ".join(f"`{value}`: {label}" for value, label in choices.choices) + "."


class _Shape(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Problem(_Shape):
    """An error, by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Head(_Shape):
    """The last ledger entry that something was counted at; number 0 while nothing has been booked."""

    number: int
    hash: str = Field(description="SHA-256, 64 tekens 0-9 en a-f.")


class Edition(_Shape):
    """One year of the competition."""

    year: int
    name: str
    is_example: bool = Field(description="Waar bij voorbeeldgegevens: geen echte competitie.")
    is_archive: bool = Field(description="Waar als de editie niet in dit portaal is gespeeld.")
    starts_at: Moment
    campaign_starts_at: Moment
    ends_at: Moment
    winner: str | None = Field(description="De winnaar, als die bekend is.")


class Place(_Shape):
    """One line of a standing."""

    rank: int | None = Field(description="Gelijke punten delen een plaats: 1, 2, 2, 4. Leeg: buiten mededinging.")
    participant: str = Field(description="De naam van de deelnemer in het webadres.")
    name: str
    total: int
    meetup_points: int
    adoption_points: int
    contribution_points: int
    moved: int | None = Field(
        description="Plaatsen gestegen sinds de afgesloten maand ervoor. Gedaald is negatief, niet te vergelijken leeg."
    )
    is_new: bool = Field(description="Waar als de deelnemer toen nog geen plaats had.")


class Standing(_Shape):
    """A standing with the ledger head that it belongs to."""

    year: int
    label: str = Field(description="Waarvan dit de stand is.")
    is_frozen: bool = Field(description="Waar als de ranglijst stilstaat.")
    as_of: Moment | None = Field(
        description="Het moment van de laatste boeking erin, of waarop een stilgezette stand is vastgelegd."
    )
    head: Head
    places: list[Place]


class Version(_Shape):
    """One version of a closed month's standing: also the checkpoint that the ledger can be held to."""

    month: int = Field(ge=1, le=10)
    version: int
    made_at: Moment
    head: Head
    reason: str = Field(description="Waarom er een nieuwe versie kwam; leeg bij de eerste.")


class MonthResult(Version):
    """The stored standing at the end of a closed month; never counted anew."""

    year: int
    places: list[Place]


class Municipality(_Shape):
    cbs_code: str = Field(description="De CBS-code, zoals GM0599.")
    name: str
    province: str


class Participant(_Shape):
    """A competitor in one edition: a municipality, or an alliance of several."""

    slug: str
    name: str
    entry: str = Field(description="`dsa` of `wildcard`.")
    wildcard_reason: str
    is_out_of_competition: bool
    municipalities: list[Municipality]


class Solution(_Shape):
    """One of the ten curated solutions."""

    slug: str
    title: str
    summary: str
    problem: str = Field(description="Welk probleem zij wegneemt.")
    description: str
    theme: str = Field(description=_codes(Theme))
    cost_band: str = Field(description=_codes(CostBand))
    effort: str = Field(description="Van het besluit tot de eerste mensen haar gebruiken: " + _codes(Effort))
    licence: str = Field(description=_codes(Licence))
    website: str
    month: int = Field(description="De maand waarin zij centraal staat.")
    giver: str | None = Field(description="De gemeente die haar geeft.")
    adopters: list[str] = Field(description="De deelnemers die haar gebruiken, volgens bevestigde meldingen.")
    one_sided_adopters: list[str] = Field(
        description="Wie van hen alleen zelf meldt dat zij haar gebruiken: de gever bevestigde het niet."
    )


class Contribution(_Shape):
    """A solution in the library Goed Opgelost!"""

    id: int
    year: int
    participant: str
    title: str
    summary: str
    problem: str
    solution: str
    theme: str = Field(description=_codes(Theme))
    result: str = Field(description="Wat het opleverde; in Markdown, net als `problem` en `solution`.")
    supplier: str
    standards: str = Field(description="Welke standaarden zij gebruikt.")
    contact_role: str = Field(description="Wie er bij de gemeente over gaat: een functie, geen naam.")
    readiness: str = Field(description=_codes(Readiness))
    cost_band: str = Field(description=_codes(CostBand))
    licence: str = Field(description=_codes(Licence))
    website: str


class Material(_Shape):
    """Something of a meetup to read or watch afterwards."""

    kind: str = Field(description=_codes(MaterialKind))
    title: str
    url: str


class Meetup(_Shape):
    """One meeting about a solution."""

    slug: str
    title: str
    starts_at: Moment
    ends_at: Moment
    solution: str | None = Field(description="De oplossing waar zij over gaat.")
    host: str | None = Field(description="De gemeente die gastheer is.")
    location: str = Field(description="Leeg: alleen online.")
    expert: str = Field(description="De organisatie die erbij is als expert.")
    description: str = Field(description="Het programma.")
    is_cancelled: bool = Field(description="Waar als zij niet doorgaat.")
    materials: list[Material] = Field(description="Wat er na afloop te lezen of te zien is.")
    attending: list[str] = Field(description="De deelnemers die er waren, volgens bevestigde meldingen.")


class Entry(_Shape):
    """One booking in the ledger. The hash chains it to the one before: see `verify.py`."""

    number: int
    participant: str
    kind: str = Field(description="`meetup`, `adoption` of `contribution`.")
    source: str
    description: str
    points: int
    counts_on: date
    booked_at: Moment
    recorded_at: Moment
    reverses: int | None = Field(description="Het nummer van de boeking die deze terugboekt.")
    reason: str
    previous_hash: str
    hash: str


class Page(_Shape):
    """A part of the ledger, in order."""

    year: int
    head: Head
    entries: list[Entry]
    next: str | None = Field(description="Het adres van het volgende deel; leeg aan het eind.")
