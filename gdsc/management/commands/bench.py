import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import Edition
from gdsc import benchmark


class Command(BaseCommand):
    help = "Print what the portal costs beside floors measured in the same run. Needs a database without editions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entries", type=int, nargs="+", default=[12_000, 100_000], help="sizes of the ledger")
        parser.add_argument("--turns", type=int, default=15, help="how often each thing is measured")

    def handle(self, *args: Any, **options: Any) -> None:
        if Edition.objects.exists():
            raise CommandError("There is an edition in this database. Measure in an empty one: ./dev bench")
        logging.disable(logging.INFO)
        self.stdout.write(f"{'what':<52} {'floor':<36} {'ours':>10} {'floor':>10} {'ratio':>7}")
        for figure in benchmark.measure(sorted(options["entries"]), turns=options["turns"]):
            times = f"{figure.ours_ms:>7.2f} ms {figure.floor_ms:>7.2f} ms"
            self.stdout.write(f"{figure.what:<52} {figure.floor:<36} {times} {figure.ratio:>7.2f}")
