import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competition.models import Edition
from gdsc import benchmark
from gdsc.benchmark_figures import Figure

GROUPS = list(dict.fromkeys([*benchmark.FOR_EACH_SIZE, *benchmark.AT_THE_END]))


class Command(BaseCommand):
    help = "Print what the portal costs beside floors measured in the same run. Needs a database without editions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--entries", type=int, nargs="+", default=[12_000, 100_000, 1_000_000], help="sizes of the ledger"
        )
        parser.add_argument("--turns", type=int, default=15, help="how often each thing is measured, at most")
        parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, help="measure only these")

    def handle(self, *args: Any, **options: Any) -> None:
        """The table goes to the output as it comes, what is being done meanwhile to the error output."""
        if Edition.objects.exists():
            raise CommandError("There is an edition in this database. Measure in an empty one: ./dev bench")
        logging.disable(logging.INFO)
        self.stdout.write(_LINE.format("what", "ours", "floor", "ratio", "reach", "met", "the floor is"))
        figures = []
        for figure in benchmark.measure(
            set(options["entries"]), turns=options["turns"], only=options["only"], say=self._say
        ):
            figures.append(figure)
            self.stdout.write(_line(figure))
        verdicts = [figure.is_met for figure in figures if figure.is_met is not None]
        self.stdout.write(f"{sum(verdicts)} of {len(verdicts)} reached")

    def _say(self, what: str) -> None:
        self.stderr.write(f"… {what}", self.style.NOTICE)


_LINE = "{:<40} {:>11} {:>11} {:>7} {:>7} {:>4}  {}"
_VERDICT = {True: "yes", False: "NO", None: ""}


def _line(figure: Figure) -> str:
    numbers = [f"{number:,.2f} ms" if figure.unit else f"{number:,.0f}" for number in (figure.of_ours, figure.of_floor)]
    reach = "" if figure.reach is None else str(figure.reach)
    return _LINE.format(figure.what, *numbers, f"{figure.ratio:.2f}", reach, _VERDICT[figure.is_met], figure.floor)
