"""The portal's verdicts on its own ledger, and accepting by two what nobody can undo any more."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition.admin.bases import ReadOnlyAdmin, ReasonForm, actor, demand
from scoring import proposals, verification
from scoring.admin.proposals import PROPOSE, PUBLIC_REASON, about_two_people, link_to, propose
from scoring.models import Verification


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin[Verification]):
    list_display = ("checked_at", "edition", "head", "verdict")
    list_filter = ("edition",)
    list_select_related = ("edition", "accepted_by")
    date_hierarchy = "checked_at"
    ordering = ("-checked_at", "-pk")
    fields = ("edition", "checked_at", "head", "head_hash", "found", "accepted_with")
    change_form_template = "admin/scoring/verification_change_form.html"

    @admin.display(description=_("oordeel"))
    def verdict(self, verdict: Verification) -> str:
        if verdict.is_right:
            return gettext("alles klopt")
        count = len(verdict.faults)
        return ngettext("%(count)d fout", "%(count)d fouten", count) % {"count": count}

    @admin.display(description=_("gevonden"))
    def found(self, verdict: Verification) -> SafeString | str:
        if verdict.is_right:
            return gettext("alles klopt")
        items = format_html_join("", "<li>{}</li>", ((fault,) for fault in verdict.faults))
        return format_html('<ul class="effects">{}</ul>', items)

    @admin.display(description=_("aanvaard met voorstel"))
    def accepted_with(self, verdict: Verification) -> SafeString | str:
        """The proposal after which this verdict was given."""
        return link_to(verdict.accepted_by) if verdict.accepted_by else "–"

    # --- Accepting --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.accept_view)
        return [
            path("<int:verification_id>/aanvaard/", view, name="scoring_verification_accept"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        verdict = self.get_object(request, object_id)
        may_be_accepted = verdict is not None and verdict.is_held_up and _is_wrong_now(verdict)
        lies_there = proposals.pending_acceptance(verdict) if verdict is not None else None
        shown = {
            "may_accept": may_be_accepted and lies_there is None and actor(request).has_perm(PROPOSE),
            "proposal": lies_there,
        }
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def accept_view(self, request: HttpRequest, verification_id: int) -> HttpResponse:
        demand(request, "scoring.view_verification")
        demand(request, PROPOSE)
        verdict = get_object_or_404(self.get_queryset(request), pk=verification_id)
        if not _is_wrong_now(verdict):
            self.message_user(request, gettext("Er is al een nieuwere controle. Kijk daar."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:scoring_verification_changelist"))
        form = ReasonForm(request.POST or None, help_text=str(PUBLIC_REASON))
        if form.is_valid():
            try:
                return propose(
                    request, proposals.propose_acceptance, verdict.edition, because=form.cleaned_data["reason"]
                )
            except proposals.ProposalRefusedError as error:
                form.add_error(None, str(error))
        return self.ask(
            request,
            form,
            title=gettext("Waarom aanvaardt u dat dit weg is?"),
            button=gettext("Stel voor"),
            about=verdict,
            explanation=[
                gettext("Deze controlepunten van %(edition)s zijn gepubliceerd en staan niet meer in het puntenboek:")
                % {"edition": verdict.edition}
            ],
            listed=verdict.missing_heads,
            afterwards=[
                gettext("Zoek eerst uit hoe dit komt. Is er een nieuwere reservekopie? Zet dan die terug."),
                gettext("Wat de controle verder vond, blijft staan: dat is te herstellen."),
                about_two_people(actor(request)),
            ],
        )


def _is_wrong_now(verdict: Verification) -> bool:
    """Whether this is the last word on its edition, and not a good one."""
    return not verdict.is_right and verification.last_of(verdict.edition) == verdict
