from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig


class GdscConfig(AppConfig):
    name = "gdsc"
    verbose_name = "De Grote Digitale Steden Competitie"


class OrganisersAdminConfig(AdminConfig):
    default_site = "gdsc.admin.OrganisersSite"

    def ready(self) -> None:
        """Leave out allauth's table of addresses: an address is changed at its person, and proven by a code only."""
        super().ready()
        from django.contrib import admin

        admin.site.unregister(apps.get_model("account", "EmailAddress"))
