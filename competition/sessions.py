"""The sessions of one person: each device on which they are logged in, or began to."""

import json

from django.contrib.sessions.models import Session

from competition.models import User


def of(person: User) -> list[str]:
    """The keys of the sessions that are about this person; what they hold is packed, so each is opened."""
    return [one.session_key for one in Session.objects.iterator() if _is_about(person, one)]


def end(person: User) -> None:
    Session.objects.filter(session_key__in=of(person)).delete()


def _is_about(person: User, session: Session) -> bool:
    """Also one in which somebody asked for a code with this person's address, and is not logged in."""
    held = session.get_decoded()
    address = json.dumps(person.email)  # with its quotes: somebody else's may end like it
    return held.get("_auth_user_id") == str(person.pk) or address.lower() in json.dumps(held).lower()
