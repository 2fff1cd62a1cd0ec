from functools import partial
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.staff import acts, prospects, season
from gdsc.staff.claim_facts import course_of
from gdsc.staff.desk import Desk, desk_or_404
from scoring import claims
from solutions import contributions
from solutions.forms import ContributionForm, NewContributionForm
from solutions.models import Contribution


@for_own_municipality
def offer(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """Offer a new solution for the library."""
    desk = desk_or_404(request, municipality)
    blank = Contribution(participant=desk.participant)
    form = NewContributionForm(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST":
        do = contributions.hand_in_new if acts.wants_to_hand_in(request) else contributions.draft
        kept = acts.keep(
            request,
            form,
            lambda: do(
                desk.participant,
                form_key=form.cleaned_data["form_key"],
                fields=form.answers,
                by=desk.person,
                at=desk.at,
            ),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=lambda: _contribution_or_404(desk, form_key=form.cleaned_data["form_key"]),
        )
        if kept:
            return kept
    return _page(request, desk, blank, form)


@for_own_municipality
def contribution(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """One contribution: change it and hand it in, or see what became of it."""
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk=pk)
    form = ContributionForm(request.POST) if request.method == "POST" else ContributionForm(instance=claim)
    if request.method == "POST":
        as_it_is = partial(_contribution_or_404, desk, pk=pk)
        act = _hand_in if acts.wants_to_hand_in(request) else _change
        kept = acts.keep(
            request,
            form,
            lambda: act(as_it_is(), form, desk),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=as_it_is,
        )
        if kept:
            return kept
    return _page(request, desk, claim, form)


@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk=pk)
    refusal = prospects.contribution_refusal(desk, claim)
    return acts.withdraw(request, claim, desk=desk, page_of=partial(_page_of, desk), refusal=refusal)


def _change(claim: Contribution, form: ContributionForm, desk: Desk) -> Contribution:
    claims.change(claim, fields=form.answers)
    return claim


def _hand_in(claim: Contribution, form: ContributionForm, desk: Desk) -> Contribution:
    return contributions.hand_in(claim, fields=form.answers, by=desk.person, at=desk.at)


def _contribution_or_404(desk: Desk, **which: object) -> Contribution:
    own = Contribution.objects.filter(participant=desk.participant).select_related("award")
    claim = get_object_or_404(own, **which)
    claim.participant = desk.participant
    return claim


def _page(request: HttpRequest, desk: Desk, claim: Contribution, form: ContributionForm) -> HttpResponse:
    refusal = prospects.contribution_refusal(desk, claim)
    context = {
        "claim": claim,
        "course": course_of(claim),
        "form": form if claim.is_editable and (form.is_bound or not refusal) else None,
        "refusal": refusal,
        "until": desk.rounds[-1].last_day,
        "notice": season.notice_of(desk),
    }
    return render(request, "staff/contribution.html", desk.context | context)


def _page_of(desk: Desk, claim: Contribution) -> str:
    return reverse("own_contribution", args=[desk.municipality.slug, claim.pk])
