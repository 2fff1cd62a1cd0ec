"""allauth's forms, with words that people know and fields that trust nothing they are given."""

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from competition.form_fields import PlainLineField

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric"}


def _code_field(label: StrOrPromise, attributes: dict[str, str], help_text: StrOrPromise = "") -> forms.CharField:
    missing = {"required": _("Vul de code in.")}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, help_text=help_text, max_length=30, widget=widget, error_messages=missing)


def _name_field() -> PlainLineField:
    example = _("Bijvoorbeeld: telefoon, of laptop van het werk.")
    return PlainLineField(label=_("Naam van de passkey"), help_text=example, max_length=50)


class CodeByMailForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth publishes no types
    email = forms.EmailField(
        label=_("E-mailadres"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Vul uw e-mailadres in.")},
    )


class CodeFromMailForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = _code_field(_("Code uit de mail"), _CODE)


class ShowFactorForm(AuthenticateForm):  # type: ignore[misc]
    code = _code_field(_("Code uit uw app"), _DIGITS, _("App niet bij de hand? Vul dan een van uw herstelcodes in."))


class ShowFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = _code_field(_("Code uit uw app"), _DIGITS, _("App niet bij de hand? Vul dan een van uw herstelcodes in."))


class StartAppForm(ActivateTOTPForm):  # type: ignore[misc]
    code = _code_field(_("Code die de app nu toont"), _DIGITS, _("Zes cijfers."))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = _name_field()
    passwordless = forms.BooleanField(
        label=_("Ik wil hiermee ook inloggen zonder wachtwoord"),
        help_text=_("Zet dit uit voor een beveiligingssleutel die geen vingerafdruk, gezicht of pincode vraagt."),
        initial=True,
        required=False,
    )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = _name_field()
