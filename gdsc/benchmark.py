"""What the portal costs, each figure beside a floor that does the same work with less around it.

Only the ratios within one run say something: a shared machine is never twice as fast as itself. So ours and the
floor take turns, and each figure is the median of its turns.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from itertools import count
from statistics import median
from typing import Any, NamedTuple

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import URLPattern, path

from competition import clock, editions
from competition.access import public
from competition.models import Edition, Entry, Participant, Rules, User
from gdsc import roles
from scoring import ledger, standings, verify
from scoring.export import export
from scoring.rules import Kind

PARTICIPANTS = 400

urlpatterns: list[URLPattern] = []
"""The addresses of the floor: this module is the URL configuration while the floor is measured."""


class Figure(NamedTuple):
    """One line of the table; times are medians in milliseconds."""

    what: str
    floor: str
    ours_ms: float
    floor_ms: float

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.floor_ms


def measure(sizes: list[int], *, turns: int) -> Iterator[Figure]:
    """Fill an edition up to each of the sizes (numbers of ledger entries) and give the figures as they come."""
    edition, by = _set_up()
    page_ms: dict[int, float] = {}
    for size in sizes:
        _fill(edition, by, size)
        yield recount(edition, size, turns=turns)
        yield verifying(edition, size, turns=turns)
        figure = warm_page(edition, size, turns=turns)
        page_ms[size] = figure.ours_ms
        yield figure
    first, last = sizes[0], sizes[-1]
    if first != last:
        yield Figure(f"leaderboard page at {last:,} entries", f"at {first:,} entries", page_ms[last], page_ms[first])
    yield rows_in_a_template(edition, turns=turns)
    yield award(edition, by, turns=turns)


def recount(edition: Edition, size: int, *, turns: int) -> Figure:
    """Counting, ranking and keeping all standings, beside one statement that does the same in the database."""

    def floor() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE_RECOUNT, {"edition": edition.pk})

    ours = lambda: standings.rebuild(edition, at=clock.now())  # noqa: E731
    return Figure(f"recount of {size:,} entries", "one bare statement", *_in_turns(ours, floor, turns))


def verifying(edition: Edition, size: int, *, turns: int) -> Figure:
    """The stand-alone verifier on an export that has been read, beside SHA-256 alone over the same entries."""
    standings.rebuild(edition, at=clock.now())
    exported = export(edition)
    entries = [line[:-65].encode() for line in exported["ledger"]]

    def ours() -> None:
        if faults := verify.verify(exported).faults:
            raise RuntimeError(f"the export is not right: {faults[0]}")

    def floor() -> None:
        for entry in entries:
            sha256(entry).hexdigest()

    return Figure(f"verifying {size:,} exported entries", "SHA-256 alone", *_in_turns(ours, floor, turns))


def warm_page(edition: Edition, size: int, *, turns: int) -> Figure:
    """The leaderboard through the whole product, beside a view that returns the same bytes."""
    standings.rebuild(edition, at=clock.now())
    address, handler = "/ranglijst/", WSGIHandler()
    body = _get(handler, address)
    urlpatterns[:] = [path("ranglijst/", _returning(body))]
    ours_urls = settings.ROOT_URLCONF

    def floor() -> None:
        settings.ROOT_URLCONF = "gdsc.benchmark"
        try:
            _get(handler, address)
        finally:
            settings.ROOT_URLCONF = ours_urls

    what = f"leaderboard page, {size:,} entries, {len(body) / 1024:.0f} kB"
    return Figure(what, "view with the same bytes", *_in_turns(lambda: _get(handler, address), floor, turns))


def rows_in_a_template(edition: Edition, *, turns: int) -> Figure:
    """The leaderboard, beside a plain template of as many rows and cells from a list in memory."""
    handler, rows = WSGIHandler(), [("naam", "12", "5", "4", "3", "DSA")] * PARTICIPANTS
    template = engines["django"].from_string(
        "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    )
    turns_taken = _in_turns(lambda: _get(handler, "/ranglijst/"), lambda: template.render({"rows": rows}), turns)
    return Figure("leaderboard page, nothing cached", "a plain template of as many cells", *turns_taken)


def award(edition: Edition, by: User, *, turns: int) -> Figure:
    """Booking one point with its outbox row, beside the two inserts alone in one transaction."""
    participant = Participant.objects.filter(edition=edition).select_related("edition__rules").earliest("pk")
    numbers, day = count(), date(edition.year, 3, 1)
    known: dict[str, Any] = {"edition": edition.pk, "participant": participant.pk, "by": by.actor_id, "day": day}

    def ours() -> None:
        ledger.award(
            participant,
            kind=Kind.MEETUP,
            source=f"ours:{next(numbers)}",
            description="Meetup",
            counts_on=day,
            by=by,
            at=clock.now(),
        )

    def floor() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE_AWARD, known | {"source": f"floor:{next(numbers)}", "at": clock.now()})
            cursor.execute(_BARE_OUTBOX, {"at": clock.now()})

    return Figure("awarding one point", "the two inserts alone", *_in_turns(ours, floor, turns * 20))


def _in_turns(ours: Callable[[], Any], floor: Callable[[], Any], turns: int) -> tuple[float, float]:
    """Median milliseconds of each, after one turn that does not count."""
    times: dict[Callable[[], Any], list[float]] = {ours: [], floor: []}
    for _ in range(turns + 1):
        for act in (ours, floor):
            start = time.perf_counter()
            act()
            times[act].append((time.perf_counter() - start) * 1000)
    return median(times[ours][1:]), median(times[floor][1:])


def _get(handler: WSGIHandler, address: str) -> bytes:
    """What the application answers to a GET, with all its middleware."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "HTTP_HOST": settings.ALLOWED_HOSTS[0],
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
    }
    status: list[str] = []

    def start_response(line: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], None]:
        status.append(line)
        return lambda chunk: None

    answer = handler(environ, start_response)
    body = b"".join(answer)
    answer.close()
    if status != ["200 OK"]:
        raise RuntimeError(f"{address} answers {status}")
    return body


