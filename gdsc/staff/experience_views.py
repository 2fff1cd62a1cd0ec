"""Telling the other participants how an adoption went."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff.desk import desk_or_404
from scoring import claims
from solutions import experiences
from solutions.forms import ExperienceForm
from solutions.models import Adoption, Experience


@once
@for_own_municipality
def experience(request: HttpRequest, municipality: Municipality, solution_slug: str) -> HttpResponse:
    """One report for each adoption: sending it again changes it."""
    desk = desk_or_404(request, municipality)
    mine = Adoption.objects.filter(participant=desk.participant).select_related("solution")
    claim = get_object_or_404(mine, solution__slug=solution_slug)
    told = Experience.objects.filter(adoption=claim).first()
    form = ExperienceForm(request.POST) if request.method == "POST" else ExperienceForm(instance=told)
    if request.method == "POST" and form.is_valid():
        try:
            experiences.tell(claim, fields=form.cleaned_data, by=desk.person, at=desk.at)
        except claims.WrongStateError as error:
            messages.info(request, str(error))
        else:
            messages.success(request, gettext("Dank u. Andere deelnemers lezen dit bij de oplossing."))
        return redirect("report_adoption", desk.municipality.slug, claim.solution.slug)
    return render(request, "staff/experience.html", desk.context | {"claim": claim, "form": form})
