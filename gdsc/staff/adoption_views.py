from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from competition import uploads
from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff import acts, prospects, season
from gdsc.staff.claim_facts import Fact, course_of
from gdsc.staff.desk import Desk, desk_or_404
from gdsc.staff.ladder import steps_of
from scoring import claims
from solutions import adoptions, recognition
from solutions.forms import AdoptionForm
from solutions.models import Adoption, Evidence, GiverAnswer, Solution


@once
@for_own_municipality
def report(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    """One of the ten solutions: report how far the adoption is, or see what became of the report."""
    desk = desk_or_404(request, municipality)
    solution = _solution_or_404(desk, solution_slug)
    claim = _claim(desk, solution)
    form = AdoptionForm(request.POST, request.FILES) if request.method == "POST" else _shown(desk, claim)
    if request.method == "POST":
        do = adoptions.hand_in if acts.wants_to_hand_in(request) else adoptions.draft
        kept = acts.keep(
            request,
            form,
            lambda: do(desk.participant, solution, **_told(form), by=desk.person, at=desk.at),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=partial(_claim, desk, solution),
        )
        if kept:
            return kept
        _ask_for_the_file_again(form)
    return _page(request, desk, claim, form)


def _shown(desk: Desk, claim: Adoption) -> AdoptionForm:
    return AdoptionForm(instance=claim, proposed_day=prospects.best_day(desk))


def _told(form: AdoptionForm) -> dict[str, Any]:
    return {"fields": form.answers, "evidence": form.cleaned_data.get("evidence_file")}


def _ask_for_the_file_again(form: AdoptionForm) -> None:
    """A browser never fills in a file that was chosen before."""
    if form.cleaned_data.get("evidence_file"):
        form.add_error("evidence_file", gettext("Kies dit bestand nog een keer: het is nog niet bewaard."))


@once
@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    desk = desk_or_404(request, municipality)
    solution = _solution_or_404(desk, solution_slug)
    claim = get_object_or_404(Adoption, participant=desk.participant, solution=solution)
    refusal = prospects.adoption_refusal(desk, solution)
    return acts.withdraw(request, claim, desk=desk, page_of=partial(_page_of, desk), refusal=refusal)


@for_own_municipality
@require_safe
def evidence(request: HttpRequest, municipality: Municipality, solution_slug: str, pk: int) -> HttpResponse:
    """One file, to be saved."""
    desk = desk_or_404(request, municipality)
    mine = Evidence.objects.filter(adoption__participant=desk.participant, adoption__solution__slug=solution_slug)
    one = get_object_or_404(mine, pk=pk)
    return uploads.served(one.file, content_type=one.content_type, save_as=one.name)


@once
@for_own_municipality
@require_POST
def remove_evidence(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    """Take one of the own files away. Which one stands in the form: for any other the answer is the same."""
    desk = desk_or_404(request, municipality)
    claim = _claim(desk, _solution_or_404(desk, solution_slug))
    mine = Evidence.objects.filter(adoption=claim.pk, pk=acts.number_in(request, "file"))
    try:
        for one in mine.select_related("adoption"):
            adoptions.remove_file(one)
    except claims.WrongStateError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, gettext("Het bestand is verwijderd."))
    return redirect(_page_of(desk, claim))


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
        "course": [*course_of(claim), *_word_of_the_giver(desk, claim)],
        "steps": steps_of(claim),
        "files": Evidence.objects.filter(adoption=claim.pk).order_by("pk"),
        "form": form if claim.is_editable and (form.is_bound or not refusal) else None,
        "refusal": refusal,
        "until": season.last_day(desk),
        "notice": season.notice_of(desk),
    }
    return render(request, "staff/adoption.html", desk.context | context)


def _word_of_the_giver(desk: Desk, claim: Adoption) -> list[Fact]:
    """What the site says of it; that the giver denies it, only the organisers know."""
    giver = claim.solution.giver
    own = [place.municipality_id for place in desk.participant.places.all()]
    if giver is None or giver.pk in own or claim.state not in recognition.OPEN_TO_ANSWER:
        return []
    if claim.giver_answer == GiverAnswer.RECOGNISED:
        return [Fact(gettext("De gever"), gettext("%(giver)s bevestigt het ook.") % {"giver": giver})]
    words = gettext("%(giver)s bevestigde het nog niet. Op de site staat: door één partij gemeld.")
    return [Fact(gettext("De gever"), words % {"giver": giver})]


def _page_of(desk: Desk, claim: Adoption) -> str:
    return reverse("report_adoption", args=[desk.municipality.slug, claim.solution.slug])
