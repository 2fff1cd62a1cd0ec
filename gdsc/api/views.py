"""The page that explains the API, made from its own description, whose words are marked for translation there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from competition import clock
from competition.access import public
from competition.pages import about, editions
from gdsc.api.v1 import api


@public
def documentation(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    edition = editions().current(at)
    page: dict[str, Any] = {"edition": None, "phase": ""} if edition is None else about(edition, at=at)
    schema = api.get_openapi_schema()
    page |= {
        "nav": "data",
        "base": schema["servers"][0]["url"],
        "version": api.version,
        "groups": _by_subject(schema["paths"], year=edition.year if edition else at.year),
    }
    return render(request, "gdsc/api.html", page)


def _by_subject(paths: dict[str, Any], *, year: int) -> dict[str, list[dict[str, Any]]]:
    """Each address under its subject; with an example of this year where no more than a year is asked for."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in paths.items():
        operation = operations["get"]
        (subject, *_), summary = operation["tags"], operation["summary"]
        example = path.replace("{year}", str(year)).replace("{month}", "1")
        row = {
            "path": path,
            "summary": gettext(summary),
            "parameters": [_parameter(one) for one in operation.get("parameters", []) if one["in"] == "query"],
            "example": "" if "{" in example else f"/api/v1{example}",
        }
        groups.setdefault(gettext(subject), []).append(row)
    return groups


def _parameter(described: dict[str, Any]) -> dict[str, str]:
    words = described["schema"].get("description")
    return {"name": described["name"], "words": gettext(words) if words else ""}
