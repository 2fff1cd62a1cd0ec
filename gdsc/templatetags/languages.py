"""For pages in another language than the texts that people wrote for them. Every template has this, unasked."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def in_dutch() -> SafeString | str:
    """<p{% in_dutch %}>: tells a page in another language that what stands here was written in Dutch.

    So a screen reader reads it aloud as Dutch (WCAG 3.1.2). On a Dutch page it is nothing.
    """
    dutch = settings.LANGUAGE_CODE
    return "" if get_language() == dutch else format_html(' lang="{}"', dutch)
