from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Participant, Round


class Tally(models.Model):
    """One participant's line in a standing: the three parts, the total and the rank."""

    rank = models.PositiveSmallIntegerField(
        _("plaats"), null=True, help_text=_("Leeg voor wie buiten mededinging meedoet.")
    )
    total = models.IntegerField(_("totaal"))
    meetup_points = models.IntegerField(_("meetups"))
    adoption_points = models.IntegerField(_("overnames"))
    contribution_points = models.IntegerField(_("aangedragen"))

    class Meta:
        abstract = True


class Standing(Tally):
    """A participant's place now. Derived: always the same as a fresh count of the ledger up to `head`."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="standing", verbose_name=_("deelnemer")
    )
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="standings", verbose_name=_("editie"))
    head = models.PositiveIntegerField(_("geteld tot en met boeking"))
    counted_at = models.DateTimeField(_("geteld op"))

    class Meta:
        verbose_name = _("plaats op de ranglijst")
        verbose_name_plural = _("ranglijst")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.rank or '-'} {self.participant}"


class RoundClosing(models.Model):
    """The closing of one month: from here its standing is fixed. Only ever added."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="closing", verbose_name=_("maand"))
    closed_at = models.DateTimeField(_("afgesloten op"))
    pending_count = models.PositiveIntegerField(
        _("open meldingen"), help_text=_("Zoveel meldingen wachtten bij de afsluiting nog op een besluit.")
    )

    class Meta:
        verbose_name = _("afgesloten maand")
        verbose_name_plural = _("afgesloten maanden")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.round)


class ResultVersion(models.Model):
    """A version of a closed month's standing: the first at its closing, one more for what was booked for it later.

    Also the checkpoint that everybody can hold the ledger to: how many entries, the hash of the last one, and when.
    Only ever added.
    """

    closing = models.ForeignKey(
        RoundClosing, on_delete=models.PROTECT, related_name="versions", verbose_name=_("afgesloten maand")
    )
    number = models.PositiveSmallIntegerField(_("versie"))
    made_at = models.DateTimeField(_("vastgelegd op"))
    head = models.PositiveIntegerField(_("geteld tot en met boeking"))
    head_hash = models.CharField(_("controlecode van die boeking"), max_length=64)
    reason = models.TextField(_("waarom een nieuwe versie"), blank=True)

    class Meta:
        verbose_name = _("versie van een maandstand")
        verbose_name_plural = _("versies van maandstanden")
        default_permissions = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["closing", "number"], name="result_version_numbers_are_unique"),
            models.CheckConstraint(
                name="result_version_later_ones_have_a_reason", condition=Q(number=1) | Q(number__gt=1) & ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing}, versie {self.number}"

    @property
    def checkpoint(self) -> str:
        """In the form that `verify.py` takes."""
        return f"{self.head}:{self.head_hash}"


class RoundResult(Tally):
    """A participant's place at the end of a closed month, whether it moved or not. Only ever added."""

    version = models.ForeignKey(
        ResultVersion, on_delete=models.PROTECT, related_name="results", verbose_name=_("versie")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="round_results", verbose_name=_("deelnemer")
    )

    class Meta:
        verbose_name = _("maandstand")
        verbose_name_plural = _("maandstanden")
        default_permissions = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "participant"], name="round_result_one_per_participant"),
        ]

    def __str__(self) -> str:
        return f"{self.rank or '-'} {self.participant}"
