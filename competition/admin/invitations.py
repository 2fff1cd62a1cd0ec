"""Invitations: organisers send them for any municipality and any role, and take them back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import clock, invitations
from competition.admin.bases import PortalAdmin, actor
from competition.models import Invitation, Role


class InvitationForm(forms.ModelForm[Invitation]):
    """Sends nothing by itself; asks the domain whether it could, so that a refusal stands at the field."""

    class Meta:
        model = Invitation
        fields = ("municipality", "email", "role")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("municipality") and cleaned.get("email"):
            try:
                invitations.demand_possible(cleaned["municipality"], cleaned["email"], at=clock.now())
            except invitations.InvitationError as error:
                raise ValidationError({"email": str(error)}) from error
        return cleaned

    def validate_constraints(self) -> None:
        """`clean` has said it in words; an expired invitation does not stand in the way of a new one."""


class InvitationStateFilter(admin.SimpleListFilter):
    title = _("toestand")
    parameter_name = "toestand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("wacht op antwoord"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=Invitation.objects.open_at(clock.now()).values("pk"))


@admin.register(Invitation)
class InvitationAdmin(PortalAdmin[Invitation]):
    form = InvitationForm
    list_display = ("email", "municipality", "role", "state", "is_at_own_domain", "created_at", "created_by")
    list_select_related = ("municipality", "created_by")
    list_filter = (InvitationStateFilter, "role")
    search_fields = ("email", "municipality__common_name")
    search_help_text = _("Zoek op e-mailadres of gemeente.")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("municipality",)
    actions = ("revoke",)

    def get_fieldsets(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        if obj is None:
            explanation = _("Wie u uitnodigt, krijgt een mail met een link. Die werkt twee weken en één keer.")
            return [(None, {"fields": ("municipality", "email", "role"), "description": explanation})]
        answered = ("accepted_at", "accepted_by", "revoked_at", "revoked_by")
        about = ("municipality", "email", "role", "state", "is_at_own_domain")
        return [(None, {"fields": (*about, "created_at", "created_by", "expires_at", *answered)})]

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.display(description=_("toestand"))
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state_at(clock.now()).label)

    @admin.display(description=_("adres van de gemeente"), boolean=True)
    def is_at_own_domain(self, invitation: Invitation) -> bool | None:
        """A hint; unknown where we know no domain of the municipality."""
        return invitation.is_at_own_domain if invitation.municipality.email_domains else None

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        made = invitations.invite(obj.municipality, obj.email, role=Role(obj.role), by=actor(request), at=clock.now())
        obj.pk, obj.created_at, obj.expires_at = made.pk, made.created_at, made.expires_at

    @admin.action(description=_("Trek de gekozen uitnodigingen in"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        waiting = list(queryset.unanswered())  # type: ignore[attr-defined]
        for invitation in waiting:
            invitations.revoke(invitation, by=actor(request), at=clock.now())
            self.log_change(request, invitation, gettext("De uitnodiging is ingetrokken."))
        done = ngettext("%(count)d uitnodiging ingetrokken.", "%(count)d uitnodigingen ingetrokken.", len(waiting))
        self.message_user(request, done % {"count": len(waiting)})
        if others := len(queryset) - len(waiting):
            left = gettext("%(count)d overgeslagen: die zijn al geaccepteerd of ingetrokken.")
            self.message_user(request, left % {"count": others}, messages.WARNING)
