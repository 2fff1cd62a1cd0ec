"""The steps of an adoption, as its municipality climbs them."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext

from competition.calendar import local_date
from scoring.models import ClaimState
from solutions.models import Adoption, Stage


class Step(NamedTuple):
    """`day` is when it was taken, as far as that is known."""

    label: str
    is_done: bool
    is_current: bool
    day: date | None


def steps_of(adoption: Adoption) -> list[Step]:
    """Orientation, decision, in use, and the organisers' word on it. None is done while nothing has been kept."""
    labels = {
        Stage.ORIENTATION: gettext("Oriëntatie"),
        Stage.DECISION: gettext("Besluit"),
        Stage.IN_USE: gettext("In gebruik"),
    }
    days = [adoption.orientation_since, adoption.decision_since, adoption.in_use_since]
    is_confirmed = adoption.state == ClaimState.CONFIRMED
    here = list(labels).index(Stage(adoption.stage)) if adoption.pk else -1
    climbed = [
        Step(label, number <= here, number == here and not is_confirmed, days[number] if number <= here else None)
        for number, label in enumerate(labels.values())
    ]
    confirmed_on = local_date(adoption.decided_at) if is_confirmed and adoption.decided_at else None
    return [*climbed, Step(gettext("Bevestigd: uw punt"), is_confirmed, is_confirmed, confirmed_on)]
