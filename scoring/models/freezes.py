from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition
from competition.models.acts import done_by
from scoring.models.standings import ResultVersion


class Freeze(models.Model):
    """A time in which the board stands still: everybody, organisers too, sees the stored result of a closed month."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="freezes", verbose_name=_("editie"))
    version = models.ForeignKey(
        ResultVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("stand die te zien is")
    )
    reason = models.CharField(_("reden"), max_length=300, help_text=_("Staat boven de ranglijst."))
    frozen_at = models.DateTimeField(_("stilgezet op"))
    frozen_by = done_by(_("stilgezet door"))
    lifted_at = models.DateTimeField(_("weer vrij op"), null=True, blank=True)
    lifted_by = done_by(_("vrijgegeven door"), blank=True)

    class Meta:
        verbose_name = _("stilgezette ranglijst")
        verbose_name_plural = _("stilgezette ranglijsten")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(lifted_at__isnull=True), name="freeze_one_at_a_time"
            ),
            models.CheckConstraint(name="freeze_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.version}"
