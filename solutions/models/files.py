from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models.acts import done_by


class AddedFile(models.Model):
    """What is known of every file that somebody adds, beside the file itself."""

    content_type = models.CharField(_("soort"), max_length=50)
    digest = models.CharField(_("kenmerk van de inhoud"), max_length=64)
    added_at = models.DateTimeField(_("toegevoegd op"))
    added_by = done_by(_("toegevoegd door"))

    class Meta:
        abstract = True
