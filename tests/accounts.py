"""People who can log in as everybody does, and the codes that they would read from a mail or an app."""

import re
import time
from base64 import b32encode
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from competition.models import User

PASSWORD = "een lang wachtwoord"
SECRET = b32encode(b"twintig tekens lang!").decode()


def with_login(person: User) -> User:
    """The person, with a password and an address that was confirmed."""
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def with_app(person: User) -> User:
    """The person, with an app with codes and with recovery codes."""
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def code_of_app(secret: str = SECRET, *, steps_ago: int = 0) -> str:
    """What an app shows now for this secret."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 - steps_ago)))


def recovery_codes(person: User) -> list[str]:
    return list(Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes())


def code_in(text: str) -> str:
    """The code in a mail: it stands on a line of its own."""
    return str(re.findall(r"^([A-Z0-9][A-Z0-9-]{4,}[A-Z0-9])$", text, re.MULTILINE)[0])


def code_from_mail() -> str:
    """The code in the last mail."""
    return code_in(str(mail.outbox[-1].body))


def log_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": person.email, "password": password})


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def token_from_mail() -> str:
    """The key of the invitation in the last mail."""
    return str(re.findall(r"/uitnodiging/\?sleutel=(\S+)", str(mail.outbox[-1].body))[-1])
