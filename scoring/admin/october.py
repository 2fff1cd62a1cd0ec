"""Closing the last month, which fixes the finalists: what still stands in the way, and proposing it."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from competition import clock
from competition.admin.bases import NothingToFillInForm, PortalAdmin, ReasonForm, actor, demand
from competition.models import Edition, Round
from scoring import closing, proposals
from scoring.admin.effects import what_closing_does
from scoring.admin.proposals import PROPOSE, PUBLIC_REASON, about_two_people, propose
from scoring.models import Act, Claim, Objection, Proposal


def address_of(edition_id: int) -> str:
    return reverse("admin:competition_edition_october", args=[edition_id])


def pending_closing(edition: Edition) -> Proposal | None:
    return Proposal.objects.pending().filter(edition=edition, act=Act.CLOSING).first()


def view(page: PortalAdmin[Edition], request: HttpRequest, edition: Edition) -> HttpResponse:
    last = edition.rounds.in_order().select_related("edition__rules").last()
    if last is None:
        raise Http404
    demand(request, "competition.view_edition")
    why_not = proposals.why_not_close(edition, at=clock.now())
    lies_there = pending_closing(edition)
    may_propose = actor(request).has_perm(PROPOSE) and not why_not and lies_there is None
    form = _form(request) if may_propose else NothingToFillInForm()
    if request.method == "POST":
        demand(request, PROPOSE)
        if may_propose and form.is_valid():
            try:
                return propose(request, proposals.propose_closing, edition, because=form.cleaned_data["reason"])
            except proposals.ProposalRefusedError as error:
                form.add_error(None, str(error))
    return page.ask(
        request,
        form,
        title=gettext("%(month)s afsluiten") % {"month": str(last).capitalize()},
        button=gettext("Stel voor") if may_propose else "",
        about=edition,
        template="admin/scoring/october.html",
        why_not=why_not,
        is_closed=hasattr(last, "closing"),
        from_when=_from_when(last),
        proposal=lies_there,
        effects=[] if why_not else what_closing_does(edition),
        objections=Objection.objects.pending().filter(entry__edition=edition).count(),
        by_two=about_two_people(actor(request)) if may_propose else "",
        pending=[] if hasattr(last, "closing") else _pending(request, last),
    )


def _form(request: HttpRequest) -> ReasonForm:
    initial = {"reason": gettext("Alle meldingen zijn beoordeeld.")}
    return ReasonForm(request.POST or None, initial=initial, help_text=str(PUBLIC_REASON))


def _from_when(last: Round) -> str:
    moment = localtime(last.closes_at(last.edition.rules))
    return gettext("Afsluiten kan vanaf %(day)s.") % {"day": date_format(moment, "j F Y")}


def _pending(request: HttpRequest, last: Round) -> list[tuple[Claim, str]]:
    """Every claim that waits, each with the address of its page; who waits longest comes first."""
    found: list[tuple[Claim, str]] = []
    for kind in closing.kinds_of_claim():
        its_page: Any = admin.site.get_model_admin(kind)
        for claim in its_page.get_queryset(request).filter(pk__in=closing.pending_of(kind, last)):
            name = f"admin:{kind._meta.app_label}_{kind._meta.model_name}_change"
            found.append((claim, reverse(name, args=[claim.pk])))
    return sorted(found, key=lambda one: (one[0].submitted_at, one[1]))
