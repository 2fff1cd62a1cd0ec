from datetime import datetime, time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.calendar import AMSTERDAM, ONE_DAY
from competition.models import Municipality
from competition.models.acts import done_by
from meetups.models.meetups import Meetup


class Presence(models.TextChoices):
    """What the host saw."""

    PRESENT = "present", _("aanwezig")
    EXCUSED = "excused", _("afgemeld")
    ABSENT = "absent", _("afwezig")


class Signup(models.Model):
    """One municipality on the list of a meetup: how many of its people have a seat or wait for one, never who.

    It stays when the municipality signs off, with nothing in it, and is there too for who came without a seat. It
    changes in `meetups.signups`, and what the host saw in `meetups.hosting` and `meetups.attendance`, only.
    """

    meetup = models.ForeignKey(Meetup, on_delete=models.PROTECT, related_name="signups", verbose_name=_("meetup"))
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("gemeente")
    )
    seats = models.PositiveSmallIntegerField(_("plaatsen"), default=0)
    offered = models.PositiveSmallIntegerField(
        _("aangeboden plaatsen"), default=0, help_text=_("Zij worden vrijgehouden tot het aanbod verloopt.")
    )
    offered_until = models.DateTimeField(_("aanbod geldt tot"), null=True)
    offer_number = models.PositiveSmallIntegerField(_("nummer van het laatste aanbod"), default=0)
    accepted_offer = models.PositiveSmallIntegerField(_("laatste aanbod dat is aangenomen"), default=0)
    lapsed_at = models.DateTimeField(_("laatste aanbod verlopen op"), null=True)
    waiting = ArrayField(
        models.DateTimeField(),
        verbose_name=_("wachten sinds"),
        default=list,
        help_text=_("Een moment voor elke collega die nog geen plaats heeft."),
    )
    presence = models.CharField(
        _("gezien door de gastheer"), max_length=10, choices=Presence.choices, blank=True, default=""
    )
    checked_in_at = models.DateTimeField(_("code ingevuld op"), null=True)
    form_key = models.UUIDField(
        _("kenmerk van het formulier"),
        null=True,
        help_text=_("Zo herkennen wij een formulier dat twee keer wordt verstuurd."),
    )
    version = models.PositiveIntegerField(_("versie"), default=0)
    changed_at = models.DateTimeField(_("veranderd op"))
    changed_by = done_by(_("veranderd door"))

    class Meta:
        verbose_name = _("aanmelding")
        verbose_name_plural = _("aanmeldingen")
        constraints = [
            models.UniqueConstraint(fields=["meetup", "municipality"], name="signup_one_per_municipality"),
            models.CheckConstraint(
                name="signup_offer_has_an_end",
                condition=Q(offered=0, offered_until__isnull=True) | Q(offered__gt=0, offered_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.meetup}"

    @property
    def taken(self) -> int:
        """What of the meetup's seats is not for others."""
        return self.seats + self.offered

    @property
    def waiting_count(self) -> int:
        return len(self.waiting)

    @property
    def people(self) -> int:
        """For how many the municipality asks a seat."""
        return self.taken + self.waiting_count

    @property
    def offer_ends(self) -> str:
        """Until when the offer holds, in words: a day, or an hour on the day of the meetup."""
        assert self.offered_until is not None
        end = self.offered_until.astimezone(AMSTERDAM)
        if end.time() == time.min:
            return gettext("tot en met %(day)s") % {"day": date_format(end - ONE_DAY, "l j F")}
        return gettext("tot %(day)s om %(time)s uur") % {
            "day": date_format(end, "l j F"),
            "time": date_format(end, "TIME_FORMAT"),
        }

    def has_offer(self, at: datetime) -> bool:
        return self.offered_until is not None and at < self.offered_until
