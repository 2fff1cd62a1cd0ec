import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from competition import clock
from competition.models import Edition
from scoring import verification
from scoring.verify import checkpoint_from


class Command(BaseCommand):
    help = (
        "Recount the ledger of each edition that is or was played here, and say whether all is right. The verdict is "
        "kept and shown on the public page, unless checkpoints are given. Ends with 1 when something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="only the edition of this year")
        parser.add_argument(
            "--checkpoint", action="append", default=[], metavar="NUMBER:HASH", help="what you hold; needs --year"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        editions = _editions(options["year"])
        if options["checkpoint"]:
            if options["year"] is None:
                raise CommandError(gettext("Een controlepunt hoort bij één editie: geef ook --year."))
            faults = _hold_to(editions[0], options["checkpoint"])
            lines = faults or [gettext("%(year)d: de controlepunten kloppen") % {"year": options["year"]}]
        else:
            verdicts = [verification.check(edition, at=clock.now()) for edition in editions]
            faults = [fault for verdict in verdicts for fault in verdict.faults]
            lines = [verification.sentence(verdict) for verdict in verdicts]
        self.stdout.write("\n".join(lines) or gettext("Er is nog geen editie."))
        if faults:
            sys.exit(1)


def _editions(year: int | None) -> list[Edition]:
    played = Edition.objects.played().order_by("year")
    editions = list(played if year is None else played.filter(year=year))
    if year is not None and not editions:
        raise CommandError(gettext("Er is geen editie van %(year)d.") % {"year": year})
    return editions


def _hold_to(edition: Edition, checkpoints: list[str]) -> list[str]:
    try:
        held = [checkpoint_from(text) for text in checkpoints]
    except ValueError as error:
        raise CommandError(str(error)) from error
    return [str(fault) for fault in verification.recount(edition, held).faults]
