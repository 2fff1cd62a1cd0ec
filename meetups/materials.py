"""What can be read or watched after a meetup, as its hosts put it online."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from meetups.models import Material, Meetup


def add(meetup: Meetup, *, form_key: UUID, fields: Mapping[str, Any]) -> Material:
    """Keep a link. The key is the form's own: sending the same form twice keeps one."""
    material, _is_new = Material.objects.get_or_create(meetup=meetup, form_key=form_key, defaults=dict(fields))
    return material


def remove(meetup: Meetup, number: int) -> None:
    """Take a link away; a repeat changes nothing."""
    Material.objects.filter(meetup=meetup, pk=number).delete()
