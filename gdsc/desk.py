"""What waits for the organisers, as the start page of the admin shows it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from competition import clock, mail_texts
from competition.admin.background import name_of, warnings_about_jobs
from competition.admin.bases import actor
from competition.models import Circular, CircularState, JobRun, OutboxMessage, Round, User
from scoring import proposals
from scoring.admin import lots, october, rounds
from scoring.admin.objections import ANSWER
from scoring.admin.proposals import DECIDE, PROPOSE
from scoring.closing import kinds_of_claim
from scoring.models import Objection, Proposal, Verification


def desk(request: HttpRequest) -> dict[str, Any]:
    """For the template; only what this person may see."""
    user = actor(request)
    found: dict[str, Any] = {"to_judge": _to_judge(user)}
    if user.has_perm(DECIDE):
        found["proposals"] = list(Proposal.objects.pending().exclude(proposed_by=user).order_by("proposed_at", "pk"))
    if user.has_perm(PROPOSE):
        found["own_proposals"] = Proposal.objects.pending().filter(proposed_by=user).count()
    if user.has_perm(ANSWER):
        found["objections"] = Objection.objects.pending().count()
    found["lots"] = lots.to_do(user, at=clock.now())
    if user.has_perm("scoring.view_verification"):
        found["wrong"] = _found_wrong()
    if user.has_perm("competition.view_round"):
        waiting = rounds.waiting(at=clock.now())
        found["waiting_rounds"] = [_as_row(month) for month in waiting]
        found["closable"] = _closable(waiting)
    return found | _circulars(user) | _behind_the_scenes(user)


def _circulars(user: User) -> dict[str, Any]:
    """The messages of others to many people, for who can agree with them."""
    if not user.has_perm("competition.change_circular"):
        return {}
    waiting = Circular.objects.filter(state=CircularState.WAITING)
    return {"circulars": list(waiting.exclude(proposed_by=user).order_by("proposed_at", "pk"))}


def _behind_the_scenes(user: User) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if user.has_perm("competition.view_jobrun"):
        found["job_runs"] = [(name_of(run.job), run) for run in JobRun.objects.order_by("job")]
        found["job_warnings"] = warnings_about_jobs()
    if user.has_perm("competition.view_outboxmessage"):
        found["parked_count"] = OutboxMessage.objects.exclude(parked_at=None).count()
    if user.has_perm("competition.view_mailtext"):
        found["broken_texts"] = mail_texts.broken()
    return found


def _to_judge(user: User) -> list[tuple[str, int, str]]:
    """Each kind of claim that this person may see: its name, how many wait, and where."""
    return [
        (str(kind._meta.verbose_name_plural), kind.objects.pending().count(), rounds.url_of_pending(kind))
        for kind in kinds_of_claim()
        if user.has_perm(f"{kind._meta.app_label}.view_{kind._meta.model_name}")
    ]


def _as_row(month: Round) -> tuple[object, object, str, str]:
    """The month, its state, what waits for a decision, and where the last month is closed."""
    where = october.address_of(month.edition_id) if month.is_last else ""
    return month, rounds.state(month, at=clock.now()), rounds.links_to_pending(month), where


def _closable(waiting: Sequence[Round]) -> list[tuple[Round, str]]:
    """The last months that two organisers can close now, and where; not what has been proposed already.

    Only where no earlier month waits too: those close by themselves first.
    """
    count = Counter(month.edition_id for month in waiting)
    return [
        (month, october.address_of(month.edition_id))
        for month in waiting
        if month.is_last
        and count[month.edition_id] == 1
        and not proposals.why_not_close(month.edition, at=clock.now())
        and october.pending_closing(month.edition) is None
    ]


def _found_wrong() -> list[Verification]:
    """The last verdict on each edition, where it is not a good one."""
    last = Verification.objects.order_by("edition", "-checked_at", "-pk").distinct("edition")
    return [verdict for verdict in last.select_related("edition") if not verdict.is_right]
