"""One line in the log for each request, without anything that tells who made it."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path; a query may hold what somebody typed."""
        return f"{request.method} {request.path}"
