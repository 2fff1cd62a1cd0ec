from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from competition.calendar import ONE_DAY, local_date
from competition.models.acts import done_by
from competition.models.municipalities import Municipality
from competition.models.participants import Role


class InvitationState(models.TextChoices):
    OPEN = "open", _("wacht op antwoord")
    ACCEPTED = "accepted", _("geaccepteerd")
    REVOKED = "revoked", _("ingetrokken")
    EXPIRED = "expired", _("verlopen")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def open_at(self, at: datetime) -> "InvitationQuerySet":
        return self.unanswered().filter(expires_at__gt=at)


class Invitation(models.Model):
    """One invitation to work for a municipality, to one e-mail address. Of its key only the hash is kept."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("gemeente")
    )
    email = models.EmailField(_("e-mailadres"))
    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.STAFF)
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - unique
    created_at = models.DateTimeField(_("gemaakt op"), editable=False)
    created_by = done_by(_("uitgenodigd door"), editable=False)
    expires_at = models.DateTimeField(_("geldig tot"), editable=False)
    accepted_at = models.DateTimeField(_("geaccepteerd op"), null=True, blank=True, editable=False)
    accepted_by = done_by(_("geaccepteerd door"), blank=True, editable=False)
    revoked_at = models.DateTimeField(_("ingetrokken op"), null=True, blank=True, editable=False)
    revoked_by = done_by(_("ingetrokken door"), blank=True, editable=False)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        constraints = [
            models.UniqueConstraint(
                "municipality",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_unanswered_per_address",
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked_not_both",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_expires_after_it_was_made", condition=Q(expires_at__gt=models.F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        """Without the address: the admin's history keeps these words."""
        return f"{self.municipality}, {date_format(localtime(self.created_at), 'j F Y')}"

    @property
    def last_day(self) -> date:
        return local_date(self.expires_at) - ONE_DAY

    def state_at(self, at: datetime) -> InvitationState:
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.OPEN if at < self.expires_at else InvitationState.EXPIRED

    @property
    def is_at_own_domain(self) -> bool:
        """Whether the address ends like those of the municipality: a hint that it is right, never a proof."""
        domain = self.email.rpartition("@")[2].casefold()
        return domain in {each.casefold() for each in self.municipality.email_domains}
