"""For pages in another language than the texts that people wrote for them. Every template has this, unasked."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gdsc.languages import Version, versions_of

register = template.Library()


@register.simple_tag
def in_dutch() -> SafeString | str:
    """<p{% in_dutch %}>: tells a page in another language that what stands here was written in Dutch.

    So a screen reader reads it aloud as Dutch (WCAG 3.1.2). On a Dutch page it is nothing.
    """
    dutch = settings.LANGUAGE_CODE
    return "" if get_language() == dutch else format_html(' lang="{}"', dutch)


@register.simple_tag
def in_each_language(address: str) -> list[Version]:
    """The page at this address of ours, whole or not, in each language."""
    return versions_of(address.removeprefix(settings.SITE_URL))
