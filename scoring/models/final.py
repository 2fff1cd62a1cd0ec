from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Participant


class FinalistBy(models.TextChoices):
    """What decided that this participant is in the final."""

    POINTS = "points", _("punten")
    ADOPTIONS = "adoptions", _("meeste overnames bij een gelijke stand")
    MEETUPS = "meetups", _("meeste meetups bij een gelijke stand")
    LOTS = "lots", _("loting")
    WIDENED = "widened", _("gelijke stand op plaats vijf: iedereen door")


class Finalist(models.Model):
    """One participant in the final of its edition, taken from the closed October standing."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="finalists", verbose_name=_("editie"))
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="finalist", verbose_name=_("deelnemer")
    )
    place = models.PositiveSmallIntegerField(_("plaats in oktober"))
    total = models.IntegerField(_("punten in oktober"))
    decided_by = models.CharField(_("beslist door"), max_length=10, choices=FinalistBy.choices)

    class Meta:
        verbose_name = _("finalist")
        verbose_name_plural = _("finalisten")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.participant)


class LotDraw(models.Model):
    """The record of a draw that decided who of the tied participants took the last places in the final."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="lot_draw", verbose_name=_("editie"))
    drawn_at = models.DateTimeField(_("vastgelegd op"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("door"),
    )
    record = models.TextField(
        _("verslag"), help_text=_("Waar en hoe is er geloot, en wie waren erbij? Noem functies, geen namen.")
    )

    class Meta:
        verbose_name = _("loting")
        verbose_name_plural = _("lotingen")
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(name="lot_draw_has_a_record", condition=~Q(record=""))]

    def __str__(self) -> str:
        return str(self.edition)


class EditionResultQuerySet(models.QuerySet["EditionResult"]):
    def last_before(self, year: int) -> "EditionResult | None":
        """The outcome of the last edition before this year's."""
        before = self.filter(edition__year__lt=year).select_related("edition", "winner")
        return before.order_by("-edition__year").first()


class EditionResult(models.Model):
    """Who won an edition, and why."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="result", verbose_name=_("editie"))
    winner = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="title", verbose_name=_("winnaar")
    )
    motivation = models.TextField(_("motivatie"), help_text=_("Waarom won deze deelnemer? Dit staat op de site."))
    recorded_at = models.DateTimeField(_("vastgelegd op"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )

    objects: ClassVar[EditionResultQuerySet] = EditionResultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("uitslag")
        verbose_name_plural = _("uitslagen")
        constraints = [models.CheckConstraint(name="edition_result_has_a_motivation", condition=~Q(motivation=""))]

    def __str__(self) -> str:
        return f"{self.edition}: {self.winner}"
