"""Objecting to a booking, in the name of the municipality."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff.desk import Desk, desk_or_404
from scoring import objections
from scoring.forms import ObjectionForm
from scoring.models import LedgerEntry, Objection, ObjectionState
from scoring.rules import OBJECTION_DAYS

PAGE_SIZE = 50


@for_own_municipality
def bookings(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """The own objections, and the bookings that one can still object to."""
    desk = desk_or_404(request, municipality)
    entries = objections.open_to_objection(desk.edition, at=desk.at)
    others = list(desk.edition.participants.by_name())
    about = next((one for one in others if one.slug == request.GET.get("deelnemer")), None)
    if about is not None:
        entries = entries.filter(participant=about)
    own = _own(desk).select_related("entry__participant").order_by("-submitted_at", "-pk")
    context = {
        "own": own,
        "page": Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page")),
        "others": others,
        "about": about,
        "days": OBJECTION_DAYS,
    }
    return render(request, "staff/objections.html", desk.context | context)


@once
@for_own_municipality
def object_to(request: HttpRequest, municipality: Municipality, number: int) -> HttpResponse:
    """Object to one booking; to one of which there is already an objection, lead to that."""
    desk = desk_or_404(request, municipality)
    entry = _entry_or_404(desk, number)
    form = ObjectionForm(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            made = objections.object_to(entry, desk.participant, **form.cleaned_data, by=desk.person, at=desk.at)
        except objections.ObjectionRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("Uw bezwaar is ingediend. De organisatie antwoordt op de site."))
            return redirect("own_objection", municipality.slug, made.pk)
    own = _own(desk).filter(entry=entry).exclude(state=ObjectionState.WITHDRAWN).first()
    if own is not None and not form.is_bound:
        return redirect("own_objection", municipality.slug, own.pk)
    refusal = objections.why_not(entry, desk.participant, at=desk.at)
    context = {
        "entry": entry,
        "form": form if form.is_bound or not refusal else None,
        "refusal": refusal,
        "last_day": objections.last_day_for(entry),
    }
    return render(request, "staff/object_to.html", desk.context | context)


@for_own_municipality
def objection(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """One own objection: what was said, and what came of it."""
    desk = desk_or_404(request, municipality)
    return render(request, "staff/objection.html", desk.context | {"objection": _own_or_404(desk, pk)})


@once
@for_own_municipality
def withdraw(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """Ask first; after a yes take the objection back."""
    desk = desk_or_404(request, municipality)
    own = _own_or_404(desk, pk)
    if request.method != "POST" and own.is_pending:
        return render(request, "staff/withdraw_objection.html", desk.context | {"objection": own})
    try:
        objections.withdraw(own, by=desk.person, at=desk.at)
    except objections.ObjectionRefusedError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, gettext("Uw bezwaar is ingetrokken. De organisatie kijkt er niet meer naar."))
    return redirect("own_objection", municipality.slug, own.pk)


def _own(desk: Desk) -> QuerySet[Objection]:
    return Objection.objects.filter(participant=desk.participant)


def _own_or_404(desk: Desk, pk: int) -> Objection:
    return get_object_or_404(_own(desk).select_related("entry__participant"), pk=pk)


def _entry_or_404(desk: Desk, number: int) -> LedgerEntry:
    """Of this edition, and only what everybody can see."""
    entry = get_object_or_404(
        LedgerEntry.objects.select_related("participant", "edition"), edition=desk.edition, number=number
    )
    if not objections.is_visible(entry):
        raise Http404
    return entry
