from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import PortalAdmin
from competition.calendar import local_date
from competition.models import Edition
from meetups import attendance, changes, signups
from meetups.forms import MaterialForm
from meetups.models import Attendance, Material, Meetup
from scoring.admin.claims import ClaimAdmin
from scoring.models.claims import EDITABLE_STATES
from solutions.models import Solution


class MeetupForm(forms.ModelForm[Meetup]):
    def clean(self) -> dict[str, Any]:
        filled_in: dict[str, Any] = super().clean() or self.cleaned_data
        edition = filled_in.get("edition") or (self.instance.edition_id and self.instance.edition)
        if not edition:
            return filled_in
        starts_at, ends_at, solution = (filled_in.get(name) for name in ("starts_at", "ends_at", "solution"))
        if starts_at and local_date(starts_at).year != edition.year:
            words = gettext(
                "%(edition)s duurt van 1 januari tot en met 31 december %(year)d. Kies een dag in dat jaar."
            )
            self.add_error("starts_at", words % {"edition": edition, "year": edition.year})
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", gettext("De meetup moet na het begin eindigen."))
        if solution and solution.edition_id != edition.pk:
            self.add_error("solution", gettext("Kies een oplossing van %(edition)s.") % {"edition": edition})
        self._demand_room(filled_in.get("capacity"))
        return filled_in

    def _demand_room(self, capacity: int | None) -> None:
        """Nobody is sent away: seats that were given stay given."""
        taken = signups.room_of(self.instance).taken if self.instance.pk else 0
        if capacity is not None and capacity < taken:
            words = gettext("Er zijn al %(taken)d plaatsen vergeven. Vul %(taken)d of meer in.")
            self.add_error("capacity", words % {"taken": taken})


class MaterialInline(admin.TabularInline[Material, Meetup]):
    model = Material
    form = MaterialForm
    extra = 1
    ordering = ("pk",)


@admin.register(Meetup)
class MeetupAdmin(PortalAdmin[Meetup]):
    form = MeetupForm
    inlines = (MaterialInline,)
    list_display = ("title", "starts_at", "host", "solution", "attended_by", "is_cancelled")
    list_filter = ("edition", "is_cancelled")
    list_select_related = ("edition", "host", "solution")
    search_fields = ("title", "host__common_name", "location", "expert")
    ordering = ("-starts_at", "pk")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("host", "appointed_hosts")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Meetup]:
        return super().get_queryset(request).with_attendance_count()  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("bijgewoond door"), ordering="attendance_count")
    def attended_by(self, meetup: Meetup) -> int:
        return meetup.attendance_count  # type: ignore[attr-defined,no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Meetup | None = None) -> Any:
        explanation = gettext(
            "Er zijn meldingen over deze meetup ingediend. Daarom staat vast wanneer zij is en dat zij doorging."
        )
        fields = ("starts_at", "ends_at", "is_cancelled")
        when = {"fields": fields, "description": explanation if _is_claimed(obj) else ""}
        room = ("capacity", "most_per_municipality", *(["signed_up"] if obj else []))
        about = ("host", "appointed_hosts", "location", "expert", "description")
        return [
            (None, {"fields": ("edition", "title", "slug", "solution")}),
            (_("Wanneer"), when),
            (_("Waar en met wie"), {"fields": about}),
            (_("Aanmelden"), {"fields": room}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Meetup | None = None) -> tuple[str, ...]:
        """Its web address stays what it is; its moment too, once points depend on it."""
        if obj is None:
            return ()
        fixed = ("edition", "slug", "signed_up")
        return (*fixed, "starts_at", "ends_at", "is_cancelled") if _is_claimed(obj) else fixed

    @admin.display(description=_("aangemeld"))
    def signed_up(self, meetup: Meetup) -> str:
        room = signups.room_of(meetup)
        return gettext("%(taken)d plaatsen vergeven, %(waiting)d mensen op de wachtlijst") % room._asdict()

    def save_model(self, request: HttpRequest, obj: Meetup, form: forms.ModelForm[Meetup], change: bool) -> None:
        """Only a change that the agendas of others can show makes the meetup newer."""
        if set(form.changed_data) - {"capacity", "most_per_municipality"}:
            obj.changed_at = clock.now()
        before = changes.facts_before(obj) if change else None
        super().save_model(request, obj, form, change)
        if before is not None:
            self._tell(request, obj, before)
        signups.settle(obj, at=clock.now())

    def _tell(self, request: HttpRequest, meetup: Meetup, before: changes.Facts) -> None:
        if count := changes.tell(meetup, before=before, at=clock.now()):
            words = ngettext(
                "Wie zich aanmeldde krijgt hierover bericht: %(count)d mail.",
                "Wie zich aanmeldde krijgt hierover bericht: %(count)d mails.",
                count,
            )
            self.message_user(request, words % {"count": count})

    def get_prepopulated_fields(self, request: HttpRequest, obj: Meetup | None = None) -> dict[str, Sequence[str]]:
        return {"slug": ("title",)} if obj is None else {}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"edition": Edition.objects.current(clock.now())} | super().get_changeform_initial_data(request)

    def get_form(self, request: HttpRequest, obj: Meetup | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "edition" in form.base_fields:
            _only(form.base_fields["edition"], Edition.objects.filter(is_archive=False).order_by("-year"))
        if "solution" in form.base_fields:
            solutions = Solution.objects.order_by("-edition__year", "round__starts_at", "pk")
            _only(form.base_fields["solution"], solutions if obj is None else solutions.filter(edition=obj.edition_id))
        return form


def _is_claimed(meetup: Meetup | None) -> bool:
    return meetup is not None and meetup.attendances.exclude(state__in=EDITABLE_STATES).exists()


def _only(field: forms.Field, choices: "models.QuerySet[Any]") -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = choices


@admin.register(Attendance)
class AttendanceAdmin(ClaimAdmin[Attendance]):
    own_fields = ("meetup", "people", "note", "seen_at_the_door")
    extra_columns = ("people",)
    search_fields = ("participant__name", "meetup__title")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Attendance]:
        return super().get_queryset(request).select_related("meetup")

    @admin.display(description=_("lijst van de gastheer"))
    def seen_at_the_door(self, claim: Attendance) -> str:
        return attendance.seen_at_the_door(claim)
