"""The admin's site itself: all apps register with it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _


class OrganisersSite(admin.AdminSite):
    site_title = _("Beheer GDSC")
    site_header = _("Beheer van De Grote Digitale Steden Competitie")
    index_title = _("Wat wacht er op u?")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from gdsc.desk import desk  # the apps' admin modules, which it asks, need this class first

        return super().index(request, desk(request) | (extra_context or {}))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Through allauth, which limits the guesses and ends the other sessions."""
        return redirect("account_change_password")
