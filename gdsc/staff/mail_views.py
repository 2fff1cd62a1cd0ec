"""Which mails a person wants."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from competition import mails
from competition.models import MailKind
from gdsc.once import once
from gdsc.staff.desk import person_of


class MailForm(forms.Form):
    """A tick for each kind that the person gets. To want none is an answer too, so nothing here is left open."""

    needed_to_hand_in = ("wanted",)

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Mail mij als:"),
        choices=MailKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@once
def my_mail(request: HttpRequest) -> HttpResponse:
    """Switch kinds of mail on and off; what was written down already is held back too."""
    person = person_of(request)
    form = MailForm(initial={"wanted": mails.wanted_by(person)})
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            mails.choose(person, wanted=form.cleaned_data["wanted"])
            messages.success(request, gettext("Uw keuze is bewaard."))
            return redirect("my_mail")
    return render(request, "staff/my_mail.html", {"nav": "dashboard", "form": form})
