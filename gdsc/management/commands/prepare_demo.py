"""What ``./dev run`` loads, in one process: starting Django three times would take longer than the work."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Set up the groups, import the register of municipalities and build the demonstration edition."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for command in ("set_up_groups", "import_municipalities", "seed_demo"):
            call_command(command)
