from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock, uploads
from competition.admin.bases import PortalAdmin, ReadOnlyInline, actor, demand
from competition.models import Edition, Round
from scoring import claims
from scoring.admin.claims import DECIDE, ClaimAdmin
from solutions import remarks
from solutions.forms import RemarkForm
from solutions.models import Adoption, Contribution, ContributionImage, Evidence, Remark, Solution


class SolutionForm(forms.ModelForm[Solution]):
    def clean(self) -> dict[str, Any]:
        filled_in: dict[str, Any] = super().clean() or self.cleaned_data
        edition = filled_in.get("edition") or (self.instance.edition_id and self.instance.edition)
        month = filled_in.get("round")
        if edition and month and month.edition_id != edition.pk:
            self.add_error("round", gettext("Kies een maand van %(edition)s.") % {"edition": edition})
        return filled_in


@admin.register(Solution)
class SolutionAdmin(PortalAdmin[Solution]):
    form = SolutionForm
    list_display = ("title", "round", "edition", "giver", "in_use_by")
    list_filter = ("edition", "theme")
    list_select_related = ("edition", "round", "giver")
    search_fields = ("title", "summary", "giver__common_name")
    ordering = ("-edition__year", "round__starts_at", "pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("giver",)
    fieldsets = (
        (None, {"fields": ("edition", "round", "title", "slug", "summary", "giver")}),
        (_("Wat is het?"), {"fields": ("problem", "description", "website")}),
        (_("Wat een andere gemeente wil weten"), {"fields": ("theme", "cost_band", "effort", "licence")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Solution]:
        return super().get_queryset(request).with_adopter_count()  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("overgenomen door"), ordering="adopter_count")
    def in_use_by(self, solution: Solution) -> int:
        return solution.adopter_count  # type: ignore[attr-defined,no-any-return]

    def get_readonly_fields(self, request: HttpRequest, obj: Solution | None = None) -> tuple[str, ...]:
        """The web address of a solution stays what it is."""
        return () if obj is None else ("edition", "slug")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Solution | None = None) -> dict[str, Sequence[str]]:
        return {"slug": ("title",)} if obj is None else {}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"edition": Edition.objects.current(clock.now())} | super().get_changeform_initial_data(request)

    def get_form(self, request: HttpRequest, obj: Solution | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "edition" in form.base_fields:
            _only(form.base_fields["edition"], Edition.objects.filter(is_archive=False).order_by("-year"))
        if "round" in form.base_fields:
            rounds = Round.objects.filter(edition__is_archive=False).order_by("-edition__year", "starts_at")
            _only(form.base_fields["round"], rounds if obj is None else rounds.filter(edition=obj.edition_id))
        return form


def _only(field: forms.Field, choices: "models.QuerySet[Any]") -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = choices


@admin.register(Adoption)
class AdoptionAdmin(ClaimAdmin[Adoption]):
    own_fields = (
        "solution",
        "stage",
        "orientation_since",
        "decision_since",
        "in_use_since",
        "evidence_url",
        "evidence_text",
        "evidence_files",
        "giver_says",
        "giver_answered_at",
        "giver_reason",
    )
    extra_columns = ("giver_says",)
    search_fields = ("participant__name", "solution__title")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Adoption]:
        return super().get_queryset(request).select_related("solution")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        own = path("<int:claim_id>/bestanden/<int:pk>/", view, name="solutions_adoption_file")
        return [own, *super().get_urls()]

    def file_view(self, request: HttpRequest, claim_id: int, pk: int) -> HttpResponse:
        """One file of the evidence, to be saved."""
        if not self.has_view_permission(request):
            raise Http404
        one = get_object_or_404(Evidence, adoption=claim_id, pk=pk)
        return uploads.served(one.file, content_type=one.content_type, save_as=one.name)

    @admin.display(description=_("antwoord van de gever"), ordering="giver_answer")
    def giver_says(self, claim: Adoption) -> str:
        """The organisers weigh it; it decides nothing."""
        return claim.get_giver_answer_display() or gettext("nog geen antwoord")

    @admin.display(description=_("bestanden"))
    def evidence_files(self, claim: Adoption) -> SafeString | str:
        shown = ((_file_of(claim, one),) for one in claim.files.order_by("pk"))
        return format_html_join(SafeString("<br>"), "{}", shown) or "-"


