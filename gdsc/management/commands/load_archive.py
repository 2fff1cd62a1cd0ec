from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competition import clock
from gdsc import history


class Command(BaseCommand):
    help = (
        "Put the editions of 2015 and 2016 in the archive, with what is known of them. Changes nothing that is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = history.record(at=clock.now())
        except history.MunicipalityMissingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(["Added to the archive:", *added]) if added else "The archive is complete already.")
