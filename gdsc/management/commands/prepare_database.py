"""Everything that a database needs before the site can use it; nothing is done twice."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import sql

from gdsc.roles import RoleError, become_owner, check_login, make_application_role


class Command(BaseCommand):
    help = (
        "Make the database and the application's role where they are missing, migrate, and give the role its "
        "rights. Works as DATABASE_OWNER_URL; DATABASE_URL names the application's role."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        application = urlsplit(os.environ["DATABASE_URL"])
        name, password = unquote(application.username or ""), unquote(application.password or "")
        become_owner()
        if name == connection.settings_dict["USER"]:
            raise CommandError("DATABASE_URL and DATABASE_OWNER_URL have to name different roles.")
        try:
            self.make_missing(name, password)
            check_login(os.environ["DATABASE_URL"])
        except RoleError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)
        call_command("grant_application_role", name)

    def make_missing(self, role: str, password: str) -> None:
        database = connection.settings_dict["NAME"]
        with connection._nodb_cursor() as cursor:  # noqa: SLF001 - the database may not exist yet
            cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", [database])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            make_application_role(cursor, role, password)
