"""What others report to have taken over from the own municipality, which need not take part itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from competition import clock, pages
from competition.access import for_own_municipality
from competition.models import Edition, Municipality
from gdsc.once import once
from gdsc.staff.desk import person_of
from scoring import claims
from solutions import recognition
from solutions.forms import DenialForm
from solutions.models import Adoption, GiverAnswer


@for_own_municipality
@require_safe
def taken_over(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    edition = Edition.objects.current(clock.now())
    reported = list(recognition.reported_to(municipality, edition)) if edition else []
    shown = {
        "unanswered": [adoption for adoption in reported if not adoption.giver_answer],
        "answered": [adoption for adoption in reported if adoption.giver_answer],
    }
    return render(request, "staff/taken_over.html", _context(municipality, edition) | shown)


@once
@for_own_municipality
def answer_adoption(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """One adoption: recognise it with one button, or say why not. Looking changes nothing."""
    edition = Edition.objects.current(clock.now())
    if edition is None:
        return redirect("taken_over", municipality.slug)
    adoption = get_object_or_404(recognition.reported_to(municipality, edition), pk=pk)
    is_denial = request.POST.get("action") == "deny"
    form = DenialForm(request.POST if is_denial else None, initial={"reason": adoption.giver_reason})
    if request.method == "POST" and (not is_denial or form.is_valid()):
        try:
            _keep(request, adoption, because=form.cleaned_data["reason"] if is_denial else "")
        except claims.ClaimError as error:
            messages.info(request, str(error))
        return redirect("taken_over", municipality.slug)
    context = _context(municipality, edition) | {"adoption": adoption, "form": form}
    return render(request, "staff/answer_adoption.html", context)


def _keep(request: HttpRequest, adoption: Adoption, *, because: str) -> None:
    by, at = person_of(request), clock.now()
    if because:
        recognition.deny(adoption, because=because, by=by, at=at)
        messages.success(request, gettext("Dank u. De organisatie leest waarom u dit niet herkent."))
    else:
        recognition.recognise(adoption, by=by, at=at)
        words = gettext("Dank u. Bij %(name)s staat nu dat u dit bevestigt.")
        messages.success(request, words % {"name": adoption.participant.name})


def _context(municipality: Municipality, edition: Edition | None) -> dict[str, Any]:
    about = pages.about(edition, at=clock.now()) if edition else {"edition": None, "phase": ""}
    return about | {"nav": "dashboard", "municipality": municipality, "recognised": GiverAnswer.RECOGNISED}
