"""When the names of an edition go, what goes with them, and another term."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock, retention
from competition.admin.bases import NothingToFillInForm, PortalAdmin, actor, demand
from competition.form_fields import WholeNumberField
from competition.languages import in_dutch
from competition.models import Edition
from competition.models.editions import LEAST_MONTHS_OF_NAMES, MOST_MONTHS_OF_NAMES

CHANGE = "competition.change_rules"
"""Of organisers, and not of editors, who change the words of an edition."""


class TermForm(forms.ModelForm[Edition]):
    """Another term, that leaves time to see it coming: what goes does not come back."""

    names_kept_months = WholeNumberField(
        label=_("Namen bewaren, in maanden na de editie"),
        min_value=LEAST_MONTHS_OF_NAMES,
        max_value=MOST_MONTHS_OF_NAMES,
        help_text=_("Daarna verdwijnt wie wat meldde, besloot of veranderde. Punten blijven."),
    )

    class Meta:
        model = Edition
        fields = ("names_kept_months",)

    def clean_names_kept_months(self) -> int:
        months: int = self.cleaned_data["names_kept_months"]
        if retention.ends_too_soon(self.instance, months=months, at=clock.now()):
            raise forms.ValidationError(
                gettext(
                    "Kies een langere termijn. Namen verdwijnen op zijn vroegst over 30 dagen, zodat iedereen het ziet "
                    "aankomen."
                )
            )
        return months


def view(page: PortalAdmin[Edition], request: HttpRequest, edition: Edition) -> HttpResponse:
    demand(request, "competition.view_edition")
    if request.method == "POST":
        demand(request, CHANGE)
    may_change = actor(request).has_perm(CHANGE)
    form = TermForm(request.POST or None, instance=edition) if may_change else NothingToFillInForm()
    if isinstance(form, TermForm) and form.is_valid():
        # Only this: the edition was read without holding it.
        form.instance.save(update_fields=["names_kept_months"])
        day = date_format(retention.names_go_on(edition), "j F Y")
        words = gettext("De namen van deze editie verdwijnen op %(day)s.") % {"day": day}
        with in_dutch():
            page.log_change(request, edition, gettext("Namen bewaren: %(count)d maanden.") % _term(edition))
        page.message_user(request, words)
        return HttpResponseRedirect(address_of(edition.pk))
    kept = Edition.objects.get(pk=edition.pk)
    return page.ask(
        request,
        form,
        title=gettext("Namen van %(edition)s") % {"edition": edition},
        button=gettext("Bewaar") if may_change else "",
        about=edition,
        explanation=_explained(kept),
        listed=[f"{what}: {count}" for what, count in retention.what_goes(kept, at=clock.now()).items()],
    )


def address_of(edition_id: int) -> str:
    return reverse("admin:competition_edition_names", args=[edition_id])


def _term(edition: Edition) -> dict[str, int]:
    return {"count": edition.names_kept_months}


def _explained(edition: Edition) -> list[str]:
    """Of the edition as it is kept, whatever a form that was refused says."""
    day = {"day": date_format(retention.names_go_on(edition), "j F Y")}
    told = [
        gettext("Op %(day)s verdwijnt vanzelf wie in deze editie wat deed, en dat komt niet terug.") % day,
        gettext("Punten, boekingen, uitslagen en alles wat op de site staat, blijven."),
    ]
    if edition.names_gone_at is not None:
        day = {"day": date_format(localtime(edition.names_gone_at), "j F Y H:i")}
        told = [
            gettext("De namen zijn weg, voor het laatst gewist op %(day)s.") % day,
            gettext("Wat iemand daarna nog over deze editie beslist, wordt na 30 dagen ook naamloos."),
        ]
    return [*told, gettext("Dit zou er nu verdwijnen:")]
