from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from competition import clock
from competition.calendar import local_date
from competition.models import Edition
from competition.participants import EntryRefusedError
from gdsc.demo import PASSWORD, people
from gdsc.demo.plan import moment
from gdsc.demo.play import Event, play
from gdsc.demo.setting import RegisterMissingError


class Command(BaseCommand):
    help = (
        "Build this year's edition with invented content, as it stands today, to look at the portal with. "
        "Refuses outside development, and where a real edition exists."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DATE",
            help="build it as it stands on this day; ./dev run --as-of moves the clock of the site too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demonstration is only for development: DEBUG is off.")
        if real := Edition.objects.filter(is_archive=False, is_example=False).order_by("year").first():
            raise CommandError(f"The edition of {real.year} is a real one: nothing invented is put beside it.")
        if present := Edition.objects.filter(is_example=True).order_by("year").first():
            self.stdout.write(f"The example edition of {present.year} is there already; it stays as it is.")
        else:
            self._build(_moment_on(options["as_of"]))
        self._show_accounts()

    def _build(self, at: datetime) -> None:
        year = local_date(at).year
        if Edition.objects.filter(year=year).exists():
            raise CommandError(f"The edition of {year} is in the archive: history is not invented.")
        try:
            Edition(year=year).clean_fields(exclude=["name"])
            edition = play(at=at, watch=_with_progress)
        except ValidationError as error:
            raise CommandError(f"There can be no edition of {year}.") from error
        except (RegisterMissingError, EntryRefusedError) as error:
            raise CommandError(f"{error} Run import_municipalities and import_dsa_members first.") from error
        self.stdout.write(
            f"The example edition of {year}, as it stands on {local_date(at)}: {edition.participants.count()} "
            f"participants, {edition.ledger_entries.count()} bookings."
        )
        if local_date(at) != local_date(clock.now()):
            self.stdout.write(f"The clock of the site stands at {local_date(clock.now())}, not at that day.")

    def _show_accounts(self) -> None:
        self.stdout.write(f"\nLog in with the password {PASSWORD} as:")
        for email, name in people.shown():
            self.stdout.write(f"  {email:<30} {name}")
        self.stdout.write(f"What the site mails: {settings.SITE_URL}/postbus/")


def _moment_on(as_of: date | None) -> datetime:
    """Now, or five o'clock in the afternoon of another day."""
    now = clock.now()
    return now if as_of in {None, local_date(now)} else moment(as_of, 17)


def _with_progress(events: Sequence[Event]) -> Iterable[Event]:
    """A bar on a terminal, and nothing elsewhere."""
    return tqdm(events, desc="The year so far", unit=" events", leave=False, disable=None)
