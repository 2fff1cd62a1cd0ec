from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Edition


class Verification(models.Model):
    """One verdict on an edition's ledger and on all that is counted from it, by `scoring.verification`."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("editie")
    )
    checked_at = models.DateTimeField(_("gecontroleerd op"))
    head = models.PositiveIntegerField(_("tot en met boeking"))
    head_hash = models.CharField(_("controlecode"), max_length=64)
    faults = models.JSONField(_("fouten"), default=list)

    class Meta:
        verbose_name = _("controle")
        verbose_name_plural = _("controles")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.edition.year} #{self.head}"

    @property
    def is_right(self) -> bool:
        return not self.faults
