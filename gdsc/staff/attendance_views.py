from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff import acts, prospects, season
from gdsc.staff.claim_facts import course_of
from gdsc.staff.desk import Desk, desk_or_404
from meetups import attendance, codes
from meetups.forms import AttendanceForm
from meetups.models import Attendance, Meetup


@once
@for_own_municipality
def report(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    """One meetup: report the attendance, or see what became of the report."""
    desk = desk_or_404(request, municipality)
    meetup = _meetup_or_404(desk, meetup_slug)
    claim = _claim(desk, meetup)
    form = AttendanceForm(request.POST) if request.method == "POST" else AttendanceForm(instance=claim)
    if request.method == "POST":
        do = attendance.hand_in if acts.wants_to_hand_in(request) else attendance.draft
        kept = acts.keep(
            request,
            form,
            lambda: do(desk.participant, meetup, fields=form.cleaned_data, by=desk.person, at=desk.at),
            desk=desk,
            page_of=partial(_page_of, desk),
            as_it_is=partial(_claim, desk, meetup),
        )
        if kept:
            return kept
    return _page(request, desk, claim, form)


@once
@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    desk = desk_or_404(request, municipality)
    meetup = _meetup_or_404(desk, meetup_slug)
    claim = get_object_or_404(Attendance, participant=desk.participant, meetup=meetup)
    refusal = prospects.attendance_refusal(desk, meetup)
    return acts.withdraw(request, claim, desk=desk, page_of=partial(_page_of, desk), refusal=refusal)


def _meetup_or_404(desk: Desk, slug: str) -> Meetup:
    return get_object_or_404(desk.edition.meetups.select_related("host"), slug=slug)


def _claim(desk: Desk, meetup: Meetup) -> Attendance:
    """What the participant reported about this meetup; a blank claim while there is nothing."""
    kept = Attendance.objects.filter(participant=desk.participant, meetup=meetup).select_related("award").first()
    claim = kept or Attendance()
    claim.participant, claim.meetup = desk.participant, meetup
    return claim


def _page(request: HttpRequest, desk: Desk, claim: Attendance, form: AttendanceForm) -> HttpResponse:
    refusal = prospects.attendance_refusal(desk, claim.meetup)
    context = {
        "claim": claim,
        "course": course_of(claim),
        "form": form if claim.is_editable and (form.is_bound or not refusal) else None,
        "refusal": refusal,
        "code_works": codes.works(claim.meetup, at=desk.at),
        "has_begun": claim.meetup.has_begun(desk.at),
        "until": season.last_day_to_report(desk, claim.meetup.held_on),
        "notice": season.notice_of(desk),
    }
    return render(request, "staff/attendance.html", desk.context | context)


def _page_of(desk: Desk, claim: Attendance) -> str:
    return reverse("report_attendance", args=[desk.municipality.slug, claim.meetup.slug])
