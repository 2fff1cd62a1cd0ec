"""Give the application's role its rights; run as the owner, after each migration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from gdsc.roles import become_owner, grant


class Command(BaseCommand):
    help = "Give the application's database role exactly the rights that it needs. Run it after each migration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the login that DATABASE_URL of the running site names")

    def handle(self, *args: Any, **options: Any) -> None:
        become_owner()
        with transaction.atomic(), connection.cursor() as cursor:
            grant(cursor, options["role"])
