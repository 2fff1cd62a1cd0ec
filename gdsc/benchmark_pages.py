"""What the leaderboard and the open data cost: made anew in this process, and served as in production."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.template import engines

from competition import clock
from competition.models import Edition
from gdsc import benchmark_data as data
from gdsc import benchmark_floor, page_cache
from gdsc.benchmark_figures import Act, Figure, Ground, Reach, in_turns
from gdsc.benchmark_server import Server, serving
from meetups.models import Attendance
from scoring import claims, ledger, standings
from scoring.rules import Kind

SECONDS_OF_LOAD = 0.4
SECOND = 1000.0
"""In milliseconds."""

_number = count(1)


def figures(ground: Ground) -> Iterator[Figure]:
    for edition in ground.editions.values():
        standings.rebuild(edition, at=clock.now())
    yield from made(ground)
    yield from served(ground)


# --- Made anew -----------------------------------------------------------------------------------

_ROWS = """<table>{% for row in rows %}<tr>
<td>{{ row.rank }}</td><th>{{ row.name }}</th>
<td>{{ row.a }}</td><td>{{ row.b }}</td><td>{{ row.c }}</td><td>{{ row.total }}</td>
</tr>{% endfor %}</table>"""
_TEXTS = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"


def made(ground: Ground) -> Iterator[Figure]:
    """The leaderboard after a new point, the database and the compression included.

    Beside plain templates of as many rows and cells from a list in memory: of rows with a name and five numbers, as
    the leaderboard has them, and of cells that somebody made into text before. And beside that of a small ledger.
    """
    rows = [{"rank": n, "name": f"Gemeente {n}", "a": 5, "b": 4, "c": 3, "total": 12} for n in range(data.PARTICIPANTS)]
    texts = [[str(value) for value in row.values()] for row in rows]
    plain = partial(engines["django"].from_string(_ROWS).render, {"rows": rows})
    plainer = partial(engines["django"].from_string(_TEXTS).render, {"rows": texts})
    small, large = (ground.editions[size] for size in (min(ground.editions), max(ground.editions)))
    beside = "a plain template of as many cells"
    with _pooled():
        first, last = _cold(small), _cold(large)
        point = _recounted(_confirming(small, ground), small)
        yield Figure("leaderboard, cold", beside, *in_turns(first, plain, ground.turns, before=point), Reach(1.3))
        times = in_turns(first, plainer, ground.turns, before=point)
        yield Figure("the same", "a template of as many cells, of text only", *times)
        times = in_turns(first, plain, ground.turns, before=_confirming(small, ground))
        yield Figure("leaderboard, not yet recounted", beside, *times)
        standings.rebuild(small, at=clock.now())
        times = in_turns(first, plain, ground.turns, before=page_cache.PAGES.clear)
        yield Figure("leaderboard, nothing kept", beside, *times)
        if small != large:
            points = _one_by_one(point, _recounted(_confirming(large, ground), large))
            times = in_turns(last, first, ground.turns, before=points)
            sizes = f"{max(ground.editions):,} entries", f"{min(ground.editions):,} entries"
            yield Figure(f"leaderboard, cold, {sizes[0]}", sizes[1], *times, Reach(1.2))


@contextmanager
def _pooled() -> Iterator[None]:
    """Keep the connection to the database between requests, as the pool of the web server does."""
    connection.close()
    with patch.dict(connection.settings_dict, {"CONN_MAX_AGE": None}):
        yield
    connection.close()


def _confirming(edition: Edition, ground: Ground) -> Act:
    """Give a participant a point as an organiser does it, for a claim; and let no process have seen it yet."""
    waiting: dict[int, int] = {}

    def confirm() -> None:
        if not waiting:
            waiting.update(data.waiting_claims(edition, count=data.PARTICIPANTS))
        number, version = waiting.popitem()
        claim = Attendance.objects.get(pk=number)
        claims.confirm(claim, by=ground.by, at=clock.now(), seen_version=version)
        page_cache.PAGES.look_again()

    return confirm


def _recounted(point: Act, edition: Edition) -> Act:
    """After it, what a worker does."""
    return _one_by_one(point, lambda: standings.rebuild(edition, at=clock.now()))


def _one_by_one(*acts: Act) -> Act:
    def each() -> None:
        for act in acts:
            act()

    return each


def _cold(edition: Edition) -> Act:
    handler = WSGIHandler()
    return lambda: _get(handler, _leaderboard(edition))


def _get(handler: WSGIHandler, address: str) -> bytes:
    """What the application answers to a browser, with all its middleware."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "HTTP_HOST": urlsplit(settings.SITE_URL).netloc,
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
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


