"""Answering whether a solution is still in use: of this year or of an earlier one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from competition import clock, pages
from competition.access import for_own_municipality
from competition.models import Edition, Municipality
from gdsc.once import once
from gdsc.staff.desk import person_of
from solutions import use
from solutions.models import UseAnswer, UseQuestion


@once
@for_own_municipality
def still_in_use(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """Two buttons. Looking changes nothing; another answer replaces the one before."""
    mine = UseQuestion.objects.filter(adoption__participant__municipalities=municipality)
    question = get_object_or_404(mine.select_related("adoption__solution__edition", "adoption__participant"), pk=pk)
    said = request.POST.get("answer")
    if request.method == "POST" and said in UseAnswer.values:
        use.answer(question, UseAnswer(said), by=person_of(request), at=clock.now())
        messages.success(request, gettext("Dank u. Uw antwoord is bewaard. Uw punt verandert niet."))
        return redirect("dashboard_of", municipality.slug)
    edition = Edition.objects.current(clock.now())
    about = pages.about(edition, at=clock.now()) if edition else {"edition": None, "phase": ""}
    context = {"nav": "dashboard", "municipality": municipality, "question": question, "answers": UseAnswer}
    return render(request, "staff/still_in_use.html", about | context)
