"""The rows of a standing, for its template; see `scoring.board_rows`."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from competition.models import Edition, Round
from scoring.board_rows import Rows
from scoring.standings import Line

register = template.Library()


@register.simple_tag
def board_rows(
    lines: Iterable[Line], *, edition: Edition, highest: int, compared: Round | None, rows: Rows | str = ""
) -> SafeString:
    """With movement where there is a month to compare with; by `rows` that were used before, if there are."""
    own = rows if isinstance(rows, Rows) else Rows(edition, is_compared=compared is not None)
    return own.html(lines, highest=highest)
