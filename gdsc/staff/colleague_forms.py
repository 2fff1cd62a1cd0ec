from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from competition.calendar import local_date
from competition.form_fields import DayField, PlainLineField, without_hidden_characters
from competition.models import User


class AddressField(forms.EmailField):
    """An e-mail address as it looks: people paste hidden characters along."""

    default_error_messages = {
        "required": _("Vul een e-mailadres in."),
        "invalid": _("Vul een heel e-mailadres in, zoals naam@gemeente.nl."),
    }

    def to_python(self, value: Any) -> str:
        return str(super().to_python(without_hidden_characters(value or "")))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class InviteForm(forms.Form):
    email = AddressField(
        label=_("E-mailadres van uw collega"),
        help_text=_("Gebruik het adres van het werk. Uw collega krijgt een mail met een link."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Wie wordt de contactpersoon?"),
        empty_label=_("Kies een collega"),
        error_messages={"required": _("Kies een collega."), "invalid_choice": _("Kies een collega uit de lijst.")},
    )
    on = DayField(label=_("Vanaf welke dag?"), help_text=_("Dat kan vandaag zijn, of een latere dag."))

    def __init__(self, *args: Any, staff: Sequence[User], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among = User.objects.filter(pk__in=[person.pk for person in staff]).order_by("name", "email")
        self.fields["to"].queryset = among  # type: ignore[attr-defined]
        self.fields["on"].initial = local_date(at)


class NewAccountForm(forms.Form):
    name = PlainLineField(
        label=_("Uw naam"),
        help_text=_("Alleen uw collega’s en de organisatie zien uw naam."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Kies een wachtwoord"),
        help_text=_("Minstens twaalf tekens. Gebruik het nergens anders."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Kies een wachtwoord.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
