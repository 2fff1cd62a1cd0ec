"""What needs two organisers: the proposals to look at and to decide on, and how the other pages make one."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import access, clock
from competition.admin.bases import (
    NothingToFillInForm,
    PortalAdmin,
    ReadOnlyAdmin,
    ReasonForm,
    actor,
    demand,
    short,
)
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Participant, User
from scoring import claims, proposals
from scoring.admin.effects import effects_of, one_of
from scoring.models import Act, LedgerEntry, LotDraw, Outcome, Proposal, Verification

PROPOSE = "scoring.propose"
DECIDE = "scoring.decide_proposals"
PUBLIC_REASON = _("Dit staat straks in het openbare logboek. Noem geen namen van personen.")
"""The help text of every field whose content becomes the reason of a proposal."""


# --- For the pages that propose ---------------------------------------------------------------------


@transaction.atomic
def propose(
    request: HttpRequest, proposing: Callable[..., Proposal], *about: Any, because: str, **details: Any
) -> HttpResponseRedirect:
    """Make a proposal in the name of who asks, by one of the functions of `scoring.proposals`, and lead to its page.

    There it says who must do what next. Raises `ProposalRefusedError` in words for the reader.
    """
    demand(request, PROPOSE)
    by = actor(request)
    proposal = proposing(*about, because=because, by=by, at=clock.now(), **details)
    with in_dutch():
        write_down(request, proposal, gettext("Voorgesteld: %(why)s") % {"why": because}, is_new=True)
    told = gettext("Uw voorstel ligt er. Er is nog niets veranderd. %(next)s") % {"next": _who_is_next(proposal)}
    messages.success(request, told)
    return HttpResponseRedirect(address_of(proposal))


def about_two_people(user: User) -> str:
    """What a page says above a form whose act becomes a proposal."""
    return gettext("Dit doet u met zijn tweeën. U stelt het voor, met een reden. %(next)s") % {"next": _others(user)}


def pending_reversal(entry: LedgerEntry) -> Proposal | None:
    """The proposal to book this entry back that waits for a second organiser."""
    return Proposal.objects.pending().filter(act=Act.REVERSAL, details__entry=entry.pk).first()


def address_of(proposal: Proposal) -> str:
    return reverse("admin:scoring_proposal_change", args=[proposal.pk])


def link_to(proposal: Proposal) -> SafeString:
    return format_html('<a href="{}">{}</a>', address_of(proposal), proposal)


def write_down(request: HttpRequest, thing: models.Model, words: str, *, is_new: bool = False) -> None:
    """In the history of this object, whatever it is."""
    page: PortalAdmin[Any] = admin.site.get_model_admin(Proposal)  # type: ignore[assignment]
    (page.log_addition if is_new else page.log_change)(request, thing, words)


def _who_is_next(proposal: Proposal) -> str:
    return _others(proposal.proposed_by) if proposal.proposed_by else ""


def _others(user: User) -> str:
    """Who can approve what this person proposes."""
    others = list(access.organisers_who_may(DECIDE).exclude(pk=user.pk))
    if not others:
        return gettext("Een andere organisator moet het goedkeuren, maar er is er nu geen. Maak eerst een account.")
    words = gettext("Een andere organisator moet het goedkeuren, bij ‘Voorstellen’: %(names)s.")
    return words % {"names": one_of(others)}


# --- The proposals themselves -----------------------------------------------------------------------


class OutcomeFilter(admin.SimpleListFilter):
    title = _("uitkomst")
    parameter_name = "uitkomst"

    def lookups(self, request: HttpRequest, model_admin: object) -> Any:
        return Outcome.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        return queryset.filter(outcome=self.value()) if self.value() in Outcome else queryset


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin[Proposal]):
    """What waits comes first; then what was decided, the latest first."""

    list_display = ("summary", "how_it_stands", "proposed_on", "proposed_by")
    list_filter = (OutcomeFilter, "act", ("edition", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("edition", "proposed_by", "decided_by")
    search_fields = ("summary", "reason")
    ordering = (F("decided_at").desc(nulls_first=True), "-proposed_at", "-pk")
    change_form_template = "admin/scoring/proposal_change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: Proposal | None = None) -> Any:
        what = ["edition", "summary", "reason", "about"]
        decision = ["outcome", "decided_at", "decided_by", "decision_note"]
        if obj is not None and obj.is_pending:
            what.append("effects")
            decision = ["outcome"]
        return [
            (None, {"fields": what}),
            (_("Voorgesteld"), {"fields": ["proposed_at", "proposed_by"]}),
            (_("Besluit"), {"fields": decision}),
        ]

    @admin.display(description=_("voorgesteld"), ordering="proposed_at")
    def proposed_on(self, proposal: Proposal) -> str:
        return short(local_date(proposal.proposed_at))

    @admin.display(description=_("uitkomst"), ordering="decided_at")
    def how_it_stands(self, proposal: Proposal) -> str:
        if proposal.decided_at is None:
            return proposal.get_outcome_display()
        return f"{proposal.get_outcome_display()}, {short(local_date(proposal.decided_at))}"

    @admin.display(description=_("hoort bij"))
    def about(self, proposal: Proposal) -> SafeString | str:
        return format_html_join(", ", '<a href="{}">{}</a>', map(_address_and_name, _touched_by(proposal))) or "–"

    @admin.display(description=_("als dit wordt goedgekeurd"))
    def effects(self, proposal: Proposal) -> SafeString:
        items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in effects_of(proposal)))
        return format_html('<ul class="effects">{}</ul>', items)

    # --- Deciding ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        approve = self.admin_site.admin_view(self.approve_view)
        turn_down = self.admin_site.admin_view(self.turn_down_view)
        return [
            path("<int:proposal_id>/keur-goed/", approve, name="scoring_proposal_approve"),
            path("<int:proposal_id>/wijs-af/", turn_down, name="scoring_proposal_turn_down"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        proposal = self.get_object(request, object_id)
        desk = {} if proposal is None or not proposal.is_pending else _desk(actor(request), proposal)
        shown = {"title": gettext("Voorstel")} | desk | (extra_context or {})
        return super().change_view(request, object_id, form_url, shown)

    def approve_view(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        proposal = self._proposal(request, proposal_id)
        demand(request, DECIDE)
        why_not = proposals.why_not_approve(proposal, by=actor(request), at=clock.now())
        if why_not or request.method == "POST":
            return self._told(request, proposal, why_not or self._approve(request, proposal))
        return self.ask(
            request,
            NothingToFillInForm(),
            title=gettext("Keurt u dit goed?"),
            button=gettext("Keur goed"),
            about=proposal,
            explanation=[
                str(proposal),
                gettext("Reden: %(why)s") % {"why": proposal.reason},
                gettext("Als u dit goedkeurt, gebeurt dit meteen:"),
            ],
            listed=effects_of(proposal),
            afterwards=[gettext("Wat u samen besloot en waarom, staat daarna in het openbare logboek, zonder namen.")],
        )

    def turn_down_view(self, request: HttpRequest, proposal_id: int) -> HttpResponse:
        proposal = self._proposal(request, proposal_id)
        is_own = proposal.proposed_by_id == actor(request).pk
        demand(request, PROPOSE if is_own else DECIDE)
        if why_not := proposals.why_not_decide(proposal, by=actor(request), at=clock.now()):
            return self._told(request, proposal, why_not)
        who_reads_it = gettext("Alleen organisatoren lezen dit.")
        form = ReasonForm(request.POST or None, help_text=who_reads_it)
        if form.is_valid():
            return self._told(request, proposal, self._turn_down(request, proposal, form.cleaned_data["reason"]))
        return self.ask(
            request,
            form,
            title=gettext("Waarom trekt u dit voorstel in?") if is_own else gettext("Waarom wijst u dit voorstel af?"),
            button=gettext("Trek in") if is_own else gettext("Wijs af"),
            about=proposal,
            explanation=[str(proposal), gettext("Reden: %(why)s") % {"why": proposal.reason}],
        )

    def _proposal(self, request: HttpRequest, proposal_id: int) -> Proposal:
        demand(request, "scoring.view_proposal")
        return get_object_or_404(self.get_queryset(request).select_related("edition__rules"), pk=proposal_id)

    def _approve(self, request: HttpRequest, proposal: Proposal) -> str:
        """Do it, and write it in the history of all that it touches: both or neither. Gives why not, or nothing."""
        try:
            with transaction.atomic():
                proposals.approve(proposal, by=actor(request), at=clock.now())
                with in_dutch():
                    write_down(request, proposal, gettext("Goedgekeurd en uitgevoerd."))
                    for thing in _touched_by(proposal):
                        write_down(request, thing, gettext("%(what)s. Reden: %(why)s") % _in_words(proposal))
        except proposals.ProposalRefusedError as error:
            return str(error)
        self.message_user(request, gettext("Goedgekeurd en uitgevoerd: %(what)s.") % {"what": proposal})
        return ""

    def _turn_down(self, request: HttpRequest, proposal: Proposal, why: str) -> str:
        try:
            with transaction.atomic():
                proposals.turn_down(proposal, because=why, by=actor(request), at=clock.now())
                with in_dutch():
                    write_down(request, proposal, gettext("Afgewezen: %(why)s") % {"why": why})
        except proposals.ProposalRefusedError as error:
            return str(error)
        self.message_user(request, gettext("Er is niets veranderd. Het voorstel blijft in de lijst staan."))
        return ""

    def _told(self, request: HttpRequest, proposal: Proposal, problem: str) -> HttpResponse:
        """Back to the page of the proposal, which shows how it stands now."""
        if problem:
            self.message_user(request, problem, messages.ERROR)
        return HttpResponseRedirect(address_of(proposal))


def _desk(user: User, proposal: Proposal) -> dict[str, Any]:
    """What this person can do about a proposal that waits, and why not."""
    at = clock.now()
    is_own = proposal.proposed_by_id == user.pk
    may_decide = user.has_perm(DECIDE)
    why_not = proposals.why_not_approve(proposal, by=user, at=at)
    may_end_it = user.has_perm(PROPOSE if is_own else DECIDE)
    return {
        "is_own": is_own,
        "may_approve": may_decide and not why_not,
        "may_turn_down": may_end_it and not proposals.why_not_decide(proposal, by=user, at=at),
        "why_not": why_not if may_decide else "",
        "who_is_next": _who_is_next(proposal),
    }


def _touched_by(proposal: Proposal) -> list[models.Model]:
    """What a proposal is about, and what came of it."""
    match Act(proposal.act):
        case Act.WILDCARD:
            granted = Participant.objects.filter(edition=proposal.edition_id, slug=proposal.details["slug"])
            return list(granted) if proposal.outcome == Outcome.APPROVED else []
        case Act.REVERSAL:
            entry = LedgerEntry.objects.select_related("participant", "reversal").get(pk=proposal.details["entry"])
            chain = (entry, getattr(entry, "reversal", None), claims.behind(entry))
            return [thing for thing in chain if thing is not None]
        case Act.DRAW:
            return list(LotDraw.objects.filter(edition=proposal.edition_id))
        case Act.ACCEPTANCE:
            return list(Verification.objects.filter(pk=proposal.details["verification"]))
        case Act.RULES | Act.CLOSING:
            return [proposal.edition]


def _address_and_name(thing: models.Model) -> tuple[str, str]:
    page = f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change"
    return reverse(page, args=[thing.pk]), f"{thing._meta.verbose_name} {thing}"


def _in_words(proposal: Proposal) -> dict[str, str]:
    return {"what": proposal.summary, "why": proposal.reason}
