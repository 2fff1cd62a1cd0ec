"""The public page on which anyone can check the standing, and the files to do so with."""

import csv
from base64 import b64encode
from hashlib import sha256
from io import StringIO
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from competition import clock
from competition.access import public
from competition.models import Edition
from competition.pages import about, edition_of, for_edition
from scoring import export, verification, verify
from scoring.models import LedgerEntry, ResultVersion

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@public
@for_edition
def control(request: HttpRequest, edition: Edition) -> HttpResponse:
    versions = ResultVersion.objects.filter(closing__round__edition=edition).select_related("closing__round")
    page = about(edition, at=clock.now()) | {
        "verification": verification.last_of(edition),
        "last_entry": LedgerEntry.objects.of_edition(edition).order_by("-number").first(),
        "versions": versions.order_by("closing__round__month", "number"),
    }
    return render(request, "scoring/control.html", page)


@public
def export_json(request: HttpRequest, year: int) -> HttpResponse:
    """The edition as one file, for `verify.py`."""
    content = export.as_bytes(edition_of(year))
    return _download(request, content, name=f"gdsc-{year}.json", content_type="application/json")


@public
def bookings_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The ledger as a table that opens well in a spreadsheet."""
    content = _bookings_table(edition_of(year)).encode("utf-8-sig")
    return _download(request, content, name=f"gdsc-{year}-boekingen.csv", content_type="text/csv; charset=utf-8")


@public
def verifier(request: HttpRequest) -> HttpResponse:
    """The file that the portal checks itself with."""
    content = Path(verify.__file__).read_bytes()
    return _download(request, content, name="verify.py", content_type="text/x-python; charset=utf-8")


def _download(request: HttpRequest, content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """With its SHA-256 beside it, as `sha256sum` writes it and as RFC 9530 does."""
    digest = sha256(content)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": quote_etag(digest.hexdigest()),
        "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:",
        "X-SHA256": digest.hexdigest(),
    }
    response = HttpResponse(content, content_type=content_type, headers=headers)
    answer = get_conditional_response(request, etag=headers["ETag"], response=response)
    assert isinstance(answer, HttpResponse)
    return answer


def _bookings_table(edition: Edition) -> str:
    names = [
        "nummer",
        "geboekt op",
        "telt mee vanaf",
        "deelnemer",
        "soort",
        "waarvoor",
        "punten",
        "boekt terug",
        "reden",
    ]
    table = StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow([*names, "controlecode"])
    for entry in LedgerEntry.objects.of_edition(edition).select_related("participant", "reverses").in_order():
        writer.writerow(map(_cell, _booking(entry)))
    return table.getvalue()


def _booking(entry: LedgerEntry) -> list[str | int]:
    return [
        entry.number,
        f"{timezone.localtime(entry.booked_at):%Y-%m-%d %H:%M:%S}",
        entry.counts_on.isoformat(),
        entry.participant.name,
        entry.get_kind_display(),
        entry.description,
        entry.points,
        entry.reverses.number if entry.reverses else "",
        entry.reason,
        entry.hash,
    ]


def _cell(value: str | int) -> str | int:
    """A spreadsheet would run a text that looks like a formula; an apostrophe tells it that this is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