# --- Served --------------------------------------------------------------------------------------


def served(ground: Ground) -> Iterator[Figure]:
    """By two processes to sixteen connections, beside a view with the same bytes that the same server serves."""
    sizes = sorted(ground.editions)
    with ExitStack() as stack:
        bodies = Path(stack.enter_context(TemporaryDirectory()))
        ours = stack.enter_context(serving("gdsc.wsgi"))
        floor = stack.enter_context(serving("gdsc.benchmark_floor", **{benchmark_floor.FOLDER: str(bodies)}))
        (bodies / "little").write_bytes(b"ok")
        trivial = _memory(floor, "/little/")

        board, standing = (address(ground.largest) for address in (_leaderboard, _standing))
        for what, name, address in (("leaderboard", "board", board), ("standing in the API", "standing", standing)):
            answer = ours.ask(address)
            (bodies / name).write_bytes(answer.body)
            same = f"a view with the same {len(answer.body) / 1024:.1f} kB"
            both = partial(_load, ours, address), partial(_load, floor, f"/{name}/")
            reach = Reach(0.85, is_speed=True) if name == "board" else None
            yield Figure(f"{what}, warm", same, *_loads(ground, *both), reach)
            used = _loads(ground, partial(_processor, ours, address), partial(_processor, floor, f"/{name}/"))
            yield Figure("the same, time of the processor", same, *used, reach)
            etag = answer.headers["etag"]
            unchanged = partial(_load, ours, address, If_None_Match=etag)
            times = _loads(ground, unchanged, partial(_load, floor, "/unchanged/"))
            yield Figure(f"{what}, known already", "a view that says so at once", *times)
        if len(sizes) > 1:
            smallest = _leaderboard(ground.editions[sizes[0]])
            times = _loads(ground, partial(_load, ours, board), partial(_load, ours, smallest))
            reach = Reach(0.9, is_speed=True)
            yield Figure(f"leaderboard, warm, {sizes[-1]:,} entries", f"{sizes[0]:,} entries", *times, reach)
        yield Figure("memory under load, MB", "a view that says ok", _memory(ours, board), trivial, Reach(1.5), unit="")
        yield _seen(ground, ours, "point on the page", board, Reach(1))
        yield _seen(ground, ours, "point in the API", standing, Reach(1))


def _leaderboard(edition: Edition) -> str:
    return f"/{edition.year}/ranglijst/"


def _standing(edition: Edition) -> str:
    return f"/api/v1/editions/{edition.year}/standing"


def _load(server: Server, address: str, **headers: str) -> float:
    return server.milliseconds_each(address, seconds=SECONDS_OF_LOAD, **headers)


def _processor(server: Server, address: str) -> float:
    """Milliseconds that the processes of the server work for one answer: whatever else runs does not lengthen it."""
    before, begun = server.processor_seconds(), time.perf_counter()
    each = _load(server, address)
    answers = (time.perf_counter() - begun) * 1000 / each
    return (server.processor_seconds() - before) * 1000 / answers


def _loads(ground: Ground, ours: Callable[[], float], floor: Callable[[], float]) -> tuple[float, float]:
    """Medians of loads in turns, after one that does not count."""
    turns = [(ours(), floor()) for _ in range(ground.turns + 1)][1:]
    return median(one for one, _ in turns), median(other for _, other in turns)


def _memory(server: Server, address: str) -> float:
    _load(server, address)
    return server.memory()


def _seen(ground: Ground, server: Server, what: str, address: str, reach: Reach) -> Figure:
    """How long after a point is booked the last process still gives the page of before; no worker is up."""
    participant = ground.largest.participants.earliest("pk")
    waits = []
    for _ in range(max(ground.turns // 3, 1)):
        old = {server.ask(address).body for _ in range(20)}
        ledger.award(
            participant,
            kind=Kind.MEETUP,
            source=f"zichtbaar:{next(_number)}",
            description="Meetup",
            counts_on=date(ground.largest.year, 10, 1),
            by=ground.by,
            at=clock.now(),
        )
        booked, last = time.perf_counter(), 0.0
        while time.perf_counter() - booked < 2:
            asked = time.perf_counter()
            if server.ask(address).body in old:
                last = asked - booked
        waits.append(last * 1000)
    return Figure(f"{what}, the longest wait", "one second", max(waits), SECOND, reach)
