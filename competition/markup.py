"""Text that people write in Markdown, as HTML that can do nothing.

Made by the renderer without raw HTML and without pictures, and then let through by a sanitiser that knows only what is
on our list. Addresses are whole ones, of https: a relative one would lead somebody around in the portal itself.
"""

from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr", "h3", "h4", "h5", "h6"}
_HIGHEST = 3
"""Above the text stand the h1 of the page and the h2 of the part that it fills."""


def render(text: str) -> SafeString:
    tokens = _RENDERER.parse(text)
    _lower_headings(tokens)
    html = _RENDERER.renderer.render(tokens, _RENDERER.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}},
        attribute_filter=_only_whole_addresses,
        url_schemes={"https"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - all that is in it was let through by the sanitiser


def _lower_headings(tokens: list[Token]) -> None:
    """The highest becomes an h3, and none leaves out a level."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_HIGHEST + used.index(token.tag), 6)}"


def _only_whole_addresses(tag: str, attribute: str, value: str) -> str | None:
    """Nothing that begins with a slash, a query or a bare name; nor with an address to log in with."""
    if attribute != "href":
        return value
    try:
        address = urlsplit(value)
    except ValueError:
        return None
    return value if address.scheme == "https" and address.netloc and "@" not in address.netloc else None


_RENDERER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
