"""Where the database names people for what they did: every link to an account that is emptied when the account goes."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from competition.models import User


def links() -> Iterator["models.ForeignKey[Any, Any]"]:
    """Each column that says who did something, whatever app keeps it."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.SET_NULL:
            assert isinstance(relation.field, models.ForeignKey)
            yield relation.field


def of(person: User) -> Iterator[tuple["models.ForeignKey[Any, Any]", list[int]]]:
    """What this person did, by column, as the numbers of the rows."""
    for link in links():
        rows = link.model._base_manager.filter(**{link.name: person})
        if numbers := list(rows.order_by("pk").values_list("pk", flat=True)):
            yield link, numbers
