"""The evidence of who belonged to the Digitale Steden Agenda. The list is incomplete: no evidence proves nothing."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Certainty, DsaMembership, Municipality
from competition.register import tables

MEMBERS = tables.DATA / "dsa_members.csv"
_FROM_SOURCES = [Certainty.CERTAIN, Certainty.LIKELY, Certainty.INFERRED]


class MemberLine(forms.Form):
    """One line of `dsa_members.csv`."""

    cbs_code = forms.CharField()
    name = forms.CharField()
    dsa_member = forms.ChoiceField(
        choices=[("yes", "yes"), ("no", "no")], error_messages={"invalid_choice": _("Vul yes of no in.")}
    )
    confidence = forms.CharField()
    evidence = forms.CharField()

    def clean(self) -> dict[str, Any]:
        """Adds the municipality that the code stands for."""
        if code := self.cleaned_data.get("cbs_code"):
            self.cleaned_data["municipality"] = Municipality.objects.filter(cbs_code=code).first()
            if self.cleaned_data["municipality"] is None:
                self.add_error("cbs_code", gettext("Deze gemeente staat niet in het register."))
        confidence = self.cleaned_data.get("confidence")
        is_member = self.cleaned_data.get("dsa_member") == "yes"
        if is_member and confidence and confidence not in _FROM_SOURCES:
            self.add_error("confidence", gettext("Vul certain, likely of inferred in."))
        return self.cleaned_data


ONCE = (("cbs_code",),)


class Plan(NamedTuple):
    """What an import would do."""

    new: list[DsaMembership]
    without_evidence: list[Municipality]
    present_count: int
    """So many municipalities have a membership already, which stays as it is."""


def plan(rows: Sequence[dict[str, Any]]) -> Plan:
    """Compare the checked rows with the memberships; changes nothing. Both dates are unknown, so they stay empty."""
    members = set(DsaMembership.objects.values_list("municipality", flat=True))
    claimed = [row for row in rows if row["dsa_member"] == "yes"]
    new = [
        DsaMembership(
            municipality=row["municipality"],
            certainty=row["confidence"],
            source_note=gettext("Gevonden in openbare bronnen (Engels): %(evidence)s.") % {"evidence": row["evidence"]},
        )
        for row in claimed
        if row["municipality"].pk not in members
    ]
    without_evidence = [row["municipality"] for row in rows if row["dsa_member"] == "no"]
    return Plan(new, without_evidence, len(claimed) - len(new))


@transaction.atomic
def carry_out(planned: Plan) -> None:
    DsaMembership.objects.bulk_create(planned.new)
