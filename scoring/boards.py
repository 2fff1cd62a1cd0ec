"""What everybody sees of a standing: the one source of every page, table and file that shows one.

While the board stands still, everybody sees the stored result that it stands still on, organisers too; and nothing
that is made here gives away what was booked since: not the standing of a later day, not a later month, not the
bookings in a download. Only pages that tell what was confirmed (who adopted a solution, who was at a meetup) and the
organisers' own ledger go on; they show no standing.
"""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from competition.calendar import local_date, midnight
from competition.models import Edition
from scoring import freezes, standings
from scoring.models import Freeze, ResultVersion
from scoring.standings import Board


def shown(edition: Edition) -> Board:
    """The standing that everybody sees now."""
    freeze = _freeze_of(edition)
    return standings.current(edition) if freeze is None else _frozen(freeze, edition)


def on_day(edition: Edition, day: date, *, at: datetime) -> Board:
    """The standing at the end of a past day: of all that was booked by then. A day to come gives the present one.

    Who plays, and who plays out of competition, is as it is now: the register keeps no history of that.
    """
    if day >= local_date(at):
        return shown(edition)
    board = standings.count(edition, booked_before=midnight(day + timedelta(days=1)))._replace(day=day)
    freeze = _freeze_of(edition)
    if freeze is not None and board.head > freeze.version.head:
        return _frozen(freeze, edition)
    return board


def of_month(version: ResultVersion, edition: Edition) -> Board:
    """The stored result of a closed month, as it was fixed."""
    return standings.of_version(version, edition)


def versions_of(edition: Edition) -> "QuerySet[ResultVersion]":
    """The stored results that everybody may see, in the order of the months and of their versions."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition).select_related("closing__round")
    freeze = _freeze_of(edition)
    if freeze is not None:
        versions = versions.filter(head__lte=freeze.version.head, pk__lte=freeze.version_id)
    return versions.order_by("closing__round__starts_at", "number")


def visible_head(edition: Edition) -> int | None:
    """The number of the last booking that may be told of while the board stands still; None while it does not."""
    freeze = _freeze_of(edition)
    return None if freeze is None else freeze.version.head


def _freeze_of(edition: Edition) -> Freeze | None:
    """Without a question where `competition.pages` has asked for it together with the edition."""
    if hasattr(edition, "freeze_is_known"):
        known: Freeze | None = getattr(edition, "frozen", None)
        return known
    return freezes.in_force(edition)


def _frozen(freeze: Freeze, edition: Edition) -> Board:
    return standings.of_version(freeze.version, edition)._replace(freeze=freeze)
