"""The page in the language that its address names, and where the same page is in the others."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext_noop as _

from competition.languages import address_in, of_address

OPEN_GRAPH = {"nl": "nl_NL", "en": "en_GB"}
"""As Open Graph names them, with a country."""
SHORT_MONTHS = (
    _("jan"),
    _("feb"),
    _("mar"),
    _("apr"),
    _("may"),
    _("jun"),
    _("jul"),
    _("aug"),
    _("sep"),
    _("oct"),
    _("nov"),
    _("dec"),
)
"""As Django writes them, in small letters. Marked here because English has them with a capital."""
LEADS_ON = "next"
"""The parameter that says where a form leads when it is done: an address too."""


class LanguageMiddleware:
    """Speaks the language of the address while a request is answered.

    Django's own middleware would also ask the browser, and so tell every cache that a page differs by visitor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = of_address(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Version(NamedTuple):
    """A page in one of the languages."""

    code: str
    name: str
    address: str
    open_graph: str
    is_here: bool

    @property
    def whole_address(self) -> str:
        return f"{settings.SITE_URL}{self.address}"


def versions_of(address: str) -> list[Version]:
    """The page at this address, with its query, in each language."""
    path, _, query = address.partition("?")
    here = of_address(path)
    return [
        Version(code, name, address_in(code, path) + _query_in(code, query), OPEN_GRAPH[code], code == here)
        for code, name in settings.LANGUAGES
    ]


def of_page(request: HttpRequest) -> str:
    """The address under which a page is known: of the query only which part of a long list it is."""
    path, page = escape_uri_path(request.path), request.GET.get("page", "")
    return f"{path}?page={page}" if page.isdecimal() else path


def _query_in(language: str, query: str) -> str:
    if LEADS_ON not in query:
        return f"?{query}" if query else ""
    fields = QueryDict(query, mutable=True)
    if (further := fields.get(LEADS_ON, "")).startswith("/"):
        fields[LEADS_ON] = address_in(language, further)
    return f"?{fields.urlencode(safe='/')}"
