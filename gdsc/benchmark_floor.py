"""The floor of every page: a Django view that returns bytes which it has, behind the middleware of a new project.

Served by the same web server as the portal (gdsc.benchmark_server), by the settings of the portal.
"""

import os
from functools import cache
from http import HTTPStatus
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

FOLDER = "GDSC_BENCHMARK_BODIES"
"""The variable that names the folder of the bodies, one a file."""


def returning(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_body(name))


def unchanged(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.NOT_MODIFIED)


@cache
def _body(name: str) -> bytes:
    return (Path(os.environ[FOLDER]) / name).read_bytes()


urlpatterns = [path("unchanged/", unchanged), path("<slug:name>/", returning)]

if FOLDER in os.environ:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdsc.settings")
    django.setup()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    application = WSGIHandler()
