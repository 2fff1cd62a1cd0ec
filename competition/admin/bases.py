"""What the admin pages of all apps share: lists that only read, and a page that asks something before an act."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from competition.languages import in_dutch
from competition.models import User

M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=models.Model)


def actor(request: HttpRequest) -> User:
    """Who is at the keyboard. The admin lets nobody in without an account."""
    assert isinstance(request.user, User)
    return request.user


def short(day: date | None) -> str:
    """A date as it fits in a column."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def demand(request: HttpRequest, permission: str) -> None:
    if not actor(request).has_perm(permission):
        raise PermissionDenied


class PortalAdmin(admin.ModelAdmin[M]):
    """Our ModelAdmin: what we set the same way everywhere."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def get_deleted_objects(
        self, objs: Sequence[M] | QuerySet[M], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name what stands in the way; that it could not be deleted either is beside the point then."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set() if protected else perms_needed, protected

    # The history is read by all organisers, whatever language each has the admin in.

    @in_dutch()
    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> Any:
        return super().log_addition(request, obj, message)

    @in_dutch()
    def log_change(self, request: HttpRequest, obj: M, message: Any) -> Any:
        return super().log_change(request, obj, message)

    @in_dutch()
    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> Any:
        return super().log_deletions(request, queryset)

    def ask(
        self,
        request: HttpRequest,
        form: forms.BaseForm,
        *,
        title: str,
        button: str,
        about: M | None = None,
        explanation: Sequence[str] = (),
        listed: Sequence[object] = (),
        resent: Sequence[tuple[str, str]] = (),
        rows: Sequence[str | Sequence[str]] = (),
        template: str = "admin/ask.html",
        **shown: Any,
    ) -> HttpResponse:
        """A page with a form for one act: what it does, the fields, one button and the way back.

        `listed` are the things that the act touches; `resent` are values that come back with the form as they are, as
        those of its hidden fields do;
        `rows` says which fields stand beside each other, where not each has a line of its own.
        A `template` of its own, that extends `admin/ask.html`, can show more.
        """
        fields = rows or [field.name for field in form.visible_fields()]
        hidden = {field.html_name: str(field.value() or "") for field in form.hidden_fields()}
        hidden = {name: value for name, value in hidden.items() if name not in dict(resent)}
        adminform = AdminForm(form, [(None, {"fields": fields})], {}, model_admin=self)  # type: ignore[arg-type, dict-item]
        context = {
            **self.admin_site.each_context(request),
            **shown,
            "title": title,
            "opts": self.opts,
            "original": about,
            "adminform": adminform,
            "media": self.media + form.media,
            "button": button,
            "explanation": explanation,
            "listed": listed,
            "resent": [*resent, *hidden.items()],
            "has_view_permission": self.has_view_permission(request),
            "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, template, context)


class ReadOnlyAdmin(PortalAdmin[M]):
    """Rows that nobody adds, changes or deletes by hand, a superuser neither."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline[M, P]):
    """Rows below another, to look at."""

    template = "admin/look_inline.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return False


class ReasonForm(forms.Form):
    """Why something is done; what the reason is for differs from act to act."""

    reason = forms.CharField(
        label=_("Reden"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        error_messages={"required": _("Geef een reden.")},
    )

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class NothingToFillInForm(forms.Form):
    """For an act that only wants a confirmation."""
