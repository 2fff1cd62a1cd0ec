"""Form fields that trust nothing they are given: no hidden characters, plain whole numbers, public web addresses.

What is wrong is said in words, and stays in the form to be mended. Nothing here ever fetches an address.
"""

import re
import unicodedata
from datetime import date
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_HIDDEN = {"Cc", "Cf", "Cs"}
"""Control characters, those that cannot be seen or turn the reading direction, and halves of characters."""
_PRIVATE_ENDINGS = {"corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "test"}


def without_hidden_characters(text: str) -> str:
    """The text as it looks: people paste hidden characters along without knowing it, so these are not an error."""
    lines = _LINE_ENDS.sub("\n", text)
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in _HIDDEN).strip()


def on_one_line(text: str) -> str:
    return " ".join(without_hidden_characters(text).split())


class PlainTextField(forms.CharField):
    """A text of several lines."""

    default_error_messages = {
        "required": _("Vul dit in."),
        "max_length": _("Uw tekst telt %(show_value)d tekens. Maak er hoogstens %(limit_value)d van."),
    }

    def to_python(self, value: Any) -> str:
        return without_hidden_characters(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`, with which a browser cuts off what is pasted and tells nobody."""
        return {}


class PlainLineField(PlainTextField):
    """A text of one line."""

    def to_python(self, value: Any) -> str:
        return on_one_line(super().to_python(value))


class FormKeyField(forms.UUIDField):
    """A random key that comes with the form, so that sending the same form twice does its work once."""

    default_error_messages = {
        "required": _("Dit formulier is niet volledig aangekomen. Open de pagina opnieuw."),
        "invalid": _("Dit formulier is niet volledig aangekomen. Open de pagina opnieuw."),
    }
    widget = forms.HiddenInput


class WholeNumberField(forms.IntegerField):
    """Digits only: Python's own int() also takes 1_000 and the digits of other scripts."""

    default_error_messages = {
        "required": _("Vul een getal in."),
        "invalid": _("Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."),
        "min_value": _("Vul %(limit_value)d of meer in."),
        "max_value": _("Vul %(limit_value)d of minder in."),
    }
    # The number control of a browser throws away what it does not understand; this one shows it again.
    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if typed and not re.fullmatch("[0-9]{1,9}", typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)


class DayField(forms.DateField):
    """A calendar day, chosen or typed as 2-3-2026."""

    default_error_messages = {
        "required": _("Vul een datum in."),
        "invalid": _("Vul een datum in die bestaat, zoals 2-3-2026."),
    }
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class PublicLinkField(forms.URLField):
    """The address of a page that everybody can open, as far as the address itself tells."""

    default_error_messages = {
        "required": _("Vul een webadres in."),
        "invalid": _("Vul het hele adres van een openbare pagina in, zoals https://uwgemeente.nl/pagina."),
        "max_length": _("Dit adres telt %(show_value)d tekens. Kies een adres van hoogstens %(limit_value)d tekens."),
        "scheme": _("Begin het adres met https://."),
        "credentials": _("Haal de inlognaam of het wachtwoord uit het adres: iedereen kan het lezen."),
        "port": _("Haal de dubbele punt met het getal (de poort) uit het adres."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https"} | kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(without_hidden_characters(value or "")))

    def run_validators(self, value: Any) -> None:
        if value:
            self._refuse_what_is_not_public(value)
        super().run_validators(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def _refuse_what_is_not_public(self, value: str) -> None:
        try:
            address = urlsplit(value)
        except ValueError:  # a bracket that is not closed, or something else than an IP address between brackets
            self._refuse("invalid")
        _userinfo, at, host = address.netloc.rpartition("@")
        name, colon, _port = host.partition(":")
        if address.scheme not in {"http", "https"}:
            self._refuse("scheme")
        if at:
            self._refuse("credentials")
        if host.startswith("[") or not _is_public_name(name):
            self._refuse("invalid")
        if colon:
            self._refuse("port")

    def _refuse(self, code: str) -> NoReturn:
        raise ValidationError(self.error_messages[code], code=code)


def _is_public_name(host: str) -> bool:
    """Whether this can be the name of a public host; an IP address, in whatever notation, is no name."""
    site, dot, ending = host.casefold().rstrip(".").rpartition(".")
    return bool(site and dot) and ending[:1].isalpha() and ending not in _PRIVATE_ENDINGS
