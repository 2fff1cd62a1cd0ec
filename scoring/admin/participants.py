"""Participants. Registered here, as what has been booked decides what can still be changed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock, participants
from competition.admin.bases import PortalAdmin, actor
from competition.calendar import local_date
from competition.form_fields import PlainLineField, PlainTextField
from competition.languages import in_dutch
from competition.models import Edition, Entry, Municipality, Participant, ParticipantMunicipality
from scoring import proposals, tasks
from scoring.admin.proposals import about_two_people, propose
from scoring.models import Standing


class EnterForm(forms.Form):
    """One municipality or several together, through the DSA or by a wildcard."""

    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Editie"))
    municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.all(),
        label=_("Gemeenten"),
        help_text=_("Kies één gemeente, of de gemeenten die samen als één deelnemer meedoen."),
        error_messages={"required": _("Kies ten minste één gemeente.")},
    )
    name = PlainLineField(
        label=_("Naam"),
        max_length=150,
        required=False,
        help_text=_("Alleen voor een samenwerkingsverband: zo staat het op de site."),
    )
    entry = forms.ChoiceField(label=_("Doet mee als"), choices=Entry.choices, widget=forms.RadioSelect)
    wildcard_reason = PlainTextField(
        label=_("Reden van de wildcard"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_(
            "Alleen bij een wildcard. Dit staat op de site en in het openbare logboek. Noem geen namen van personen."
        ),
    )
    is_out_of_competition = forms.BooleanField(
        label=_("Buiten mededinging"), required=False, help_text=_("Staat wel op de ranglijst, maar zonder plaats.")
    )

    def __init__(self, *args: Any, admin_site: admin.AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities = self.fields["municipalities"]
        municipalities.widget = AutocompleteSelectMultiple(Participant._meta.get_field("municipalities"), admin_site)
        municipalities.widget.choices = municipalities.choices  # type: ignore[attr-defined]
        municipalities.queryset = Municipality.objects.by_name()  # type: ignore[attr-defined]
        self.fields["edition"].queryset = Edition.objects.order_by("-year")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        filled_in: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = list(filled_in.get("municipalities") or [])
        is_wildcard = filled_in.get("entry") == Entry.WILDCARD
        if len(chosen) > 1 and not filled_in.get("name"):
            self.add_error("name", gettext("Geef het samenwerkingsverband een naam."))
        if len(chosen) == 1 and filled_in.get("name"):
            self.add_error("name", gettext("Eén gemeente doet mee onder de eigen naam. Maak dit leeg."))
        if filled_in.get("name") and not slugify(filled_in["name"]):
            self.add_error("name", gettext("Gebruik in de naam ten minste één letter of cijfer."))
        if is_wildcard and not filled_in.get("wildcard_reason"):
            self.add_error("wildcard_reason", gettext("Schrijf op waarom deze deelnemer een wildcard krijgt."))
        if not is_wildcard and filled_in.get("wildcard_reason"):
            self.add_error("wildcard_reason", gettext("Een reden hoort alleen bij een wildcard. Maak dit leeg."))
        if "edition" in filled_in:
            self._refuse_unless_all_exist(filled_in["edition"], chosen)
        return filled_in

    def _refuse_unless_all_exist(self, edition: Edition, chosen: Sequence[Municipality]) -> None:
        first_day = local_date(edition.starts_at)
        for municipality in chosen:
            if not municipality.existed_on(first_day):
                words = gettext("%(name)s bestaat niet op 1 januari %(year)d.")
                self.add_error("municipalities", words % {"name": municipality, "year": edition.year})


class PlaceFormSet(forms.BaseInlineFormSet[ParticipantMunicipality, Participant]):
    def clean(self) -> None:
        """A municipality plays once; who came in through the DSA keeps at least one member of it."""
        super().clean()
        if self.instance.ledger_entries.exists():  # then nothing of what was sent is looked at
            return
        edition = self.instance.edition
        chosen = [form.cleaned_data["municipality"] for form in self._kept() if "municipality" in form.cleaned_data]
        for municipality in chosen:
            others = ParticipantMunicipality.objects.filter(edition=edition, municipality=municipality)
            if others.exclude(participant=self.instance).exists() or chosen.count(municipality) > 1:
                words = gettext("%(name)s doet al mee aan deze editie.")
                raise ValidationError(words % {"name": municipality})
        among = Municipality.objects.filter(pk__in=[municipality.pk for municipality in chosen])
        if not self.instance.is_wildcard and not among.dsa_members_on(local_date(edition.starts_at)).exists():
            raise ValidationError(gettext("Ten minste één gemeente moet lid zijn van de Digitale Steden Agenda."))

    def _kept(self) -> list[forms.BaseForm]:
        forms_left = [form for form in self.forms if form not in self.deleted_forms]
        return [form for form in forms_left if hasattr(form, "cleaned_data")]

    def save_new(self, form: Any, commit: bool = True) -> ParticipantMunicipality:
        form.instance.edition = self.instance.edition
        return super().save_new(form, commit)


class PlaceInline(admin.TabularInline[ParticipantMunicipality, Participant]):
    """The municipalities of the participant, open to change until its first booking."""

    model = ParticipantMunicipality
    formset = PlaceFormSet
    autocomplete_fields = ("municipality",)
    ordering = ("municipality__sort_name", "pk")
    extra = 0
    min_num = 1
    verbose_name_plural = _("gemeenten")

    def get_formset(self, request: HttpRequest, obj: Participant | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return _may_change_places(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return _may_change_places(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return _may_change_places(request, obj)


def _may_change_places(request: HttpRequest, participant: Participant | None) -> bool:
    may_change = actor(request).has_perm("competition.change_participant")
    return may_change and participant is not None and not participant.ledger_entries.exists()


class ParticipantForm(forms.ModelForm[Participant]):
    def clean_wildcard_reason(self) -> str:
        reason = str(self.cleaned_data["wildcard_reason"]).strip()
        if not reason:
            raise ValidationError(gettext("Een wildcard heeft een reden nodig. Die staat op de site."))
        return reason


@admin.register(Participant)
class ParticipantAdmin(PortalAdmin[Participant]):
    form = ParticipantForm
    list_display = ("name", "edition", "entry", "municipality_names", "points", "is_out_of_competition")
    list_filter = ("edition", "entry", "is_out_of_competition", "municipalities__province")
    list_select_related = ("edition", "standing")
    search_fields = ("name", "municipalities__common_name", "municipalities__cbs_code")
    ordering = ("-edition__year", "sort_name", "pk")
    inlines = (PlaceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        by_name = models.Prefetch("municipalities", Municipality.objects.by_name())
        return super().get_queryset(request).prefetch_related(by_name)

    def get_fieldsets(self, request: HttpRequest, obj: Participant | None = None) -> Any:
        fields = ["edition", "name", "slug", "entry", "is_out_of_competition"]
        if obj is None or not obj.is_wildcard:
            return [(None, {"fields": fields})]
        wildcard = {"fields": ["wildcard_reason", "wildcard_granted_on", "wildcard_granted_by", "wildcard_seconded_by"]}
        return [(None, {"fields": fields}), (_("Wildcard"), wildcard)]

    def get_readonly_fields(self, request: HttpRequest, obj: Participant | None = None) -> tuple[str, ...]:
        return ("edition", "slug", "entry", "wildcard_granted_on", "wildcard_granted_by", "wildcard_seconded_by")

    @admin.display(description=_("gemeenten"))
    def municipality_names(self, participant: Participant) -> str:
        return ", ".join(map(str, participant.municipalities.all()))

    @admin.display(description=_("punten"), ordering="standing__total")
    def points(self, participant: Participant) -> int | None:
        standing: Standing | None = getattr(participant, "standing", None)
        return standing.total if standing else None

    # --- Entering ---------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        current = Edition.objects.current(clock.now())
        initial = {"edition": request.GET.get("edition", current), "entry": Entry.DSA}
        form = EnterForm(request.POST or None, initial=initial, admin_site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            try:
                return self._enter_or_propose(request, form.cleaned_data)
            except (participants.EntryRefusedError, proposals.ProposalRefusedError) as error:
                form.add_error(None, str(error))
        return self.ask(
            request,
            form,
            title=gettext("Schrijf een deelnemer in"),
            button=gettext("Schrijf in"),
            explanation=[
                gettext("Wilt u alle gemeenten van de Digitale Steden Agenda inschrijven? Dat kan bij de editie."),
                gettext("Een wildcard geeft u niet alleen. %(how)s") % {"how": about_two_people(actor(request))},
            ],
        )

    def _enter_or_propose(self, request: HttpRequest, filled_in: dict[str, Any]) -> HttpResponse:
        """A member of the DSA plays at once; a wildcard is for two organisers to grant."""
        if filled_in["entry"] == Entry.WILDCARD:
            return propose(
                request,
                proposals.propose_wildcard,
                filled_in["edition"],
                list(filled_in["municipalities"]),
                because=filled_in["wildcard_reason"],
                name=filled_in["name"],
                is_out_of_competition=filled_in["is_out_of_competition"],
            )
        words = gettext("%(name)s doet mee.") % {"name": self._enter(request, filled_in)}
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:competition_participant_changelist"))

    @transaction.atomic
    def _enter(self, request: HttpRequest, filled_in: dict[str, Any]) -> Participant:
        edition = Edition.objects.select_for_update().get(pk=filled_in["edition"].pk)
        municipalities = list(filled_in["municipalities"])
        if len(municipalities) == 1:
            entered = participants.enter_dsa_member(edition, municipalities[0])
        else:
            entered = participants.enter_alliance(edition, municipalities, name=filled_in["name"])
        with in_dutch():
            self.log_addition(request, entered, gettext("Ingeschreven."))
        if filled_in["is_out_of_competition"]:
            entered.is_out_of_competition = True
            entered.save()
        tasks.recount_later(edition, at=clock.now())
        return entered

    # --- Changing and deleting --------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Participant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_out_of_competition" in form.changed_data:
            tasks.recount_later(obj.edition, at=clock.now())

    def get_deleted_objects(
        self, objs: Sequence[Participant] | QuerySet[Participant], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The place on the leaderboard is derived and goes along; everything that was reported or booked protects."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, perms_needed - {Standing._meta.verbose_name}, protected
