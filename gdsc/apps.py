from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig


class GdscConfig(AppConfig):
    name = "gdsc"
    verbose_name = "De Grote Digitale Steden Competitie"

    def ready(self) -> None:
        from competition import retention
        from gdsc.people import names

        retention.count_by(names.preview)


class OrganisersAdminConfig(AdminConfig):
    default_site = "gdsc.admin.OrganisersSite"

    def ready(self) -> None:
        """Leave out allauth's tables: an address is changed at its person, and secrets are nobody's business."""
        super().ready()
        from django.contrib import admin

        social = ("socialaccount.SocialAccount", "socialaccount.SocialApp", "socialaccount.SocialToken")
        for model in ("account.EmailAddress", "mfa.Authenticator", *social):
            admin.site.unregister(apps.get_model(model))
