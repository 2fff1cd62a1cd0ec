"""What ``./dev run`` loads, in one process: starting Django for each step would take longer than the work."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = ("set_up_groups", "import_municipalities", "import_dsa_members", "load_archive", "seed_demo")


class Command(BaseCommand):
    help = "Set up the groups, import the register, load the archive and build the demonstration edition."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for command in STEPS:
            call_command(command)
