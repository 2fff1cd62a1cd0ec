"""Where the months stand, with the claims that still wait for a decision."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from competition.calendar import AMSTERDAM
from competition.models import Edition, Round
from scoring.closing import RoundState, kinds_of_claim, state_of
from scoring.models import Claim, ClaimState


def with_pending(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Add to each month how many claims of each kind wait that count for it, or for an earlier month.

    The same claims as `closing.count_pending`, for all months in one query.
    """
    counts = {_column(kind): _count_of(kind) for kind in kinds_of_claim()}
    return rounds.annotate(day_after=TruncDate("ends_at", tzinfo=AMSTERDAM)).annotate(**counts)


def _column(kind: type[Claim]) -> str:
    return f"pending_{kind._meta.model_name}"


def _count_of(kind: type[Claim]) -> Coalesce:
    its_claims = kind.objects.pending().filter(
        participant__edition=OuterRef("edition"), counts_on__lt=OuterRef("day_after")
    )
    per_edition = its_claims.order_by().values("participant__edition").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(per_edition), 0, output_field=IntegerField())


def waiting(*, at: datetime) -> list[Round]:
    """The months that are over and not closed, of the editions that are played here, in order."""
    over = Round.objects.filter(edition__is_archive=False, ends_at__lte=at, closing=None)
    rounds = with_pending(over.select_related("edition__rules", "closing"))
    return list(rounds.order_by("starts_at", F("edition")))


def state(round_: Round, *, at: datetime) -> RoundState:
    return state_of(round_, round_.edition.rules, at=at, is_closed=hasattr(round_, "closing"))


def pending_of(round_: Round) -> list[tuple[type[Claim], int]]:
    """Each kind of claim with how many wait; of a month from `with_pending`."""
    return [(kind, getattr(round_, _column(kind))) for kind in kinds_of_claim()]


def links_to_pending(round_: Round) -> SafeString | str:
    """What waits for this month, each kind with a link to its list."""
    found = [
        (url_of_pending(kind, edition=round_.edition, before=round_.first_day_after), count, name_of(kind, count))
        for kind, count in pending_of(round_)
        if count
    ]
    return format_html_join(", ", '<a href="{}">{} {}</a>', found) if found else "–"


def name_of(kind: type[Claim], count: int) -> str:
    return str(kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural)


def url_of_pending(kind: type[Claim], *, edition: Edition | None = None, before: date | None = None) -> str:
    """The list of the claims of one kind that wait."""
    narrowed: dict[str, Any] = {"stand": ClaimState.SUBMITTED.value}
    if edition is not None:
        narrowed["participant__edition__id__exact"] = edition.pk
    if before is not None:
        narrowed["counts_on__lt"] = before.isoformat()
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    return f"{address}?{urlencode(narrowed)}"
