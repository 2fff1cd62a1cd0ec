"""What other sites show of a page that somebody shares."""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from competition.models import Edition
from scoring.charts import cards
from scoring.standings import Line


class Preview(NamedTuple):
    """Addresses are whole ones, made from a setting: a request could name any host."""

    title: str
    words: str
    address: str
    picture: str


def of_participant(line: Line, edition: Edition) -> Preview:
    words = gettext("%(name)s: %(place)s, %(points)s in De Grote Digitale Steden Competitie %(year)d") % {
        "name": line.participant.name,
        "place": cards.place_of(line, edition),
        "points": cards.points_of(line),
        "year": edition.year,
    }
    at = [edition.year, line.participant.slug]
    return _preview(
        line.participant.name, words, reverse("participant", args=at), reverse("participant_picture", args=at)
    )


def of_standing(edition: Edition, *, title: str, address: str) -> Preview:
    """For each page that shows the whole standing; they share one picture."""
    words = gettext("De stand van De Grote Digitale Steden Competitie %(year)d") % {"year": edition.year}
    return _preview(title, words, address, reverse("standing_picture", args=[edition.year]))


def _preview(title: str, words: str, address: str, picture: str) -> Preview:
    return Preview(title, words, settings.SITE_URL + address, settings.SITE_URL + picture)
