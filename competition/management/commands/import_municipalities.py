from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import date_format
from django.utils.translation import gettext
from tqdm import tqdm

from competition.models import Municipality
from competition.register import municipalities, tables


class Command(BaseCommand):
    help = (
        "Import the register of municipalities. Adds what is missing; where the register differs from the file it "
        "keeps what stands there, unless --overwrite is given. With a mistake in a file nothing is imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("today", nargs="?", type=Path, default=municipalities.TODAY, help="municipalities.csv")
        parser.add_argument(
            "earlier", nargs="?", type=Path, default=municipalities.EARLIER, help="municipalities_2015.csv"
        )
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            default=municipalities.SINCE,
            help="the day from which, at the latest, today's division has stood (%(default)s)",
        )
        parser.add_argument("--overwrite", action="store_true", help="let the file win over what stands there")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        today = tables.load(
            options["today"], municipalities.TodayLine, once=municipalities.ONCE_TODAY, watch=with_progress
        )
        earlier = tables.load(
            options["earlier"], municipalities.EarlierLine, once=municipalities.ONCE_EARLIER, watch=with_progress
        )
        try:
            tables.demand_no_problems(today, earlier)
        except tables.BadFilesError as error:
            raise CommandError(str(error)) from error
        planned = municipalities.plan(today.rows, earlier.rows, since=options["since"], overwrite=options["overwrite"])
        for line in _details(planned, is_dry_run=options["dry_run"]):
            self.stdout.write(line)
        if not options["dry_run"]:
            municipalities.carry_out(planned)
        self.stdout.write(_summary(planned, is_dry_run=options["dry_run"]))


def with_progress(lines: Iterable[tables.Line]) -> Iterable[tables.Line]:
    """A bar on a terminal, and nothing elsewhere."""
    return tqdm(lines, unit=" regels", leave=False, disable=None)


def _details(planned: municipalities.Plan, *, is_dry_run: bool) -> Iterator[str]:
    if is_dry_run:
        for municipality in planned.new:
            yield gettext("nieuw: %(name)s") % {"name": _named(municipality)}
    for municipality, fields in planned.changed:
        yield gettext("gewijzigd: %(name)s (%(fields)s)") % _words(municipality, fields)
    for municipality, fields in planned.kept:
        yield gettext("verschilt van het bestand en blijft zo: %(name)s (%(fields)s)") % _words(municipality, fields)
    for municipality in planned.missing:
        yield gettext("staat niet in het bestand: %(name)s. Is de gemeente opgeheven? Vul dan de datum in.") % {
            "name": _named(municipality)
        }


def _words(municipality: Municipality, fields: Sequence[str]) -> dict[str, str]:
    return {"name": _named(municipality), "fields": ", ".join(fields)}


def _named(municipality: Municipality) -> str:
    named = f"{municipality.cbs_code} {municipality.name}"
    if municipality.valid_until is None:
        return named
    return f"{named} (tot {date_format(municipality.valid_until, 'j F Y')})"


def _summary(planned: municipalities.Plan, *, is_dry_run: bool) -> str:
    """What came of it, or would come of it."""
    touched = len(planned.new) + len(planned.changed)
    if not touched:
        return gettext("Gemeenten: %(count)d bekeken, niets veranderd.") % {"count": planned.row_count}
    counts = {
        "new": len(planned.new),
        "changed": len(planned.changed),
        "same": planned.row_count - touched,
    }
    if is_dry_run:
        return (
            gettext("Proef: %(new)d nieuw, %(changed)d te wijzigen, %(same)d blijven zo. Er is niets opgeslagen.")
            % counts
        )
    return gettext("Gemeenten: %(new)d nieuw, %(changed)d gewijzigd, %(same)d bleven zo.") % counts
