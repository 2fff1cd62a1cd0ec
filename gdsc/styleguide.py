"""The page that shows every component in every state, outside production only."""

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competition.clock import now
from competition.models.editions import Phase
from scoring.models.claims import ClaimState

CHOICES = [("meetup", "Meetup"), ("adoption", "Oplossing overnemen"), ("contribution", "Oplossing aandragen")]
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt"]
NAMES = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober"]


class Step(NamedTuple):
    label: str
    name: str
    state: str
    kind: str = "month"


class Material(NamedTuple):
    title: str
    url: str
    get_kind_display: str


TOLD = [
    Message(constants.SUCCESS, "Uw melding is ingediend. De organisatie kijkt ernaar."),
    Message(constants.INFO, "U hebt deze meetup al gemeld."),
    Message(constants.WARNING, "Uw melding is bewaard, maar nog niet ingediend."),
    Message(constants.ERROR, "De melding is al bevestigd. U kunt haar niet meer wijzigen."),
]
MATERIALS = [
    Material("Wat de gastheer liet zien", "https://voorbeeld.example/presentatie", "presentatie"),
    Material("Verslag van de middag", "https://voorbeeld.example/verslag", "samenvatting"),
]


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Naam van de oplossing", help_text="Zoals uw inwoners hem kennen.")
    url = forms.URLField(label="Webadres", assume_scheme="https", required=False)
    people = forms.IntegerField(label="Aantal bezoekers", min_value=1)
    day = forms.DateField(label="In gebruik sinds", widget=forms.DateInput(attrs={"type": "date"}))
    part = forms.ChoiceField(label="Onderdeel", choices=[("", "Kies een onderdeel"), *CHOICES])
    phase = forms.ChoiceField(label="Hoever bent u?", choices=CHOICES, widget=forms.RadioSelect)
    themes = forms.MultipleChoiceField(
        label="Thema's", choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
    story = forms.CharField(label="Toelichting", widget=forms.Textarea, help_text="Wat leverde het op?")
    evidence = forms.FileField(label="Bewijs", required=False)
    agreed = forms.BooleanField(label="Ik heb dit afgestemd met mijn leidinggevende")


def steps_of_the_year(current: int) -> list[Step]:
    def state(place: int) -> str:
        return "past" if place < current else "current" if place == current else "upcoming"

    months = [Step(label, name, state(place)) for place, (label, name) in enumerate(zip(MONTHS, NAMES, strict=True))]
    campaign = Step("campagne", "campagne in november en december", state(10), "campaign")
    return [*months, campaign, Step("winnaar", "winnaar", state(11), "winner")]


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; an empty form stands beside one that was sent with mistakes."""
    context: dict[str, Any] = {
        "form": ExampleForm(prefix="leeg"),
        "wrong_form": ExampleForm({"fout-url": "geen adres", "fout-people": "0"}, prefix="fout"),
        "page": Paginator(range(70), 10).page(3),
        "steps": steps_of_the_year(5),
        "campaign_steps": steps_of_the_year(10),
        "states": ClaimState.values,
        "moment": now(),
        "told": TOLD,
        "materials": MATERIALS,
        "phase": Phase.SCORING,
    }
    return render(request, "stijlgids.html", context)
