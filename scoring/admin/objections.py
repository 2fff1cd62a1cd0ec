"""Objections to bookings: look, and answer with a reason that everybody reads."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import ReadOnlyAdmin, ReasonForm, actor, demand
from competition.languages import in_dutch
from scoring import claims, ledger, objections, proposals
from scoring.admin.proposals import about_two_people, pending_reversal, propose, write_down
from scoring.models import Objection
from scoring.rules import RefusedByRulesError

ANSWER = "scoring.answer_objections"
_REFUSALS = (
    claims.ClaimError,
    ledger.AlreadyReversedError,
    objections.ObjectionRefusedError,
    proposals.ProposalRefusedError,
    RefusedByRulesError,
)


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin[Objection]):
    """What waits for an answer comes first."""

    list_display = ("entry", "participant", "state", "submitted_at", "ended_at")
    list_filter = ("state", ("entry__edition", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("entry__participant", "participant")
    search_fields = ("participant__name", "entry__participant__name", "answer", "=entry__number")
    ordering = (F("ended_at").desc(nulls_first=True), "submitted_at", "pk")
    change_form_template = "admin/scoring/objection_change_form.html"
    fieldsets = (
        (None, {"fields": ("booking", "participant", "grounds", "submitted_at", "submitted_by")}),
        (_("Antwoord"), {"fields": ("state", "answer", "ended_at", "ended_by")}),
    )

    @admin.display(description=_("boeking"))
    def booking(self, objection: Objection) -> SafeString:
        address = reverse("admin:scoring_ledgerentry_change", args=[objection.entry_id])
        return format_html('<a href="{}">{}</a>: {}', address, objection.entry, objection.entry.description)

    def get_urls(self) -> list[URLPattern]:
        uphold = self.admin_site.admin_view(self.uphold_view)
        dismiss = self.admin_site.admin_view(self.dismiss_view)
        return [
            path("<int:objection_id>/gegrond/", uphold, name="scoring_objection_uphold"),
            path("<int:objection_id>/ongegrond/", dismiss, name="scoring_objection_dismiss"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        objection = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if objection is not None and objection.is_pending and actor(request).has_perm(ANSWER):
            why_not = objections.why_not_answer(objection, by=actor(request), at=clock.now())
            shown = {"may_answer": not why_not, "why_not": why_not, "proposal": pending_reversal(objection.entry)}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def uphold_view(self, request: HttpRequest, objection_id: int) -> HttpResponse:
        objection = self._objection(request, objection_id)
        entry = objection.entry
        is_reversed = ledger.last_of(entry) != entry
        by_two = not is_reversed and ledger.needs_second_person(entry)
        what_happens = (
            gettext("De boeking is al teruggeboekt. Dat blijft zo.")
            if is_reversed
            else gettext("De boeking wordt meteen teruggeboekt, met uw reden erbij.")
        )
        explanation = [str(objection), what_happens]
        if by_two:
            explanation = [
                str(objection),
                gettext("Deze boeking telt voor een afgesloten maand. Stel eerst voor om haar terug te boeken."),
                about_two_people(actor(request)),
                gettext("Is dat goedgekeurd? Verklaar het bezwaar dan hier gegrond."),
            ]
        return self._answer(
            request,
            objection,
            objections.uphold,
            title=gettext("Waarom is dit bezwaar gegrond?"),
            button=gettext("Stel voor") if by_two else gettext("Verklaar gegrond"),
            explanation=explanation,
        )

    def dismiss_view(self, request: HttpRequest, objection_id: int) -> HttpResponse:
        objection = self._objection(request, objection_id)
        return self._answer(
            request,
            objection,
            objections.dismiss,
            title=gettext("Waarom is dit bezwaar ongegrond?"),
            button=gettext("Verklaar ongegrond"),
            explanation=[str(objection), gettext("De boeking blijft zoals zij is.")],
        )

    def _objection(self, request: HttpRequest, objection_id: int) -> Objection:
        demand(request, ANSWER)
        related = ("entry__participant", "entry__edition", "participant")
        return get_object_or_404(self.get_queryset(request).select_related(*related), pk=objection_id)

    def _answer(self, request: HttpRequest, objection: Objection, act: Any, **shown: Any) -> HttpResponse:
        if why_not := objections.why_not_answer(objection, by=actor(request), at=clock.now()):
            self.message_user(request, why_not, messages.ERROR)
            return self._back(objection)
        words = gettext("Dit antwoord staat straks op de site, voor iedereen. Noem geen namen van personen.")
        form = ReasonForm(request.POST or None, help_text=words)
        if request.method == "POST" and form.is_valid():
            try:
                return self._do(request, objection, act, because=form.cleaned_data["reason"])
            except ledger.SecondPersonNeededError:
                try:
                    reason = form.cleaned_data["reason"]
                    return propose(request, proposals.propose_reversal, objection.entry, because=reason)
                except proposals.ProposalRefusedError as error:
                    form.add_error(None, str(error))
            except _REFUSALS as error:
                form.add_error(None, str(error))
        return self.ask(request, form, about=objection, **shown)

    def _do(self, request: HttpRequest, objection: Objection, act: Any, *, because: str) -> HttpResponse:
        """Answer, and write it in the history of the objection and of the claim behind the booking."""
        with transaction.atomic():
            act(objection, because=because, by=actor(request), at=clock.now())
            with in_dutch():
                outcome = gettext("Bezwaar %(outcome)s: %(why)s") % {
                    "outcome": objection.get_state_display(),
                    "why": because,
                }
            self.log_change(request, objection, outcome)
            if behind := claims.behind(objection.entry):
                write_down(request, behind, outcome)
        self.message_user(request, gettext("Uw antwoord staat op de site."), messages.SUCCESS)
        return self._back(objection)

    def _back(self, objection: Objection) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:scoring_objection_change", args=[objection.pk]))
