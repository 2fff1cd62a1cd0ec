"""What a point is for, and on which day it counts. Pure: no queries, no clock."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.calendar import local_date
from competition.models import Round, Rules

FINALIST_COUNT = 5
OBJECTION_DAYS = 14
"""How long after the day of a booking any participant may object to it."""


class Kind(models.TextChoices):
    """The three ways to a point."""

    MEETUP = "meetup", _("meetup")
    ADOPTION = "adoption", _("overname")
    CONTRIBUTION = "contribution", _("aangedragen oplossing")


class KindOfPoint(NamedTuple):
    """What the scoring needs to know of one kind; the amounts are data, in the edition's rules."""

    amount_field: str
    """The field of `Rules` that says what one is worth."""
    is_bound_to_month: bool
    """Whether a claim comes too late when the month it belongs to has been closed for claims."""


KINDS: dict[Kind, KindOfPoint] = {
    Kind.MEETUP: KindOfPoint("meetup_points", is_bound_to_month=True),
    Kind.ADOPTION: KindOfPoint("adoption_points", is_bound_to_month=False),
    Kind.CONTRIBUTION: KindOfPoint("contribution_points", is_bound_to_month=False),
}


class RefusedByRulesError(Exception):
    """The edition's rules refuse this; the message says why, in words for the reader."""


def points_for(kind: Kind, rules: Rules) -> int:
    amount: int = getattr(rules, KINDS[kind].amount_field)
    return amount


def counting_day(
    kind: Kind, *, happened_on: date, submitted_at: datetime, rounds: Iterable[Round], rules: Rules
) -> date:
    """The day from which the point counts: the day of submission, or the month's last day for a late claim.

    A claim about a month may still come in for `late_claim_days` after that month, and then counts for that month.
    After that a meetup is too late. An adoption counts from the day of submission then, as long as points can be won.

    Raises `RefusedByRulesError` when no point can be won with it any more, or not yet.
    """
    in_order = sorted(rounds, key=lambda r: r.starts_at)
    submitted_on = local_date(submitted_at)
    if happened_on > submitted_on:
        raise RefusedByRulesError(gettext("Dit is nog niet gebeurd. Meld het daarna."))
    own = next((r for r in in_order if r.first_day <= happened_on <= r.last_day), None)
    if own is not None and submitted_at < own.late_claims_end_at(rules):
        return min(submitted_on, own.last_day)
    if own is not None and KINDS[kind].is_bound_to_month:
        raise RefusedByRulesError(
            gettext("U kon dit melden tot en met %(day)s. Die termijn is voorbij.")
            % {"day": date_format(_last_day_before(own.late_claims_end_at(rules)), "j F Y")}
        )
    now_open = next((r for r in in_order if r.contains(submitted_at)), None)
    if now_open is None or (own is None and KINDS[kind].is_bound_to_month):
        belongs_on = happened_on if KINDS[kind].is_bound_to_month else submitted_on
        raise RefusedByRulesError(_outside_the_season(in_order, belongs_on=belongs_on, submitted_at=submitted_at))
    return submitted_on


def _outside_the_season(in_order: list[Round], *, belongs_on: date, submitted_at: datetime) -> str:
    if not in_order:
        return gettext("Deze editie heeft nog geen maanden. Er zijn nog geen punten te verdienen.")
    if belongs_on < in_order[0].first_day or submitted_at < in_order[0].starts_at:
        return gettext("De competitie begint op %(day)s. Daarvoor zijn er geen punten te verdienen.") % {
            "day": date_format(in_order[0].first_day, "j F Y")
        }
    return gettext("Na %(day)s zijn er geen punten meer te verdienen: de stand van oktober bepaalt de finalisten.") % {
        "day": date_format(in_order[-1].last_day, "j F Y")
    }


def _last_day_before(moment: datetime) -> date:
    return date.fromordinal(local_date(moment).toordinal() - 1)
