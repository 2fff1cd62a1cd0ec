"""The beginning of logging in at one's work, where allauth leaves an issuer that does not answer to chance."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from competition.access import open_to_all
from competition.languages import in_dutch


@open_to_all
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From whatever language: the issuer knows one address to come back to."""
    try:
        with in_dutch():
            response: HttpResponse = views.login(request, provider_id)
    except RequestException as error:
        provider: Any = get_adapter().get_provider(request, provider_id)
        response = render_authentication_error(request, provider, exception=error)
    return response
