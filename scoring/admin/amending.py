"""Other rules for an edition that has started: what would change is shown before it is proposed."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.admin.bases import PortalAdmin, actor, demand
from competition.form_fields import PlainTextField, WholeNumberField
from competition.models import Edition, Rules
from scoring import proposals
from scoring.admin.proposals import PROPOSE, about_two_people, propose

CHANGE_RULES = "competition.change_rules"
RULES_IN_ROWS = (
    ("meetup_points", "adoption_points", "contribution_points"),
    "award_moment",
    "contribution_cap",
    ("wildcard_may_contribute", "host_earns_meetup_point", "giver_may_adopt_own"),
    ("late_claim_days", "objection_working_days"),
    "tie_rule",
    "most_points_win",
    ("jury_weight", "cities_weight", "public_weight"),
)
"""The fields of the rules as they stand in a form."""


class AmendmentForm(forms.ModelForm[Rules]):
    """The rules as they are, to be changed, and why."""

    reason = PlainTextField(
        label=_("Waarom moeten de spelregels anders?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Dit staat straks bij de spelregels en in het openbare logboek. Noem geen namen van personen."),
        error_messages={"required": _("Geef een reden.")},
    )

    class Meta:
        model = Rules
        fields = [name for row in RULES_IN_ROWS for name in ([row] if isinstance(row, str) else row)]
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {
            field.name: WholeNumberField
            for field in Rules._meta.get_fields()
            if isinstance(field, models.PositiveSmallIntegerField)
        }

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def may_amend(request: HttpRequest, edition: Edition) -> bool:
    user = actor(request)
    has_rules = not edition.is_archive and edition.rules.is_locked(clock.now())
    return has_rules and user.has_perm(CHANGE_RULES) and user.has_perm(PROPOSE)


def view(page: PortalAdmin[Edition], request: HttpRequest, edition: Edition) -> HttpResponse:
    demand(request, CHANGE_RULES)
    demand(request, PROPOSE)
    if not edition.rules.is_locked(clock.now()):
        messages.info(request, gettext("De editie is nog niet begonnen: u kunt de spelregels gewoon veranderen."))
        return HttpResponseRedirect(reverse("admin:competition_edition_change", args=[edition.pk]))
    form = AmendmentForm(request.POST or None, instance=Rules.objects.get(edition=edition))
    changes: list[str] = []
    if request.method == "POST" and form.is_valid():
        changes = proposals.changes_in_words(edition.rules, form.values)
        try:
            if not changes or request.POST.get("seen") == _as_seen(changes):
                reason = form.cleaned_data["reason"]
                return propose(request, proposals.propose_rules, edition, form.values, because=reason)
        except proposals.ProposalRefusedError as error:
            form.add_error(None, str(error))
    return page.ask(
        request,
        form,
        title=gettext("Stel andere spelregels voor"),
        button=gettext("Stel voor") if changes else gettext("Bekijk wat er verandert"),
        about=edition,
        explanation=[gettext("Dit verandert er. Klopt het? Stel het dan voor.")] if changes else _before(request),
        listed=changes,
        resent=[("seen", _as_seen(changes))],
        rows=[*RULES_IN_ROWS, "reason"],
    )


def _before(request: HttpRequest) -> list[str]:
    return [
        about_two_people(actor(request)),
        gettext("Een wijziging geldt vanaf de goedkeuring. Punten die al gegeven zijn, veranderen niet."),
    ]


def _as_seen(changes: list[str]) -> str:
    """What the form brings along, so that nothing is proposed that was not shown first."""
    return "; ".join(changes)
