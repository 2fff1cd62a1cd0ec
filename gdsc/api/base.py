"""What all addresses of the API have in common."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.errors import ValidationError

from gdsc.api import problems
from gdsc.api.schemas import Problem

READS = ("GET", "HEAD")
ERRORS = {
    HTTPStatus.BAD_REQUEST: "Een parameter heeft een waarde die niet kan.",
    HTTPStatus.NOT_FOUND: "Op dit adres is niets.",
}
Answer = Callable[..., HttpResponse]


class OpenDataAPI(NinjaAPI):
    """A read-only API of which the description says all that the design rules ask."""

    def get_openapi_schema(self, **paths: Any) -> Any:
        schema = super().get_openapi_schema(**paths | {"path_prefix": ""})
        schema["servers"] = [{"url": f"{settings.SITE_URL}/api/v{self.version.partition('.')[0]}"}]
        schema["components"]["schemas"]["Problem"] = Problem.json_schema()
        for operations in schema["paths"].values():
            for operation in operations.values():
                _complete(operation["responses"])
        return schema


def _complete(responses: dict[Any, Any]) -> None:
    """Name the version header of every answer, and the errors that any address can give."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in ERRORS.items():
        responses[status.value] = {"description": words, "content": problem}
    version = {"description": "De volledige versie van deze API.", "schema": {"type": "string"}}
    for response in responses.values():
        response["headers"] = {"API-Version": version}


def open_to_all(api: NinjaAPI, answer: Answer) -> Answer:
    """Answer everybody, from any site, with the version of the API and an ETag; refuse all that is not reading."""

    @conditional_page
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _read(request, answer, *args, **kwargs)

    @login_not_required
    @functools.wraps(answer, updated=())
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS"})
        elif request.method not in READS:
            response = problems.not_allowed()
        else:
            response = read(request, *args, **kwargs)
        response["API-Version"] = api.version
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "API-Version, ETag"
        patch_cache_control(response, public=True, no_cache=True)
        response.is_kept = response.is_exact = True  # type: ignore[attr-defined]  # see gdsc.page_cache
        return response

    view.csrf_exempt = True  # type: ignore[attr-defined]  # nothing here changes anything
    return view


def _read(request: HttpRequest, answer: Answer, *args: Any, **kwargs: Any) -> HttpResponse:
    """HEAD is a GET whose body the server leaves out."""
    asked = request.method
    request.method = "GET"
    try:
        return answer(request, *args, **kwargs)
    finally:
        request.method = asked


def patterns(api: NinjaAPI) -> list[URLPattern]:
    """The addresses of the API, and an answer in its own form for every other address below it."""
    own = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    ours = [URLPattern(p.pattern, open_to_all(api, cast("Answer", p.callback)), p.default_args, p.name) for p in own]
    return [*ours, re_path(r"", open_to_all(api, problems.not_found))]


def tell_problems(api: NinjaAPI) -> None:
    @api.exception_handler(Http404)
    def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
        return problems.not_found(request)

    @api.exception_handler(ValidationError)
    def unusable(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problems.invalid(error.errors)
