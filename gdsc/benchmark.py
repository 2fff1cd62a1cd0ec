"""What the portal costs, each figure beside a floor that does the same work with less around it.

Only the ratios within one run say something: a shared machine is never twice as fast as itself. So ours and the
floor take turns, and each figure is the median of its turns.
"""

import gc
from collections.abc import Callable, Collection, Iterator
from datetime import date
from hashlib import sha256
from itertools import count
from typing import Any
from unittest.mock import patch

import psycopg
import redis
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from competition import clock, outbox
from competition.models import Edition, Participant
from gdsc import benchmark_data as data
from gdsc import benchmark_pages
from gdsc.benchmark_figures import Act, Figure, Ground, Reach, Times, in_turns
from meetups.models import Attendance
from scoring import claims, ledger, standings, verify
from scoring.export import export
from scoring.rules import Kind

MANY_CLAIMS = 200
AWARDS_IN_A_ROW = 20


def measure(
    sizes: Collection[int], *, turns: int, only: Collection[str], say: Callable[[str], None]
) -> Iterator[Figure]:
    """Give the figures as they come; `only` names the groups that are wanted, `say` is told what takes a while."""
    ground = Ground(data.organiser(), turns, {})
    for place, size in enumerate(sorted(sizes)):
        say(f"filling a ledger with {size:,} entries")
        # Each in a year of its own; the last is the one that the site shows.
        edition = data.lay_out_edition(clock.now().year - len(sizes) + 1 + place)
        data.add_entries(edition, ground.by, up_to=size)
        data.refresh_statistics()
        ground.editions[size] = edition
        for name, figures_of in FOR_EACH_SIZE.items():
            if name in only:
                say(f"{name}, {size:,} entries")
                yield from figures_of(ground, size)
    for name, last_figures in AT_THE_END.items():
        if name in only:
            say(name)
            yield from last_figures(ground)


# --- Recounting ----------------------------------------------------------------------------------


def recounts(ground: Ground, size: int) -> Iterator[Figure]:
    """Counting, ranking and keeping all standings: from the first entry, and from what nine closed months hold."""
    edition = ground.editions[size]
    floor = "one bare statement over the whole ledger"
    yield Figure(f"recount of {size:,} entries", floor, *_recount(ground, edition), Reach(1.3))
    data.close_months(edition)
    reach = Reach(0.4 if size >= 1_000_000 else 1.3)
    yield Figure(f"recount of {size:,}, nine months closed", floor, *_recount(ground, edition), reach)


def _recount(ground: Ground, edition: Edition) -> Times:
    """Before each turn there is a new entry, so that each has all rows to write."""

    def ours() -> None:
        standings.rebuild(edition, at=clock.now())

    def floor() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE_RECOUNT, {"edition": edition.pk})

    return in_turns(ours, floor, ground.turns, before=lambda: data.add_one(edition, ground.by))


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


# --- Verifying -----------------------------------------------------------------------------------


def verifying(ground: Ground, size: int) -> Iterator[Figure]:
    """The stand-alone verifier on an export that has been read, beside SHA-256 alone over the same entries."""
    edition = ground.editions[size]
    standings.rebuild(edition, at=clock.now())
    exported = export(edition)
    entries = [line[:-65].encode() for line in exported["ledger"]]

    def ours() -> None:
        if faults := verify.verify(exported).faults:
            raise RuntimeError(f"the export is not right: {faults[0]}")

    def floor() -> None:
        for entry in entries:
            sha256(entry).hexdigest()

    reach = Reach(6) if size >= 100_000 else None
    gc.collect()
    gc.freeze()  # whoever runs the verifier by itself has nothing else in memory to look after
    times = in_turns(ours, floor, ground.turns)
    gc.unfreeze()
    yield Figure(f"verifying {size:,} entries", "SHA-256 alone", *times, reach)


# --- Booking and confirming ----------------------------------------------------------------------


