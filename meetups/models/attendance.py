from datetime import date, datetime
from typing import ClassVar

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.models import Rules
from meetups.models.meetups import Meetup
from scoring.models import Claim, ClaimQuerySet
from scoring.rules import Kind


class Attendance(Claim):
    """A participant took part in a meetup. One per meetup, however many people came."""

    kind = Kind.MEETUP

    meetup = models.ForeignKey(Meetup, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("meetup"))
    people = models.PositiveSmallIntegerField(
        _("aantal collega's"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("Met hoeveel mensen was u er? Meer mensen geven niet meer punten."),
    )
    note = models.TextField(_("toelichting"), blank=True, validators=[MaxLengthValidator(1000)])

    objects: ClassVar[ClaimQuerySet["Attendance"]] = ClaimQuerySet["Attendance"].as_manager()  # type: ignore[assignment]

    class Meta(Claim.Meta):
        verbose_name = _("aanwezigheid")
        verbose_name_plural = _("aanwezigheid")
        constraints = [
            *Claim.Meta.constraints,
            models.UniqueConstraint(fields=["participant", "meetup"], name="attendance_one_per_participant"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.meetup}"

    @property
    def source(self) -> str:
        return f"meetup:{self.meetup_id}"

    def describe(self) -> str:
        return gettext("Meetup bijgewoond: %(title)s, %(day)s") % {
            "title": self.meetup.title,
            "day": date_format(self.meetup.held_on, "j F Y"),
        }

    def happened_on(self, submitted_on: date) -> date:
        return self.meetup.held_on

    def has_happened(self, at: datetime) -> bool:
        return self.meetup.has_begun(at)

    def refusal(self, rules: Rules) -> str:
        if self.meetup.is_cancelled:
            return gettext("Deze meetup gaat niet door.")
        if self.meetup.edition_id != self.participant.edition_id:
            return gettext("Deze meetup hoort bij een andere editie.")
        hosts_it = any(place.municipality_id == self.meetup.host_id for place in self.participant.places.all())
        if hosts_it and not rules.host_earns_meetup_point:
            return gettext("De gastheer krijgt in deze editie geen punt voor de eigen meetup.")
        return ""

    def what_is_missing(self) -> dict[str, str]:
        return {}
