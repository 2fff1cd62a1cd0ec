from datetime import date
from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Rules
from competition.models.acts import done_by
from competition.uploads import PrivateFiles
from scoring.models import Claim, ClaimQuerySet
from scoring.rules import Kind
from solutions.models.curated import Solution
from solutions.models.files import AddedFile


class Stage(models.TextChoices):
    """How far an adoption is; only the last step earns a point."""

    ORIENTATION = "orientation", _("oriëntatie")
    DECISION = "decision", _("besluit")
    IN_USE = "in_use", _("in gebruik")


class GiverAnswer(models.TextChoices):
    """What the municipality that gives a solution says of a report that somebody adopted it."""

    RECOGNISED = "recognised", _("herkend")
    NOT_RECOGNISED = "not-recognised", _("niet herkend")


class Adoption(Claim):
    """One participant taking over one of the ten solutions.

    What the giver says of it never books or takes back a point: the organisers decide, and read it.
    """

    kind = Kind.ADOPTION

    solution = models.ForeignKey(
        Solution, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("oplossing")
    )
    stage = models.CharField(_("hoe ver bent u"), max_length=12, choices=Stage.choices, default=Stage.ORIENTATION)
    orientation_since = models.DateField(_("oriëntatie gemeld op"), null=True, editable=False)
    decision_since = models.DateField(_("besluit gemeld op"), null=True, editable=False)
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
    giver_answer = models.CharField(
        _("antwoord van de gever"), max_length=15, choices=GiverAnswer.choices, blank=True, editable=False
    )
    giver_answered_at = models.DateTimeField(_("gever antwoordde op"), null=True, editable=False)
    giver_answered_by = done_by(_("namens de gever door"), editable=False)
    giver_reason = models.TextField(_("waarom de gever dit niet herkent"), blank=True, editable=False)

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
            models.CheckConstraint(
                name="adoption_answer_has_its_moment",
                condition=Q(giver_answer="") | Q(giver_answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="adoption_denied_with_a_reason",
                condition=~Q(giver_answer=GiverAnswer.NOT_RECOGNISED) | ~Q(giver_reason=""),
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
        if not (self.evidence_url or self.evidence_text.strip() or self.files.exists()):
            missing["evidence_url"] = gettext("Geef een link, een toelichting of een bestand als bewijs.")
        return missing


class Evidence(AddedFile):
    """A file with which a municipality shows that it uses a solution; only itself and the organisers read it."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="files", verbose_name=_("overname"))
    file = models.FileField(_("bestand"), storage=PrivateFiles(), upload_to="bewijs")
    name = models.CharField(_("naam"), max_length=100)
    size = models.PositiveIntegerField(_("grootte in bytes"))

    class Meta:
        verbose_name = _("bewijsstuk")
        verbose_name_plural = _("bewijsstukken")
        constraints = [
            models.UniqueConstraint(fields=["adoption", "digest"], name="evidence_each_file_once"),
        ]

    def __str__(self) -> str:
        return self.name
