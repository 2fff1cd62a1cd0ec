from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetupsConfig(AppConfig):
    name = "meetups"
    verbose_name = _("Meetups")

    def ready(self) -> None:
        from competition import pages
        from meetups import evenings

        pages.tell("is_meetup_evening", evenings.is_on)
