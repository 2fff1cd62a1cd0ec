from collections.abc import Sequence

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import PortalAdmin
from news.forms import NewsItemForm
from news.models import NewsItem


@admin.register(NewsItem)
class NewsItemAdmin(PortalAdmin[NewsItem]):
    form = NewsItemForm
    list_display = ("title", "condition", "published_at", "edition")
    list_filter = ("edition",)
    list_select_related = ("edition",)
    search_fields = ("title", "summary", "text")
    ordering = ("-published_at", "-pk")

    @admin.display(description=_("toestand"))
    def condition(self, item: NewsItem) -> str:
        if item.published_at is None:
            return gettext("concept")
        return gettext("staat op de site") if item.published_at <= clock.now() else gettext("verschijnt nog")

    def get_readonly_fields(self, request: HttpRequest, obj: NewsItem | None = None) -> tuple[str, ...]:
        """Its web address stays what it is once readers can have it: as it is kept, not as a form would change it."""
        is_out = obj is not None and NewsItem.objects.published(clock.now()).filter(pk=obj.pk).exists()
        return ("slug",) if is_out else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: NewsItem | None = None) -> dict[str, Sequence[str]]:
        return {"slug": ("title",)} if obj is None else {}

    def save_model(self, request: HttpRequest, obj: NewsItem, form: forms.ModelForm[NewsItem], change: bool) -> None:
        if form.has_changed():
            obj.changed_at = clock.now()
        super().save_model(request, obj, form, change)
