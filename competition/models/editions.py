from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from competition.calendar import ONE_DAY, days_after, local_date, midnight, working_days_after

FIRST_MONTH = 1
LAST_SCORING_MONTH = 10
LEAST_MONTHS_OF_NAMES, NAMES_KEPT_MONTHS, MOST_MONTHS_OF_NAMES = 12, 24, 84
"""The edition after, and the year in which that one is looked back on: so long somebody may ask who decided what."""


class Phase(models.TextChoices):
    """Where in its year an edition is."""

    ANNOUNCED = "announced", _("aangekondigd")
    SCORING = "scoring", _("punten verzamelen")
    CAMPAIGN = "campaign", _("campagne")
    CONCLUDED = "concluded", _("afgelopen")


class EditionQuerySet(models.QuerySet["Edition"]):
    def played(self) -> "EditionQuerySet":
        """Those that are played with this portal and have been laid out, with their rules."""
        laid_out = self.filter(is_archive=False, rules__isnull=False, rounds__month=LAST_SCORING_MONTH)
        return laid_out.select_related("rules")

    def current(self, at: datetime) -> "Edition | None":
        """The edition of this year; else the last one that was played here, else the next that is announced."""
        year = local_date(at).year
        played = self.played()
        return (
            played.filter(year__lte=year).order_by("-year").first()
            or played.filter(year__gt=year).order_by("year").first()
        )


class Edition(models.Model):
    """One year of the competition. All its dates follow from the year."""

    year = models.PositiveSmallIntegerField(
        _("jaar"), unique=True, validators=[MinValueValidator(2015), MaxValueValidator(2100)]
    )
    name = models.CharField(_("naam"), max_length=100)
    introduction = models.TextField(_("inleiding"), blank=True)
    is_example = models.BooleanField(
        _("voorbeeldgegevens"),
        default=False,
        editable=False,
        help_text=_("Alles in deze editie is verzonnen om het portaal te laten zien."),
    )
    is_archive = models.BooleanField(
        _("alleen archief"),
        default=False,
        help_text=_("Deze editie is niet met dit portaal gespeeld: er zijn geen spelregels, maanden en boekingen."),
    )
    history_note = models.TextField(
        _("wat wij ervan weten"),
        blank=True,
        help_text=_("Staat in het archief. Schrijf op wat bekend is en wat niet."),
    )
    names_kept_months = models.PositiveSmallIntegerField(
        _("namen bewaren, in maanden na de editie"),
        default=NAMES_KEPT_MONTHS,
        db_default=NAMES_KEPT_MONTHS,
        validators=[MinValueValidator(LEAST_MONTHS_OF_NAMES), MaxValueValidator(MOST_MONTHS_OF_NAMES)],
        help_text=_("Daarna verdwijnt wie wat meldde, besloot of veranderde. Punten blijven."),
    )
    names_gone_at = models.DateTimeField(_("namen verdwenen op"), null=True, editable=False)

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("editie")
        verbose_name_plural = _("edities")

    def __str__(self) -> str:
        return self.name

    @property
    def starts_at(self) -> datetime:
        return midnight(date(self.year, 1, 1))

    @property
    def campaign_starts_at(self) -> datetime:
        return midnight(date(self.year, LAST_SCORING_MONTH + 1, 1))

    @property
    def ends_at(self) -> datetime:
        return midnight(date(self.year + 1, 1, 1))

    def has_started(self, at: datetime) -> bool:
        return at >= self.starts_at

    def phase_at(self, moment: datetime) -> Phase:
        if moment < self.starts_at:
            return Phase.ANNOUNCED
        if moment < self.campaign_starts_at:
            return Phase.SCORING
        return Phase.CAMPAIGN if moment < self.ends_at else Phase.CONCLUDED


class TieRule(models.TextChoices):
    ORDER = "order", _("meeste overnames, dan meeste meetups, dan loting")
    WIDEN = "widen", _("iedereen met evenveel punten gaat door")


class AwardMoment(models.TextChoices):
    CONFIRMATION = "confirmation", _("als de organisatie de melding bevestigt")
    SUBMISSION = "submission", _("bij het indienen; bij afwijzing gaat het punt er weer af")


_ONE_OR_MORE = [MinValueValidator(1), MaxValueValidator(100)]
_PERCENTAGE = [MaxValueValidator(100)]


