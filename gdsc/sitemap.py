"""All public pages in every language, for search engines.

Every address is made from a setting: a request could name any host.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import get_language

from competition import clock
from competition.access import public
from competition.languages import address_in
from competition.models import Edition, Participant
from competition.pages import kept
from gdsc.archive import archived
from gdsc.wellknown import CLOSED
from meetups.models import Meetup
from news.models import NewsItem
from scoring import boards
from solutions.models import Contribution, Solution

OF_A_YEAR = "<int:year>/"
NOT_FOR_SEARCHING = {"gezondheid/", "embed/stand/", "api/v1/", "stijlgids/", "postbus/"}
"""Public, but of use to machines, frames and builders only. What ends without a slash is a file."""


class _Section(Sitemap[Any]):
    """One kind of page. Lists, not querysets: those would be counted first.

    Each is told once for each language, and each time where it stands in the others.
    """

    i18n = alternates = x_default = True

    def get_domain(self, site: object = None) -> str:
        return urlsplit(str(settings.SITE_URL)).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(str(settings.SITE_URL)).scheme


class Pages(_Section):
    """What stands at an address of its own, and what each edition has one of."""

    def items(self) -> list[str]:
        addresses = _public_addresses()
        fixed = [address for address in addresses if "<" not in address]
        of_a_year = [address for address in addresses if address.startswith(OF_A_YEAR) and address.count("<") == 1]
        for year, is_played, is_archived in _editions(at=clock.now()):
            if is_played:
                fixed += [address.replace(OF_A_YEAR, f"{year}/") for address in of_a_year]
            if is_archived:
                fixed.append(f"archief/{year}/")
        return fixed

    def location(self, item: str) -> str:
        return address_in(get_language() or "", f"/{item}")


class Participants(_Section):
    def items(self) -> list[Participant]:
        playing = Participant.objects.filter(edition__in=Edition.objects.played())
        return list(playing.select_related("edition").order_by("-edition__year", "sort_name", "pk"))


class Solutions(_Section):
    def items(self) -> list[Solution]:
        shown = Solution.objects.filter(edition__in=Edition.objects.played())
        return list(shown.select_related("edition").order_by("-edition__year", "round__starts_at", "pk"))


class Contributions(_Section):
    def items(self) -> list[Contribution]:
        return list(Contribution.objects.filter(boards.seen_of_all()).only("pk").order_by("-pk"))


class Meetups(_Section):
    def items(self) -> list[Meetup]:
        shown = Meetup.objects.filter(edition__in=Edition.objects.played())
        return list(shown.select_related("edition").order_by("-starts_at", "-pk"))

    def lastmod(self, item: Meetup) -> datetime:
        return item.changed_at


class News(_Section):
    def items(self) -> list[NewsItem]:
        return list(NewsItem.objects.published(clock.now()))

    def lastmod(self, item: NewsItem) -> datetime | None:
        return item.updated_at


SECTIONS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    section.__name__: section for section in (Pages, Participants, Solutions, Contributions, Meetups, News)
}


@public
@kept
def sitemap(request: HttpRequest) -> HttpResponse:
    return views.sitemap(request, SECTIONS).render()


def _editions(*, at: datetime) -> Iterable[tuple[int, bool, bool]]:
    """The year of each, whether it is played here, and whether it stands in the archive."""
    this = {"pk": OuterRef("pk")}
    is_played, is_archived = (Exists(found.filter(**this)) for found in (Edition.objects.played(), archived(at)))
    return Edition.objects.order_by("-year").values_list("year", is_played, is_archived)


@cache
def _public_addresses() -> Sequence[str]:
    """The pages that everybody may see, as Dutch patterns: found, not listed, so that none is forgotten."""
    return sorted(set(_addresses_below(get_resolver().url_patterns, "")) - NOT_FOR_SEARCHING)


def _addresses_below(patterns: Sequence[URLPattern | URLResolver], start: str) -> Iterator[str]:
    for pattern in patterns:
        address = start + str(pattern.pattern)
        if f"/{address}".startswith(CLOSED):
            continue
        if isinstance(pattern, URLResolver):
            yield from _addresses_below(pattern.url_patterns, address)
        elif (not address or address.endswith("/")) and not getattr(pattern.callback, "login_required", True):
            yield address
