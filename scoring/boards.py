"""What everybody sees of a standing: the one source of every page, table and file that shows one.

While the board stands still, everybody sees the stored result of a closed month instead, organisers too:

- leaderboard, front page, own dashboard, charts, frames, badges, table and API show that result, and say so;
- a day up to the end of that month is shown as it was then, a later day as that result;
- the pages of months show what was fixed until then, and move against what was fixed before it;
- a participant's page has the place of that result, and the bookings that it counts, with what they are for;
- who adopted a solution, who was at a meetup, what stands in the library Goed Opgelost!, the matrix and the boards of
  givers and takers are as that result counts them: each of these is a point, so that anybody could add them up;
- export, table of bookings, log and ledger of the API end with the booking up to which it was counted. A chain has no
  gaps: what counts for a later month, but was booked before that month was closed, is among them;
- what was answered to an objection since that result was made, or booked back for it, waits: it would tell of a point;
- the daily verdict goes on: it says how many bookings there are, never whose; and so do the checkpoints by mail;
- in the admin the list of standings is empty. Ledger, claims, participants and stored results stay there, to work with.

Only what shows no point goes on: the solutions and meetups themselves, and once October is closed the finalists. So
does the winner, whom the organisers make known themselves: only a finalist can be that, which hangs on October alone.
A past day is shown as it was counted, also if the board stood still on that day.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from competition.calendar import AMSTERDAM, ONE_DAY, local_date, midnight
from competition.models import Edition, Round
from scoring import freezes, standings
from scoring.models import ClaimState, Freeze, LedgerEntry, ResultVersion
from scoring.standings import Board


def shown(edition: Edition) -> Board:
    """The standing that everybody sees now."""
    freeze = _freeze_of(edition)
    return standings.current(edition) if freeze is None else _frozen(freeze, edition)


def renewed(board: Board, edition: Edition) -> Board:
    """A board of before as it is now, where only points can have changed: a stored result and a past day stay."""
    return standings.renewed(board, edition) if board.is_present else board


def on_day(edition: Edition, day: date, *, at: datetime) -> Board:
    """The standing at the end of a past day: of all that was booked by then.

    A day to come gives the present standing, one before the start a board with nobody on it. Who plays, and who plays
    out of competition, is as it is now: the register keeps no history of that.
    """
    if day >= local_date(at):
        return shown(edition)
    if day < local_date(edition.starts_at):
        return standings.nobody()._replace(day=day)
    freeze = _freeze_of(edition)
    if freeze is not None and day > freeze.version.closing.round.last_day:
        return _frozen(freeze, edition)
    board = standings.count(edition, booked_before=midnight(day + ONE_DAY), last=visible_head(edition))
    return board._replace(day=day)


def of_month(version: ResultVersion, edition: Edition) -> Board:
    """The stored result of a closed month, as it was fixed."""
    return standings.of_version(version, edition)


def compared_with(board: Board, closed: Sequence[Round]) -> Round | None:
    """The month that the movement of this board is against; `closed` are the closed ones, in order."""
    if board.version is not None:
        month = board.version.closing.round.month
        closed = [round_ for round_ in closed if round_.month < month]
    if board.day is not None:
        end = midnight(board.day + ONE_DAY)
        closed = [round_ for round_ in closed if round_.closing.closed_at < end]
    return closed[-1] if closed else None


def visible_months(edition: Edition, closed: Sequence[Round]) -> list[Round]:
    """Those of the closed months whose stored result everybody may see."""
    freeze = _freeze_of(edition)
    last = None if freeze is None else freeze.version.closing.round.month
    return [round_ for round_ in closed if last is None or round_.month <= last]


def versions_of(edition: Edition) -> "QuerySet[ResultVersion]":
    """The stored results that everybody may see, in the order of the months and of their versions."""
    versions = ResultVersion.objects.filter(closing__round__edition=edition).select_related("closing__round")
    freeze = _freeze_of(edition)
    if freeze is not None:
        versions = versions.filter(head__lte=freeze.version.head, pk__lte=freeze.version_id)
    return versions.order_by("closing__round__starts_at", "number")


def shown_instead(edition: Edition) -> ResultVersion | None:
    """The stored result that everybody sees while the board stands still; None while it does not."""
    freeze = _freeze_of(edition)
    return None if freeze is None else freeze.version


def visible_head(edition: Edition) -> int | None:
    """The number of the last booking that may be told of while the board stands still; None while it does not."""
    version = shown_instead(edition)
    return None if version is None else version.head


def seen(edition: Edition, *, of: str = "") -> Q:
    """Which claims of this edition everybody sees as confirmed; `of` leads to them from the rows that are asked for.

    While the board stands still those that the shown result counts, as what has come or gone since would tell a point.
    """
    freeze = _freeze_of(edition)
    return Q(**{f"{of}state": ClaimState.CONFIRMED}) if freeze is None else _counted_by(freeze, of=of)


def seen_of_all(*, of: str = "") -> Q:
    """The same for the claims of all editions together."""
    frozen = Freeze.objects.filter(edition=OuterRef(f"{of}participant__edition"), lifted_at=None)
    still = "edition__freezes__version"
    counted = _in_effect(
        of,
        edition__freezes__lifted_at=None,
        number__lte=F(f"{still}__head"),
        counts_on__lt=TruncDate(f"{still}__closing__round__ends_at", tzinfo=AMSTERDAM),
    )
    return (Q(**{f"{of}state": ClaimState.CONFIRMED}) & ~Exists(frozen)) | Q(Exists(frozen) & counted)


def _counted_by(freeze: Freeze, *, of: str) -> Q:
    first_day_after = freeze.version.closing.round.first_day_after
    return Q(_in_effect(of, number__lte=freeze.version.head, counts_on__lt=first_day_after))


def _in_effect(of: str, **limits: Any) -> Exists:
    """Whether these entries give the claim its point; by the ledger, as a state says only what a claim is now."""
    claim = {"participant": OuterRef(f"{of}award__participant"), "source": OuterRef(f"{of}award__source")}
    entries = LedgerEntry.objects.filter(**claim, **limits).order_by().values("source")
    return Exists(entries.annotate(left=Sum("points")).filter(left__gt=0))


def _freeze_of(edition: Edition) -> Freeze | None:
    """Without a question where `competition.pages` has asked for it together with the edition."""
    if hasattr(edition, "freeze_is_known"):
        known: Freeze | None = getattr(edition, "frozen", None)
        return known
    return freezes.in_force(edition)


def _frozen(freeze: Freeze, edition: Edition) -> Board:
    return standings.of_version(freeze.version, edition)._replace(freeze=freeze)