def awards(ground: Ground) -> Iterator[Figure]:
    """Booking one point, beside the statements that this sends, sent by psycopg alone.

    A worker is woken after the commit, by a message to the broker. That is no statement, so it is measured apart.
    """
    numbers, queue = count(), redis.Redis.from_url(settings.CELERY_BROKER_URL)
    award = _awarding(ground, numbers)
    sent = _statements_of(award)

    with psycopg.connect(**_login()) as bare:

        def floor() -> None:
            new = f"{_SOURCE}{next(numbers)}"
            with bare.transaction():
                for sql, values in sent:
                    bare.execute(sql, [new if _is_source(value) else value for value in values]).fetchall()

        def floor_and_message() -> None:
            floor()
            queue.lpush("meting", "x" * 600)

        def figure(what: str, beside: str, floor: Act, reach: Reach | None = None) -> Figure:
            ours_ms, floor_ms = in_turns(_in_a_row(award), _in_a_row(floor), ground.turns)
            return Figure(what, beside, ours_ms / AWARDS_IN_A_ROW, floor_ms / AWARDS_IN_A_ROW, reach)

        with patch.object(outbox, "_wake_a_worker", lambda _number: None):
            yield figure("awarding one point", "the same statements by psycopg", floor, Reach(0.5, is_speed=True))
        yield figure("the same, and waking a worker", "the same, and a message to the broker", floor_and_message)


_SOURCE = "meting:"


def _is_source(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_SOURCE)


def _login() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {name: known[name] for name in ("host", "port", "dbname", "user", "password")}


def _awarding(ground: Ground, numbers: Iterator[int]) -> Act:
    edition = ground.largest
    participant = Participant.objects.filter(edition=edition).select_related("edition__rules").earliest("pk")

    def award() -> None:
        ledger.award(
            participant,
            kind=Kind.MEETUP,
            source=f"{_SOURCE}{next(numbers)}",
            description="Meetup",
            counts_on=date(edition.year, 10, 1),
            by=ground.by,
            at=clock.now(),
        )

    return award


def _statements_of(act: Act) -> list[tuple[str, list[Any]]]:
    """What an act sends to the database, with the values; except the transaction around it."""
    sent: list[tuple[str, list[Any]]] = []

    def keep(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        sent.append((sql, [str(value) if isinstance(value, Kind) else value for value in values]))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(keep):
        act()
    return sent


def _in_a_row(act: Act) -> Act:
    def acts() -> None:
        for _ in range(AWARDS_IN_A_ROW):
            act()

    return acts


def confirming(ground: Ground) -> Iterator[Figure]:
    """Confirming many claims together, beside confirming as many one by one."""
    waiting: dict[int, int] = {}

    def before() -> None:
        waiting.clear()
        waiting.update(data.waiting_claims(ground.largest, count=MANY_CLAIMS))

    def ours() -> None:
        claims.confirm_all(Attendance, waiting, by=ground.by, at=clock.now())

    def floor() -> None:
        for number, version in waiting.items():
            claim = Attendance.objects.get(pk=number)
            claims.confirm(claim, by=ground.by, at=clock.now(), seen_version=version)

    times = in_turns(ours, floor, max(ground.turns // 3, 1), before=before)
    yield Figure(f"confirming {MANY_CLAIMS} claims", "one by one", *times, Reach(3, is_speed=True))
    before()
    with CaptureQueriesContext(connection) as queries:
        ours()
    most = 12 + 2 * MANY_CLAIMS
    yield Figure(f"statements for {MANY_CLAIMS} claims", "12, and 2 for each", len(queries), most, Reach(1), unit="")


FOR_EACH_SIZE: dict[str, Callable[[Ground, int], Iterator[Figure]]] = {
    "recount": recounts,
    "verify": verifying,
}
AT_THE_END: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "page": benchmark_pages.figures,
    "award": awards,
    "confirm": confirming,
}
