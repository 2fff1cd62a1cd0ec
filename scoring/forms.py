from django import forms
from django.utils.translation import gettext_lazy as _

from competition.form_fields import FormKeyField, PlainTextField


class ObjectionForm(forms.Form):
    """What is wrong with a booking, in the words of who objects to it."""

    grounds = PlainTextField(
        label=_("Wat klopt er volgens u niet?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Alleen de organisatie leest dit. Noem geen namen van personen."),
        error_messages={"required": _("Schrijf op wat er volgens u niet klopt.")},
    )
    form_key = FormKeyField()
