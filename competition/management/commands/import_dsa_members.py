from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from competition.register import dsa_members, tables


class Command(BaseCommand):
    help = (
        "Import the evidence of who belonged to the Digitale Steden Agenda. A municipality that has a membership "
        "already keeps it as it is. With a mistake in the file nothing is imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("members", nargs="?", type=Path, default=dsa_members.MEMBERS, help="dsa_members.csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        members = tables.load(options["members"], dsa_members.MemberLine, once=dsa_members.ONCE)
        try:
            tables.demand_no_problems(members)
        except tables.BadFilesError as error:
            raise CommandError(str(error)) from error
        planned = dsa_members.plan(members.rows)
        for municipality in planned.without_evidence:
            self.stdout.write(
                gettext("overgeslagen: %(name)s, er is geen bewijs van lidmaatschap") % {"name": municipality}
            )
        if options["dry_run"]:
            for membership in planned.new:
                self.stdout.write(gettext("nieuw: %(name)s") % {"name": membership.municipality})
        else:
            dsa_members.carry_out(planned)
        self.stdout.write(_summary(planned, is_dry_run=options["dry_run"]))


def _summary(planned: dsa_members.Plan, *, is_dry_run: bool) -> str:
    counts = {"new": len(planned.new), "present": planned.present_count}
    if not planned.new:
        return gettext("DSA-lidmaatschappen: %(present)d bekeken, niets veranderd.") % counts
    if is_dry_run:
        return gettext("Proef: %(new)d nieuw, %(present)d blijven zo. Er is niets opgeslagen.") % counts
    return gettext("DSA-lidmaatschappen: %(new)d nieuw, %(present)d bleven zo.") % counts
