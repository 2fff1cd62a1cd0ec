"""The leaderboard and what was fixed of it, to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from competition.admin.bases import ReadOnlyAdmin, ReadOnlyInline
from scoring.models import ResultVersion, RoundClosing, RoundResult, Standing

PARTS = ("rank", "total", "meetup_points", "adoption_points", "contribution_points")


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin[Standing]):
    list_display = ("participant", *PARTS, "head", "counted_at")
    list_filter = ("edition",)
    list_select_related = ("participant",)
    search_fields = ("participant__name",)
    ordering = ("-edition__year", "-total", "participant__sort_name", "pk")


class RoundResultInline(ReadOnlyInline[RoundResult, ResultVersion]):
    model = RoundResult
    fields = ("participant", *PARTS)
    ordering = ("rank", "participant__sort_name", "pk")
    verbose_name_plural = _("stand aan het eind van de maand")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoundResult]:
        return super().get_queryset(request).select_related("participant")


class ResultVersionInline(ReadOnlyInline[ResultVersion, RoundClosing]):
    model = ResultVersion
    fields = ("number", "made_at", "head", "reason")
    ordering = ("number",)
    show_change_link = True


@admin.register(RoundClosing)
class RoundClosingAdmin(ReadOnlyAdmin[RoundClosing]):
    list_display = ("round", "closed_at", "pending_count")
    list_filter = ("round__edition",)
    list_select_related = ("round",)
    ordering = ("-round__starts_at",)
    inlines = (ResultVersionInline,)


@admin.register(ResultVersion)
class ResultVersionAdmin(ReadOnlyAdmin[ResultVersion]):
    list_display = ("closing", "number", "made_at", "head", "head_hash")
    list_filter = ("closing__round__edition",)
    list_select_related = ("closing__round",)
    ordering = ("-closing__round__starts_at", "-number")
    inlines = (RoundResultInline,)


@admin.register(RoundResult)
class RoundResultAdmin(ReadOnlyAdmin[RoundResult]):
    list_display = ("participant", "version", *PARTS)
    list_filter = ("version__closing__round__edition", "version__closing__round__month")
    list_select_related = ("participant", "version__closing__round")
    search_fields = ("participant__name",)
    ordering = ("-version__closing__round__starts_at", "-version__number", "rank", "participant__sort_name", "pk")
