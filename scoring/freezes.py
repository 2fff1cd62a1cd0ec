"""Holding the public board still, and letting it go."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from competition.models import Edition, User
from scoring.models import Freeze, ResultVersion


class FreezeRefusedError(Exception):
    """The board cannot be held still; the message says why."""


def to_show(edition: Edition) -> ResultVersion | None:
    """What everybody would see: the newest stored result of the last closed month."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition).select_related("closing__round")
    return versions.order_by("-closing__round__starts_at", "-number").first()


@transaction.atomic
def freeze(edition: Edition, *, because: str, by: User, at: datetime) -> Freeze:
    """Show everybody, organisers too, the stored result of the last closed month until `lift`."""
    if not because.strip():
        raise FreezeRefusedError(gettext("Geef een reden: die staat boven de ranglijst."))
    Edition.objects.select_for_update(no_key=True).only("pk").get(pk=edition.pk)
    if in_force(edition) is not None:
        raise FreezeRefusedError(gettext("De ranglijst staat al stil."))
    version = to_show(edition)
    if version is None:
        raise FreezeRefusedError(
            gettext("Er is nog geen maand afgesloten. Er is dus nog geen vaste stand om te tonen.")
        )
    return Freeze.objects.create(edition=edition, version=version, reason=because.strip(), frozen_at=at, frozen_by=by)


def lift(freeze_: Freeze, *, by: User, at: datetime) -> bool:
    """Let the board follow the ledger again; gives whether it stood still until now."""
    return Freeze.objects.filter(pk=freeze_.pk, lifted_at=None).update(lifted_at=at, lifted_by=by) == 1


def in_force(edition: Edition) -> Freeze | None:
    """The freeze that holds now."""
    frozen = Freeze.objects.filter(edition=edition, lifted_at=None)
    return frozen.select_related("version__closing__round").first()
