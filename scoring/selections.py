"""Looking at a part of the leaderboard: by door, by province, or only who plays for the first time.

Of inhabitants the register knows nothing, so that there is no choice by size.
"""

from functools import cache
from typing import Any, NamedTuple

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Entry, Participant, ParticipantMunicipality, Province
from scoring.standings import Board, Line

FIRST_TIME = "nieuw"


class SelectionForm(forms.Form):
    """What somebody wants to see of the board; what makes no sense is left out."""

    door = forms.ChoiceField(label=_("Doet mee als"), choices=[("", _("alle")), *Entry.choices], required=False)
    provincie = forms.ChoiceField(label=_("Provincie"), choices=[("", _("alle")), *Province.choices], required=False)
    ervaring = forms.ChoiceField(
        label=_("Ervaring"),
        choices=[("", _("alle")), (FIRST_TIME, _("voor het eerst"))],
        required=False,
    )

    @property
    def field_groups(self) -> SafeString:
        """Its fields as HTML; almost everybody looks at the whole board, with nothing chosen."""
        return _field_groups(self) if self.chosen() else _nothing_chosen(get_language())

    def chosen(self) -> dict[str, str]:
        """The choices that were made and exist."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _field_groups(form: SelectionForm) -> SafeString:
    return format_html_join("", "{}", ((field.as_field_group(),) for field in form))


@cache
def _nothing_chosen(_language: str | None) -> SafeString:
    return _field_groups(SelectionForm({}))


class Selected(NamedTuple):
    """The lines that are looked at, in the order and with the places of the whole board."""

    lines: list[Line]
    of: int


def select(board: Board, edition: Edition, chosen: dict[str, str]) -> Selected:
    """The part of the board that was chosen, in one question; nobody's place changes by it."""
    if not chosen:
        return Selected(board.lines, len(board.lines))
    found = set(_participants(edition, chosen).values_list("pk", flat=True))
    return Selected([line for line in board.lines if line.participant.pk in found], len(board.lines))


def _participants(edition: Edition, chosen: dict[str, str]) -> Any:
    among = Participant.objects.filter(edition=edition)
    if door := chosen.get("door"):
        among = among.filter(entry=door)
    if province := chosen.get("provincie"):
        among = among.filter(municipalities__province=province).distinct()
    if chosen.get("ervaring") == FIRST_TIME:
        before = ParticipantMunicipality.objects.filter(
            edition__year__lt=edition.year, municipality__places__participant=OuterRef("pk")
        )
        among = among.filter(~Exists(before))
    return among
