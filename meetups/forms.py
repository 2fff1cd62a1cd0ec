from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.form_fields import PlainLineField, PlainTextField, PublicLinkField, WholeNumberField
from competition.models import Municipality
from meetups.models import Attendance, Material, MaterialKind, Meetup, Presence

_BROKEN = _("Dit formulier is niet volledig aangekomen. Open de pagina opnieuw.")
_IN_ONE_PIECE = dict.fromkeys(["required", "invalid", "min_value", "max_value"], _BROKEN)


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


class NewMaterialForm(MaterialForm):
    """The key makes sending the same form twice give one link."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=_IN_ONE_PIECE)
    kind = forms.ChoiceField(
        label=_("Wat is het?"),
        choices=[(value, capfirst(label)) for value, label in MaterialKind.choices],
        error_messages={"invalid_choice": _("Kies iets uit de lijst.")},
    )

    class Meta(MaterialForm.Meta):
        labels: ClassVar[dict[str, Any]] = {"title": _("Hoe heet het?")}
        help_texts: ClassVar[dict[str, Any]] = {"title": _("Bijvoorbeeld: presentatie van de gastheer.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = gettext("Op welk webadres staat het?")
        self.fields["url"].widget.attrs.pop("class", None)


class SignupForm(forms.Form):
    """For how many people a municipality wants seats; who they are is nobody's business here.

    The key makes sending the same form twice count once; the version tells an old form from a new one.
    """

    people = WholeNumberField(
        label=_("Aantal collega's"),
        min_value=1,
        max_value=100,
        error_messages={"required": _("Vul in met hoeveel mensen u komt.")},
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, error_messages=_IN_ONE_PIECE)
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=10**6, error_messages=_IN_ONE_PIECE
    )

    def __init__(self, data: Any = None, *, meetup: Meetup, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        most = meetup.most_per_municipality
        words = gettext("Vul alleen een aantal in. Namen vragen wij niet.")
        if most:
            words = f"{words} {gettext('Elke gemeente mag hoogstens %(most)d mensen aanmelden.') % {'most': most}}"
        self.fields["people"].help_text = words


class CodeForm(forms.Form):
    """The words on the host's screen, however they were typed."""

    code = PlainLineField(
        label=_("De vier woorden"),
        max_length=100,
        help_text=_("Zij staan op het scherm van de gastheer. Hoofdletters, spaties en streepjes maken niet uit."),
        error_messages={"required": _("Vul de vier woorden in.")},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    people = WholeNumberField(
        label=_("Aantal collega's"),
        min_value=1,
        max_value=500,
        help_text=_("Met hoeveel mensen bent u er? Meer mensen geven niet meer punten."),
        error_messages={"required": _("Vul in met hoeveel mensen u er bent.")},
    )


class MarkForm(forms.Form):
    """What the host saw of one municipality."""

    municipality = forms.ModelChoiceField(queryset=Municipality.objects.none(), to_field_name="cbs_code")
    presence = forms.ChoiceField(choices=Presence.choices)

    def __init__(self, data: Any, *, among: Any) -> None:
        super().__init__(data)
        field = self.fields["municipality"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = among


class OfferForm(forms.Form):
    """Which offer is meant; the number of each is its key, so that an answer counts once."""

    offer_number = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=30_000, error_messages=_IN_ONE_PIECE
    )
