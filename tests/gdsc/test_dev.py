"""The parts of ./dev that decide something."""

import ast
import importlib.util
import socket
from contextlib import closing
from datetime import date
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest
from django.conf import settings

from gdsc import embedded


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    loader = SourceFileLoader("dev", str(settings.BASE_DIR / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_help_names_every_verb_on_a_line_of_its_own(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 0

    lines = capsys.readouterr().out.splitlines()
    verbs = [line.split()[1] for line in lines if line.startswith("  ./dev ")]
    assert verbs == ["run", "test", "test-long", "check", "fix", "translate", "bench", "shots", "lighthouse", "exec"]


def test_an_unknown_verb_shows_the_help_and_fails(dev: ModuleType) -> None:
    assert dev.main(["dance"]) == 2


@pytest.mark.parametrize("arguments", [["--as-of", "2026-03-15", "rest"], ["--as-of=2026-03-15", "rest"]])
def test_the_day_is_taken_out_of_the_arguments(dev: ModuleType, arguments: list[str]) -> None:
    assert dev.take_date(arguments) == date(2026, 3, 15)
    assert arguments == ["rest"]


def test_a_command_keeps_its_own_arguments(dev: ModuleType) -> None:
    arguments = ["manage.py", "seed_demo", "--as-of", "2026-03-15"]

    assert dev.take_date(arguments, only_first=True) is None
    assert arguments == ["manage.py", "seed_demo", "--as-of", "2026-03-15"]


@pytest.mark.parametrize("text", ["15 maart", ""])
def test_a_day_that_is_none_is_named(dev: ModuleType, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.take_date(["--as-of", text])

    assert f"not {text!r}" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_named(dev: ModuleType, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.port_from(text)

    assert f"not {text!r}" in capsys.readouterr().err


def test_an_old_python_can_read_as_far_as_the_sentence_that_it_is_too_old() -> None:
    ast.parse((settings.BASE_DIR / "dev").read_text(), feature_version=(3, 9))


def test_another_day_has_a_database_and_a_folder_of_its_own(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.delenv("PRIVATE_FILES_DIR", raising=False)
    env = {
        "DATABASE_URL": "postgres://gdsc_app:a@localhost:5432/gdsc",
        "DATABASE_OWNER_URL": "postgres://gdsc_owner:b@localhost:5432/gdsc",
        "REDIS_URL": "redis://:c@localhost:6379/0",
    }

    found = dev.other_day(env, date(2026, 3, 15))

    number = 1 + date(2026, 3, 15).toordinal() % (embedded.REDIS_DATABASES - 1)
    assert found["DATABASE_URL"] == "postgres://gdsc_app:a@localhost:5432/gdsc_as_of_20260315"
    assert found["DATABASE_OWNER_URL"] == "postgres://gdsc_owner:b@localhost:5432/gdsc_as_of_20260315"
    assert found["REDIS_URL"] == f"redis://:c@localhost:6379/{number}"
    assert found["PRIVATE_FILES_DIR"].endswith("/.local/files_as_of_20260315")
    assert found["GDSC_AS_OF"] == "2026-03-15"


def test_one_address_is_that_of_the_owner(dev: ModuleType) -> None:
    found = dev.roles_of("postgres://mine:secret@db.example:5433/gdsc?sslmode=require")

    assert found["DATABASE_OWNER_URL"] == "postgres://mine:secret@db.example:5433/gdsc?sslmode=require"
    assert found["DATABASE_URL"].startswith("postgres://gdsc_app:")
    assert found["DATABASE_URL"].endswith("@db.example:5433/gdsc?sslmode=require")


def test_a_taken_port_is_refused_with_a_way_out(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(SystemExit):
            dev.refuse_taken_port("127.0.0.1", port)

    assert f"PORT={port + 1} ./dev run" in capsys.readouterr().err
