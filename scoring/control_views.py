"""The public page on which anyone can check the standing, and the files to do so with."""

from base64 import b64encode
from hashlib import sha256
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
from scoring import boards, export, tables, verification, verify
from scoring.models import LedgerEntry


@public
@for_edition
def control(request: HttpRequest, edition: Edition) -> HttpResponse:
    entries = LedgerEntry.objects.of_edition(edition)
    if (head := boards.visible_head(edition)) is not None:
        entries = entries.filter(number__lte=head)
    last_entry = entries.order_by("-number").first()
    page = about(edition, at=clock.now()) | {
        "verification": verification.last_of(edition),
        "last_entry": last_entry,
        "versions": boards.versions_of(edition),
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
    content = tables.as_csv(_bookings(edition_of(year)))
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


def _bookings(edition: Edition) -> list[list[str | int]]:
    """What may be told of the ledger, a row for each entry."""
    names: list[str | int] = [
        "nummer",
        "geboekt op",
        "telt mee vanaf",
        "deelnemer",
        "soort",
        "waarvoor",
        "punten",
        "boekt terug",
        "reden",
        "controlecode",
    ]
    entries = LedgerEntry.objects.of_edition(edition).select_related("participant", "reverses")
    if (head := boards.visible_head(edition)) is not None:
        entries = entries.filter(number__lte=head)
    return [names, *map(_booking, entries.order_by("number"))]


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
