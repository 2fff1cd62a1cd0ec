"""What belongs in every form that changes something. Every template has this, unasked."""

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gdsc.once import KEY

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """{% csrf_token %}{% form_key %}: so that sending the same form twice does its work once; see `gdsc.once`."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, uuid4())