def _returning(body: bytes) -> Callable[[HttpRequest], HttpResponse]:
    @public
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(body)

    return view


def _set_up() -> tuple[Edition, User]:
    """An edition of this year with 400 participants and an organiser, in an empty database."""
    year = clock.now().year
    edition = Edition.objects.create(year=year, name=f"Meting {year}", is_example=True)
    editions.lay_out(edition)
    Participant.objects.bulk_create(
        Participant(
            edition=edition, name=f"Gemeente {n}", slug=f"gemeente-{n}", sort_name=f"gemeente {n:04}", entry=Entry.DSA
        )
        for n in range(PARTICIPANTS)
    )
    Rules.objects.filter(edition=edition).update(locked_at=clock.now())
    return edition, User.objects.create_user("meting@voorbeeld.example")


def _fill(edition: Edition, by: User, size: int) -> None:
    """Add entries, spread over participants, kinds and months, until the ledger holds this many."""
    with connection.cursor() as cursor:
        known: dict[str, Any] = {"edition": edition.pk, "year": edition.year, "by": by.actor_id, "at": clock.now()}
        cursor.execute(_FILL, known | {"first": standings.head_of(edition) + 1, "last": size})
    roles.become_owner()  # who alone may renew the planner's statistics; autovacuum does it in production
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    roles.become_application()


_FILL = """
INSERT INTO scoring_ledgerentry
    (edition_id, participant_id, kind, source, description, points, counts_on, booked_at, booked_by, reason)
SELECT %(edition)s, p.id, (ARRAY['meetup', 'adoption', 'contribution'])[1 + n %% 3], 'vulling:' || n, 'Vulling', 1,
       make_date(%(year)s, 1 + n %% 10, 1 + n %% 28), %(at)s, %(by)s, ''
FROM generate_series(%(first)s, %(last)s) AS n
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
    FROM competition_participant WHERE edition_id = %(edition)s
) AS p ON p.place = (n::bigint * 7919 + n / 400) %% 400
"""

_BARE_RECOUNT = """
INSERT INTO scoring_standing
    (edition_id, participant_id, rank, total, meetup_points, adoption_points, contribution_points, head, counted_at)
SELECT %(edition)s, participant_id, rank() OVER (ORDER BY sum(points) DESC), sum(points),
       coalesce(sum(points) FILTER (WHERE kind = 'meetup'), 0),
       coalesce(sum(points) FILTER (WHERE kind = 'adoption'), 0),
       coalesce(sum(points) FILTER (WHERE kind = 'contribution'), 0), max(number), now()
FROM scoring_ledgerentry WHERE edition_id = %(edition)s GROUP BY participant_id
ON CONFLICT (participant_id) DO UPDATE SET
    rank = excluded.rank, total = excluded.total, meetup_points = excluded.meetup_points,
    adoption_points = excluded.adoption_points, contribution_points = excluded.contribution_points,
    head = excluded.head, counted_at = excluded.counted_at
"""

_BARE_AWARD = """
INSERT INTO scoring_ledgerentry
    (edition_id, participant_id, kind, source, description, points, counts_on, booked_at, booked_by, reason)
VALUES (%(edition)s, %(participant)s, 'meetup', %(source)s, 'Meetup', 1, %(day)s, %(at)s, %(by)s, '')
"""

_BARE_OUTBOX = """
INSERT INTO competition_outboxmessage (task, arguments, created_at, next_attempt_at, attempts, last_error)
VALUES ('scoring.tasks.recount_task', '{}', %(at)s, %(at)s, 0, '')
"""
