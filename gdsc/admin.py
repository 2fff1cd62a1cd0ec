"""The admin's site itself: all apps register with it."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import second_factor
from competition.models import User


class OrganisersSite(admin.AdminSite):
    """For organisers, each of whom showed a second factor where the settings ask for it."""

    site_title = _("Beheer GDSC")
    site_header = _("Beheer van De Grote Digitale Steden Competitie")
    index_title = _("Wat wacht er op u?")

    def has_permission(self, request: HttpRequest) -> bool:
        may = super().has_permission(request)
        return may and (not settings.ADMIN_NEEDS_SECOND_FACTOR or second_factor.was_shown(request))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """For who has logged in, through allauth; sends an organiser who showed no second factor to do so."""
        if self.has_permission(request):
            return redirect(_next(request))
        assert isinstance(request.user, User)
        if second_factor.is_set_up(request.user):
            query = urlencode({REDIRECT_FIELD_NAME: _next(request)})
            return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
        messages.info(request, gettext("Beveilig eerst uw account extra. Daarna kunt u het beheer in."))
        return redirect("mfa_index")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from gdsc.desk import desk  # the apps' admin modules, which it asks, need this class first

        return super().index(request, desk(request) | (extra_context or {}))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Through allauth, which limits the guesses and ends the other sessions."""
        return redirect("account_change_password")


def _next(request: HttpRequest) -> str:
    """Where somebody wanted to go, if that is a page of ours; else the admin's first page."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("admin:index")
