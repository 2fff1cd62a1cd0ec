from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competition.models.acts import done_by
from competition.models.editions import Edition
from competition.models.municipalities import Municipality
from competition.names import sort_key


class Entry(models.TextChoices):
    """By which door a participant came in."""

    DSA = "dsa", _("DSA")
    WILDCARD = "wildcard", _("wildcard")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def by_name(self) -> "ParticipantQuerySet":
        return self.order_by("sort_name", "pk")

    def of_municipality(self, municipality: Municipality) -> "ParticipantQuerySet":
        return self.filter(municipalities=municipality)


class Participant(models.Model):
    """One competitor in one edition: a municipality, or several together."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="participants", verbose_name=_("editie")
    )
    name = models.CharField(_("naam"), max_length=150)
    slug = models.SlugField(_("naam in het webadres"), max_length=150)
    sort_name = models.CharField(_("sorteernaam"), max_length=150, editable=False)
    municipalities = models.ManyToManyField(
        Municipality,
        through="ParticipantMunicipality",
        related_name="participants",
        verbose_name=_("gemeenten"),
    )
    entry = models.CharField(_("doet mee als"), max_length=10, choices=Entry.choices)
    wildcard_reason = models.TextField(
        _("reden van de wildcard"),
        blank=True,
        help_text=_("Waarom mag deze gemeente meedoen? Dit staat op de site."),
    )
    wildcard_granted_on = models.DateField(_("wildcard gegeven op"), null=True, blank=True)
    wildcard_granted_by = done_by(_("wildcard gegeven door"), blank=True, editable=False)
    wildcard_seconded_by = done_by(_("wildcard mede gegeven door"), blank=True, editable=False)
    is_out_of_competition = models.BooleanField(
        _("buiten mededinging"), default=False, help_text=_("Staat wel op de ranglijst, maar zonder plaats.")
    )

    objects: ClassVar[ParticipantQuerySet] = ParticipantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("deelnemer")
        verbose_name_plural = _("deelnemers")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="participant_one_address_per_edition"),
            models.UniqueConstraint(fields=["id", "edition"], name="participant_belongs_to_one_edition"),
            models.CheckConstraint(
                name="participant_wildcard_has_reason_and_date",
                condition=~Q(entry="wildcard") | (~Q(wildcard_reason="") & Q(wildcard_granted_on__isnull=False)),
                violation_error_message=_("Een wildcard heeft een reden en een datum nodig."),
            ),
            models.CheckConstraint(
                name="participant_only_wildcard_has_reason",
                condition=Q(entry="wildcard") | Q(wildcard_reason="", wildcard_granted_on__isnull=True),
                violation_error_message=_("Alleen een wildcard heeft een reden en een datum."),
            ),
            models.CheckConstraint(
                name="participant_wildcard_needs_two_people",
                condition=Q(wildcard_granted_by__isnull=True)
                | Q(wildcard_seconded_by__isnull=True)
                | ~Q(wildcard_granted_by=F("wildcard_seconded_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("participant", args=[self.edition.year, self.slug])

    @property
    def is_wildcard(self) -> bool:
        return self.entry == Entry.WILDCARD


class ParticipantMunicipality(models.Model):
    """One municipality's place in a participant; a municipality plays at most once per edition."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="places")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="places", verbose_name=_("gemeente")
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("gemeente van de deelnemer")
        verbose_name_plural = _("gemeenten van de deelnemer")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "municipality"],
                name="municipality_plays_once_per_edition",
                violation_error_message=_("Deze gemeente doet al mee aan deze editie."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)


class Role(models.TextChoices):
    CONTACT = "contact", _("contactpersoon")
    STAFF = "staff", _("medewerker")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force_on(self, day: date) -> "MembershipQuerySet":
        return self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def unended_on(self, day: date) -> "MembershipQuerySet":
        """Those in force, and those still to begin."""
        return self.exclude_empty().filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def exclude_empty(self) -> "MembershipQuerySet":
        """Without periods that ended on the day on which they began, or were taken back before it."""
        return self.exclude(ends_on=F("starts_on"))


class Membership(models.Model):
    """One period in which a person acts for a municipality. The points are the municipality's, never the person's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("gebruiker"),
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("gemeente")
    )
    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.STAFF)
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(
        _("tot"), null=True, blank=True, help_text=_("De eerste dag zonder toegang. Leeg: loopt door.")
    )

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("werkt voor gemeente")
        verbose_name_plural = _("werkt voor gemeenten")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "municipality"],
                condition=Q(ends_on__isnull=True),
                name="membership_one_open_period_per_municipality",
                violation_error_message=_("Deze persoon werkt al voor deze gemeente."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("De einddatum mag niet voor de begindatum liggen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.municipality})"

    @property
    def is_contact(self) -> bool:
        return self.role == Role.CONTACT
