"""The municipalities whose staff log in with the account of their work, as SSO_PROVIDERS names them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.text import slugify

NEEDED = ("id", "name", "server_url", "client_id", "secret", "domains")
POSSIBLE = (*NEEDED, "trusts_second_factor", "origins")


def providers(told: Sequence[dict[str, Any]], *, insecure: bool) -> dict[str, Any]:
    """The setting that allauth reads. `insecure` allows issuers without TLS, as tests have them."""
    for one in told:
        _check(one, insecure=insecure)
    if len({one["id"] for one in told}) < len(told):
        raise ImproperlyConfigured("SSO_PROVIDERS: two have the same id.")
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_app(one) for one in told]}}


def origins(told: Sequence[dict[str, Any]]) -> list[str]:
    """Where the button on the login page may lead: a browser holds our policy against redirects of a form too."""
    found = [address for one in told for address in (one["server_url"], *one.get("origins", ()))]
    return sorted({"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in found})


def _check(one: dict[str, Any], *, insecure: bool) -> None:
    missing = [key for key in NEEDED if not one.get(key)]
    unknown = [key for key in one if key not in POSSIBLE]
    if missing or unknown:
        raise ImproperlyConfigured(f"SSO_PROVIDERS: missing {missing}, unknown {unknown}.")
    if one["id"] != slugify(one["id"]):
        raise ImproperlyConfigured(f"SSO_PROVIDERS: {one['id']!r} is no id; use a-z, 0-9 and hyphens.")
    if not (insecure or one["server_url"].startswith("https://")):
        raise ImproperlyConfigured(f"SSO_PROVIDERS: {one['id']} has to be reached by https.")


def _app(one: dict[str, Any]) -> dict[str, Any]:
    """Only addresses of the provider's own domains are believed, whatever it says about others."""
    domains = [domain.casefold() for domain in one["domains"]]
    return {
        "provider_id": one["id"],
        "name": one["name"],
        "client_id": one["client_id"],
        "secret": one["secret"],
        "settings": {
            "server_url": one["server_url"],
            "fetch_userinfo": False,
            "email_authentication": True,
            "verified_email": domains,
            "domains": domains,
            "trusts_second_factor": bool(one.get("trusts_second_factor")),
        },
    }
