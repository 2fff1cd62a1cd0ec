from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competition.models.acts import done_by
from competition.models.editions import Edition

MOST_ALONE = 50
"""To so many people one organiser can write alone."""


class Audience(models.TextChoices):
    CONTACTS = "contacts", _("alle contactpersonen")
    STAFF = "staff", _("alle contactpersonen en medewerkers")


class CircularState(models.TextChoices):
    DRAFT = "draft", _("concept")
    WAITING = "waiting", _("wacht op een tweede organisator")
    SENT = "sent", _("verstuurd")


class Circular(models.Model):
    """A message of the organisers to everybody of one kind who works for a participant of an edition.

    The words stand fixed while a second organiser looks at them, and once they are sent.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="circulars", verbose_name=_("editie"))
    audience = models.CharField(_("voor wie"), max_length=10, choices=Audience.choices, default=Audience.CONTACTS)
    subject = models.CharField(_("onderwerp"), max_length=150)
    body = models.TextField(_("tekst"))
    form_key = models.UUIDField(unique=True, editable=False)
    state = models.CharField(_("toestand"), max_length=10, choices=CircularState.choices, default=CircularState.DRAFT)
    written_at = models.DateTimeField(_("geschreven op"))
    proposed_by = done_by(_("verstuurd of voorgelegd door"))
    proposed_at = models.DateTimeField(_("verstuurd of voorgelegd op"), null=True)
    approved_by = done_by(_("goedgekeurd door"))
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True)
    sent_at = models.DateTimeField(_("verstuurd op"), null=True)
    receivers = models.PositiveIntegerField(_("aantal lezers"), null=True)

    class Meta:
        verbose_name = _("bericht aan deelnemers")
        verbose_name_plural = _("berichten aan deelnemers")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="circular_to_many_needs_a_second_person",
                condition=~Q(state=CircularState.SENT)
                | Q(receivers__lte=MOST_ALONE)
                | Q(approved_at__isnull=False, receivers__isnull=False),
            ),
            models.CheckConstraint(
                name="circular_second_person_is_another",
                condition=Q(approved_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="circular_sent_has_a_moment_and_a_number",
                condition=Q(state=CircularState.SENT, sent_at__isnull=False, receivers__isnull=False)
                | (~Q(state=CircularState.SENT) & Q(sent_at__isnull=True, receivers__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
