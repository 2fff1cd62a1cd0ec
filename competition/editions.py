"""Setting an edition up."""

from django.db import transaction

from competition.calendar import month_bounds
from competition.models import Edition, Round, Rules
from competition.models.editions import FIRST_MONTH, LAST_SCORING_MONTH


@transaction.atomic
def lay_out(edition: Edition) -> None:
    """Give an edition its rules, by default, and its ten months; what is there already stays as it is."""
    Rules.objects.get_or_create(edition=edition)
    for month in range(FIRST_MONTH, LAST_SCORING_MONTH + 1):
        starts_at, ends_at = month_bounds(edition.year, month)
        Round.objects.get_or_create(edition=edition, month=month, defaults={"starts_at": starts_at, "ends_at": ends_at})
