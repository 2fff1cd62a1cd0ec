from datetime import date, datetime
from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition.models import Edition, Municipality, Round, Rules
from scoring.models import Claim, ClaimQuerySet, ClaimState
from scoring.rules import Kind


class SolutionQuerySet(models.QuerySet["Solution"]):
    def in_order(self) -> "SolutionQuerySet":
        """By the month in which each is central."""
        return self.order_by("round__starts_at", "pk")

    def central_at(self, moment: datetime) -> "SolutionQuerySet":
        return self.filter(round__starts_at__lte=moment, round__ends_at__gt=moment)

    def with_adopter_count(self) -> "SolutionQuerySet":
        """Add `adopter_count`: how many participants use it, as an organiser has confirmed."""
        return self.annotate(adopter_count=Count("adoptions", filter=Q(adoptions__state=ClaimState.CONFIRMED)))


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
    description = models.TextField(
        _("beschrijving"),
        help_text=_("Welk probleem lost het op, en hoe werkt het? Laat een regel leeg voor een alinea."),
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


class Stage(models.TextChoices):
    """How far an adoption is; only the last step earns a point."""

    ORIENTATION = "orientation", _("oriëntatie")
    DECISION = "decision", _("besluit")
    IN_USE = "in_use", _("in gebruik")


class Adoption(Claim):
    """One participant taking over one of the ten solutions."""

    kind = Kind.ADOPTION

    solution = models.ForeignKey(
        Solution, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("oplossing")
    )
    stage = models.CharField(_("hoe ver bent u"), max_length=12, choices=Stage.choices, default=Stage.ORIENTATION)
    in_use_since = models.DateField(_("in gebruik sinds"), null=True, blank=True)
    evidence_url = models.URLField(
        _("link naar het bewijs"),
        blank=True,
        help_text=_("Bijvoorbeeld de pagina waar inwoners de oplossing gebruiken."),
    )
    evidence_text = models.TextField(
        _("toelichting als bewijs"),
        blank=True,
        validators=[MaxLengthValidator(2000)],
        help_text=_("Hoe ziet de organisatie dat u de oplossing gebruikt? Noem geen namen van personen."),
    )

    objects: ClassVar[ClaimQuerySet["Adoption"]] = ClaimQuerySet["Adoption"].as_manager()  # type: ignore[assignment]

    class Meta(Claim.Meta):
        verbose_name = _("overname")
        verbose_name_plural = _("overnames")
        constraints = [
            *Claim.Meta.constraints,
            models.UniqueConstraint(fields=["participant", "solution"], name="adoption_one_per_participant"),
            models.CheckConstraint(
                name="adoption_scores_only_in_use",
                condition=Q(state__in=["draft", "withdrawn", "rejected"])
                | Q(stage=Stage.IN_USE, in_use_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.solution}"

    @property
    def source(self) -> str:
        return f"solution:{self.solution_id}"

    def describe(self) -> str:
        return gettext("Oplossing overgenomen: %(title)s") % {"title": self.solution.title}

    def happened_on(self, submitted_on: date) -> date:
        return self.in_use_since or submitted_on

    def refusal(self, rules: Rules) -> str:
        if self.solution.edition_id != self.participant.edition_id:
            return gettext("Deze oplossing hoort bij een andere editie.")
        gives_it = any(place.municipality_id == self.solution.giver_id for place in self.participant.places.all())
        if gives_it and not rules.giver_may_adopt_own:
            return gettext("Deze oplossing komt van uw eigen gemeente. Daarvoor krijgt u geen punt.")
        return ""

    def what_is_missing(self) -> dict[str, str]:
        missing = {}
        if self.stage != Stage.IN_USE:
            missing["stage"] = gettext("U krijgt pas een punt als de oplossing in gebruik is.")
        if self.in_use_since is None:
            missing["in_use_since"] = gettext("Vul in sinds wanneer u de oplossing gebruikt.")
        if not (self.evidence_url or self.evidence_text.strip()):
            missing["evidence_url"] = gettext("Geef een link of een toelichting als bewijs.")
        return missing


class Contribution(Claim):
    """An own solution that a participant offers to the others: an entry of the library Goed Opgelost!"""

    kind = Kind.CONTRIBUTION

    title = models.CharField(_("naam van de oplossing"), max_length=120)
    summary = models.CharField(
        _("in één zin"),
        max_length=250,
        blank=True,
        help_text=_("Wat levert het op voor inwoners of collega's?"),
    )
    problem = models.TextField(_("welk probleem lost het op"), blank=True, validators=[MaxLengthValidator(4000)])
    solution = models.TextField(
        _("hoe werkt de oplossing"),
        blank=True,
        validators=[MaxLengthValidator(4000)],
        help_text=_("Wat heeft een andere gemeente nodig om dit ook te doen? Noem geen namen van personen."),
    )
    website = models.URLField(_("meer informatie"), blank=True)
    form_key = models.UUIDField(null=True, editable=False, help_text=_("Zo levert tweemaal versturen één melding op."))

    objects: ClassVar[ClaimQuerySet["Contribution"]] = ClaimQuerySet["Contribution"].as_manager()  # type: ignore[assignment]

    class Meta(Claim.Meta):
        verbose_name = _("aangedragen oplossing")
        verbose_name_plural = _("aangedragen oplossingen")
        constraints = [
            *Claim.Meta.constraints,
            models.UniqueConstraint(fields=["participant", "form_key"], name="contribution_one_per_sent_form"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contributions:detail", args=[self.pk])

    @property
    def source(self) -> str:
        return f"contribution:{self.pk}"

    def describe(self) -> str:
        return gettext("Oplossing aangedragen: %(title)s") % {"title": self.title}

    def happened_on(self, submitted_on: date) -> date:
        return submitted_on

    def refusal(self, rules: Rules) -> str:
        if self.participant.is_wildcard and not rules.wildcard_may_contribute:
            return gettext("Een deelnemer met een wildcard kan in deze editie geen oplossing aandragen.")
        cap = rules.contribution_cap
        if cap is not None and self._others_that_count() >= cap:
            return ngettext(
                "U heeft al een oplossing aangedragen. Meer levert geen punt op.",
                "U heeft al %(cap)d oplossingen aangedragen. Meer levert geen punt op.",
                cap,
            ) % {"cap": cap}
        return ""

    def _others_that_count(self) -> int:
        taking_a_place = [ClaimState.SUBMITTED, ClaimState.CONFIRMED]
        others = Contribution.objects.filter(participant=self.participant_id, state__in=taking_a_place)
        return others.exclude(pk=self.pk).count()

    def what_is_missing(self) -> dict[str, str]:
        words = {
            "summary": gettext("Vertel in één zin wat het oplevert."),
            "problem": gettext("Vertel welk probleem de oplossing wegneemt."),
            "solution": gettext("Vertel hoe de oplossing werkt."),
        }
        return {field: why for field, why in words.items() if not getattr(self, field).strip()}
