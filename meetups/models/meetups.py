from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.access import HOST
from competition.calendar import local_date
from competition.models import Edition, Municipality
from scoring.models import ClaimState
from solutions.models import Solution


class MeetupQuerySet(models.QuerySet["Meetup"]):
    def in_order(self) -> "MeetupQuerySet":
        return self.order_by("starts_at", "pk")

    def with_attendance_count(self, seen: Q | None = None) -> "MeetupQuerySet":
        """Add `attendance_count`: how many participants were there: as an organiser has confirmed, or as is `seen`."""
        confirmed = Q(attendances__state=ClaimState.CONFIRMED)
        return self.annotate(attendance_count=Count("attendances", filter=confirmed if seen is None else seen))

    def with_materials(self) -> "MeetupQuerySet":
        """Add `known_materials`: what there is to read or watch, in the order in which it was added."""
        return self.prefetch_related(
            models.Prefetch("materials", queryset=Material.objects.order_by("pk"), to_attr="known_materials")
        )

    def upcoming(self, at: datetime) -> "MeetupQuerySet":
        return self.filter(ends_at__gt=at, is_cancelled=False)

    def begun(self, at: datetime) -> "MeetupQuerySet":
        return self.filter(starts_at__lte=at, is_cancelled=False)


class Meetup(models.Model):
    """One meeting about a solution: a hosting municipality, an expert and a discussion."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="meetups", verbose_name=_("editie"))
    solution = models.ForeignKey(
        Solution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetups",
        verbose_name=_("oplossing die centraal staat"),
    )
    title = models.CharField(_("naam"), max_length=120)
    slug = models.SlugField(_("naam in het webadres"), max_length=120)
    starts_at = models.DateTimeField(_("begint op"))
    ends_at = models.DateTimeField(_("eindigt op"))
    host = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_meetups",
        verbose_name=_("gastheer"),
    )
    location = models.CharField(_("plaats"), max_length=200, blank=True, help_text=_("Leeg: alleen online."))
    expert = models.CharField(
        _("expert"),
        max_length=200,
        blank=True,
        help_text=_("Noem de organisatie, niet de naam van een persoon."),
    )
    description = models.TextField(_("programma"), blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("aantal plaatsen"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Hoeveel mensen passen er? Wie zich daarna aanmeldt, komt op de wachtlijst. Leeg: geen grens."),
    )
    most_per_municipality = models.PositiveSmallIntegerField(
        _("plaatsen per gemeente"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Hoeveel mensen mag één gemeente hoogstens aanmelden? Leeg: geen grens."),
    )
    appointed_hosts = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("benoemde gastheren"),
        related_name="+",
        blank=True,
        limit_choices_to={"groups__name": HOST},
        help_text=_(
            "Wie houdt de aanwezigheidslijst bij? Medewerkers van de gemeente die gastheer is, kunnen dat al. Kies "
            "hier anderen. Zij moeten in de groep ‘gastheer’ staan."
        ),
    )
    list_closed_at = models.DateTimeField(_("aanwezigheidslijst gesloten op"), null=True, editable=False)
    is_cancelled = models.BooleanField(
        _("gaat niet door"),
        default=False,
        help_text=_("De meetup blijft op de site staan, met de tekst ‘Gaat niet door’. Ook in agenda's van anderen."),
    )
    uid = models.UUIDField(
        _("kenmerk in agenda's"),
        db_default=RandomUUID(),
        unique=True,
        editable=False,
        help_text=_("Zo herkent de agenda van een ander deze meetup, ook als naam of dag verandert."),
    )
    changed_at = models.DateTimeField(_("veranderd op"), default=clock.now, editable=False)

    objects: ClassVar[MeetupQuerySet] = MeetupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("meetup")
        verbose_name_plural = _("meetups")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="meetup_one_address_per_edition"),
            models.CheckConstraint(
                name="meetup_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("De meetup moet na het begin eindigen."),
            ),
            models.CheckConstraint(
                name="meetup_has_room_for_somebody",
                condition=(Q(capacity__isnull=True) | Q(capacity__gte=1))
                & (Q(most_per_municipality__isnull=True) | Q(most_per_municipality__gte=1)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetups:detail", args=[self.edition.year, self.slug])

    @property
    def held_on(self) -> date:
        return local_date(self.starts_at)

    def has_begun(self, at: datetime) -> bool:
        """Whether anybody can have been there; of a cancelled meetup nobody ever was."""
        return self.starts_at <= at and not self.is_cancelled

    def is_open_for_signup(self, at: datetime) -> bool:
        return at < self.starts_at and not self.is_cancelled

    def is_over(self, at: datetime) -> bool:
        return self.ends_at <= at


class MaterialKind(models.TextChoices):
    SLIDES = "slides", _("presentatie")
    RECORDING = "recording", _("opname")
    SUMMARY = "summary", _("samenvatting")


class Material(models.Model):
    """Something of a meetup to read or watch afterwards, at another site: linked to, and never fetched."""

    meetup = models.ForeignKey(Meetup, on_delete=models.CASCADE, related_name="materials", verbose_name=_("meetup"))
    kind = models.CharField(_("soort"), max_length=10, choices=MaterialKind.choices)
    title = models.CharField(_("naam"), max_length=120)
    url = models.URLField(_("webadres"), max_length=500)
    form_key = models.UUIDField(_("kenmerk van het formulier"), null=True, editable=False)

    class Meta:
        verbose_name = _("materiaal")
        verbose_name_plural = _("materialen")
        constraints = [
            models.UniqueConstraint(fields=["meetup", "form_key"], name="material_kept_once_per_form"),
            models.CheckConstraint(
                name="material_stands_at_a_safe_address",
                condition=Q(url__startswith="https://"),
                violation_error_message=_("Begin het adres met https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
