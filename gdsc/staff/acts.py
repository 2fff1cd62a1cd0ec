"""Doing what a page asks, and saying in words what came of it."""

import re
from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from gdsc.staff.desk import Desk
from scoring import claims
from scoring.models import Claim
from scoring.rules import RefusedByRulesError

C = TypeVar("C", bound=Claim)


def number_in(request: HttpRequest, field: str) -> int:
    """The row that a form names; 0, which none has, where there stands anything but a number."""
    asked = request.POST.get(field, "")
    return int(asked) if re.fullmatch("[0-9]{1,18}", asked) else 0


def wants_to_hand_in(request: HttpRequest) -> bool:
    """Whether the button 'Dien in' was used. Anything else only keeps what was filled in."""
    return request.POST.get("action") == "submit"


def keep(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], C],
    *,
    desk: Desk,
    page_of: Callable[[C], str],
    as_it_is: Callable[[], C],
) -> HttpResponse | None:
    """Do it and go on; or None, with the reasons in the form, so that it can be shown again as it was filled in.

    A second click and an old tab end at the claim `as_it_is` by then, with a word about it.
    """
    if not form.is_valid():
        return None
    try:
        claim = act()
    except claims.IncompleteClaimError as error:
        for field, why in error.fields.items():
            form.add_error(field, why)
        return None
    except RefusedByRulesError as error:
        form.add_error(None, str(error))
        return None
    except claims.WrongStateError:
        return _too_late(request, as_it_is(), page_of=page_of)
    if claim.is_pending:
        messages.success(request, gettext("Uw melding is ingediend. De organisatie kijkt ernaar."))
        return redirect("dashboard_of", desk.municipality.slug)
    messages.success(request, gettext("Wat u invulde, is bewaard. U heeft het nog niet ingediend."))
    return redirect(page_of(claim))


def withdraw(request: HttpRequest, claim: C, *, desk: Desk, page_of: Callable[[C], str], refusal: str) -> HttpResponse:
    """Ask first; after a yes take the claim back. `refusal` says why it could not be handed in again afterwards."""
    if request.method == "POST":
        try:
            claims.withdraw(claim, by=desk.person, at=desk.at)
        except claims.WrongStateError:
            return _too_late(request, claim, page_of=page_of)
        messages.success(request, gettext("Uw melding is ingetrokken. De organisatie kijkt er niet meer naar."))
        return redirect(page_of(claim))
    if not claim.is_pending:
        return _too_late(request, claim, page_of=page_of)
    context = {"claim": claim, "page": page_of(claim), "refusal": refusal}
    return render(request, "staff/withdraw.html", desk.context | context)


def _too_late(request: HttpRequest, claim: C, *, page_of: Callable[[C], str]) -> HttpResponse:
    """The answer to a second click, the back button or an old tab: show the claim as it is, with a word about it."""
    if claim.is_pending:
        words = gettext("Deze melding is al ingediend. Wilt u iets veranderen? Trek haar dan eerst in.")
    elif claim.is_editable:
        words = gettext("Deze melding ligt niet bij de organisatie. Intrekken hoeft niet.")
    else:
        words = gettext("De organisatie heeft over deze melding al beslist. U kunt haar niet meer veranderen.")
    messages.info(request, words)
    return redirect(page_of(claim))
