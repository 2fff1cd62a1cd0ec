"""Small pages that a municipality may show in a frame on its own website: without cookies and without script."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_exempt

from competition import clock
from competition.access import public
from competition.models import Edition, Participant
from competition.pages import about, editions, for_edition, kept
from scoring import boards
from scoring.charts import badge, snippets
from scoring.standings import Line

_PLACES, _AT_MOST = 5, 8
_HEIGHT_OF_STANDING, _HEIGHT_OF_PARTICIPANT = 560, 340
"""In pixels: enough for a phone as well."""


def framable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let any site show the page in a frame; no page without this may be."""
    return csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(view))


@public
@framable
@kept
def standing(request: HttpRequest) -> HttpResponse:
    """The top of the running edition."""
    edition = editions().current(clock.now())
    page: dict[str, Any] = {"edition": edition, "lines": []}
    if edition:
        board = boards.shown(edition)
        page |= {"board": board, "lines": board.top(_PLACES, at_most=_AT_MOST)}
    return render(request, "scoring/embed/standing.html", page)


@public
@framable
@kept
def participant(request: HttpRequest, slug: str) -> HttpResponse:
    """One participant of the running edition; who does not take part gets words, as a frame shows no error page."""
    edition = editions().current(clock.now())
    page: dict[str, Any] = {"edition": edition, "line": None}
    if edition:
        board = boards.shown(edition)
        line = next((line for line in board.lines if line.participant.slug == slug), None)
        if line is None and board.freeze is not None:
            late = edition.participants.filter(slug=slug).first()
            line = Line.nothing(late) if late else None
        page |= {"board": board, "line": line, "is_shared": line is not None and board.count_sharing(line) > 0}
    return render(request, "scoring/embed/participant.html", page, status=200 if page["line"] else 404)


class ParticipantForm(forms.Form):
    """Whose own code somebody wants; the choices are those of one edition."""

    deelnemer: "forms.ModelChoiceField[Participant]" = forms.ModelChoiceField(
        Participant.objects.none(), to_field_name="slug", label=_("Deelnemer"), empty_label=_("Kies een deelnemer")
    )


@public
@for_edition
def guide(request: HttpRequest, edition: Edition) -> HttpResponse:
    """How a municipality shows the standing, its own place or its badge on its own website."""
    form = ParticipantForm(request.GET or None)
    field = form.fields["deelnemer"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = edition.participants.by_name()
    chosen = form.cleaned_data["deelnemer"] if form.is_valid() else None
    address = settings.SITE_URL + reverse("embed_standing")
    title = gettext("De stand van De Grote Digitale Steden Competitie")
    page = about(edition, at=clock.now()) | {
        "form": form,
        "chosen": chosen,
        "standing_code": snippets.frame(address, title=title, height=_HEIGHT_OF_STANDING),
        "own_codes": own_codes(chosen, edition) if chosen else None,
        "nav": "leaderboard",
    }
    return render(request, "scoring/embed/guide.html", page)


def own_codes(of: Participant, edition: Edition) -> dict[str, str]:
    """The HTML with which a participant shows its place and its badge."""
    competition = gettext("De Grote Digitale Steden Competitie %(year)d") % {"year": edition.year}
    words = gettext("%(name)s in %(competition)s") % {"name": of.name, "competition": competition}
    frame = settings.SITE_URL + reverse("embed_participant", args=[of.slug])
    picture = settings.SITE_URL + reverse("badge", args=[edition.year, of.slug])
    page = settings.SITE_URL + reverse("participant", args=[edition.year, of.slug])
    return {
        "frame": snippets.frame(frame, title=words, height=_HEIGHT_OF_PARTICIPANT),
        "badge": snippets.linked_picture(page, picture=picture, text=words, height=badge.HEIGHT),
    }
