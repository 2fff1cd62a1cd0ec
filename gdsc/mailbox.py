"""The mails that a site in development sent: kept in files instead of sent, and read here. Not there in production."""

import email
from collections.abc import Callable, Iterator
from datetime import datetime
from email import policy
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.access import public
from competition.frames import in_a_closed_frame, with_a_frame

SHOWN = 50
_BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"
"""What Django's file-based backend writes after each mail."""


class Mail(NamedTuple):
    """One mail, known by the name of its file and its number in there."""

    file: str
    number: int
    sent_at: datetime | None
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Who wrote and who reads, and what a mail program is told besides."""
        told = ("From", "To", "Cc", "Bcc", "Reply-To", "List-Unsubscribe")
        return [(name, str(self.message[name])) for name in told if name in self.message]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


def _for_makers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let everybody in, in development only: mails hold codes and addresses."""

    @public
    @require_safe
    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return closed


@_for_makers
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails, newest first."""
    mails = [mail for _, mail in zip(range(SHOWN), _mails(), strict=False)]
    return render(request, "gdsc/mailbox.html", {"mails": mails, "folder": settings.EMAIL_FILE_PATH, "shown": SHOWN})


@_for_makers
@with_a_frame
def mail(request: HttpRequest, file: str, number: int) -> HttpResponse:
    """One mail: its text, and in a frame what a mail program shows."""
    return render(request, "gdsc/mail.html", {"mail": _mail_or_404(file, number)})


@_for_makers
@in_a_closed_frame
def mail_html(request: HttpRequest, file: str, number: int) -> HttpResponse:
    """The HTML of a mail as it was sent."""
    html = _mail_or_404(file, number).html
    if not html:
        raise Http404
    return HttpResponse(html)


def _mails() -> Iterator[Mail]:
    for path in sorted(_folder().glob("*.log"), reverse=True):
        yield from reversed(_mails_in(path))


def _mail_or_404(file: str, number: int) -> Mail:
    """The name comes from an address: only what is in the folder itself is opened."""
    for path in _folder().glob("*.log"):
        if path.stem == file:
            found = _mails_in(path)
            if number < len(found):
                return found[number]
    raise Http404


def _mails_in(path: Path) -> list[Mail]:
    """Each connection has a file; the name says when it was made, and in which order."""
    sources = path.read_bytes().split(_BETWEEN_MAILS)
    mails = [Mail(path.stem, number, None, _parsed(source)) for number, source in enumerate(sources) if source.strip()]
    return [mail._replace(sent_at=_moment_of(mail.message)) for mail in mails]


def _parsed(source: bytes) -> EmailMessage:
    return email.message_from_bytes(source, policy=policy.default)


def _moment_of(message: EmailMessage) -> datetime | None:
    return getattr(message["Date"], "datetime", None)


def _folder() -> Path:
    return Path(str(settings.EMAIL_FILE_PATH))
