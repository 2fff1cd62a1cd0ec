"""A mail as its reader sees it, in a frame: it has styles of its own, which our pages do not allow."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin


def with_a_frame(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let this page show one of our own in a frame."""
    return csp_update({"frame-src": [SELF]})(view)


def in_a_closed_frame(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Allow the styles that stand in a mail, and nothing else: no script, no picture from elsewhere, no form.

    The browser does not see it as ours either.
    """
    allowed = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF], "sandbox": [True]}
    return csp(allowed)(xframe_options_sameorigin(view))
