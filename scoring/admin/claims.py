"""Judging claims: what the admin pages of attendances, adoptions and contributions have in common."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import access, clock
from competition.admin.bases import ReadOnlyAdmin, ReasonForm, actor, short
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import User
from scoring import claims, ledger, proposals
from scoring.admin.proposals import PROPOSE, about_two_people, pending_reversal, propose
from scoring.models import Claim, ClaimState
from scoring.rules import RefusedByRulesError

C = TypeVar("C", bound=Claim)

DECIDE = "scoring.decide_claims"
REVERSE = "scoring.reverse_entry"
ALL = "alle"


class Run(Protocol):
    def __call__(self, claim: Claim, *, because: str, by: User, at: datetime, seen_version: int | None) -> object: ...


class Act(NamedTuple):
    """One thing that an organiser can do with a claim."""

    permission: str
    possible_in: ClaimState
    leads_to: ClaimState
    run: Run
    button: Any
    question: Any
    """Above the field for the reason; empty where the act needs none."""
    who_reads_it: Any
    done: Any
    """What the organiser, and the history of the claim, are told."""


def _confirm(claim: Claim, *, because: str, by: User, at: datetime, seen_version: int | None) -> object:
    return claims.confirm(claim, by=by, at=at, seen_version=seen_version)


ACTS: dict[str, Act] = {
    "bevestig": Act(
        permission=DECIDE,
        possible_in=ClaimState.SUBMITTED,
        leads_to=ClaimState.CONFIRMED,
        run=_confirm,
        button=_("Bevestig"),
        question="",
        who_reads_it="",
        done=_("Bevestigd: het punt is geboekt."),
    ),
    "wijs-af": Act(
        permission=DECIDE,
        possible_in=ClaimState.SUBMITTED,
        leads_to=ClaimState.REJECTED,
        run=claims.reject,
        button=_("Wijs af"),
        question=_("Waarom wijst u deze melding af?"),
        who_reads_it=_("De gemeente leest dit. Schrijf ook op wat zij kan doen om het punt wel te krijgen."),
        done=_("Afgewezen: %(reason)s"),
    ),
    "neem-terug": Act(
        permission=REVERSE,
        possible_in=ClaimState.CONFIRMED,
        leads_to=ClaimState.REVERSED,
        run=claims.take_back,
        button=_("Neem punt terug"),
        question=_("Waarom neemt u dit punt terug?"),
        who_reads_it=_("Dit staat bij de boeking op de site en in het openbare logboek. Noem geen namen van personen."),
        done=_("Punt teruggenomen: %(reason)s"),
    ),
    "geef-terug": Act(
        permission=REVERSE,
        possible_in=ClaimState.REVERSED,
        leads_to=ClaimState.CONFIRMED,
        run=claims.give_back,
        button=_("Geef punt terug"),
        question=_("Waarom geeft u dit punt terug?"),
        who_reads_it=_("Dit staat bij de boeking op de site en in het openbare logboek. Noem geen namen van personen."),
        done=_("Punt teruggegeven: %(reason)s"),
    ),
}


class StateFilter(admin.SimpleListFilter):
    """What waits for a decision comes first; the rest is one click away."""

    title = _("stand van zaken")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: object) -> Any:
        return [*ClaimState.choices, (ALL, gettext("alle meldingen"))]

    def value(self) -> str:
        return super().value() or ClaimState.SUBMITTED

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == str(value), "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == ALL else queryset.filter(state=self.value())


class ClaimAdmin(ReadOnlyAdmin[C]):
    """A municipality's claim: its own fields are to be read, the decision is to be taken.

    `own_fields` are what the municipality filled in. Nothing here can be typed over, added or deleted.
    """

    own_fields: Sequence[str] = ()
    date_hierarchy = "counts_on"
    ordering = ("submitted_at", "pk")
    actions = ("confirm_selected", "reject_selected")
    change_form_template = "admin/scoring/claim_change_form.html"
    list_filter = (StateFilter, "participant__edition", "participant__entry")
    list_display_links = ("what",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[C]:
        related = ("participant__edition__rules", "submitted_by", "decided_by", "created_by", "award")
        return super().get_queryset(request).select_related(*related)

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("what", "of_participant", *self.extra_columns, "submitted_on", "counts_from", "state")

    extra_columns: Sequence[str] = ()

    def get_fieldsets(self, request: HttpRequest, obj: C | None = None) -> Any:
        decision = ("state", "counts_on", "decided_at", "decided_by", "decision_reason", "booking")
        return [
            (None, {"fields": ("participant", *self.own_fields)}),
            (_("Ingediend"), {"fields": ("created_at", "created_by", "submitted_at", "submitted_by")}),
            (_("Besluit"), {"fields": decision}),
        ]

    @admin.display(description=_("waarvoor"))
    def what(self, claim: C) -> str:
        return claim.describe()

    @admin.display(description=_("deelnemer"), ordering="participant__sort_name")
    def of_participant(self, claim: C) -> SafeString:
        """With the version that this page shows, so that nothing is decided on a claim that changed since."""
        seen = '{}<input type="hidden" name="{}" value="{}">'
        return format_html(seen, claim.participant, _version_field(claim.pk), claim.version)

    @admin.display(description=_("ingediend"), ordering="submitted_at")
    def submitted_on(self, claim: C) -> str:
        return short(claim.submitted_at and local_date(claim.submitted_at))

    @admin.display(description=_("telt vanaf"), ordering="counts_on")
    def counts_from(self, claim: C) -> str:
        return short(claim.counts_on)

    @admin.display(description=_("puntenboeking"))
    def booking(self, claim: C) -> SafeString | str:
        if claim.award is None:
            return gettext("nog geen")
        last = ledger.last_of(claim.award)
        return format_html('<a href="{}">{}</a>', reverse("admin:scoring_ledgerentry_change", args=[last.pk]), last)

    # --- One claim --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        return [path("<int:claim_id>/besluit/<slug:act_name>/", decide, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        claim = self.get_object(request, object_id)
        desk = {} if claim is None else self._desk(request, claim)
        return super().change_view(request, object_id, form_url, desk | (extra_context or {}))

    def _desk(self, request: HttpRequest, claim: C) -> dict[str, Any]:
        """What this organiser can do with the claim now, and what they should know before they do."""
        user = actor(request)
        possible = [name for name, act in ACTS.items() if claim.state == act.possible_in]
        allowed = [name for name in possible if user.has_perm(ACTS[name].permission)]
        is_own = access.works_for(user, claim.participant, at=clock.now())
        last = claim.award and ledger.last_of(claim.award)
        return {
            "proposal": last and pending_reversal(last),
            "acts": [] if is_own else [(name, ACTS[name]) for name in allowed],
            "is_own": is_own and bool(allowed),
            "objection": claim.refusal(claim.participant.edition.rules) if claim.is_pending else "",
        }

    def decide_view(self, request: HttpRequest, claim_id: int, act_name: str) -> HttpResponse:
        if act_name not in ACTS:
            raise Http404
        act = ACTS[act_name]
        if not (actor(request).has_perm(act.permission) and self.has_view_permission(request)):
            raise PermissionDenied
        claim = get_object_or_404(self.get_queryset(request), pk=claim_id)
        if not act.question:
            return self._decide_at_once(request, claim, act)
        return self._ask_why(request, claim, act)

    def _decide_at_once(self, request: HttpRequest, claim: C, act: Act) -> HttpResponse:
        if request.method == "POST":
            problem = self._decide(request, claim, act, seen_version=_seen(request, "seen_version"))
            if not problem:
                return self._told_and_back_to_the_list(request, claim)
            self.message_user(request, problem, messages.ERROR)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[claim.pk])
        return HttpResponseRedirect(self._with_filters(request, address))

    def _ask_why(self, request: HttpRequest, claim: C, act: Act) -> HttpResponse:
        form = ReasonForm(
            request.POST if "reason" in request.POST else None, help_text=_who_reads_the_reason(claim, act)
        )
        if form.is_valid():
            try:
                return self._decide_or_propose(request, claim, act, because=form.cleaned_data["reason"])
            except (*claims.REFUSALS, ledger.ReasonMissingError, proposals.ProposalRefusedError) as error:
                claim.refresh_from_db()
                form.add_error(None, _why_not(claim, act, error))
        by_two = _counts_for_a_closed_month(claim)
        shown = request.POST.get("seen_version", str(claim.version))
        return self.ask(
            request,
            form,
            title=str(act.question),
            button=gettext("Stel voor") if by_two else str(act.button),
            about=claim,
            explanation=[f"{claim.participant}: {claim.describe()}", *_about_two_people(request, by_two=by_two)],
            resent=[("seen_version", shown)],
        )

    def _decide_or_propose(self, request: HttpRequest, claim: C, act: Act, *, because: str) -> HttpResponse:
        """Decide alone; or, where the ledger asks for a second person once all else is in order, propose it."""
        try:
            self._run(request, claim, act, because=because, seen_version=_seen(request, "seen_version"))
        except ledger.SecondPersonNeededError:
            if claim.award is None or not actor(request).has_perm(PROPOSE):
                raise
            return propose(request, proposals.propose_reversal, ledger.last_of(claim.award), because=because)
        return self._told_and_back_to_the_list(request, claim)

    def _decide(self, request: HttpRequest, claim: C, act: Act, *, seen_version: int | None, because: str = "") -> str:
        """Take one decision. Gives why not, or nothing."""
        try:
            self._run(request, claim, act, because=because, seen_version=seen_version)
        except (*claims.REFUSALS, ledger.ReasonMissingError) as error:
            claim.refresh_from_db()
            return _why_not(claim, act, error)
        return ""

    @transaction.atomic
    def _run(self, request: HttpRequest, claim: C, act: Act, *, because: str, seen_version: int | None) -> None:
        """Take one decision and write it in the claim's history: both or neither."""
        now = clock.now()
        act.run(claim, because=because, by=actor(request), at=now, seen_version=seen_version)
        if claim.decided_at != now:  # a repeat is no error to the domain, but somebody waits for an answer
            raise claims.WrongStateError
        with in_dutch():
            self.log_change(request, claim, str(act.done) % {"reason": because})

    def _told_and_back_to_the_list(self, request: HttpRequest, claim: C) -> HttpResponse:
        words = gettext("De melding van %(participant)s is %(state)s.")
        told = words % {"participant": claim.participant, "state": claim.get_state_display()}
        self.message_user(request, told, messages.SUCCESS)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(self._with_filters(request, address))

    def _with_filters(self, request: HttpRequest, address: str) -> str:
        context: dict[str, Any] = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(context, address)

    # --- Many claims ------------------------------------------------------------------------------

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return actor(request).has_perm(DECIDE)

    @admin.action(description=_("Bevestig de gekozen meldingen"), permissions=["decide"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[C]) -> None:
        """All in one transaction, in which one refusal holds up nothing else."""
        act, chosen = ACTS["bevestig"], self._chosen(request, queryset)
        seen = {claim.pk: _seen(request, _version_field(claim.pk), missing=None) for claim in chosen}
        with transaction.atomic():
            outcomes = claims.confirm_all(self.model, seen, by=actor(request), at=clock.now())
            done = [outcome.claim for outcome in outcomes if outcome.is_new]
            with in_dutch():
                LogEntry.objects.log_actions(actor(request).pk, done, CHANGE, str(act.done))
        refused = [(claim, refusal or claims.WrongStateError()) for claim, is_new, refusal in outcomes if not is_new]
        self._tell(request, act, len(done), [(claim, _why_not(claim, act, refusal)) for claim, refusal in refused])

    @admin.action(description=_("Wijs de gekozen meldingen af"), permissions=["decide"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[C]) -> HttpResponse | None:
        """One reason for all of them, asked on a page of its own."""
        act, chosen = ACTS["wijs-af"], self._chosen(request, queryset)
        form = ReasonForm(request.POST if "reason" in request.POST else None, help_text=act.who_reads_it)
        if form.is_valid():
            self._decide_all(request, chosen, act, because=form.cleaned_data["reason"])
            return None
        again = [("action", "reject_selected"), *((ACTION_CHECKBOX_NAME, str(claim.pk)) for claim in chosen)]
        fields = [_version_field(claim.pk) for claim in chosen]
        versions = [(field, request.POST[field]) for field in fields if field in request.POST]
        return self.ask(
            request,
            form,
            title=ngettext(
                "Waarom wijst u deze melding af?", "Waarom wijst u deze %(count)d meldingen af?", len(chosen)
            )
            % {"count": len(chosen)},
            button=gettext("Wijs af"),
            explanation=[gettext("Dezelfde reden komt bij elke melding te staan.")],
            listed=[f"{claim.participant}: {claim.describe()}" for claim in chosen],
            resent=[*again, *versions],
        )

    def _chosen(self, request: HttpRequest, queryset: QuerySet[C]) -> list[C]:
        """What was ticked, also where it left the list since: then its reason is told, instead of passed over."""
        if request.POST.get("select_across") == "1":
            return list(queryset)
        ticked = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if pk.isascii() and pk.isdigit()]
        return list(self.get_queryset(request).filter(pk__in=ticked))

    def _decide_all(self, request: HttpRequest, chosen: Sequence[C], act: Act, *, because: str) -> None:
        """Each in a transaction of its own, so that one refusal holds up nothing else."""
        refused = []
        for claim in chosen:
            seen = _seen(request, _version_field(claim.pk), missing=None)
            if why_not := self._decide(request, claim, act, because=because, seen_version=seen):
                refused.append((claim, why_not))
        self._tell(request, act, len(chosen) - len(refused), refused)

    def _tell(self, request: HttpRequest, act: Act, done: int, refused: Sequence[tuple[Claim, str]]) -> None:
        words = ngettext("%(count)d melding is %(state)s.", "%(count)d meldingen zijn %(state)s.", done)
        told = words % {"count": done, "state": act.leads_to.label}
        self.message_user(request, told, messages.SUCCESS if done else messages.INFO)
        for claim, why_not in refused:
            self.message_user(request, f"{claim.participant}, {claim.describe()}: {why_not}", messages.WARNING)


def _counts_for_a_closed_month(claim: Claim) -> bool:
    """Whether only two organisers together can book the point of this claim back, or bring it back."""
    return claim.award is not None and ledger.needs_second_person(claim.award)


def _about_two_people(request: HttpRequest, *, by_two: bool) -> list[str]:
    if not by_two:
        return []
    return [gettext("Dit punt telt voor een afgesloten maand."), about_two_people(actor(request))]


def _who_reads_the_reason(claim: Claim, act: Act) -> str:
    """A rejection that takes a point away stands in the public log, as every reversal does."""
    if act.leads_to != ClaimState.REJECTED or claim.award is None:
        return str(act.who_reads_it)
    also = gettext("Het staat ook in het openbare logboek: noem geen namen van personen.")
    return f"{act.who_reads_it} {also}"


def _version_field(claim_id: int) -> str:
    return f"version_{claim_id}"


def _seen(request: HttpRequest, field: str, *, missing: int | None = -1) -> int | None:
    """The version of the claim that the page showed. What makes no sense counts as an old one."""
    typed = request.POST.get(field)
    if typed is None:
        return missing
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def _why_not(claim: Claim, act: Act, refusal: Exception) -> str:
    """The refusal in words for an organiser, with the claim as it stands now."""
    if isinstance(refusal, ledger.SecondPersonNeededError):
        return gettext("%(why)s Een organisator kan het voorstellen op de pagina van de melding.") % {"why": refusal}
    if isinstance(refusal, RefusedByRulesError):
        return gettext("De spelregels staan dit niet toe. De gemeente leest: ‘%(why)s’") % {"why": refusal}
    if isinstance(refusal, claims.WrongStateError) and claim.state != act.possible_in:
        return _what_happened(claim) or str(refusal)
    return str(refusal)


def _what_happened(claim: Claim) -> str:
    """Who was first, for who came second."""
    if claim.decided_at is None:
        return ""
    return gettext("De melding is al %(state)s door %(by)s, op %(moment)s.") % {
        "state": claim.get_state_display(),
        "by": claim.decided_by or gettext("onbekend"),
        "moment": date_format(localtime(claim.decided_at), "j F Y H:i"),
    }
