"""The leaderboard and what was fixed of it, to look at."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.admin.bases import ReadOnlyAdmin, ReadOnlyInline
from scoring.models import Freeze, ResultVersion, RoundClosing, RoundResult, Standing

PARTS = ("rank", "total", "meetup_points", "adoption_points", "contribution_points")


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin[Standing]):
    list_display = ("participant", *PARTS, "head", "counted_at")
    list_filter = ("edition",)
    list_select_related = ("participant",)
    search_fields = ("participant__name",)
    ordering = ("-edition__year", "-total", "participant__sort_name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standing]:
        """While a board stands still, organisers see of it what everybody sees: not this list."""
        return super().get_queryset(request).exclude(edition__in=_frozen().values("edition"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for freeze in _frozen().select_related("edition"):
            words = format_html(
                gettext("De ranglijst van {} staat stil. Iedereen ziet nu {}."),
                freeze.edition,
                format_html(
                    '<a href="{}">{}</a>',
                    reverse("leaderboard_of", args=[freeze.edition.year]),
                    gettext("de vastgelegde stand"),
                ),
            )
            self.message_user(request, words, messages.WARNING)
        return super().changelist_view(request, extra_context)


def _frozen() -> QuerySet[Freeze]:
    return Freeze.objects.filter(lifted_at=None)


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
