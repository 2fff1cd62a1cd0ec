"""Accepting an invitation. The key stands in the query and never in the path: no log of ours holds it.

A GET changes nothing: scanners of mail open every link.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from competition import clock, invitations
from competition.access import memberships_of, open_to_all
from competition.models import Invitation, InvitationState, User
from gdsc.staff.colleague_forms import NewAccountForm

GONE = 410


@open_to_all
@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    """What the link in the mail leads to, for who is logged in, has an account, or has none yet."""
    token = request.POST.get("sleutel") or request.GET.get("sleutel") or ""
    invitation = invitations.find(token)
    if invitation is None:
        return _page(request, "unknown", status=404)
    person = request.user if isinstance(request.user, User) else None
    state = invitation.state_at(clock.now())
    if person is not None and state == InvitationState.ACCEPTED and invitation.accepted_by_id == person.pk:
        return redirect("dashboard_of", invitation.municipality.slug)
    if state != InvitationState.OPEN:
        return _page(request, state.value, invitation=invitation, status=GONE)
    if person is None:
        return _for_a_visitor(request, invitation, token)
    return _for_somebody(request, invitation, token, person)


def _for_somebody(request: HttpRequest, invitation: Invitation, token: str, person: User) -> HttpResponse:
    if not invitations.is_for(invitation, person):
        return _page(request, "wrong_account", invitation=invitation, token=token, status=403)
    if request.method == "POST":
        return _accepted(request, invitation, person)
    at_work = [each.municipality_id for each in memberships_of(person, at=clock.now())]
    is_member = invitation.municipality_id in at_work
    return _page(request, "member" if is_member else "accept", invitation=invitation, token=token)


def _accepted(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    try:
        invitations.accept(invitation, by=person, at=clock.now())
    except invitations.WrongStateError:
        return redirect(request.get_full_path())
    words = gettext("U werkt nu voor %(name)s in dit portaal.")
    messages.success(request, words % {"name": invitation.municipality})
    return redirect("dashboard_of", invitation.municipality.slug)


def _for_a_visitor(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if invitations.account_of(invitation) is not None:
        return _page(request, "log_in", invitation=invitation, token=token)
    form = NewAccountForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            person = invitations.accept_as_new(
                invitation, name=fields["name"], password=fields["password"], at=clock.now()
            )
        except invitations.InvitationError:
            return redirect(_address(token))
        messages.success(request, gettext("Uw account is klaar. Beveilig het ook extra, bij ‘Uw account’."))
        return _logged_in(request, person, invitation)
    return _page(request, "new", invitation=invitation, token=token, form=form)


def _logged_in(request: HttpRequest, person: User, invitation: Invitation) -> HttpResponse:
    record_authentication(request, person, "password", email=person.email)
    where = reverse("dashboard_of", args=[invitation.municipality.slug])
    response: HttpResponse = perform_login(request, person, redirect_url=where)
    return response


def _page(request: HttpRequest, state: str, *, status: int = 200, token: str = "", **shown: object) -> HttpResponse:
    address = _address(token)
    login_address = f"{reverse('account_login')}?{urlencode({'next': address})}"
    context = shown | {"token": token, "address": address, "login_address": login_address}
    response = render(request, f"staff/invitation_{state}.html", context, status=status)
    # What the page fetches must not name the key; without an origin no form could be sent.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _address(token: str) -> str:
    return f"{reverse('invitation')}?{urlencode({'sleutel': token})}"
