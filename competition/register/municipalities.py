"""The municipalities of today, and those of the first edition's year that have gone since."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, URLValidator
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Municipality, Province
from competition.names import sort_key
from competition.register import tables

TODAY = tables.DATA / "municipalities.csv"
EARLIER = tables.DATA / "municipalities_2015.csv"
SINCE = date(2023, 1, 1)
"""From this day on, at the latest, the division of `municipalities.csv` has stood as it is."""

FACTS = (
    "name",
    "common_name",
    "province",
    "website",
    "email_domains",
    "longitude",
    "latitude",
    "hex_col",
    "hex_row",
)
"""The fields that come from a file; dates and the address on the site are only given to a new municipality."""


class EarlierLine(forms.Form):
    """One line of `municipalities_2015.csv`."""

    cbs_code = forms.RegexField(
        r"^GM[0-9]{4}$", error_messages={"invalid": _("Een CBS-code is GM met vier cijfers, zoals GM0392.")}
    )
    name = forms.CharField(max_length=100)
    province = forms.ChoiceField(
        choices=Province.choices, error_messages={"invalid_choice": _("Dit is geen Nederlandse provincie.")}
    )


class WebAddressField(forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]


class TodayLine(EarlierLine):
    """One line of `municipalities.csv`. The coordinates must lie in or near the European Netherlands."""

    common_name = forms.CharField(max_length=100)
    website = WebAddressField(required=False, assume_scheme="https", max_length=200)
    email_domains = forms.CharField(required=False)
    lon = forms.FloatField(required=False, min_value=3, max_value=7.5)
    lat = forms.FloatField(required=False, min_value=50.5, max_value=54)
    hex_col = forms.IntegerField(required=False, min_value=0, max_value=99)
    hex_row = forms.IntegerField(required=False, min_value=0, max_value=99)

    def clean_email_domains(self) -> list[str]:
        domains = re.split(r"[\s;]+", self.cleaned_data["email_domains"].strip().lower())
        for domain in filter(None, domains):
            _demand_a_domain(domain)
        return [domain for domain in domains if domain]

    def clean(self) -> dict[str, Any]:
        for one, other in (("lon", "lat"), ("hex_col", "hex_row")):
            given = [name for name in (one, other) if self.cleaned_data.get(name) is not None]
            if len(given) == 1 and not {one, other} & set(self.errors):
                self.add_error(given[0], gettext("Vul ook de andere helft in, of geen van beide."))
        return self.cleaned_data


def _demand_a_domain(domain: str) -> None:
    try:
        DomainNameValidator(accept_idna=False)(domain)
    except ValidationError as error:
        raise ValidationError(gettext("‘%(domain)s’ is geen domein.") % {"domain": domain}) from error


ONCE_TODAY = (("cbs_code",), ("hex_col", "hex_row"))
ONCE_EARLIER = (("cbs_code",),)


class Difference(NamedTuple):
    """A municipality that is in the register already, and the fields in which the file says something else."""

    municipality: Municipality
    fields: list[str]


class Plan(NamedTuple):
    """What an import would do."""

    new: list[Municipality]
    changed: list[Difference]
    kept: list[Difference]
    """Where the register differs from the file and stays as it is."""
    missing: list[Municipality]
    """In the register as existing, but in no file."""
    row_count: int


def plan(today: Sequence[dict[str, Any]], earlier: Sequence[dict[str, Any]], *, since: date, overwrite: bool) -> Plan:
    """Compare the checked rows with the register; changes nothing."""
    known = {municipality.cbs_code: municipality for municipality in Municipality.objects.all()}
    wanted = _wanted(today, earlier, since=since)
    outcome = Plan([], [], [], [], len(wanted))
    slugs = {municipality.slug for municipality in known.values()}
    for municipality in wanted:
        present = known.get(municipality.cbs_code)
        if present is None:
            municipality.slug = _free_slug(municipality, slugs)
            slugs.add(municipality.slug)
            outcome.new.append(municipality)
        else:
            _compare(present, municipality, outcome, overwrite=overwrite)
    in_a_file = {municipality.cbs_code for municipality in wanted if municipality.valid_until is None}
    outcome.missing.extend(m for m in known.values() if m.valid_until is None and m.cbs_code not in in_a_file)
    return outcome


def _wanted(today: Sequence[dict[str, Any]], earlier: Sequence[dict[str, Any]], *, since: date) -> list[Municipality]:
    """The municipalities as the files have them."""
    before = {row["cbs_code"] for row in earlier}
    now = {row["cbs_code"] for row in today}
    shared = Counter(row["common_name"] for row in today)
    standing = [
        Municipality(
            cbs_code=row["cbs_code"],
            name=row["name"],
            common_name=row["name"] if shared[row["common_name"]] > 1 else row["common_name"],
            province=row["province"],
            website=row["website"],
            email_domains=row["email_domains"],
            longitude=row["lon"],
            latitude=row["lat"],
            hex_col=row["hex_col"],
            hex_row=row["hex_row"],
            valid_from=None if row["cbs_code"] in before else since,
            has_exact_dates=row["cbs_code"] in before,
        )
        for row in today
    ]
    gone = [
        Municipality(**row, common_name=row["name"], valid_until=since, has_exact_dates=False)
        for row in earlier
        if row["cbs_code"] not in now
    ]
    return [*standing, *gone]


def _free_slug(municipality: Municipality, taken: set[str]) -> str:
    slug = slugify(municipality.common_name)
    if slug in taken:
        slug = slugify(municipality.name)
    return f"{slug}-{municipality.cbs_code.lower()}" if slug in taken else slug


def _compare(present: Municipality, wanted: Municipality, outcome: Plan, *, overwrite: bool) -> None:
    """Fill what is empty, and what differs only when asked to; a blank in the file changes nothing."""
    given = [field for field in FACTS if getattr(wanted, field) not in ("", None, [])]
    differing = [field for field in given if getattr(present, field) != getattr(wanted, field)]
    to_set = [field for field in differing if overwrite or getattr(present, field) in ("", None, [])]
    for field in to_set:
        setattr(present, field, getattr(wanted, field))
    if to_set:
        outcome.changed.append(Difference(present, to_set))
    if kept := [field for field in differing if field not in to_set]:
        outcome.kept.append(Difference(present, kept))


@transaction.atomic
def carry_out(planned: Plan) -> None:
    """Write the plan in one statement for each; a municipality that came in meanwhile is brought up to date."""
    changed = [difference.municipality for difference in planned.changed]
    for municipality in [*planned.new, *changed]:
        municipality.sort_name = sort_key(municipality.common_name)
    Municipality.objects.bulk_create(
        planned.new, update_conflicts=True, unique_fields=["cbs_code"], update_fields=[*FACTS, "sort_name"]
    )
    Municipality.objects.bulk_update(changed, [*FACTS, "sort_name"])
