from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Participant
from competition.models.acts import done_by


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
    recorded_by = done_by(_("door"))
    seconded_by = done_by(_("mede vastgelegd door"))
    seed = models.CharField(
        _("uitgangsgetal"),
        max_length=64,
        blank=True,
        help_text=_("Uit de geopende loten en de afsluiting van oktober. Leeg: er is in het openbaar geloot."),
    )
    record = models.TextField(
        _("verslag"), help_text=_("Waar en hoe is er geloot, en wie waren erbij? Noem functies, geen namen.")
    )

    class Meta:
        verbose_name = _("loting")
        verbose_name_plural = _("lotingen")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="lot_draw_has_a_record", condition=~Q(record="")),
            models.CheckConstraint(
                name="lot_draw_needs_two_people",
                condition=Q(recorded_by__isnull=True) | Q(seconded_by__isnull=True) | ~Q(recorded_by=F("seconded_by")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.edition)


class SealedLot(models.Model):
    """A number that one organiser chose and sealed before October closed, and opened after it.

    Who sealed it could not know the hash of the closing, nor change the number afterwards; so nobody chose the
    outcome of the draw that is made of them.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sealed_lots", verbose_name=_("editie"))
    seal = models.CharField(
        _("zegel"),
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}\Z", _("Een zegel is een SHA-256: 64 tekens 0-9 en a-f."))],
        help_text=_("De SHA-256 van de tekst die u geheim houdt."),
    )
    sealed_at = models.DateTimeField(_("verzegeld op"))
    sealed_by = done_by(_("verzegeld door"))
    opened = models.CharField(_("geopende tekst"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("geopend op"), null=True, blank=True)

    class Meta:
        verbose_name = _("verzegeld lot")
        verbose_name_plural = _("verzegelde loten")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(fields=["edition", "sealed_by"], name="sealed_lot_one_per_person"),
            models.UniqueConstraint(fields=["edition", "seal"], name="sealed_lot_no_two_the_same"),
            models.CheckConstraint(
                name="sealed_lot_opened_has_a_moment",
                condition=Q(opened="", opened_at__isnull=True) | (~Q(opened="") & Q(opened_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.seal[:12]


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
    recorded_by = done_by(_("vastgelegd door"), editable=False)

    objects: ClassVar[EditionResultQuerySet] = EditionResultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("uitslag")
        verbose_name_plural = _("uitslagen")
        constraints = [models.CheckConstraint(name="edition_result_has_a_motivation", condition=~Q(motivation=""))]

    def __str__(self) -> str:
        return f"{self.edition}: {self.winner}"
