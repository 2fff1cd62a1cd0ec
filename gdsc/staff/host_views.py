"""What the hosts of a meetup do: keep the list, show the code, close, and put materials online."""

from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from competition import clock, pages
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff.desk import person_of
from meetups import codes
from meetups import hosting as lists
from meetups import materials as links
from meetups.forms import MarkForm, NewMaterialForm
from meetups.models import Meetup, Presence, Signup


class Row(NamedTuple):
    """One municipality on the list."""

    signup: Signup

    @property
    def marks(self) -> list[tuple[Presence, bool]]:
        """Each in its own place, so that nobody presses the wrong one; and whether it is the present one."""
        return [(mark, mark == self.signup.presence) for mark in Presence]


@require_safe
def hosting(request: HttpRequest) -> HttpResponse:
    """The meetups that this person hosts, the next one first."""
    at = clock.now()
    hosted = lists.hosted_by(person_of(request), at=at).select_related("edition", "host").in_order()
    ahead = [meetup for meetup in hosted if not meetup.is_over(at)]
    past = [meetup for meetup in hosted if meetup.is_over(at)]
    return render(request, "staff/hosting.html", {"nav": "dashboard", "ahead": ahead, "past": past[::-1]})


@once
def attendance_list(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """Who signed up and who was seen; a mark is one press of a button."""
    meetup = _hosted_or_404(request, year, meetup_slug)
    at = clock.now()
    playing = lists.may_be_marked(meetup)
    if request.method == "POST":
        return _mark(request, meetup, MarkForm(request.POST, among=playing))
    rows = [Row(signup) for signup in lists.listed(meetup)]
    known = {row.signup.municipality_id for row in rows}
    context = {
        "rows": rows,
        "counts": _counts(rows),
        "others": [one for one in playing if one.pk not in known],
        "is_open": lists.is_open(meetup, at=at),
        "has_begun": meetup.has_begun(at),
    }
    return render(request, "staff/host_list.html", _about(meetup) | context)


def _mark(request: HttpRequest, meetup: Meetup, form: MarkForm) -> HttpResponse:
    """Back to the same place on the list, so that the next one can be marked at once."""
    page = reverse("host_list", args=[meetup.edition.year, meetup.slug])
    if not form.is_valid():
        messages.error(request, gettext("Kies een gemeente uit de lijst. Er is niets veranderd."))
        return redirect(page)
    municipality: Municipality = form.cleaned_data["municipality"]
    presence = Presence(form.cleaned_data["presence"])
    try:
        lists.mark(meetup, municipality, presence, at=clock.now())
    except lists.ListError as error:
        messages.warning(request, str(error))
        return redirect(page)
    return redirect(f"{page}#{municipality.cbs_code}")


@require_safe
def slide(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """The code in big letters and as a QR code: the last slide, on a screen or on paper."""
    meetup = _hosted_or_404(request, year, meetup_slug)
    context = {
        "words": codes.code_of(meetup),
        "picture": codes.picture(codes.address(meetup)),
        "ends_at": codes.ends_at(meetup),
        "works": codes.works(meetup, at=clock.now()),
    }
    return render(request, "staff/slide.html", _about(meetup) | context)


@once
def close(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """Ask first; after a yes the list is closed, and who was there has its attendance handed in."""
    meetup = _hosted_or_404(request, year, meetup_slug)
    page = reverse("host_list", args=[meetup.edition.year, meetup.slug])
    at = clock.now()
    if request.method == "POST":
        try:
            refused = lists.close(meetup, by=person_of(request), at=at)
        except lists.ListError as error:
            messages.warning(request, str(error))
            return redirect(page)
        messages.success(request, gettext("De lijst is gesloten. De organisatie kijkt naar de meldingen."))
        for why in refused:
            messages.warning(request, why)
        return redirect(page)
    if meetup.list_closed_at or not meetup.has_begun(at):
        return redirect(page)
    rows = [Row(signup) for signup in lists.listed(meetup)]
    return render(request, "staff/host_close.html", _about(meetup) | {"counts": _counts(rows), "page": page})


@once
def materials(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """What can be read or watched afterwards, as links to elsewhere."""
    meetup = _hosted_or_404(request, year, meetup_slug)
    form = NewMaterialForm(request.POST or None, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("kind", "title", "url")}
        links.add(meetup, form_key=form.cleaned_data["form_key"], fields=fields)
        messages.success(request, gettext("De link staat nu op de pagina van de meetup."))
        return redirect("host_materials", meetup.edition.year, meetup.slug)
    known = meetup.materials.order_by("pk")
    return render(request, "staff/host_materials.html", _about(meetup) | {"form": form, "materials": known})


@once
def remove_material(request: HttpRequest, year: int, meetup_slug: str, pk: int) -> HttpResponse:
    """Ask first; a repeat is friendly."""
    meetup = _hosted_or_404(request, year, meetup_slug)
    page = reverse("host_materials", args=[meetup.edition.year, meetup.slug])
    if request.method == "POST":
        links.remove(meetup, pk)
        messages.success(request, gettext("De link is weg."))
        return redirect(page)
    material = get_object_or_404(meetup.materials, pk=pk)
    return render(request, "staff/host_remove.html", _about(meetup) | {"material": material, "page": page})


def _hosted_or_404(request: HttpRequest, year: int, slug: str) -> Meetup:
    """The meetup, for its hosts; for anybody else the same 404 as for one that does not exist."""
    hosted = lists.hosted_by(person_of(request), at=clock.now()).select_related("edition", "host")
    return get_object_or_404(hosted, edition__year=year, slug=slug)


def _about(meetup: Meetup) -> dict[str, Any]:
    return pages.about(meetup.edition, at=clock.now()) | {"nav": "dashboard", "meetup": meetup}


def _counts(rows: list[Row]) -> dict[str, int]:
    """How many municipalities were seen how, and how many are not marked yet."""
    marks = [row.signup.presence for row in rows]
    unmarked = sum(not row.signup.presence and row.signup.seats > 0 for row in rows)
    return {"unmarked": unmarked} | {mark.value: marks.count(mark) for mark in Presence}
