"""A form that is sent twice is dealt with once: after a double click, a lost answer or the back button.

Each form carries a key of its own (`{% form_key %}`). What came of it is kept with what it did, in one transaction. The
same form again, with the same answers in it, leads to the same page and does nothing; other answers, typed after going
back, are another form.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from competition import clock
from gdsc.models import SentForm

KEY = "form_key"
_DIFFERS_EACH_TIME = "csrfmiddlewaretoken"

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Do what a form asks once. Only an answer that leads on is kept: a form with a fault in it may be sent again.

    Two that are sent in the same moment wait for each other. A form without a key is served as it always was.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(KEY):
            return view(request, *args, **kwargs)
        said_before = len(messages.get_messages(request))
        with transaction.atomic():
            sent, is_new = SentForm.objects.get_or_create(
                mark=mark_of(request), defaults={"sent_at": clock.now() - clock.shift()}
            )
            if not is_new:
                return _again(request, sent)
            response = view(request, *args, **kwargs)
            if response.has_header("Location"):
                sent.answer = response["Location"]
                sent.words = " ".join(_said(request)[said_before:])
                sent.save(update_fields=["answer", "words"])
            else:
                sent.delete()
            return response

    kept.is_done_once = True  # type: ignore[attr-defined]
    return kept


def _said(request: HttpRequest) -> list[str]:
    """What is still to be shown to this person; it stays so."""
    storage: Any = messages.get_messages(request)
    words = [str(message) for message in storage]
    storage.used = False
    return words


def _again(request: HttpRequest, sent: SentForm) -> HttpResponse:
    """The same page and the same words: after a double click, or when the first answer never came, nobody saw them."""
    told = gettext("Dit formulier had u al verstuurd. Er is niets dubbel gedaan.")
    if sent.words:
        told = " ".join([told, gettext("Ons antwoord was:"), sent.words])
    messages.info(request, told)
    return redirect(sent.answer)


def mark_of(request: HttpRequest) -> UUID:
    """What tells this form from every other: who sends it, to where, and all that is in it."""
    told = sha256(repr((request.user.pk, request.path)).encode())
    for name, values in sorted(request.POST.lists()):
        if name != _DIFFERS_EACH_TIME:
            told.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            told.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                told.update(chunk)
            file.seek(0)
    return UUID(bytes=told.digest()[:16])
