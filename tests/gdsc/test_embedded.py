"""The embedded services: found again, kept private, and never left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from gdsc import embedded


def test_a_secret_stays_the_same_and_is_read_by_nobody_else(tmp_path: Path) -> None:
    made = embedded.secret(tmp_path, "owner")

    assert embedded.secret(tmp_path, "owner") == made
    assert embedded.secret(tmp_path, "application") != made
    assert (tmp_path / "secrets" / "owner").stat().st_mode & 0o777 == 0o600


def test_services_of_a_process_that_is_gone_are_not_used(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        state = {"servers": {"valkey": [gone.pid, listener.getsockname()[1]]}, "services": {}}
        (tmp_path / "services.json").write_text(json.dumps(state))

        assert embedded.running_services(tmp_path, ["valkey"]) is None


def test_servers_of_ones_own_leave_nothing_behind_for_a_command_that_wants_ours(tmp_path: Path) -> None:
    with embedded.services(tmp_path, wanted=[]) as (services, started):
        assert (services, started) == (embedded.Services(), [])

    assert embedded.running_services(tmp_path, ["valkey"]) is None


def test_a_process_that_does_not_listen_is_killed() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    process = embedded.start_process("deaf", [sys.executable, "-c", deaf], output=subprocess.PIPE)
    assert process.popen.stdout
    process.popen.stdout.readline()

    embedded.stop_process(process, patience=0.2)

    assert process.popen.returncode == -signal.SIGKILL
    process.popen.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can end a process with its parent")
def test_nothing_stays_when_the_parent_is_killed() -> None:
    code = (
        "from gdsc import embedded; import time; "
        "p = embedded.start_process('child', ['sleep', '60']); print(p.popen.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    end = time.monotonic() + 5
    while is_running(child):
        assert time.monotonic() < end, "the child lives on"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """A process that ended but was not yet collected by whoever adopted it does not run."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_the_services_start_are_shared_and_end(tmp_path: Path) -> None:
    with embedded.services(tmp_path, durable=False) as (services, started):
        assert [process.name for process in started] == ["postgres", "valkey"]
        with psycopg.connect(services.application_url) as connection:
            assert connection.execute("SELECT current_user, session_user").fetchone() == ("gdsc_app", "gdsc_app")
        assert redis.Redis.from_url(services.redis_url).ping() is True

        with embedded.services(tmp_path, durable=False) as (again, started_again):
            assert (again, started_again) == (services, [])

    assert [process.popen.returncode for process in started] == [0, 0]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(services.application_url)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_data_of_another_user_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    os.chown(tmp_path / "postgres", 1234, 1234)

    with (
        pytest.raises(embedded.StartError, match="belongs to user 1234"),
        embedded.services(tmp_path, wanted=["postgres"]),
    ):
        pass


def test_the_superuser_cannot_log_in(tmp_path: Path) -> None:
    with embedded.services(tmp_path, wanted=["postgres"], durable=False) as (services, _started):
        url = psycopg.conninfo.make_conninfo(services.owner_url, user="postgres")
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(url)


def test_valkey_comes_back_at_the_same_address(tmp_path: Path) -> None:
    with embedded.services(tmp_path, wanted=["valkey"]) as (services, started):
        redis.Redis.from_url(services.redis_url).set("kept", "yes")
        embedded.stop_process(started[0])

        started[0] = embedded.restart_valkey(tmp_path)

        assert redis.Redis.from_url(services.redis_url).get("kept") == b"yes"
        assert embedded.running_services(tmp_path, ["valkey"]) == services


def test_a_port_that_is_free_can_be_used() -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", embedded.free_port()))


def test_a_process_of_somebody_else_is_alive() -> None:
    assert embedded.is_alive(os.getpid()) is True
    assert embedded.is_alive(1) is True
