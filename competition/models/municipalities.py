from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from competition.names import sort_key


class Province(models.TextChoices):
    DRENTHE = "Drenthe", "Drenthe"
    FLEVOLAND = "Flevoland", "Flevoland"
    FRYSLAN = "Fryslân", "Fryslân"
    GELDERLAND = "Gelderland", "Gelderland"
    GRONINGEN = "Groningen", "Groningen"
    LIMBURG = "Limburg", "Limburg"
    NOORD_BRABANT = "Noord-Brabant", "Noord-Brabant"
    NOORD_HOLLAND = "Noord-Holland", "Noord-Holland"
    OVERIJSSEL = "Overijssel", "Overijssel"
    UTRECHT = "Utrecht", "Utrecht"
    ZEELAND = "Zeeland", "Zeeland"
    ZUID_HOLLAND = "Zuid-Holland", "Zuid-Holland"


class DateRange(Func):
    """PostgreSQL's half-open range of days; an empty end is open."""

    function = "DATERANGE"


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def existing_on(self, day: date) -> "MunicipalityQuerySet":
        """Those that existed on this day, as far as the register knows."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        )

    def dsa_members_on(self, day: date) -> "MunicipalityQuerySet":
        memberships = DsaMembership.objects.in_force_on(day).values("municipality")
        return self.filter(pk__in=memberships)

    def by_name(self) -> "MunicipalityQuerySet":
        return self.order_by("sort_name", "cbs_code")


class Municipality(models.Model):
    """One municipality of the Netherlands, past or present; its CBS code never changes."""

    cbs_code = models.CharField(
        _("CBS-code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^GM\d{4}$", _("Een CBS-code is GM met vier cijfers, zoals GM0392."))],
    )
    name = models.CharField(_("officiële naam"), max_length=100)
    common_name = models.CharField(_("naam"), max_length=100, help_text=_("Zo noemen wij de gemeente op de site."))
    slug = models.SlugField(_("naam in het webadres"), max_length=100, unique=True)
    sort_name = models.CharField(_("sorteernaam"), max_length=100, editable=False)
    province = models.CharField(_("provincie"), max_length=20, choices=Province.choices)
    website = models.URLField(_("website"), blank=True)
    email_domains = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("e-maildomeinen"),
        default=list,
        blank=True,
        help_text=_("Een hint bij welke gemeente iemand hoort; nooit een bewijs. Scheid ze met een komma."),
    )
    longitude = models.FloatField(_("lengtegraad (WGS84)"), null=True, blank=True)
    latitude = models.FloatField(_("breedtegraad (WGS84)"), null=True, blank=True)
    hex_col = models.SmallIntegerField(_("kolom op de zeshoekkaart"), null=True, blank=True)
    hex_row = models.SmallIntegerField(_("rij op de zeshoekkaart"), null=True, blank=True)
    valid_from = models.DateField(_("bestaat sinds"), null=True, blank=True, help_text=_("Leeg: onbekend."))
    valid_until = models.DateField(
        _("opgeheven op"),
        null=True,
        blank=True,
        help_text=_("De eerste dag waarop de gemeente niet meer bestaat."),
    )
    has_exact_dates = models.BooleanField(
        _("datums zijn precies"),
        default=True,
        help_text=_("Uit: de datums zijn een grens uit het register (‘uiterlijk’), niet de dag zelf."),
    )
    successors = models.ManyToManyField(
        "self",
        verbose_name=_("opvolgers"),
        symmetrical=False,
        related_name="predecessors",
        blank=True,
        help_text=_("De gemeenten waarin deze gemeente is opgegaan."),
    )

    objects: ClassVar[MunicipalityQuerySet] = MunicipalityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("gemeente")
        verbose_name_plural = _("gemeenten")
        constraints = [
            models.CheckConstraint(
                name="municipality_cbs_code_is_gm_and_four_digits", condition=Q(cbs_code__regex=r"^GM\d{4}$")
            ),
            models.CheckConstraint(
                name="municipality_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("De einddatum moet na de begindatum liggen."),
            ),
        ]

    def __str__(self) -> str:
        return self.common_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = sort_key(self.common_name)
        super().save(*args, **kwargs)

    def existed_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


class DsaMembershipQuerySet(models.QuerySet["DsaMembership"]):
    def in_force_on(self, day: date) -> "DsaMembershipQuerySet":
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class Certainty(models.TextChoices):
    CONFIRMED = "confirmed", _("bevestigd door de organisatie")
    CERTAIN = "certain", _("zeker")
    LIKELY = "likely", _("waarschijnlijk")
    INFERRED = "inferred", _("afgeleid")


class DsaMembership(models.Model):
    """One period in which a municipality belonged to the Digitale Steden Agenda, and how we know."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="dsa_memberships", verbose_name=_("gemeente")
    )
    starts_on = models.DateField(_("vanaf"), null=True, blank=True, help_text=_("Leeg: de begindatum is onbekend."))
    ends_on = models.DateField(
        _("tot"), null=True, blank=True, help_text=_("De eerste dag zonder lidmaatschap. Leeg: loopt door.")
    )
    certainty = models.CharField(_("zekerheid"), max_length=10, choices=Certainty.choices)
    source_note = models.TextField(_("bron"), help_text=_("Waaruit blijkt het lidmaatschap?"))

    objects: ClassVar[DsaMembershipQuerySet] = DsaMembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("DSA-lidmaatschap")
        verbose_name_plural = _("DSA-lidmaatschappen")
        constraints = [
            models.CheckConstraint(
                name="dsa_membership_ends_after_it_begins",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("De einddatum moet na de begindatum liggen."),
            ),
            models.CheckConstraint(name="dsa_membership_names_its_source", condition=~Q(source_note="")),
            ExclusionConstraint(
                name="dsa_membership_periods_do_not_overlap",
                expressions=[
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                    ("municipality", RangeOperators.EQUAL),
                ],
                violation_error_message=_("Deze gemeente heeft in deze periode al een DSA-lidmaatschap."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} (DSA)"
