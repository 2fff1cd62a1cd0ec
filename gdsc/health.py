"""Whether the portal is well, for a machine that watches it."""

from datetime import datetime

from django.db import Error
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from competition import clock, jobs
from competition.access import public
from competition.models import JobRun, OutboxMessage
from scoring import closing, heads, verification


@public
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503; either way each check by name, with whether it passes, and notes."""
    try:
        checks = _checks(at=clock.now())
    except Error:
        checks = {"database": False}
    is_well = all(checks.values())
    answer = {"is_well": is_well, "checks": checks, "notes": _notes()}
    return JsonResponse(answer, status=200 if is_well else 503)


def _checks(*, at: datetime) -> dict[str, bool]:
    return {
        "database": True,
        **{job: _is_done_in_time(job, at=at) for job in jobs.PERIODIC},
        "outbox": not OutboxMessage.objects.filter(parked_at__isnull=False).exists(),
        "ledger": _is_verified(at=at),
        "published_heads": heads.is_well(),
    }


def _notes() -> list[str]:
    """What is no fault, but good to know for who runs the portal."""
    if heads.is_on():
        return []
    return [
        gettext("PUBLISHED_HEADS_DIR is leeg: na het terugzetten van een oude reservekopie ziet niemand wat weg is.")
    ]


def _is_done_in_time(job: str, *, at: datetime) -> bool:
    """Whether its last run went well a short while ago, or one is busy that started so long ago at most."""
    since = at - jobs.MAX_SILENCE
    alive = Q(finished_at__gt=since) | Q(finished_at=None, started_at__gt=since)
    return JobRun.objects.filter(alive, job=job, error="").exists()


def _is_verified(*, at: datetime) -> bool:
    """Whether each edition that has started was found right, and not too long ago."""
    for edition in closing.started(at):
        last = verification.last_of(edition)
        if last is None or not last.is_right or last.checked_at <= at - verification.OVERDUE_AFTER:
            return False
    return True
