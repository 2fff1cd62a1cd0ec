"""What waits for the organisers, as the start page of the admin shows it."""

from typing import Any

from django.http import HttpRequest

from competition import clock
from competition.admin.background import name_of, warnings_about_jobs
from competition.admin.bases import actor
from competition.models import JobRun, OutboxMessage, User
from scoring.admin import rounds
from scoring.closing import kinds_of_claim


def desk(request: HttpRequest) -> dict[str, Any]:
    """For the template; only what this person may see."""
    user = actor(request)
    found: dict[str, Any] = {"to_judge": _to_judge(user)}
    if user.has_perm("competition.view_round"):
        found["waiting_rounds"] = _waiting_rounds()
    if user.has_perm("competition.view_jobrun"):
        found["job_runs"] = [(name_of(run.job), run) for run in JobRun.objects.order_by("job")]
        found["job_warnings"] = warnings_about_jobs()
    if user.has_perm("competition.view_outboxmessage"):
        found["parked_count"] = OutboxMessage.objects.exclude(parked_at=None).count()
    return found


def _to_judge(user: User) -> list[tuple[str, int, str]]:
    """Each kind of claim that this person may see: its name, how many wait, and where."""
    return [
        (str(kind._meta.verbose_name_plural), kind.objects.pending().count(), rounds.url_of_pending(kind))
        for kind in kinds_of_claim()
        if user.has_perm(f"{kind._meta.app_label}.view_{kind._meta.model_name}")
    ]


def _waiting_rounds() -> list[tuple[object, object, str]]:
    now = clock.now()
    return [(month, rounds.state(month, at=now), rounds.links_to_pending(month)) for month in rounds.waiting(at=now)]
