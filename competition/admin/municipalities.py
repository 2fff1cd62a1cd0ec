from collections.abc import Sequence
from datetime import date

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import PortalAdmin, ReadOnlyInline
from competition.calendar import local_date
from competition.models import DsaMembership, Municipality
from competition.names import sort_key


def today() -> date:
    return local_date(clock.now())


class ExistsFilter(admin.SimpleListFilter):
    title = _("bestaat nu")
    parameter_name = "bestaat"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("ja", gettext("Ja")), ("nee", gettext("Nee, opgeheven"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Municipality]) -> QuerySet[Municipality]:
        gone = Q(valid_until__lte=today())
        return {"ja": queryset.exclude(gone), "nee": queryset.filter(gone)}.get(self.value() or "", queryset)


class MemberFilter(admin.SimpleListFilter):
    title = _("lid van de DSA")
    parameter_name = "dsa"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("ja", gettext("Nu lid")), ("nee", gettext("Nu geen lid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Municipality]) -> QuerySet[Municipality]:
        members = DsaMembership.objects.in_force_on(today()).values("municipality")
        if self.value() == "ja":
            return queryset.filter(pk__in=members)
        return queryset.exclude(pk__in=members) if self.value() == "nee" else queryset


class DsaMembershipInline(ReadOnlyInline[DsaMembership, Municipality]):
    model = DsaMembership
    fields = ("starts_on", "ends_on", "certainty", "source_note")
    ordering = ("starts_on", "pk")
    show_change_link = True


@admin.register(Municipality)
class MunicipalityAdmin(PortalAdmin[Municipality]):
    list_display = ("common_name", "cbs_code", "province", "exists_from", "exists_until", "hint_of_successors")
    list_filter = ("province", ExistsFilter, MemberFilter)
    search_fields = ("common_name", "name", "cbs_code", "slug")
    search_help_text = _("Zoek op naam of CBS-code.")
    ordering = ("sort_name", "cbs_code")
    prepopulated_fields = {"slug": ("common_name",)}
    autocomplete_fields = ("successors",)
    inlines = (DsaMembershipInline,)
    fieldsets = (
        (None, {"fields": ("common_name", "name", "cbs_code", "slug", "province", "website", "email_domains")}),
        (_("Vanaf en tot wanneer"), {"fields": ("valid_from", "valid_until", "has_exact_dates", "successors")}),
        (_("Op de kaart"), {"classes": ["collapse"], "fields": ("longitude", "latitude", "hex_col", "hex_row")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        return super().get_queryset(request).prefetch_related("successors")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Municipality], search_term: str
    ) -> tuple[QuerySet[Municipality], bool]:
        """Without accents and apostrophes too: "sudwest" finds Súdwest-Fryslân."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        key = sort_key(search_term)
        return (found | queryset.filter(sort_name__contains=key) if key else found), may_repeat

    def get_readonly_fields(self, request: HttpRequest, obj: Municipality | None = None) -> tuple[str, ...]:
        """The key and the web address of a municipality stay what they are: others point to them."""
        return () if obj is None else ("cbs_code", "slug")

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Municipality | None = None
    ) -> dict[str, Sequence[str]]:
        return {"slug": ("common_name",)} if obj is None else {}

    @admin.display(description=_("sinds"), ordering="valid_from")
    def exists_from(self, municipality: Municipality) -> str:
        return _bound(municipality.valid_from, is_exact=municipality.has_exact_dates)

    @admin.display(description=_("tot"), ordering="valid_until")
    def exists_until(self, municipality: Municipality) -> str:
        return _bound(municipality.valid_until, is_exact=municipality.has_exact_dates)

    @admin.display(description=_("opgegaan in"))
    def hint_of_successors(self, municipality: Municipality) -> str:
        return ", ".join(sorted(str(successor) for successor in municipality.successors.all()))


def _bound(day: date | None, *, is_exact: bool) -> str:
    if day is None:
        return ""
    shown = date_format(day, "j F Y")
    return shown if is_exact else gettext("uiterlijk %(day)s") % {"day": shown}


@admin.register(DsaMembership)
class DsaMembershipAdmin(PortalAdmin[DsaMembership]):
    list_display = ("municipality", "starts_on", "ends_on", "certainty", "source_note")
    list_filter = ("certainty", "municipality__province")
    list_select_related = ("municipality",)
    search_fields = ("municipality__common_name", "municipality__cbs_code", "source_note")
    ordering = ("municipality__sort_name", "starts_on", "pk")
    autocomplete_fields = ("municipality",)
    fields = ("municipality", "starts_on", "ends_on", "certainty", "source_note")