class Rules(models.Model):
    """What one edition's rules say where the founding document left a choice. Locked when the edition starts."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="rules", verbose_name=_("editie"))
    meetup_points = models.PositiveSmallIntegerField(_("punten voor een meetup"), default=1, validators=_ONE_OR_MORE)
    adoption_points = models.PositiveSmallIntegerField(
        _("punten voor een overname"), default=1, validators=_ONE_OR_MORE
    )
    contribution_points = models.PositiveSmallIntegerField(
        _("punten voor een aangedragen oplossing"), default=1, validators=_ONE_OR_MORE
    )
    award_moment = models.CharField(
        _("wanneer komt het punt erbij"),
        max_length=12,
        choices=AwardMoment.choices,
        default=AwardMoment.CONFIRMATION,
    )
    contribution_cap = models.PositiveSmallIntegerField(
        _("hoogste aantal aangedragen oplossingen per deelnemer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leeg: geen maximum."),
    )
    wildcard_may_contribute = models.BooleanField(_("wildcards mogen oplossingen aandragen"), default=True)
    host_earns_meetup_point = models.BooleanField(
        _("de gastheer krijgt ook het punt van de eigen meetup"), default=True
    )
    giver_may_adopt_own = models.BooleanField(_("de gever krijgt een punt voor de eigen oplossing"), default=False)
    late_claim_days = models.PositiveSmallIntegerField(
        _("dagen om na de maand nog te melden"), default=7, validators=[MaxValueValidator(28)]
    )
    objection_working_days = models.PositiveSmallIntegerField(
        _("werkdagen voor bezwaar op de voorlopige stand"), default=5, validators=[MaxValueValidator(20)]
    )
    tie_rule = models.CharField(
        _("gelijke stand op plaats vijf"), max_length=10, choices=TieRule.choices, default=TieRule.ORDER
    )
    most_points_win = models.BooleanField(
        _("de meeste punten winnen"), default=False, help_text=_("Aan: er is geen jury en geen stemming.")
    )
    jury_weight = models.PositiveSmallIntegerField(_("gewicht van de jury (%)"), default=50, validators=_PERCENTAGE)
    cities_weight = models.PositiveSmallIntegerField(
        _("gewicht van de deelnemende gemeenten (%)"), default=25, validators=_PERCENTAGE
    )
    public_weight = models.PositiveSmallIntegerField(
        _("gewicht van het publiek (%)"), default=25, validators=_PERCENTAGE
    )
    locked_at = models.DateTimeField(_("vastgezet op"), null=True, blank=True, editable=False)
    amendment = models.PositiveBigIntegerField(
        _("laatste wijziging na de start"),
        null=True,
        editable=False,
        help_text=_("Het nummer van het voorstel waarmee twee organisatoren de regels na de start veranderden."),
    )

    class Meta:
        verbose_name = _("spelregels")
        verbose_name_plural = _("spelregels")
        constraints = [
            models.CheckConstraint(
                name="rules_weights_add_up_to_100",
                condition=Q(jury_weight=100 - F("cities_weight") - F("public_weight")),
                violation_error_message=_("De drie gewichten moeten samen 100 zijn."),
            ),
            models.CheckConstraint(
                name="rules_every_kind_earns_a_point",
                condition=Q(meetup_points__gte=1, adoption_points__gte=1, contribution_points__gte=1),
                violation_error_message=_("Elk onderdeel levert ten minste één punt op."),
            ),
        ]

    def __str__(self) -> str:
        return f"Spelregels {self.edition.year}"

    def is_locked(self, at: datetime) -> bool:
        return self.locked_at is not None or self.edition.has_started(at)


class TimeRange(Func):
    """PostgreSQL's half-open range of moments."""

    function = "TSTZRANGE"


class RoundQuerySet(models.QuerySet["Round"]):
    def containing(self, moment: datetime) -> "RoundQuerySet":
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def in_order(self) -> "RoundQuerySet":
        return self.order_by("starts_at")


class Round(models.Model):
    """One of the ten scoring months of an edition: [1st 00:00, next 1st 00:00) in Europe/Amsterdam."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rounds", verbose_name=_("editie"))
    month = models.PositiveSmallIntegerField(
        _("maand"), validators=[MinValueValidator(FIRST_MONTH), MaxValueValidator(LAST_SCORING_MONTH)]
    )
    starts_at = models.DateTimeField(_("begint op"), editable=False)
    ends_at = models.DateTimeField(_("eindigt op"), editable=False)

    objects: ClassVar[RoundQuerySet] = RoundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("maand")
        verbose_name_plural = _("maanden")
        constraints = [
            models.UniqueConstraint(fields=["edition", "month"], name="round_one_per_month"),
            models.CheckConstraint(
                name="round_is_a_scoring_month",
                condition=Q(month__gte=FIRST_MONTH, month__lte=LAST_SCORING_MONTH),
            ),
            models.CheckConstraint(name="round_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="rounds_do_not_overlap",
                expressions=[
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("edition", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return formats.date_format(self.first_day, "F Y")

    @property
    def first_day(self) -> date:
        return local_date(self.starts_at)

    @property
    def last_day(self) -> date:
        return self.first_day_after - ONE_DAY

    @property
    def first_day_after(self) -> date:
        return local_date(self.ends_at)

    @property
    def is_last(self) -> bool:
        """Whether this month's closed standing fixes the finalists."""
        return self.month == LAST_SCORING_MONTH

    def contains(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at

    def late_claims_end_at(self, rules: Rules) -> datetime:
        return days_after(self.ends_at, rules.late_claim_days)

    def closes_at(self, rules: Rules) -> datetime:
        """When the objection period on the provisional standing is over and the month may be closed."""
        return working_days_after(self.late_claims_end_at(rules), rules.objection_working_days)
