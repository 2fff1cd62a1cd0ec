"""Every address that the portal answers, as the resolver knows them."""

from collections.abc import Iterator

from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver


def of_all() -> list[str]:
    """The route of every pattern, as its `urls.py` writes it, in the order in which they are tried."""
    return [route for route, _has_versions in _below(get_resolver().url_patterns, "", has_versions=False)]


def in_every_language() -> set[str]:
    """Those that stand under `/en/` too."""
    below = _below(get_resolver().url_patterns, "", has_versions=False)
    return {route for route, has_versions in below if has_versions}


def _below(patterns: list[URLPattern | URLResolver], start: str, *, has_versions: bool) -> Iterator[tuple[str, bool]]:
    for pattern in patterns:
        route = start + str(pattern.pattern)
        versions = has_versions or isinstance(pattern.pattern, LocalePrefixPattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, route, has_versions=versions)
        else:
            yield route, versions
