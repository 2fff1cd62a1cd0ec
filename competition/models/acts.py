from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.expressions import Combinable
from django_stubs_ext import StrOrPromise

from competition.models.users import User


def done_by(label: StrOrPromise, **options: Any) -> "models.ForeignKey[User | Combinable | None, User | None]":
    """Who did something. Empty when the account went, or when names went some time after the edition."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=label,
        **options,
    )
