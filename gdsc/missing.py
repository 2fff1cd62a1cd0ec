"""In development, the page that visitors get at an address where nothing is."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from gdsc.views import not_found


class NotFoundMiddleware:
    """Shows our own page instead of Django's list of addresses. What breaks still shows Django's technical page.

    Stands below all other middleware. The content security policy is set here, as the middleware that does so leaves
    out every such answer in development, to let Django's page have its styles.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            resolve(request.path_info)
        except Resolver404 as error:
            return _page(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _page(request, exception) if isinstance(exception, Http404) else None


def _page(request: HttpRequest, exception: Exception) -> HttpResponse:
    response = not_found(request, exception)
    response[HEADER] = build_policy()
    return response
