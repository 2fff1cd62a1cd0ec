from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.staff import acts, prospects, season
from gdsc.staff.claim_facts import course_of
from gdsc.staff.desk import Desk, desk_or_404
from solutions import adoptions
from solutions.forms import AdoptionForm
from solutions.models import Adoption, Solution


@for_own_municipality
def report(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    """One of the ten solutions: report how far the adoption is, or see what became of the report."""
    desk = desk_or_404(request, municipality)
    solution = _solution_or_404(desk, solution_slug)
    claim = _claim(desk, solution)
    form = AdoptionForm(request.POST) if request.method == "POST" else AdoptionForm(instance=claim)
    if request.method == "POST":
        do = adoptions.hand_in if acts.wants_to_hand_in(request) else adoptions.draft
        kept = acts.keep(
            request,
            form,
            lambda: do(desk.participant, solution, fields=form.cleaned_data, by=desk.person, at=desk.at),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=partial(_claim, desk, solution),
        )
        if kept:
            return kept
    return _page(request, desk, claim, form)


@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    desk = desk_or_404(request, municipality)
    solution = _solution_or_404(desk, solution_slug)
    claim = get_object_or_404(Adoption, participant=desk.participant, solution=solution)
    refusal = prospects.adoption_refusal(desk, solution)
    return acts.withdraw(request, claim, desk=desk, page_of=partial(_page_of, desk), refusal=refusal)


def _solution_or_404(desk: Desk, slug: str) -> Solution:
    return get_object_or_404(desk.edition.solutions.select_related("giver", "round"), slug=slug)


def _claim(desk: Desk, solution: Solution) -> Adoption:
    """What the participant reported about this solution; a blank claim while there is nothing."""
    kept = Adoption.objects.filter(participant=desk.participant, solution=solution).select_related("award").first()
    claim = kept or Adoption()
    claim.participant, claim.solution = desk.participant, solution
    return claim


def _page(request: HttpRequest, desk: Desk, claim: Adoption, form: AdoptionForm) -> HttpResponse:
    refusal = prospects.adoption_refusal(desk, claim.solution)
    context = {
        "claim": claim,
        "course": course_of(claim),
        "form": form if claim.is_editable and (form.is_bound or not refusal) else None,
        "refusal": refusal,
        "until": season.last_day(desk),
        "notice": season.notice_of(desk),
    }
    return render(request, "staff/adoption.html", desk.context | context)


def _page_of(desk: Desk, claim: Adoption) -> str:
    return reverse("report_adoption", args=[desk.municipality.slug, claim.solution.slug])
