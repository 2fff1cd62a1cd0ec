"""What every page knows: the edition it is about, where in its year that is, and where it is in other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from competition import clock
from competition.models import Edition, Phase
from gdsc.languages import of_page, versions_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page that hands its own `edition` to the template asks the database nothing here.

    `edition` is falsy while there is none, and `phase` is empty then. `site_url` begins every whole address of ours.
    `languages` are this very page in each language; `page_address` is where it is without what a visitor chose to see.
    """
    edition = SimpleLazyObject(lambda: Edition.objects.current(clock.now()))
    return {
        "edition": edition,
        "phase": SimpleLazyObject(lambda: _phase_of(edition)),
        "site_url": settings.SITE_URL,
        "languages": versions_of(request.get_full_path()),
        "page_address": of_page(request),
    }


def _phase_of(edition: Any) -> Phase | str:
    return edition.phase_at(clock.now()) if edition else ""
