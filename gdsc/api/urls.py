from django.urls import URLPattern, URLResolver, include, path

from gdsc.api.base import patterns
from gdsc.api.v1 import api
from gdsc.api.views import documentation

urlpatterns: list[URLPattern | URLResolver] = [
    path("", documentation, name="api_documentation"),
    path("v1/", include((patterns(api), "ninja"), namespace="api-v1")),
]
