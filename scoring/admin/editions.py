"""Editions, with their rules and months. Registered here, as a month's state is the scoring's to tell."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import clock, editions, participants
from competition.admin.bases import NothingToFillInForm, PortalAdmin, ReadOnlyInline, actor, demand
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Edition, Participant, Round, Rules
from scoring import tasks
from scoring.admin import amending, names, october, rounds
from scoring.models import Proposal

ENTER = "competition.add_participant"


class EditionForm(forms.ModelForm[Edition]):
    def clean(self) -> dict[str, Any]:
        """An edition of an earlier year cannot be played any more: all its months would close at once."""
        filled_in: dict[str, Any] = super().clean() or self.cleaned_data
        year = filled_in.get("year")
        this_year = local_date(clock.now()).year
        is_new = "year" in self.fields and not filled_in.get("is_archive")
        if is_new and year is not None and year < this_year:
            self.add_error("year", gettext("Dit jaar is voorbij. Kies een later jaar, of zet ‘alleen archief’ aan."))
        return filled_in


class RulesInline(admin.StackedInline[Rules, Edition]):
    """The rules of the edition. They can be changed until the edition starts; then the database refuses too."""

    model = Rules
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return super().has_change_permission(request, obj) and not are_locked(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        return [(None, {"fields": amending.RULES_IN_ROWS, "description": _about_the_rules(obj)})]


def are_locked(edition: Edition | None) -> bool:
    rules: Rules | None = getattr(edition, "rules", None)
    return rules is not None and rules.is_locked(clock.now())


def _about_the_rules(edition: Edition | None) -> str:
    if edition is None:
        return ""
    first_day = date_format(local_date(edition.starts_at), "j F Y")
    if are_locked(edition):
        return gettext(
            "De spelregels staan vast sinds het begin van de editie, op %(day)s. Alleen twee organisatoren samen "
            "kunnen ze nog veranderen."
        ) % {"day": first_day}
    return gettext("U kunt de spelregels veranderen tot de editie begint, op %(day)s.") % {"day": first_day}


class RoundInline(ReadOnlyInline[Round, Edition]):
    """The ten months, to look at: their dates follow from the year and the rules."""

    model = Round
    fields = ("name", "state", "closes_at", "pending")
    readonly_fields = fields
    ordering = ("starts_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        return rounds.with_pending(super().get_queryset(request).select_related("edition__rules", "closing"))

    @admin.display(description=_("maand"))
    def name(self, round_: Round) -> str:
        return date_format(round_.first_day, "F")

    @admin.display(description=_("toestand"))
    def state(self, round_: Round) -> str:
        return str(rounds.state(round_, at=clock.now()).label)

    @admin.display(description=_("sluit vanaf"))
    def closes_at(self, round_: Round) -> SafeString | str:
        """By itself; the last month by two organisers, who look on a page of its own.

        Of what is closed the day itself: rules that changed since would give another.
        """
        if hasattr(round_, "closing"):
            return gettext("gesloten op %(day)s") % {"day": date_format(localtime(round_.closing.closed_at), "j F Y")}
        day = date_format(localtime(round_.closes_at(round_.edition.rules)), "j F Y")
        if not round_.is_last:
            return day
        by_two = gettext("door twee organisatoren")
        return format_html('{}, <a href="{}">{}</a>', day, october.address_of(round_.edition_id), by_two)

    @admin.display(description=_("nog te beoordelen, tot en met deze maand"))
    def pending(self, round_: Round) -> SafeString | str:
        """Nothing yet for a month that is to come: what waits now stands at the month that it counts for."""
        return rounds.links_to_pending(round_) if round_.starts_at <= clock.now() else "–"


@admin.register(Edition)
class EditionAdmin(PortalAdmin[Edition]):
    form = EditionForm
    list_display = ("name", "year", "phase", "participant_count", "is_archive", "is_example")
    list_filter = ("is_archive",)
    search_fields = ("name", "year")
    ordering = ("-year",)
    change_form_template = "admin/scoring/edition_change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        counted = models.Count("participants")
        return super().get_queryset(request).select_related("rules").annotate(number_of_participants=counted)

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        fields = ["year", "name", "introduction", "is_archive", "history_note"]
        if obj is not None:
            return [(None, {"fields": [*fields, "is_example"]})]
        explanation = gettext(
            "Maak een editie voordat haar jaar begint. Daarna vult u de spelregels in: die staan vast vanaf 1 januari."
        )
        return [(None, {"fields": fields, "description": explanation})]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> tuple[str, ...]:
        """Months and rules were laid out for this year; only the texts can change afterwards."""
        return () if obj is None else ("year", "is_archive", "is_example")

    def get_inlines(self, request: HttpRequest, obj: Edition | None) -> Any:
        return () if obj is None or obj.is_archive else (RulesInline, RoundInline)

    @admin.display(description=_("fase"))
    def phase(self, edition: Edition) -> str:
        return "" if edition.is_archive else str(edition.phase_at(clock.now()).label)

    @admin.display(description=_("deelnemers"), ordering="number_of_participants")
    def participant_count(self, edition: Edition) -> int:
        counted: int = getattr(edition, "number_of_participants", 0)
        return counted

    # --- Saving -----------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and not obj.is_archive:
            editions.lay_out(obj)

    def response_add(self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None) -> HttpResponse:
        """On to the rules, which did not exist a moment ago."""
        if obj.is_archive or "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, gettext("De editie is gemaakt. Kijk nu de spelregels na."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:competition_edition_change", args=[obj.pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say in words that the rules were locked while somebody was filling them in."""
        context = self._tools(request, object_id) | (extra_context or {})
        try:
            response = super().changeform_view(request, object_id, form_url, context)
        except IntegrityError:
            if not self._is_locked_by_now(request, object_id):
                raise
            self._say_that_rules_are_locked(request)
            return HttpResponseRedirect(request.path)
        if (
            request.method == "POST"
            and "rules-0-tie_rule" in request.POST
            and self._is_locked_by_now(request, object_id)
        ):
            self._say_that_rules_are_locked(request)
        return response

    def _tools(self, request: HttpRequest, edition_id: str | None) -> dict[str, Any]:
        """What can be done about an edition besides filling in its fields, and what of that waits for somebody."""
        edition = self.get_object(request, edition_id) if edition_id else None
        if edition is None or edition.is_archive:
            return {"may_enter": edition is not None and actor(request).has_perm(ENTER)}
        waiting = Proposal.objects.pending().filter(edition=edition)
        return {
            "may_enter": actor(request).has_perm(ENTER),
            "may_amend": amending.may_amend(request, edition),
            "october": edition.rounds.filter(starts_at__lte=clock.now(), closing=None).in_order().last(),
            "proposals": list(waiting.order_by("proposed_at", "pk")),
        }

    def _is_locked_by_now(self, request: HttpRequest, edition_id: str | None) -> bool:
        return edition_id is not None and are_locked(self.get_object(request, edition_id))

    def _say_that_rules_are_locked(self, request: HttpRequest) -> None:
        words = gettext("De editie is begonnen: de spelregels staan vast. Uw wijziging ervan is niet bewaard.")
        self.message_user(request, words, messages.ERROR)

    # --- Entering all DSA municipalities ----------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        enter = self.admin_site.admin_view(self.enter_dsa_members_view)
        amend = self.admin_site.admin_view(self.amend_view)
        close = self.admin_site.admin_view(self.october_view)
        forget = self.admin_site.admin_view(self.names_view)
        return [
            path("<int:edition_id>/dsa/", enter, name="competition_edition_dsa"),
            path("<int:edition_id>/spelregels/", amend, name="competition_edition_amend"),
            path("<int:edition_id>/oktober/", close, name="competition_edition_october"),
            path("<int:edition_id>/namen/", forget, name="competition_edition_names"),
            *super().get_urls(),
        ]

    def amend_view(self, request: HttpRequest, edition_id: int) -> HttpResponse:
        return amending.view(self, request, get_object_or_404(Edition.objects.played(), pk=edition_id))

    def october_view(self, request: HttpRequest, edition_id: int) -> HttpResponse:
        return october.view(self, request, get_object_or_404(Edition.objects.played(), pk=edition_id))

    def names_view(self, request: HttpRequest, edition_id: int) -> HttpResponse:
        return names.view(self, request, get_object_or_404(Edition, pk=edition_id, is_archive=False))

    def enter_dsa_members_view(self, request: HttpRequest, edition_id: int) -> HttpResponse:
        demand(request, "competition.view_edition")
        demand(request, ENTER)
        edition = get_object_or_404(Edition, pk=edition_id, is_archive=False)
        if request.method == "POST":
            self._enter_dsa_members(request, edition)
            return HttpResponseRedirect(reverse("admin:competition_edition_change", args=[edition.pk]))
        waiting = list(participants.not_yet_entered(edition))
        return self.ask(
            request,
            NothingToFillInForm(),
            title=gettext("Schrijf alle DSA-gemeenten in"),
            button=gettext("Schrijf in") if waiting else "",
            about=edition,
            explanation=[
                ngettext(
                    "Deze gemeente is op de eerste dag van %(edition)s lid van de Digitale Steden Agenda en doet nog "
                    "niet mee:",
                    "Deze %(count)d gemeenten zijn op de eerste dag van %(edition)s lid van de Digitale Steden Agenda "
                    "en doen nog niet mee:",
                    len(waiting),
                )
                % {"count": len(waiting), "edition": edition}
                if waiting
                else gettext("Alle gemeenten van de Digitale Steden Agenda doen al mee aan %(edition)s.")
                % {"edition": edition}
            ],
            listed=waiting,
        )

    def _enter_dsa_members(self, request: HttpRequest, edition: Edition) -> None:
        """Enter them, log each, and have the leaderboard show them: all or nothing."""
        now = clock.now()
        try:
            with transaction.atomic():
                Edition.objects.select_for_update().get(pk=edition.pk)
                entered = participants.enter_dsa_members(edition)
                self._write_down_entered(request, edition, entered)
                if entered:
                    tasks.recount_later(edition, at=now)
        except participants.EntryRefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        words = ngettext("%(count)d gemeente is ingeschreven.", "%(count)d gemeenten zijn ingeschreven.", len(entered))
        self.message_user(request, words % {"count": len(entered)})

    @in_dutch()
    def _write_down_entered(self, request: HttpRequest, edition: Edition, entered: Sequence[Participant]) -> None:
        for participant in entered:
            self.log_addition(request, participant, gettext("Ingeschreven als lid van de DSA."))  # type: ignore[arg-type]
        if entered:
            words = gettext("Ingeschreven: %(names)s.") % {"names": ", ".join(map(str, entered))}
            self.log_change(request, edition, words)
