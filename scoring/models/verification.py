from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Edition
from scoring.models.proposals import Proposal


class Verification(models.Model):
    """One verdict on an edition's ledger and on all that is counted from it, by `scoring.verification`.

    Only ever added: the head that was last found right is what a rewrite is found by. Where two organisers accepted
    faults that cannot be undone, such as what a restored backup lost, the verdict names their proposal, and the
    later verdicts hold the ledger to it.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("editie")
    )
    checked_at = models.DateTimeField(_("gecontroleerd op"))
    head = models.PositiveIntegerField(_("tot en met boeking"))
    head_hash = models.CharField(_("controlecode"), max_length=64)
    faults = models.JSONField(_("fouten"), default=list)
    accepted_by = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acceptance",
        verbose_name=_("aanvaard met voorstel"),
    )

    class Meta:
        verbose_name = _("controle")
        verbose_name_plural = _("controles")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.edition.year} #{self.head}"

    @property
    def is_right(self) -> bool:
        return not self.faults
