from django.urls import URLPattern, URLResolver, include, path

from gdsc.api.base import patterns
from gdsc.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((patterns(api), "ninja"), namespace="api-v1")),
]
