from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from competition.form_fields import PlainLineField, PlainTextField, PublicLinkField, WholeNumberField
from meetups.models import Attendance, Material


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


class MaterialForm(forms.ModelForm[Material]):
    """A link to something of a meetup; the address is judged by how it looks, and never fetched."""

    url = PublicLinkField(
        label=_("webadres"),
        max_length=500,
        validators=[RegexValidator("^https:", PublicLinkField.default_error_messages["scheme"], "scheme")],
        help_text=_("Waar iedereen het kan openen, zonder in te loggen. Het adres begint met https://."),
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )

    class Meta:
        model = Material
        fields = ("kind", "title", "url")
        field_classes: ClassVar[dict[str, Any]] = {"title": PlainLineField}
