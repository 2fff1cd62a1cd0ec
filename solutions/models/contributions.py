from datetime import date
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition.models import Rules
from competition.models.acts import done_by
from scoring.models import Claim, ClaimQuerySet, ClaimState
from scoring.rules import Kind
from solutions.models.traits import CostBand, Licence, Readiness, Theme

DUTCH = "dutch"
"""PostgreSQL's own rules for Dutch words: it cuts off endings, and accents such as in coördinatie."""


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
    result = models.TextField(
        _("wat leverde het op"),
        blank=True,
        validators=[MaxLengthValidator(4000)],
        help_text=_("Wat merken inwoners of collega's ervan? Noem cijfers als u die heeft."),
    )
    supplier = models.CharField(
        _("leverancier"), max_length=120, blank=True, help_text=_("Het bedrijf of de gemeente die het maakte.")
    )
    standards = models.CharField(
        _("standaarden"),
        max_length=250,
        blank=True,
        help_text=_("Bijvoorbeeld ZGW-API's, Haal Centraal of NL API Strategie."),
    )
    contact_role = models.CharField(
        _("wie weet hier meer van"),
        max_length=120,
        blank=True,
        validators=[RegexValidator("^[^@0-9]*$", _("Noem een functie. Geen naam, e-mailadres of telefoonnummer."))],
        help_text=_("Een functie, zoals ‘projectleider dienstverlening’. Geen naam: iedereen leest dit."),
    )
    theme = models.CharField(_("thema"), max_length=20, choices=Theme.choices, blank=True)
    readiness = models.CharField(_("status"), max_length=20, choices=Readiness.choices, blank=True)
    cost_band = models.CharField(
        _("kosten"),
        max_length=20,
        choices=CostBand.choices,
        blank=True,
        help_text=_("Alles wat u in het eerste jaar aan anderen betaalde. Zonder de uren van uw collega's."),
    )
    licence = models.CharField(
        _("licentie"),
        max_length=20,
        choices=Licence.choices,
        blank=True,
        help_text=_("Onder welke voorwaarden mag een andere gemeente de oplossing gebruiken?"),
    )
    website = models.URLField(_("meer informatie"), blank=True)
    search_document = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=DUTCH)
        + SearchVector("summary", weight="B", config=DUTCH)
        + SearchVector("problem", weight="C", config=DUTCH)
        + SearchVector("result", weight="C", config=DUTCH)
        + SearchVector("solution", weight="D", config=DUTCH)
        + SearchVector("supplier", weight="D", config=DUTCH)
        + SearchVector("standards", weight="D", config=DUTCH),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    form_key = models.UUIDField(null=True, editable=False, help_text=_("Zo levert tweemaal versturen één melding op."))

    objects: ClassVar[ClaimQuerySet["Contribution"]] = ClaimQuerySet["Contribution"].as_manager()  # type: ignore[assignment]

    class Meta(Claim.Meta):
        verbose_name = _("aangedragen oplossing")
        verbose_name_plural = _("aangedragen oplossingen")
        constraints = [
            *Claim.Meta.constraints,
            models.UniqueConstraint(fields=["participant", "form_key"], name="contribution_one_per_sent_form"),
        ]
        indexes = [GinIndex(fields=["search_document"], name="contribution_search")]

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
            "theme": gettext("Kies een thema. Zo vinden anderen uw oplossing."),
            "readiness": gettext("Kies hoe ver u bent met de oplossing."),
            "summary": gettext("Vertel in één zin wat het oplevert."),
            "problem": gettext("Vertel welk probleem de oplossing wegneemt."),
            "solution": gettext("Vertel hoe de oplossing werkt."),
        }
        return {field: why for field, why in words.items() if not getattr(self, field).strip()}


class Remark(models.Model):
    """A question of the organisers about a contribution, or an answer of its municipality. Shown without a name."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("aangedragen oplossing")
    )
    is_from_organisers = models.BooleanField(_("van de organisatie"))
    text = models.TextField(_("tekst"), validators=[MaxLengthValidator(2000)])
    form_key = models.UUIDField(editable=False)
    written_at = models.DateTimeField(_("geschreven op"))
    written_by = done_by(_("geschreven door"))

    class Meta:
        verbose_name = _("vraag of antwoord")
        verbose_name_plural = _("vragen en antwoorden")
        constraints = [
            models.UniqueConstraint(fields=["contribution", "form_key"], name="remark_once_per_sent_form"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