def _file_of(claim: Adoption, one: Evidence) -> SafeString | str:
    """A link to it; only its name when the file went with the names of its edition."""
    if not one.file:
        return one.name
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:solutions_adoption_file", args=[claim.pk, one.pk]), one.name
    )


class RemarkInline(ReadOnlyInline[Remark, Contribution]):
    model = Remark
    fields = ("side", "text", "written_at", "written_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Remark]:
        return super().get_queryset(request).select_related("written_by").order_by("pk")

    @admin.display(description=_("wie"))
    def side(self, remark: Remark) -> str:
        return gettext("de organisatie") if remark.is_from_organisers else gettext("de gemeente")


class AskForm(RemarkForm):
    """What an organiser wants to know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.help_text = (
            gettext("Uw vraag"),
            gettext("De gemeente leest dit en antwoordt. Het wordt nooit openbaar."),
        )
        text.widget.attrs["class"] = "vLargeTextField"


@admin.register(Contribution)
class ContributionAdmin(ClaimAdmin[Contribution]):
    inlines = (RemarkInline,)
    own_fields = (
        "title",
        "summary",
        "theme",
        "readiness",
        "problem",
        "solution",
        "result",
        "cost_band",
        "supplier",
        "licence",
        "standards",
        "contact_role",
        "website",
        "pictures",
        "question",
    )
    search_fields = ("participant__name", "title", "summary")

    def get_urls(self) -> list[URLPattern]:
        ask, look = self.admin_site.admin_view(self.ask_view), self.admin_site.admin_view(self.image_view)
        own = [
            path("<int:claim_id>/vraag/", ask, name="solutions_contribution_ask"),
            path("<int:claim_id>/beelden/<int:pk>/", look, name="solutions_contribution_image"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=_("afbeeldingen"))
    def pictures(self, claim: Contribution) -> SafeString | str:
        links = (
            (reverse("admin:solutions_contribution_image", args=[claim.pk, one.pk]), one.alt)
            for one in claim.images.order_by("pk")
        )
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links) or "-"

    def image_view(self, request: HttpRequest, claim_id: int, pk: int) -> HttpResponse:
        """One picture, to be saved."""
        if not self.has_view_permission(request):
            raise Http404
        one = get_object_or_404(ContributionImage, contribution=claim_id, pk=pk)
        ending = uploads.ENDINGS[one.content_type]
        return uploads.served(one.file, content_type=one.content_type, save_as=f"beeld-{one.pk}.{ending}")

    @admin.display(description=_("vraag aan de gemeente"))
    def question(self, claim: Contribution) -> SafeString:
        address = reverse("admin:solutions_contribution_ask", args=[claim.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Stel een vraag"))

    def ask_view(self, request: HttpRequest, claim_id: int) -> HttpResponse:
        """Ask the municipality something; its contact persons get a mail."""
        demand(request, DECIDE)
        claim = get_object_or_404(Contribution, pk=claim_id)
        form = AskForm(request.POST or None, initial={"form_key": uuid4()})
        if request.method == "POST" and form.is_valid():
            try:
                remarks.ask(claim, **form.cleaned_data, by=actor(request), at=clock.now())
            except claims.WrongStateError as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                self.message_user(request, gettext("Uw vraag is verstuurd. De contactpersoon krijgt een mail."))
            return redirect("admin:solutions_contribution_change", claim.pk)
        key = form.data.get("form_key") or form.initial["form_key"]
        return self.ask(
            request,
            form,
            title=gettext("Stel de gemeente een vraag"),
            button=gettext("Verstuur"),
            about=claim,
            listed=[_said(remark) for remark in claim.remarks.order_by("pk")],
            resent=[("form_key", str(key))],
        )


def _said(remark: Remark) -> str:
    side = gettext("de organisatie") if remark.is_from_organisers else gettext("de gemeente")
    return f"{side}: {remark.text}"
