"""The ledger, to look at; the only act is to book something back."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import ReadOnlyAdmin, ReasonForm, actor, demand, short
from competition.languages import in_dutch
from competition.models import User
from scoring import claims, ledger, proposals
from scoring.admin.claims import ACTS, REVERSE
from scoring.admin.proposals import about_two_people, pending_reversal, propose, write_down
from scoring.models import Claim, ClaimState, LedgerEntry
from scoring.rules import RefusedByRulesError

TURNED_OVER = {ClaimState.CONFIRMED, ClaimState.REVERSED}
"""Booking back the entry of a claim in one of these states turns the claim over."""


class ReversalFilter(admin.SimpleListFilter):
    title = _("boeking of tegenboeking")
    parameter_name = "soort"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("boeking", gettext("boekingen")), ("tegenboeking", gettext("tegenboekingen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
        if self.value() == "boeking":
            return queryset.filter(reverses=None)
        return queryset.exclude(reverses=None) if self.value() == "tegenboeking" else queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    list_display = ("number", "participant", "description", "signed", "counts_from", "pair_and_reason")
    list_filter = ("edition", "kind", ReversalFilter, ("participant", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("participant", "edition", "reverses", "reversal")
    search_fields = ("participant__name", "description", "reason", "=number")
    ordering = ("-edition__year", "-number")
    date_hierarchy = "counts_on"
    change_form_template = "admin/scoring/ledgerentry_change_form.html"
    fieldsets = (
        (None, {"fields": ("edition", "number", "participant", "description", "signed", "kind", "source")}),
        (_("Wanneer en door wie"), {"fields": ("counts_on", "booked_at", "recorded_at", "booked_by_name")}),
        (_("Hoort bij"), {"fields": ("pair", "reason", "claim")}),
    )

    @admin.display(description=_("punten"), ordering="points")
    def signed(self, entry: LedgerEntry) -> str:
        return f"{entry.points:+d}"

    @admin.display(description=_("telt vanaf"), ordering="counts_on")
    def counts_from(self, entry: LedgerEntry) -> str:
        return short(entry.counts_on)

    @admin.display(description=_("geboekt door"))
    def booked_by_name(self, entry: LedgerEntry) -> str:
        """The ledger itself holds no names: somebody whose account is gone cannot be named any more."""
        booker = User.objects.filter(actor_id=entry.booked_by).first()
        return str(booker) if booker else gettext("onbekend (account bestaat niet meer)")

    @admin.display(description=_("hoort bij"))
    def pair(self, entry: LedgerEntry) -> SafeString | str:
        """What this entry reverses, and by what it was reversed."""
        parts = []
        if entry.reverses is not None:
            parts.append(format_html(gettext("boekt {} terug"), _link(entry.reverses)))
        reversal = _reversal_of(entry)
        if reversal is not None:
            parts.append(format_html(gettext("teruggeboekt met {}"), _link(reversal)))
        return format_html("; ".join("{}" for _part in parts), *parts) if parts else ""

    @admin.display(description=_("tegenboeking"))
    def pair_and_reason(self, entry: LedgerEntry) -> SafeString | str:
        return format_html("{}: {}", self.pair(entry), entry.reason) if entry.is_reversal else self.pair(entry)

    @admin.display(description=_("melding"))
    def claim(self, entry: LedgerEntry) -> SafeString | str:
        behind = claims.behind(entry)
        if behind is None:
            return gettext("geen: deze boeking is niet door een melding ontstaan")
        return format_html('<a href="{}">{}</a> ({})', _address_of(behind), behind, behind.get_state_display())

    # --- Booking back -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reverse_view)
        return [path("<int:entry_id>/tegenboeking/", view, name="scoring_ledgerentry_reverse"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        may_reverse = entry is not None and actor(request).has_perm(REVERSE) and not _why_not(entry)
        shown = {"may_reverse": may_reverse, "proposal": entry and pending_reversal(entry)}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def reverse_view(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        demand(request, REVERSE)
        demand(request, "scoring.view_ledgerentry")
        entry = get_object_or_404(self.get_queryset(request), pk=entry_id)
        form = ReasonForm(request.POST or None, help_text=str(ACTS["neem-terug"].who_reads_it))
        if request.method == "POST" and form.is_valid():
            try:
                return self._reverse_or_propose(request, entry, because=form.cleaned_data["reason"])
            except (
                claims.ClaimError,
                RefusedByRulesError,
                ledger.AlreadyReversedError,
                ledger.ReasonMissingError,
                proposals.ProposalRefusedError,
            ) as error:
                form.add_error(None, str(error))
        explanation = [
            f"{entry.participant}: {entry.description} ({entry.points:+d})",
            gettext("De boeking zelf blijft staan. Er komt een tegenboeking bij van %(points)+d.")
            % {"points": -entry.points},
        ]
        by_two = ledger.needs_second_person(entry)
        if by_two:
            closed = gettext("Deze boeking telt voor een afgesloten maand.")
            explanation += [f"{closed} {about_two_people(actor(request))}"]
        return self.ask(
            request,
            form,
            title=gettext("Waarom boekt u dit terug?"),
            button=gettext("Stel voor") if by_two else gettext("Boek terug"),
            about=entry,
            explanation=explanation,
        )

    def _reverse_or_propose(self, request: HttpRequest, entry: LedgerEntry, *, because: str) -> HttpResponse:
        """Book it back alone; or, where the ledger asks for a second person, propose it."""
        if problem := _why_not(entry):
            raise claims.WrongStateError(problem)
        try:
            reversal = self._reverse(request, entry, because=because)
        except ledger.SecondPersonNeededError:
            return propose(request, proposals.propose_reversal, entry, because=because)
        words = gettext("Teruggeboekt met boeking %(number)d.") % {"number": reversal.number}
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:scoring_ledgerentry_change", args=[entry.pk]))

    @transaction.atomic
    def _reverse(self, request: HttpRequest, entry: LedgerEntry, *, because: str) -> LedgerEntry:
        """Book it back by way of its claim, so that the claim follows, and write it in the history of both."""
        reversal = claims.book_back(entry, because=because, by=actor(request), at=clock.now())
        with in_dutch():
            words = gettext("Tegenboeking: %(why)s") % {"why": because}
        if behind := claims.behind(entry):
            write_down(request, behind, words)
        self.log_addition(request, reversal, words)
        return reversal


def _why_not(entry: LedgerEntry) -> str:
    """Why this entry cannot be booked back, in words; empty when it can."""
    reversal = _reversal_of(entry)
    if reversal is not None:
        return gettext("Boeking %(number)d is al teruggeboekt, met boeking %(reversal)d.") % {
            "number": entry.number,
            "reversal": reversal.number,
        }
    behind = claims.behind(entry)
    if behind is None or behind.state in TURNED_OVER:
        return ""
    if behind.is_pending:
        return gettext("De melding achter deze boeking wacht nog op een besluit. Wijs de melding af.")
    words = gettext("De melding achter deze boeking is %(state)s. De gemeente kan haar opnieuw indienen.")
    return words % {"state": behind.get_state_display()}


def _reversal_of(entry: LedgerEntry) -> LedgerEntry | None:
    return getattr(entry, "reversal", None)


def _link(entry: LedgerEntry) -> SafeString:
    return format_html(
        '<a href="{}">#{}</a>', reverse("admin:scoring_ledgerentry_change", args=[entry.pk]), entry.number
    )


def _address_of(claim: Claim) -> str:
    return reverse(f"admin:{claim._meta.app_label}_{claim._meta.model_name}_change", args=[claim.pk])
