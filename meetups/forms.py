from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.form_fields import PlainTextField, WholeNumberField
from meetups.models import Attendance


class AttendanceForm(forms.ModelForm[Attendance]):
    """What a municipality tells about its attendance at a meetup."""

    class Meta:
        model = Attendance
        fields = ("people", "note")
        field_classes: ClassVar[dict[str, Any]] = {"people": WholeNumberField, "note": PlainTextField}
        error_messages: ClassVar[dict[str, Any]] = {
            "people": {"required": _("Vul in met hoeveel mensen u er was.")},
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "note": _("Wat wilt u de organisatie erbij vertellen? Noem geen namen van personen."),
        }
        widgets: ClassVar[dict[str, Any]] = {"note": forms.Textarea(attrs={"rows": 4})}
