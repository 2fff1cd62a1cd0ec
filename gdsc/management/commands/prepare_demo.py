"""What ``./dev run`` needs, in one process: starting Django for each step would take longer than the work."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from gdsc.roles import become_application
from scoring.tasks import close_due_task, verify_due_task

STEPS = {
    "prepare_database": "Bringing the database up to date",
    "set_up_groups": "Setting up the organisers' groups",
    "import_municipalities": "Importing the register of municipalities",
    "import_dsa_members": "Importing the memberships of the Digitale Steden Agenda",
    "load_archive": "Loading the archive",
    "seed_demo": "Building the demonstration",
}


class Command(BaseCommand):
    help = "Prepare the database, import the register, load the archive and build the demonstration edition."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for command, what in STEPS.items():
            self.stdout.write(f"{what} …")
            start = time.monotonic()
            call_command(command)
            self.stdout.write(f"  {time.monotonic() - start:.1f} s")
            # Only the first step is the owner's; from here on nothing may need more than the site itself may.
            become_application()
        # What beat wakes later; done now, the site tells from its first page how it is.
        close_due_task()
        verify_due_task()
