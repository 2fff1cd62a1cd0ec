"""Sealed lots: texts that organisers seal before October is closed and open after it, and the draw that they make.

Who seals a text does not know those of the others, and cannot change it afterwards; so nobody chooses the outcome. All
lots count or none do: if those that are open were enough, whoever opens last could look first and then decide.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Edition, Round, TieRule, User
from competition.models.editions import LAST_SCORING_MONTH
from scoring.final import finalists, recipe
from scoring.final.drawing import Drawing, work_out
from scoring.final.finalists import FEWEST_LOTS, DrawRefusedError
from scoring.models import LotDraw, RoundClosing, SealedLot

SHORTEST, LONGEST, FEWEST_CHARACTERS = 16, 200, 8
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another on paper."""


class LotRefusedError(Exception):
    """This lot cannot be sealed or opened; the message says why."""


# --- Sealing ---------------------------------------------------------------------------------------


def fresh_text() -> str:
    """A text that nobody can guess, of about 119 bits, in groups to copy by hand."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(6))


def seal_of(text: str) -> str:
    """The seal of a text that somebody typed. Raises `LotRefusedError` for one that a computer finds from its seal."""
    normal = recipe.normalise(text)
    if len(normal) < SHORTEST or len(set(normal)) < FEWEST_CHARACTERS:
        raise LotRefusedError(
            gettext("Deze tekst is te raden. Neem ten minste %(length)d tekens, waarvan %(different)d verschillende.")
            % {"length": SHORTEST, "different": FEWEST_CHARACTERS}
        )
    if len(normal) > LONGEST:
        raise LotRefusedError(gettext("Maak de tekst korter: hoogstens %(count)d tekens.") % {"count": LONGEST})
    return recipe.seal_of(normal)


@transaction.atomic
def seal_lot(edition: Edition, *, seal: str, by: User, at: datetime) -> SealedLot:
    """Keep the seal of a text that only this person knows; the same seal by the same person again adds nothing."""
    _hold_october(edition)
    known = SealedLot.objects.filter(seal=seal).first()
    if known is not None and (known.edition_id, known.sealed_by_id) == (edition.pk, by.pk):
        return known
    if why_not := why_not_seal(edition, by=by):
        raise LotRefusedError(why_not)
    if known is not None:
        raise LotRefusedError(gettext("Dit zegel is al eens gebruikt. Kies een andere tekst."))
    return SealedLot.objects.create(edition=edition, seal=seal, sealed_at=at, sealed_by=by)


def _hold_october(edition: Edition) -> None:
    """A closing under way needs this row to commit: it waits for who seals, or who seals waits for it."""
    Round.objects.select_for_update().get(edition=edition, month=LAST_SCORING_MONTH)


def why_not_seal(edition: Edition, *, by: User) -> str:
    """Why this person cannot seal a lot now, in words; empty when that is possible."""
    if edition.rules.tie_rule != TieRule.ORDER:
        return gettext("Volgens de spelregels gaat iedereen door die gelijk staat. Er wordt niet geloot.")
    if is_closed(edition):
        return gettext("Oktober is afgesloten. Een lot verzegelen kan alleen daarvoor.")
    if SealedLot.objects.filter(edition=edition, sealed_by=by).exists():
        return gettext("U heeft al een lot verzegeld voor %(edition)s.") % {"edition": edition}
    return ""


def is_closed(edition: Edition) -> bool:
    """Whether the standing on which lots are drawn has been fixed."""
    return RoundClosing.objects.filter(round__edition=edition, round__month=LAST_SCORING_MONTH).exists()


# --- Opening ---------------------------------------------------------------------------------------


@transaction.atomic
def open_lot(lot: SealedLot, *, text: str, at: datetime) -> None:
    """Open a lot by the text that it was made of, whoever knows that; a lot that is open stays as it is."""
    _hold(lot.edition)
    lot.refresh_from_db(fields=["opened", "opened_at"])
    if lot.opened_at:
        return
    if why_not := why_not_open(lot.edition):
        raise LotRefusedError(why_not)
    able = [typed for typed in recipe.spellings(text) if len(typed) <= LONGEST]
    fitting = [typed for typed in able if recipe.seal_of(typed) == lot.seal]
    if not fitting:
        raise LotRefusedError(gettext("Deze tekst past niet op het zegel. Let op hoofdletters, spaties en leestekens."))
    lot.opened, lot.opened_at = fitting[0], at
    lot.save(update_fields=["opened", "opened_at"])


def why_not_open(edition: Edition) -> str:
    """Why no lot of this edition can be opened now, in words; empty when that is possible."""
    if not is_closed(edition):
        return gettext("Oktober is nog niet afgesloten. Houd de tekst nog even geheim.")
    if not finalists.still_tied(edition).places_left:
        return gettext("Er hoeft niet te worden geloot. Het lot blijft dicht.")
    return ""


# --- Drawing ---------------------------------------------------------------------------------------


@transaction.atomic
def draw(edition: Edition, *, by: User, at: datetime) -> LotDraw:
    """Settle the tie by the sealed lots and write down how; a repeat gives the draw that was made.

    Raises `DrawRefusedError` when there is nothing to draw for, or a lot is missing or shut.
    """
    _hold(edition)
    if made := LotDraw.objects.filter(edition=edition).first():
        return made
    october, sealed = finalists.october(edition), of(edition)
    tie = finalists.cut(october.lines, tie_rule=edition.rules.tie_rule)
    if not tie.places_left:
        raise DrawRefusedError(gettext("Er is geen loting nodig."))
    if why_not := why_not_draw(sealed):
        raise DrawRefusedError(why_not)
    drawing = work_out(sealed, tie, year=edition.year, closing_hash=october.head_hash)
    return finalists.record_draw(
        edition,
        drawn=[turn.line.participant for turn in drawing.turns if turn.is_in],
        record=_record(sealed, drawing),
        by=by,
        seconded_by=_another(sealed, than=by),
        at=at,
        seed=drawing.seed,
    )


def why_not_draw(sealed: Sequence[SealedLot]) -> str:
    """Why these lots cannot decide, in words; empty when they can."""
    if len(sealed) < FEWEST_LOTS:
        return gettext("Er zijn geen twee loten verzegeld. Loot daarom in het openbaar.")
    shut = sum(lot.opened_at is None for lot in sealed)
    if shut:
        return ngettext("Er is nog %(n)d lot dicht.", "Er zijn nog %(n)d loten dicht.", shut) % {"n": shut}
    return ""


def of(edition: Edition) -> list[SealedLot]:
    """In the order in which they were sealed."""
    return list(edition.sealed_lots.order_by("sealed_at", "pk"))


def _another(sealed: Sequence[SealedLot], *, than: User) -> User | None:
    """Somebody else who sealed one of these; None where those accounts are gone."""
    others = [lot.sealed_by_id for lot in sealed if lot.sealed_by_id not in {None, than.pk}]
    return User.objects.filter(pk__in=others).order_by("pk").first()


@in_dutch()
def _record(sealed: Sequence[SealedLot], drawing: Drawing) -> str:
    """How it went, from the facts. It names participants, and no people."""
    places = sum(turn.is_in for turn in drawing.turns)
    sentences = [
        gettext("Er is geloot met %(lots)d verzegelde loten.") % {"lots": len(sealed)},
        gettext("Ze zijn verzegeld vóór de afsluiting van oktober, het laatste op %(day)s.")
        % {"day": _day(max(lot.sealed_at for lot in sealed))},
        gettext("Alle loten zijn daarna geopend, het laatste op %(day)s.")
        % {"day": _day(max(lot.opened_at for lot in sealed if lot.opened_at))},
        ngettext(
            "Er was %(places)d plaats voor %(tied)d deelnemers die precies gelijk stonden.",
            "Er waren %(places)d plaatsen voor %(tied)d deelnemers die precies gelijk stonden.",
            places,
        )
        % {"places": places, "tied": len(drawing.turns)},
    ]
    order = [
        f"{place}. {turn.line.participant}" + (f" ({gettext('in de finale')})" if turn.is_in else "")
        for place, turn in enumerate(drawing.turns, 1)
    ]
    return "\n\n".join([" ".join(sentences), "\n".join([gettext("De volgorde uit de loting:"), *order])])


def _day(moment: datetime) -> str:
    return date_format(local_date(moment), "j F Y")


# --- What is to be done ----------------------------------------------------------------------------


class Step(StrEnum):
    """What the lots of an edition wait for, seen by one organiser."""

    NOTHING = "nothing"
    SEAL = "seal"
    OPEN = "open"
    WAIT = "wait"
    DRAW = "draw"
    DRAW_IN_PUBLIC = "draw in public"


def next_step(edition: Edition, *, by: User, at: datetime) -> Step:
    """The next step: to seal a lot in October, and after the closing, where it left a tie, to open lots and to draw."""
    october = edition.rounds.select_related("closing").get(month=LAST_SCORING_MONTH)
    if not hasattr(october, "closing"):
        return Step.NOTHING if at < october.starts_at or why_not_seal(edition, by=by) else Step.SEAL
    if not finalists.still_tied(edition).places_left:
        return Step.NOTHING
    sealed = of(edition)
    if len(sealed) < FEWEST_LOTS:
        return Step.DRAW_IN_PUBLIC
    if not why_not_draw(sealed):
        return Step.DRAW
    is_mine_shut = any(lot.sealed_by_id == by.pk and lot.opened_at is None for lot in sealed)
    return Step.OPEN if is_mine_shut else Step.WAIT


def _hold(edition: Edition) -> None:
    """Let those who open a lot or draw for this edition wait for one another."""
    Edition.objects.select_for_update().get(pk=edition.pk)
