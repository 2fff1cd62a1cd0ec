"""Errors of the API as `application/problem+json` (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

CONTENT_TYPE = "application/problem+json"


def problem(status: HTTPStatus, detail: str, **more: Any) -> HttpResponse:
    """One problem; `title` is the plain name of the status, as `type` is about:blank."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail} | more
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, detail: str = "Op dit adres is niets.") -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, detail)


def not_allowed() -> HttpResponse:
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, "Deze API is om te lezen: gebruik GET of HEAD.")
    response["Allow"] = "GET, HEAD, OPTIONS"
    return response


def invalid(errors: list[dict[str, Any]]) -> HttpResponse:
    """What is wrong with the query, by the name of the parameter."""
    wrong = [{"parameter": str(error["loc"][-1]), "reason": error["msg"]} for error in errors]
    return problem(HTTPStatus.BAD_REQUEST, "Een parameter heeft een waarde die niet kan.", errors=wrong)
