from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CompetitionConfig(AppConfig):
    name = "competition"
    verbose_name = _("Competitie")

    def ready(self) -> None:
        """Get to know the mails of all apps."""
        autodiscover_modules("letters")
