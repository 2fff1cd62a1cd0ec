"""Public pages from the memory of the process, until something changes that they show.

A page is made once for each version of the data and compressed once. Who logs in, posts or carries a session never
gets one. A process looks at the version at most twice a second (`PAGE_CACHE_SECONDS`), so that a new point is on every
page within a second; nothing else can make a page stale. For what a view marked as `is_exact` it looks each time.

A response can carry a function `renewed`, which gives its content at a moment at which nothing that the page is made of
has changed but points, or None where it cannot. Then a point costs what that function does, and no more.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from threading import Lock

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from competition import clock
from competition.languages import of_address
from scoring import changes
from scoring.changes import Version

MOST_PAGES = 500
MOST_BYTES = 64 * 1024 * 1024
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, mtime=0),
}
"""The ways to compress, the best first."""
Key = tuple[str, str, str]
Renew = Callable[[datetime], str | None]
BYTES_TO_RENEW = 1024 * 1024
"""What a page that can be renewed holds on to: hundreds of participants, more or less."""


class Kept:
    """One page with its headers, as it is and, once somebody asked for that, compressed."""

    def __init__(
        self,
        version: Version,
        headers: list[tuple[str, str]],
        body: bytes,
        *,
        is_exact: bool = False,
        renew: Renew | None = None,
    ) -> None:
        self.version = version
        self.is_exact = is_exact
        self.renew = renew
        self.headers = headers
        self.etag = sha256(body).hexdigest()[:32]
        self._bodies = {"": body}
        self.turn_to_renew = Lock()

    def body(self, encoding: str) -> bytes:
        if encoding not in self._bodies:
            # Two that ask at once do the same work twice, and nothing worse.
            self._bodies[encoding] = COMPRESS[encoding](self._bodies[""])
        return self._bodies[encoding]

    @property
    def size(self) -> int:
        """In bytes, with room for what is compressed later: each time that is less than the page itself."""
        return (1 + len(COMPRESS)) * len(self._bodies[""]) + (BYTES_TO_RENEW if self.renew else 0)

    def renewed(self, version: Version, *, at: datetime) -> "Kept | None":
        """The page of this version, if only points differ and it knows how to draw them."""
        if self.renew is None or version.but_for_points != self.version.but_for_points:
            return None
        content = self.renew(at)
        if content is None:
            return None
        return Kept(version, self.headers, content.encode(), is_exact=self.is_exact, renew=self.renew)


class PageCache:
    """The pages of one process, what was asked for longest ago first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._version: Version | None = None
        self._looked_at = float("-inf")

    def version(self, *, at_most_old: float = 0) -> Version:
        """What the pages are made of now; what was seen less than so many seconds ago will do."""
        moment = time.monotonic()
        if self._version is None or moment - self._looked_at >= at_most_old:
            self._version, self._looked_at = changes.version(at=clock.now()), moment
        return self._version

    def last(self, key: Key) -> Kept | None:
        """The page as it was made last, new or old."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def is_new(self, page: Kept) -> bool:
        """Whether it still is what it would be when made now."""
        return page.version == self.version(at_most_old=0 if page.is_exact else settings.PAGE_CACHE_SECONDS)

    def keep(self, key: Key, page: Kept) -> None:
        with self._lock:
            self._forget(key)
            self._pages[key] = page
            self._size += page.size
            while len(self._pages) > MOST_PAGES or self._size > MOST_BYTES:
                self._forget(next(iter(self._pages)))

    def _forget(self, key: Key) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self._size -= page.size

    def look_again(self) -> None:
        """Take what was seen of the version for too old."""
        self._version = None

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size, self._version = 0, None


PAGES = PageCache()


class PageCacheMiddleware:
    """Stands above all other middleware, and keeps what they made of a page that a view marked as `kept`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or not _may_be_kept(request):
            return self.get_response(request)
        key = (request.scheme or "", request.META.get("HTTP_HOST", ""), request.get_full_path())
        last = PAGES.last(key)
        if last is None:
            return self._made(request, key)
        if PAGES.is_new(last):
            return _answer(request, last)
        with last.turn_to_renew:
            # Whoever waited here finds the page that was made meanwhile.
            page = PAGES.last(key) or last
            if PAGES.is_new(page):
                return _answer(request, page)
            return self._made(request, key, page)

    def _made(self, request: HttpRequest, key: Key, last: Kept | None = None) -> HttpResponse:
        """By the view, or from the page that was made last. What it is made of is no older than its version."""
        version = PAGES.version(at_most_old=settings.PAGE_CACHE_SECONDS)
        if last is not None and (page := _renewed(request, last, version)) is not None:
            PAGES.keep(key, page)
            return _answer(request, page)
        response = self.get_response(request)
        if not _is_for_everybody(response):
            return response
        page = _kept(response, version)
        PAGES.keep(key, page)
        return _answer(request, page)


def _renewed(request: HttpRequest, last: Kept, version: Version) -> Kept | None:
    """Without the other middleware, so that the language is set here."""
    with translation.override(of_address(request.path_info)):
        return last.renewed(version, at=clock.now())


def _may_be_kept(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _is_for_everybody(response: HttpResponse) -> bool:
    """Whether a view marked it, and nothing along the way made it one person's."""
    return (
        getattr(response, "is_kept", False)
        and response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
    )


def _kept(response: HttpResponse, version: Version) -> Kept:
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = [(name, value) for name, value in response.items() if name not in {"Content-Length", "ETag"}]
    is_exact, renew = getattr(response, "is_exact", False), getattr(response, "renewed", None)
    return Kept(version, headers, response.content, is_exact=is_exact, renew=renew)


def _answer(request: HttpRequest, page: Kept) -> HttpResponse:
    encoding = _encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{page.etag}{encoding}"'
    is_known = etag in map(str.strip, request.META.get("HTTP_IF_NONE_MATCH", "").replace("W/", "").split(","))
    response = HttpResponse(status=HTTPStatus.NOT_MODIFIED) if is_known else HttpResponse(page.body(encoding))
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = etag
    if is_known:
        del response["Content-Type"]
    else:
        response["Content-Length"] = str(len(response.content))
        if encoding:
            response["Content-Encoding"] = encoding
    return response


def _encoding(accepted: str) -> str:
    """The best way to compress that this visitor reads; what is refused (`q=0`) is left alone."""
    offers = {
        name.strip(): weight.replace(" ", "") for name, _, weight in (o.partition(";") for o in accepted.split(","))
    }
    return next((e for e in COMPRESS if e in offers and offers[e] not in {"q=0", "q=0.0"}), "")
