from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from competition import uploads
from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff import acts, prospects, season
from gdsc.staff.claim_facts import Fact, course_of
from gdsc.staff.desk import Desk, desk_or_404
from scoring import claims
from solutions import contributions, remarks
from solutions.forms import ContributionForm, NewContributionForm, OwnContributionForm, RemarkForm
from solutions.models import Contribution


@once
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


@once
@for_own_municipality
def contribution(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """One contribution: change it and hand it in, or see what became of it."""
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk=pk)
    if request.method != "POST":
        return _page(request, desk, claim, OwnContributionForm(instance=claim, initial={"version": claim.version}))
    form = OwnContributionForm(request.POST)
    as_it_is = partial(_contribution_or_404, desk, pk=pk)
    act = _hand_in if acts.wants_to_hand_in(request) else _change
    try:
        kept = acts.keep(
            request,
            form,
            lambda: act(as_it_is(), form, desk),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=as_it_is,
        )
    except contributions.ChangedSinceError:
        return _both_versions(request, desk, as_it_is(), form)
    return kept or _page(request, desk, claim, form)


def _both_versions(request: HttpRequest, desk: Desk, claim: Contribution, form: OwnContributionForm) -> HttpResponse:
    """What this person typed, beside what a colleague kept meanwhile; keeping it again is a choice."""
    words = gettext("Een collega bewaarde iets anders terwijl u schreef. Wat u typte, staat er nog.")
    form.add_error(None, words)
    form.data = {**request.POST.dict(), "version": str(claim.version)}
    theirs = [
        Fact(str(form[field].label), contributions.in_words(claim, field))
        for field in contributions.differing(claim, form.answers)
    ]
    return _page(request, desk, claim, form, theirs=theirs)


@once
@for_own_municipality
@require_POST
def answer(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """Answer what the organisers asked."""
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk=pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        shown = OwnContributionForm(instance=claim, initial={"version": claim.version})
        return _page(request, desk, claim, shown, remark_form=form)
    try:
        remarks.answer(claim, **form.cleaned_data, by=desk.person, at=desk.at)
    except claims.WrongStateError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, gettext("Uw antwoord is verstuurd. De organisatie krijgt een mail."))
    return redirect(_page_of(desk, claim))


@once
@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk=pk)
    refusal = prospects.contribution_refusal(desk, claim)
    return acts.withdraw(request, claim, desk=desk, page_of=partial(_page_of, desk), refusal=refusal)


def _change(claim: Contribution, form: OwnContributionForm, desk: Desk) -> Contribution:
    return contributions.change(claim, fields=form.answers, seen_version=form.cleaned_data["version"])


def _hand_in(claim: Contribution, form: OwnContributionForm, desk: Desk) -> Contribution:
    seen_version = form.cleaned_data["version"]
    return contributions.hand_in(claim, fields=form.answers, seen_version=seen_version, by=desk.person, at=desk.at)


def _contribution_or_404(desk: Desk, **which: object) -> Contribution:
    own = Contribution.objects.filter(participant=desk.participant).select_related("award")
    claim = get_object_or_404(own, **which)
    claim.participant = desk.participant
    return claim


def _page(
    request: HttpRequest,
    desk: Desk,
    claim: Contribution,
    form: ContributionForm,
    *,
    theirs: Sequence[Fact] = (),
    remark_form: RemarkForm | None = None,
) -> HttpResponse:
    said = list(claim.remarks.order_by("pk")) if claim.pk else []
    refusal = prospects.contribution_refusal(desk, claim)
    context = {
        "claim": claim,
        "course": course_of(claim),
        "form": form if claim.is_editable and (form.is_bound or not refusal) else None,
        "theirs": theirs,
        "has_pictures": uploads.is_on(),
        "remarks": said,
        "awaits_answer": remarks.awaits_answer(said),
        "remark_form": remark_form or RemarkForm(initial={"form_key": uuid4()}, auto_id="remark_%s"),
        "refusal": refusal,
        "until": desk.rounds[-1].last_day,
        "notice": season.notice_of(desk),
    }
    return render(request, "staff/contribution.html", desk.context | context)


def _page_of(desk: Desk, claim: Contribution) -> str:
    return reverse("own_contribution", args=[desk.municipality.slug, claim.pk])
