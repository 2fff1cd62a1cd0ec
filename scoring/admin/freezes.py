"""Holding the public board still, and letting it go."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import NothingToFillInForm, ReadOnlyAdmin, actor, demand
from competition.calendar import MONTHS
from competition.form_fields import PlainLineField
from competition.languages import in_dutch
from competition.models import Edition
from scoring import boards, freezes
from scoring.models import Freeze, ResultVersion

FREEZE, LIFT = "scoring.add_freeze", "scoring.change_freeze"


class FreezeForm(forms.Form):
    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Editie"))
    reason = PlainLineField(
        label=_("Reden"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("Staat boven de ranglijst, voor iedereen. Bijvoorbeeld: de uitreiking is vanavond om 20.00 uur."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = ResultVersion.objects.values("closing__round__edition")
        frozen = Freeze.objects.filter(lifted_at=None).values("edition")
        running = Edition.objects.filter(pk__in=closed).exclude(pk__in=frozen)
        self.fields["edition"].queryset = running.order_by("-year")  # type: ignore[attr-defined]
        self.fields["edition"].initial = running.order_by("-year").first()


@admin.register(Freeze)
class FreezeAdmin(ReadOnlyAdmin[Freeze]):
    list_display = ("edition", "version", "reason", "frozen_at", "lifted_at")
    list_select_related = ("edition", "version__closing__round")
    ordering = ("-frozen_at",)
    fields = ("edition", "version", "reason", "frozen_at", "frozen_by", "lifted_at", "lifted_by")
    change_form_template = "admin/scoring/freeze_change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor(request).has_perm(FREEZE)

    def get_urls(self) -> list[URLPattern]:
        lift = self.admin_site.admin_view(self.lift_view)
        return [path("<int:freeze_id>/laat-los/", lift, name="scoring_freeze_lift"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        demand(request, FREEZE)
        form = FreezeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            edition, reason = form.cleaned_data["edition"], form.cleaned_data["reason"]
            try:
                with transaction.atomic():
                    made = freezes.freeze(edition, because=reason, by=actor(request), at=clock.now())
                    with in_dutch():
                        self.log_addition(request, made, gettext("Stilgezet: %(why)s") % {"why": reason})
            except freezes.FreezeRefusedError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, gettext("De ranglijst staat stil."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:scoring_freeze_change", args=[made.pk]))
        return self.ask(
            request,
            form,
            title=gettext("Zet de ranglijst stil"),
            button=gettext("Zet stil"),
            explanation=[
                gettext("Iedereen ziet dan de vastgelegde stand van de laatste afgesloten maand, ook de organisatie."),
                gettext("U kunt gewoon meldingen bevestigen. Die punten ziet niemand tot u de ranglijst loslaat."),
                gettext("Sluit u intussen oktober af, dan ziet iedereen wel wie de finalisten zijn."),
            ],
            listed=list(map(_shown_of, form.fields["edition"].queryset)),  # type: ignore[attr-defined]
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        freeze = self.get_object(request, object_id)
        may_lift = freeze is not None and freeze.lifted_at is None and actor(request).has_perm(LIFT)
        return super().change_view(request, object_id, form_url, {"may_lift": may_lift} | (extra_context or {}))

    def lift_view(self, request: HttpRequest, freeze_id: int) -> HttpResponse:
        demand(request, LIFT)
        freeze = get_object_or_404(self.get_queryset(request), pk=freeze_id)
        if request.method == "POST":
            with transaction.atomic():
                if freezes.lift(freeze, by=actor(request), at=clock.now()):
                    with in_dutch():
                        self.log_change(request, freeze, gettext("Losgelaten."))
            self.message_user(request, gettext("De ranglijst volgt weer elke boeking."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:scoring_freeze_change", args=[freeze.pk]))
        return self.ask(
            request,
            NothingToFillInForm(),
            title=gettext("Laat de ranglijst los"),
            button=gettext("Laat los") if freeze.lifted_at is None else "",
            about=freeze,
            explanation=[
                gettext("Iedereen ziet dan meteen de stand van nu, met alles wat intussen is geboekt.")
                if freeze.lifted_at is None
                else gettext("De ranglijst is al losgelaten.")
            ],
        )


def _shown_of(edition: Edition) -> SafeString:
    """What everybody would see, for who is about to choose it."""
    version = freezes.to_show(edition)
    assert version is not None  # the form offers only editions with a closed month
    leaders = boards.of_month(version, edition).top(3, at_most=5)
    words = gettext("%(edition)s: de stand van eind %(month)s, vastgelegd op %(day)s. Bovenaan: %(leaders)s.") % {
        "edition": edition,
        "month": version.closing.round,
        "day": date_format(localtime(version.made_at), "j F Y"),
        "leaders": ", ".join(f"{line.participant} ({line.total})" for line in leaders) or "–",
    }
    address = reverse("month", args=[edition.year, MONTHS[version.closing.round.month - 1]])
    return format_html('{} <a href="{}">{}</a>', words, address, gettext("Bekijk de hele stand"))
