"""Typing the code of a meetup: who was in the room reports it in seconds."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff.desk import Desk, desk_or_404
from gdsc.staff.signup_views import meetup_or_404, to_own_page
from meetups import attendance, codes
from meetups.forms import CodeForm
from meetups.models import Attendance, Meetup, Signup
from scoring import claims
from scoring.rules import RefusedByRulesError

TOO_MANY = 429


@require_safe
def choose(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """Where the QR code leads: to the form of the own municipality, with the words filled in."""
    words = request.GET.get("code", "")[:100]
    query = f"?{urlencode({'code': words})}" if words else ""
    return to_own_page(request, year, meetup_slug, page="enter_code", query=query)


@once
@for_own_municipality
def enter(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    """The form for the words; opening it reports nothing, not with the words filled in either."""
    desk = desk_or_404(request, municipality)
    meetup = meetup_or_404(desk, meetup_slug)
    claim = Attendance.objects.filter(participant=desk.participant, meetup=meetup).first()
    if claim is not None and not claim.is_editable and _is_on_list(desk, meetup):
        messages.info(request, gettext("Uw gemeente heeft deze aanwezigheid al gemeld. Eén keer is genoeg."))
        return redirect("report_attendance", desk.municipality.slug, meetup.slug)
    form, status = CodeForm(initial=_initial(request, desk, meetup, claim)), 200
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid() and codes.works(meetup, at=desk.at):
            status = _report(form, desk, meetup)
            if form.is_valid():
                messages.success(request, gettext("Gelukt: uw aanwezigheid is gemeld. De organisatie kijkt ernaar."))
                return redirect("report_attendance", desk.municipality.slug, meetup.slug)
    context = {"meetup": meetup, "form": form, "works": codes.works(meetup, at=desk.at)}
    context |= {"ends_at": codes.ends_at(meetup), "has_begun": meetup.has_begun(desk.at)}
    return render(request, "staff/code.html", desk.context | context, status=status)


def _report(form: CodeForm, desk: Desk, meetup: Meetup) -> int:
    """Check the words and report; what is wrong comes into the form. Gives the status of the answer."""
    people = form.cleaned_data["people"]
    try:
        codes.check(meetup, form.cleaned_data["code"], municipality=desk.municipality, by=desk.person)
        attendance.check_in(desk.participant, desk.municipality, meetup, people=people, by=desk.person, at=desk.at)
    except codes.WrongCodeError as error:
        form.add_error("code", str(error))
    except codes.TooManyGuessesError as error:
        form.add_error("code", str(error))
        return TOO_MANY
    except (RefusedByRulesError, claims.ClaimError) as error:
        form.add_error(None, str(error))
    return 200


def _is_on_list(desk: Desk, meetup: Meetup) -> bool:
    """Whether this municipality itself typed the code before; in an alliance each is on the list for itself."""
    return Signup.objects.filter(meetup=meetup, municipality=desk.municipality, checked_in_at__isnull=False).exists()


def _initial(request: HttpRequest, desk: Desk, meetup: Meetup, claim: Attendance | None) -> dict[str, object]:
    seats = Signup.objects.filter(meetup=meetup, municipality=desk.municipality).values_list("seats", flat=True).first()
    return {"code": request.GET.get("code", "")[:100], "people": claim.people if claim else seats or 1}
