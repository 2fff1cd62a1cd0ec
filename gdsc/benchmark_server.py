"""For the benchmark: the web server of production on the loopback interface, and connections that keep asking it."""

import os
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

from gdsc import embedded

CONNECTIONS = 16
GUNICORN = ("gunicorn", "--workers=2", "--threads=4", "--log-level=error", "--no-control-socket")
_LONGEST_HEAD = 64 * 1024


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server(NamedTuple):
    """Two processes that serve one application."""

    process: embedded.Process
    port: int

    def ask(self, address: str, **headers: str) -> Answer:
        """One request on a connection of its own."""
        with socket.create_connection((embedded.HOST, self.port), timeout=30) as link:
            link.sendall(_request(address, headers, close=True))
            data = b"".join(iter(lambda: link.recv(262_144), b""))
        head, _, body = data.partition(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").split("\r\n")
        pairs = (one.partition(": ")[::2] for one in rest)
        return Answer(int(line.split()[1]), {name.lower(): value for name, value in pairs}, body)

    def milliseconds_each(self, address: str, *, seconds: float, **headers: str) -> float:
        """What one answer takes with as many connections as `CONNECTIONS` that ask again at once."""
        request = _request(address, headers, close=False)
        begun = time.perf_counter()
        answered = _keep_asking(self.port, request, until=begun + seconds)
        return (time.perf_counter() - begun) / answered * 1000

    def processor_seconds(self) -> float:
        """What its processes have worked until now."""
        return sum(map(_ticks, _family(self.process.popen.pid))) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Megabytes of both processes and the one that minds them; what they share counts once."""
        return sum(map(_megabytes, _family(self.process.popen.pid)))


@contextmanager
def serving(application: str, **variables: str) -> Iterator[Server]:
    """The application as `./dev run` serves it: with the database of this process, and as behind a proxy with TLS."""
    port = embedded.free_port()
    known = {"DATABASE_URL": _database_url(), "BEHIND_TLS_PROXY": "1", "PAGE_CACHE": "1", "MALLOC_ARENA_MAX": "1"}
    command = [*GUNICORN, application, "--bind", f"{embedded.HOST}:{port}"]
    with ExitStack() as stack:
        process = embedded.start_process("web", command, env=os.environ | known | variables, output=subprocess.DEVNULL)
        stack.callback(embedded.stop_process, process)
        while not embedded.is_answering(port):
            if process.popen.poll() is not None:
                raise RuntimeError(f"{application} cannot be served")
            time.sleep(0.05)
        yield Server(process, port)


def _database_url() -> str:
    known = connection.get_connection_params()
    login = f"{quote(known['user'], safe='')}:{quote(known['password'], safe='')}"
    return f"postgres://{login}@{known['host']}:{known['port']}/{known['dbname']}"


def _request(address: str, headers: dict[str, str], *, close: bool) -> bytes:
    """As a browser behind a proxy sends it."""
    sent = {
        "Host": urlsplit(settings.SITE_URL).netloc,
        "X-Forwarded-Proto": "https",
        "Accept-Encoding": "gzip, deflate, br",
        "Connection": "close" if close else "keep-alive",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"GET {address} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _keep_asking(port: int, request: bytes, *, until: float) -> int:
    """Ask until then on all connections, and give how many answers came: all of them whole, and 200 or 304."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            link = stack.enter_context(socket.create_connection((embedded.HOST, port), timeout=30))
            link.sendall(request)
            selector.register(link, selectors.EVENT_READ, (link, bytearray()))
        answered = 0
        while answered < CONNECTIONS or time.perf_counter() < until:
            for key, _events in selector.select(timeout=30):
                link, received = key.data
                part = link.recv(262_144)
                if not part:
                    raise RuntimeError("the server hung up")
                received += part
                if _is_whole(received):
                    answered += 1
                    received.clear()
                    link.sendall(request)
    return answered


def _is_whole(received: bytearray) -> bool:
    end = received.find(b"\r\n\r\n", 0, _LONGEST_HEAD)
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    if not head.startswith((b"http/1.1 200", b"http/1.1 304")):
        raise RuntimeError(head.decode("latin-1"))
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(received) >= end + 4 + int(length or 0)


def _family(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(each for child in children for each in _family(int(child)))]


def _ticks(process: int) -> int:
    """In the system's own unit of time; the name, which may hold anything, stands between brackets before it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
