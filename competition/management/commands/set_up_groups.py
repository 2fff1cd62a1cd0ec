from typing import Any

from django.core.management.base import BaseCommand

from competition import access


class Command(BaseCommand):
    help = "Make the organisers' groups with their permissions, or bring them up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        access.set_up_groups()
        self.stdout.write("The groups of organisers are up to date.")
