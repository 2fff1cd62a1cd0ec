from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Municipality, Round
from scoring.models import ClaimState
from solutions.models.traits import CostBand, Effort, Licence, Theme


class SolutionQuerySet(models.QuerySet["Solution"]):
    def in_order(self) -> "SolutionQuerySet":
        """By the month in which each is central."""
        return self.order_by("round__starts_at", "pk")

    def central_at(self, moment: datetime) -> "SolutionQuerySet":
        return self.filter(round__starts_at__lte=moment, round__ends_at__gt=moment)

    def with_adopter_count(self, seen: Q | None = None) -> "SolutionQuerySet":
        """Add `adopter_count`: how many participants use it: as an organiser has confirmed, or as is `seen`."""
        confirmed = Q(adoptions__state=ClaimState.CONFIRMED)
        return self.annotate(adopter_count=Count("adoptions", filter=confirmed if seen is None else seen))


class Solution(models.Model):
    """One of the ten curated solutions of an edition, proven in the municipality that gives it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="solutions", verbose_name=_("editie"))
    round = models.OneToOneField(
        Round,
        on_delete=models.PROTECT,
        related_name="solution",
        verbose_name=_("maand"),
        help_text=_("De maand waarin deze oplossing centraal staat."),
    )
    title = models.CharField(_("naam"), max_length=120)
    slug = models.SlugField(_("naam in het webadres"), max_length=120)
    summary = models.CharField(_("in één zin"), max_length=250)
    problem = models.TextField(
        _("welk probleem lost het op"),
        blank=True,
        help_text=_("Hoe ging het zonder deze oplossing, en wie had daar last van?"),
    )
    description = models.TextField(
        _("beschrijving"),
        help_text=_("Hoe werkt de oplossing, en wat is ervoor nodig? Laat een regel leeg voor een alinea."),
    )
    theme = models.CharField(_("thema"), max_length=20, choices=Theme.choices, blank=True)
    cost_band = models.CharField(
        _("kosten"),
        max_length=20,
        choices=CostBand.choices,
        blank=True,
        help_text=_("Alles wat een gemeente in het eerste jaar aan anderen betaalt. Zonder de uren van collega's."),
    )
    effort = models.CharField(
        _("tijd om te beginnen"),
        max_length=20,
        choices=Effort.choices,
        blank=True,
        help_text=_("Van het besluit tot de eerste mensen de oplossing gebruiken."),
    )
    licence = models.CharField(
        _("licentie"),
        max_length=20,
        choices=Licence.choices,
        blank=True,
        help_text=_("Onder welke voorwaarden mag een andere gemeente de oplossing gebruiken?"),
    )
    giver = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_solutions",
        verbose_name=_("gemeente die de oplossing geeft"),
    )
    website = models.URLField(_("meer informatie"), blank=True)

    objects: ClassVar[SolutionQuerySet] = SolutionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("oplossing")
        verbose_name_plural = _("oplossingen")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="solution_one_address_per_edition"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("solutions:detail", args=[self.edition.year, self.slug])
