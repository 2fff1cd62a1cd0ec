"""The rows of the leaderboard, written without a template.

They come by the hundred: a template would take most of the time that the page costs (docs/performance.md). What was
typed by somebody goes through `escape`; a number is written as a whole number or not at all (`:d`).
"""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from competition.models import Edition, Participant
from scoring.standings import Line, Movement


class Rows:
    """The rows of one page; what is the same in many of them, or again when points change, is worked out once."""

    def __init__(self, edition: Edition, *, is_compared: bool) -> None:
        self._is_compared = is_compared
        self._start_of_address = escape(reverse("participant", args=[edition.year, "-"]).removesuffix("-/"))
        self._no_rank = render_to_string("components/rank.html", {"rank": None}).strip()
        self._names: dict[str, str] = {}
        self._movements: dict[Movement, str] = {}
        self._wildcard, self._alliance, self._outside = (
            f" <em>{escape(words)}</em>"
            for words in (gettext("Wildcard"), gettext("Samenwerkingsverband"), gettext("Buiten mededinging"))
        )

    def html(self, lines: Iterable[Line], *, highest: int) -> SafeString:
        """The `<tr>` of each of these lines; `highest` is the total whose bar is the longest."""
        return mark_safe("\n".join([self._row(line, highest) for line in lines]))  # noqa: S308 - each row escapes

    def _row(self, line: Line, highest: int) -> str:
        meetups, adoptions, contributions = line.meetup_points, line.adoption_points, line.contribution_points
        name = self._name(line.participant)
        return (
            f'<tr><td>{self._place(line)}</td><th scope="row">{name}{_bar(line, highest)}</th>'
            f"<td>{meetups:d}</td><td>{adoptions:d}</td><td>{contributions:d}</td><td>{line.total:d}</td></tr>"
        )

    def _place(self, line: Line) -> str:
        if line.rank is None:
            return self._no_rank
        colour = f" rank--{line.rank:d}" if line.rank < 4 else ""
        return f'<b class="rank{colour}">{line.rank:d}</b>{self._moved(line)}'

    def _moved(self, line: Line) -> str:
        movement = line.movement if self._is_compared else None
        if movement is None:
            return ""
        if movement not in self._movements:
            self._movements[movement] = _movement(movement)
        return self._movements[movement]

    def _name(self, who: Participant) -> str:
        if who.slug not in self._names:
            self._names[who.slug] = (
                f'<a href="{self._start_of_address}{escape(who.slug)}/">{escape(who.name)}</a>'
                f"{self._wildcard if who.is_wildcard else ''}"
                f"{self._alliance if who.is_alliance else ''}"  # type: ignore[attr-defined]  # the boards' queries add it
                f"{self._outside if who.is_out_of_competition else ''}"
            )
        return self._names[who.slug]


def _bar(line: Line, highest: int) -> str:
    """The three parts beside each other, as long as the total beside the highest on the board."""
    if not line.total:
        return ""
    return (
        f'<svg viewBox="0 0 {highest:d} 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0 0h{line.meetup_points:d}"/><path d="M{line.meetup_points:d} 0h{line.adoption_points:d}"/>'
        f'<path d="M{line.total:d} 0h-{line.contribution_points:d}"/></svg>'
    )


def _movement(movement: Movement) -> str:
    """Its arrow is drawn by the stylesheet; in `<i>` stands what only a screen reader says."""
    way = movement.direction
    if way == "new":
        return f'<small class="new">{escape(movement.words)}</small>'
    if way == "same":
        return f'<small class="same"><i>{escape(movement.words)}</i></small>'
    return f'<small class="{way}">{movement.distance:d}<i> {escape(movement.unit)}</i></small>'
