"""The end of an edition: the finalists and the winner."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import PortalAdmin, ReadOnlyAdmin, actor
from competition.form_fields import PlainTextField
from competition.languages import in_dutch
from competition.models import Edition, Participant
from scoring.final.result import WinnerRefusedError, record_winner
from scoring.models import EditionResult, Finalist

LONG_TEXT = {"rows": 6, "class": "vLargeTextField"}


@admin.register(Finalist)
class FinalistAdmin(ReadOnlyAdmin[Finalist]):
    list_display = ("participant", "edition", "place", "total", "decided_by")
    list_filter = ("edition",)
    list_select_related = ("participant", "edition")
    ordering = ("-edition__year", "place", "participant__sort_name", "pk")


# --- The winner ------------------------------------------------------------------------------------


class WinnerForm(forms.Form):
    """Only who can win is there to choose, by edition."""

    winner = forms.ModelChoiceField(Participant.objects.none(), label=_("Winnaar"))
    motivation = PlainTextField(
        label=_("Motivatie"),
        max_length=4000,
        widget=forms.Textarea(attrs=LONG_TEXT),
        help_text=_("Waarom wint deze deelnemer? Dit staat op de site. Noem geen namen van personen."),
    )
    is_checked = forms.BooleanField(
        label=_("Ik heb gecontroleerd dat dit klopt"),
        help_text=_("De titel staat meteen op de site."),
        error_messages={"required": _("Controleer de winnaar en de motivatie, en vink dit aan.")},
    )

    def __init__(self, *args: Any, candidates: QuerySet[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        winner = self.fields["winner"]
        winner.queryset = candidates.select_related("edition").order_by("-edition__year", "sort_name", "pk")  # type: ignore[attr-defined]
        winner.label_from_instance = lambda participant: f"{participant} ({participant.edition})"  # type: ignore[attr-defined]


def candidates(of: Edition | None = None) -> QuerySet[Participant]:
    """Who can win: the finalists; in an edition that was not played here, everybody who took part."""
    can_win = Participant.objects.filter(Q(finalist__isnull=False) | Q(edition__is_archive=True))
    return can_win.filter(edition__result=None) if of is None else can_win.filter(edition=of)


@admin.register(EditionResult)
class EditionResultAdmin(PortalAdmin[EditionResult]):
    """The winner, who is never deleted: a mistake is put right by writing down the right one."""

    list_display = ("edition", "winner", "recorded_at", "recorded_by")
    list_select_related = ("edition", "winner", "recorded_by")
    ordering = ("-edition__year",)
    fields = ("edition", "winner", "motivation", "recorded_at", "recorded_by")
    readonly_fields = ("recorded_at", "recorded_by")

    def has_delete_permission(self, request: HttpRequest, obj: EditionResult | None = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not candidates().exists():
            words = gettext("Er is geen editie die op een winnaar wacht: de finalisten zijn nog niet bekend.")
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:scoring_editionresult_changelist"))
        return self._record_view(request, WinnerForm(request.POST or None, candidates=candidates()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        result = self.get_object(request, object_id)
        if result is None or not self.has_change_permission(request, result):
            return super().change_view(request, object_id, form_url, extra_context)
        initial = {"winner": result.winner, "motivation": result.motivation}
        form = WinnerForm(request.POST or None, initial=initial, candidates=candidates(result.edition))
        return self._record_view(request, form, about=result)

    def _record_view(
        self, request: HttpRequest, form: WinnerForm, *, about: EditionResult | None = None
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            try:
                result = self._record(request, form.cleaned_data, is_new=about is None)
            except WinnerRefusedError as error:
                form.add_error(None, str(error))
            else:
                words = gettext("%(winner)s staat als winnaar van %(edition)s op de site.")
                told = words % {"winner": result.winner, "edition": result.edition}
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:scoring_editionresult_changelist"))
        return self.ask(
            request,
            form,
            title=gettext("Leg de winnaar vast") if about is None else gettext("Verander de uitslag"),
            button=gettext("Leg vast"),
            about=about,
        )

    @transaction.atomic
    def _record(self, request: HttpRequest, filled_in: dict[str, Any], *, is_new: bool) -> EditionResult:
        winner, motivation = filled_in["winner"], filled_in["motivation"]
        edition = Edition.objects.select_for_update().get(pk=winner.edition_id)
        if is_new and EditionResult.objects.filter(edition=edition).exists():
            raise WinnerRefusedError(gettext("Een collega heeft de winnaar van deze editie al vastgelegd."))
        result = record_winner(edition, winner, motivation=motivation, by=actor(request), at=clock.now())
        with in_dutch():
            words = gettext("Winnaar: %(winner)s. Motivatie: %(why)s") % {"winner": winner, "why": motivation}
        (self.log_addition if is_new else self.log_change)(request, result, words)
        return result
