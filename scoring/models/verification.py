from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Edition
from scoring.models.proposals import Proposal


class VerificationQuerySet(models.QuerySet["Verification"]):
    def newest_of(self, edition: Edition) -> "Verification | None":
        """The last word on this edition; by number, as a clock can be set back."""
        return self.filter(edition=edition).order_by("-pk").first()

    def is_held_up(self, edition: Edition) -> bool:
        """Whether nothing may be booked or closed: the ledger lacks what was published, and nobody accepted that."""
        newest = self.newest_of(edition)
        return newest is not None and newest.is_held_up


class Verification(models.Model):
    """One verdict on an edition's ledger and on all that is counted from it, by `scoring.verification`.

    Only ever added: the head that was last found right is what a rewrite is found by. Where two organisers accepted
    that published heads are lost, such as by the restore of an older backup, the verdict names their proposal, and
    the later verdicts hold the ledger to it.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("editie")
    )
    checked_at = models.DateTimeField(_("gecontroleerd op"))
    head = models.PositiveIntegerField(_("tot en met boeking"))
    head_hash = models.CharField(_("controlecode"), max_length=64)
    faults = models.JSONField(_("fouten"), default=list)
    missing_heads = models.JSONField(
        _("ontbrekende controlepunten"),
        default=list,
        help_text=_("Wat is gepubliceerd en nu niet meer in het puntenboek staat, als NUMMER:CONTROLECODE."),
    )
    accepted_by = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acceptance",
        verbose_name=_("aanvaard met voorstel"),
    )

    objects: ClassVar[VerificationQuerySet] = VerificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("controle")
        verbose_name_plural = _("controles")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["edition", "-id"], name="verification_newest_first")]

    def __str__(self) -> str:
        return f"{self.edition.year} #{self.head}"

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def is_held_up(self) -> bool:
        return bool(self.missing_heads)
