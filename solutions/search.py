"""Searching the library Goed Opgelost!, in Dutch, by PostgreSQL."""

import re
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.core.validators import slug_re
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from competition.models import Edition, Municipality
from scoring import boards
from solutions.models import Contribution
from solutions.models.contributions import DUTCH

_FOUND, _END = "\x02", "\x03"
"""Around what was found, until `marked` has made text of everything else. Nobody can type them."""
_LONE_WORD = r"(?<![!'])(?<!> )'[^'\\ ]+'(?!'| <)"
"""In PostgreSQL's notation of a query: a word that is neither excluded nor part of a phrase."""


class LongerWordsQuery(SearchQuery):
    """Finds longer words that begin with a word that is asked for, as Dutch glues words together.

    Afval finds afvalkalender too. A phrase in quotes and a word after a minus stay what they are.
    """

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return rf"regexp_replace(({sql})::text, $re${_LONE_WORD}$re$, $to$\&:*$to$, 'g')::tsquery", params


class Found(NamedTuple):
    """A contribution as a list shows it, with what was searched for marked in its texts."""

    contribution: Contribution
    title: str
    summary: str
    passage: str
    """Where else it was found; empty when that is in title and summary only."""

    @property
    def edition(self) -> Edition:
        return self.contribution.participant.edition


def contributions(
    words: str = "", *, theme: str = "", giver: str = "", readiness: str = ""
) -> "QuerySet[Contribution]":
    """What an organiser has confirmed, of all editions: the best match first, or without words the latest.

    `words` is in the notation of search engines: "a phrase", or, -not. `giver` is a municipality, by slug: what it
    offered in any edition, alone or with others.
    """
    found = (
        Contribution.objects.filter(boards.seen_of_all())
        .select_related("participant__edition")
        .defer("search_document")
    )
    wanted = {"theme": theme, "readiness": readiness, "participant__municipalities__slug": giver}
    found = found.filter(**{field: value for field, value in wanted.items() if value})
    latest_first = ("-participant__edition__year", "-counts_on", "-pk")
    if not words:
        return found.order_by(*latest_first)
    exact, longer = (query(words, config=DUTCH, search_type="websearch") for query in (SearchQuery, LongerWordsQuery))
    document = F("search_document")
    return (
        found.filter(search_document=longer)
        .annotate(
            rank=SearchRank(document, exact) + SearchRank(document, longer),
            title_found=_headline("title", longer, highlight_all=True),
            summary_found=_headline("summary", longer, highlight_all=True),
            passage_found=_headline(
                Concat("problem", Value("\n"), "result", Value("\n"), "solution", output_field=TextField()),
                longer,
                max_fragments=2,
                min_words=6,
                max_words=18,
                fragment_delimiter=" … ",
            ),
        )
        .order_by("-rank", *latest_first)
    )


def _headline(of: Any, query: SearchQuery, **options: Any) -> SearchHeadline:
    return SearchHeadline(of, query, config=DUTCH, start_sel=_FOUND, stop_sel=_END, **options)


def shown(contribution: Contribution) -> Found:
    """How a row of `contributions` is shown."""
    if not hasattr(contribution, "title_found"):
        return Found(contribution, contribution.title, contribution.summary, "")
    passage: str = contribution.passage_found  # type: ignore[attr-defined]
    return Found(
        contribution,
        marked(contribution.title_found),
        marked(contribution.summary_found),  # type: ignore[attr-defined]
        marked(passage) if _FOUND in passage else "",
    )


def marked(headline: str) -> SafeString:
    """The text with what was found in <mark>. All else is text, whatever somebody typed."""
    parts = re.split(f"{_FOUND}([^{_FOUND}{_END}]*){_END}", headline)
    as_text = (re.sub(f"[{_FOUND}{_END}]", "", part) for part in parts)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if n % 2 else part,) for n, part in enumerate(as_text))
    )


def givers(*, also: str = "") -> list[tuple[str, str]]:
    """Slug and name of every municipality of which something is in the library, by name.

    `also` is the slug of one that is asked for: it is a fair question of which nothing is found.
    """
    has_given = boards.seen_of_all(of="participants__contribution__")
    asked_for = Q(slug=also) if slug_re.fullmatch(also) else Q(pk=None)
    municipalities = Municipality.objects.filter(has_given | asked_for).by_name()
    return list(municipalities.values_list("slug", "common_name").distinct())
