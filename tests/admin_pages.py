"""What the tests of the admin's pages share."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from competition.models import User
from scoring.models import Claim
from tests.factories import in_group


def client_of(person: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(person)
    return client


def client_in(group: str) -> Client:
    return client_of(in_group(group))


def address(thing: Any, page: str = "change") -> str:
    """The admin's page about this object, or with a class its list or its form for a new one."""
    about = () if isinstance(thing, type) else (thing.pk,)
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}", args=about)


def decide(claim: Claim, act: str) -> str:
    return reverse(f"admin:{claim._meta.app_label}_{claim._meta.model_name}_decide", args=[claim.pk, act])


def text_of(response: Any) -> str:
    """What a reader sees of the page, on one line."""
    body = response.content.decode()
    main = body[body.index("<body") :] if "<body" in body else body
    without_code = re.sub(r"<(script|style).*?</\1>", " ", main, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_code)).split())


def messages_of(response: Any) -> list[str]:
    """What the page says happened."""
    return [str(message) for message in response.context["messages"]]


def errors_of(response: Any) -> dict[str, list[str]]:
    """What is wrong, by field; what belongs to no field stands under the empty name."""
    errors = response.context["adminform"].form.errors
    return {("" if field == "__all__" else field): list(words) for field, words in errors.items()}
