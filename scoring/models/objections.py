from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models import Participant
from competition.models.acts import done_by
from scoring.models.ledger import LedgerEntry


class ObjectionState(models.TextChoices):
    PENDING = "pending", _("wacht op antwoord")
    UPHELD = "upheld", _("gegrond")
    DISMISSED = "dismissed", _("ongegrond")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def pending(self) -> "ObjectionQuerySet":
        return self.filter(state=ObjectionState.PENDING)


class Objection(models.Model):
    """A participant's objection to one booking, of its own or of a rival, and the organisers' public answer.

    What was objected may hold names, so only organisers and the objector read it; it can be taken out later. The rest
    never changes once it has ended, and is never removed: the database sees to both.
    """

    entry = models.ForeignKey(
        LedgerEntry, on_delete=models.PROTECT, related_name="objections", verbose_name=_("boeking")
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="objections", verbose_name=_("deelnemer die bezwaar maakt")
    )
    grounds = models.TextField(  # noqa: DJ001  # empty text is refused; nothing at all is what is left after a purge
        _("wat er niet klopt"),
        null=True,
        validators=[MaxLengthValidator(2000)],
        help_text=_("Alleen de organisatie en de deelnemer zelf lezen dit."),
    )
    form_key = models.UUIDField(editable=False, help_text=_("Zo levert tweemaal versturen één bezwaar op."))
    submitted_at = models.DateTimeField(_("ingediend op"))
    submitted_by = done_by(_("ingediend door"))
    state = models.CharField(
        _("uitkomst"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.PENDING
    )
    answer = models.TextField(_("antwoord"), blank=True, help_text=_("Staat op de site, voor iedereen."))
    ended_at = models.DateTimeField(_("beantwoord of ingetrokken op"), null=True, blank=True)
    ended_by = done_by(_("beantwoord of ingetrokken door"), blank=True)

    objects: ClassVar[ObjectionQuerySet] = ObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("bezwaar")
        verbose_name_plural = _("bezwaren")
        default_permissions = ("view",)
        permissions = [("answer_objections", _("Mag bezwaren beantwoorden"))]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "participant"],
                condition=~Q(state=ObjectionState.WITHDRAWN),
                name="objection_once_per_participant",
            ),
            models.UniqueConstraint(fields=["participant", "form_key"], name="objection_one_per_sent_form"),
            models.CheckConstraint(name="objection_says_what_is_wrong", condition=Q(grounds=None) | ~Q(grounds="")),
            models.CheckConstraint(
                name="objection_ended_has_a_moment",
                condition=Q(state=ObjectionState.PENDING, ended_at__isnull=True)
                | (~Q(state=ObjectionState.PENDING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="objection_is_answered_with_a_reason",
                condition=Q(state__in=[ObjectionState.PENDING, ObjectionState.WITHDRAWN], answer="")
                | (Q(state__in=[ObjectionState.UPHELD, ObjectionState.DISMISSED]) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.entry}"

    @property
    def is_pending(self) -> bool:
        return self.state == ObjectionState.PENDING
