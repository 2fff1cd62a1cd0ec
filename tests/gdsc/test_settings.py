"""What a production server gets when it is told no more than it has to be."""

import json
import os
import subprocess
import sys

import pytest

TOLD = {
    "SECRET_KEY": "a-secret-of-the-server",
    "SITE_URL": "https://gdsc.example",
    "EMAIL_URL": "smtp://localhost:25",
    "CONTACT_EMAIL": "contact@gdsc.example",
    "DATABASE_URL": "postgres://gdsc_app@localhost/gdsc",
    "REDIS_URL": "redis://localhost/0",
}
SHOW = """
import json, gdsc.settings as s
shown = {name: value for name, value in vars(s).items() if isinstance(value, (str, int, list))}
print(json.dumps(shown, default=str))
"""


def start(told: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Load the settings in a process that knows only what it is told."""
    env = {"PATH": os.environ["PATH"]} | told
    return subprocess.run([sys.executable, "-c", SHOW], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", sorted(TOLD))
def test_production_does_not_start_without(missing: str) -> None:
    told = {name: value for name, value in TOLD.items() if name != missing}

    done = start(told)

    assert done.returncode == 1
    assert f"Set the {missing} environment variable" in done.stderr


def test_production_is_closed_by_default() -> None:
    settings = json.loads(start(TOLD).stdout)

    expected = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["gdsc.example"],
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https",
    }
    assert {name: settings[name] for name in expected} == expected


def test_production_has_no_other_day() -> None:
    settings = json.loads(start(TOLD | {"GDSC_AS_OF": "2026-03-15"}).stdout)

    assert "GDSC_AS_OF" not in settings
