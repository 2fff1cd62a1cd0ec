"""Colleagues of a municipality: all see who they are; the contact person invites, takes away and hands over."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from competition import clock, colleagues, invitations
from competition.access import for_contact_person, for_own_municipality, is_contact_person
from competition.calendar import local_date
from competition.models import Invitation, Membership, Municipality, Role
from gdsc.once import once
from gdsc.staff.colleague_forms import HandOverForm, InviteForm
from gdsc.staff.desk import person_of


@for_own_municipality
@require_safe
def overview(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """Who works for the municipality and, for the contact person, who has been invited."""
    at = clock.now()
    is_contact = is_contact_person(person_of(request), municipality, at=at)
    context = {
        "is_contact": is_contact,
        "current": colleagues.current(municipality, at=at),
        "coming": colleagues.coming(municipality, at=at),
        "former": colleagues.former(municipality, at=at),
        "invited": [(each, each.state_at(at)) for each in _unanswered(municipality)] if is_contact else [],
    }
    return render(request, "staff/colleagues.html", _shared(municipality) | context)


@once
@for_contact_person
def invite(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    form = InviteForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            invited = invitations.invite(
                municipality, form.cleaned_data["email"], role=Role.STAFF, by=person_of(request), at=at
            )
        except invitations.InvitationError as error:
            form.add_error("email", str(error))
        else:
            _tell_invited(request, invited, is_new=invited.created_at == at)
            return redirect("colleagues", municipality.slug)
    return render(request, "staff/invite.html", _shared(municipality) | {"form": form})


@once
@for_contact_person
def revoke(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, municipality=municipality, pk=pk)
    if request.method == "POST":
        try:
            invitations.revoke(invitation, by=person_of(request), at=clock.now())
        except invitations.InvitationError as error:
            messages.info(request, str(error))
        else:
            words = gettext("De uitnodiging aan %(email)s is ingetrokken. De link in de mail werkt niet meer.")
            messages.success(request, words % {"email": invitation.email})
        return redirect("colleagues", municipality.slug)
    return render(request, "staff/revoke_invitation.html", _shared(municipality) | {"invitation": invitation})


@once
@for_contact_person
def remove(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    person = get_object_or_404(Membership.objects.select_related("user"), municipality=municipality, pk=pk).user
    form = forms.Form(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            colleagues.remove(person, municipality, by=person_of(request), at=clock.now())
        except colleagues.ColleagueError as error:
            form.add_error(None, str(error))
        else:
            words = gettext("%(name)s werkt niet meer voor %(municipality)s in dit portaal.")
            messages.success(request, words % {"name": person, "municipality": municipality})
            return redirect("colleagues", municipality.slug)
    context = {"colleague": person, "form": form}
    return render(request, "staff/remove_colleague.html", _shared(municipality) | context)


@once
@for_contact_person
def hand_over(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    """The task of contact person, to a colleague from a day on."""
    at = clock.now()
    staff = [each.user for each in colleagues.current(municipality, at=at) if each.role == Role.STAFF]
    form = HandOverForm(_posted(request), staff=staff, at=at)
    if request.method == "POST" and form.is_valid():
        to, on = form.cleaned_data["to"], form.cleaned_data["on"]
        try:
            period = colleagues.hand_over(municipality, to, on=on, by=person_of(request), at=at)
        except colleagues.ColleagueError as error:
            form.add_error(None, str(error))
        else:
            _tell_handed_over(request, period, municipality)
            return redirect("colleagues", municipality.slug)
    return render(request, "staff/hand_over.html", _shared(municipality) | {"form": form, "staff": staff})


def _shared(municipality: Municipality) -> dict[str, object]:
    return {"nav": "dashboard", "municipality": municipality}


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _unanswered(municipality: Municipality) -> list[Invitation]:
    """The newest first; those that expired too, so that the contact person sees who did not answer."""
    found = Invitation.objects.unanswered().filter(municipality=municipality)
    return list(found.select_related("municipality").order_by("-created_at", "-pk"))


def _tell_invited(request: HttpRequest, invitation: Invitation, *, is_new: bool) -> None:
    if not is_new:
        words = gettext("%(email)s had al een uitnodiging. De link in die mail werkt nog.")
        messages.info(request, words % {"email": invitation.email})
        return
    words = gettext("%(email)s krijgt een mail met een link. Die werkt twee weken en één keer.")
    messages.success(request, words % {"email": invitation.email})
    if invitation.municipality.email_domains and not invitation.is_at_own_domain:
        hint = gettext("Klopt het adres? Het eindigt niet op %(domain)s. Trek de uitnodiging in als het niet klopt.")
        messages.warning(request, hint % {"domain": f"@{invitation.municipality.email_domains[0]}"})


def _tell_handed_over(request: HttpRequest, period: Membership, municipality: Municipality) -> None:
    if period.starts_on <= local_date(clock.now()):
        words = gettext("%(name)s is nu contactpersoon van %(municipality)s. U werkt verder als medewerker.")
    else:
        words = gettext("%(name)s wordt contactpersoon van %(municipality)s. Tot die dag blijft u het zelf.")
    messages.success(request, words % {"name": period.user, "municipality": municipality})
