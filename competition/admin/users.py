"""People. Organisers open accounts and say for which municipality somebody works; only a superuser gives rights."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import accounts, clock, sessions
from competition.admin.bases import PortalAdmin, actor
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Membership, Municipality, User

RIGHTS = ("is_staff", "groups", "is_superuser")
"""What decides on somebody's rights in the admin."""


class MembershipFormSet(forms.BaseInlineFormSet[Membership, User]):
    def clean(self) -> None:
        """The database refuses two open periods at one municipality; say so before it does."""
        super().clean()
        seen: set[Municipality] = set()
        for form in self.forms:
            filled_in = getattr(form, "cleaned_data", None) or {}
            municipality = filled_in.get("municipality")
            if municipality is None or filled_in.get("ends_on") is not None:
                continue
            if municipality in seen:
                raise ValidationError(gettext("%(name)s staat er twee keer zonder einddatum.") % {"name": municipality})
            seen.add(municipality)


class MembershipInline(admin.TabularInline[Membership, User]):
    """For whom somebody works. A period is ended by its date, not deleted, so that we can tell who could do what."""

    model = Membership
    formset = MembershipFormSet
    autocomplete_fields = ("municipality",)
    ordering = ("starts_on", "pk")
    extra = 1
    can_delete = False

    def get_extra(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_add_permission(request, obj) and _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_edit(request, obj)

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "starts_on":
            kwargs["initial"] = local_date(clock.now())
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def _may_edit(request: HttpRequest, user: User | None) -> bool:
    """Nobody changes for whom they work themselves: it decides which claims they may judge."""
    return user != request.user and not _is_out_of_reach(request, user)


def _is_out_of_reach(request: HttpRequest, user: User | None) -> bool:
    return user is not None and user.is_superuser and not actor(request).is_superuser


@admin.register(User)
class UserAdmin(PortalAdmin[User]):
    list_display = ("email", "name", "works_for", "in_groups", "is_active", "has_password")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("email", "name", "memberships__municipality__common_name")
    search_help_text = _("Zoek op e-mailadres, naam of gemeente.")
    ordering = ("email", "pk")
    inlines = (MembershipInline,)
    filter_horizontal = ("groups",)
    actions = ("invite_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "memberships__municipality")

    # --- What is shown, and to whom it is open ----------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            explanation = _("De persoon krijgt een mail om zelf een wachtwoord te kiezen.")
            fieldsets: list[Any] = [(None, {"fields": ("email", "name"), "description": explanation})]
        else:
            fieldsets = [(None, {"fields": ("email", "name", "is_active", "has_password", "joined_at", "last_login")})]
        if obj is not None or actor(request).is_superuser:
            explanation = _("Alleen een beheerder verandert dit, en nooit voor zichzelf.")
            fieldsets.append((_("Rechten in het beheer"), {"fields": RIGHTS, "description": explanation}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        by = actor(request)
        closed = ["has_password", "joined_at", "last_login"]
        if obj == by or not by.is_superuser:
            closed += RIGHTS
        if obj == by:
            closed.append("is_active")
        if obj is not None and obj.is_staff and not by.is_superuser:
            # Who can give a colleague another mailbox can become that colleague.
            closed += ["email", "is_active"]
        return tuple(closed)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_out_of_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_edit(request, obj)

    # --- Columns ----------------------------------------------------------------------------------

    @admin.display(description=_("werkt voor"))
    def works_for(self, user: User) -> str:
        today = local_date(clock.now())
        current = [m for m in user.memberships.all() if m.ends_on is None or m.ends_on > today]
        return ", ".join(sorted({str(membership.municipality) for membership in current}))

    @admin.display(description=_("groepen"))
    def in_groups(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all()))

    @admin.display(description=_("heeft een wachtwoord"), boolean=True)
    def has_password(self, user: User) -> bool:
        return user.has_usable_password()

    # --- Acts -------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            accounts.open_for(obj, at=clock.now())
            return
        if "email" in form.changed_data:
            accounts.use_address(obj)
        if "is_active" in form.changed_data and not obj.is_active:
            sessions.end(obj)

    @admin.action(description=_("Stuur de uitnodiging opnieuw"), permissions=["change"])
    @transaction.atomic
    def invite_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        waiting = [user for user in queryset if user.is_active and not user.has_usable_password()]
        for user in waiting:
            accounts.invite_later(user, at=clock.now())
            with in_dutch():
                self.log_change(request, user, gettext("De uitnodiging is opnieuw verstuurd."))
        sent = ngettext(
            "%(count)d uitnodiging gaat de deur uit.", "%(count)d uitnodigingen gaan de deur uit.", len(waiting)
        )
        self.message_user(request, sent % {"count": len(waiting)})
        if others := len(queryset) - len(waiting):
            left = gettext("%(count)d overgeslagen: zij hebben al een wachtwoord of zijn niet actief.")
            self.message_user(request, left % {"count": others}, messages.WARNING)

    # --- Deleting ---------------------------------------------------------------------------------

    def get_deleted_objects(
        self, objs: Sequence[User] | QuerySet[User], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Keep who has done something: without the account, nobody could tell any more who did it."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, perms_needed, [*protected, *_traces(objs)]


def _traces(users: Sequence[User] | QuerySet[User]) -> list[str]:
    """What these people did, a line for each kind, whatever app keeps it."""
    found = []
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        is_an_act = relation.on_delete is models.SET_NULL or relation.related_model is LogEntry
        if not is_an_act:
            continue
        field = relation.field
        count = relation.related_model._base_manager.filter(**{f"{field.name}__in": users}).count()
        if count:
            found.append(f"{relation.related_model._meta.verbose_name}, {field.verbose_name}: {count}")
    return found
