from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Pace(NamedTuple):
    """How many of the rows that are written in numbers begin in any stretch of this length."""

    at_most: int
    every: timedelta
    clocks_differ: timedelta


PACE = Pace(60, timedelta(minutes=1), timedelta(minutes=5))


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> "OutboxQuerySet":
        return self.filter(done_at__isnull=True, parked_at__isnull=True)

    def paced_around(self, at: datetime) -> "OutboxQuerySet":
        """What began in the minute before, also by a clock that runs some minutes ahead."""
        return self.filter(is_paced=True, begun_at__gt=at - PACE.every, begun_at__lte=at + PACE.clocks_differ)

    def due(self, at: datetime) -> "OutboxQuerySet":
        return self.waiting().filter(next_attempt_at__lte=at).order_by("pk")


class OutboxMessage(models.Model):
    """Work that must follow a committed change: written in the same transaction, done by Celery afterwards."""

    task = models.CharField(_("taak"), max_length=100)
    key = models.CharField(
        _("kenmerk"),
        max_length=150,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Van een opdracht met een kenmerk is er hooguit één."),
    )
    arguments = models.JSONField(_("gegevens"), default=dict)
    created_at = models.DateTimeField(_("gemaakt op"))
    next_attempt_at = models.DateTimeField(_("volgende poging"))
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    is_paced = models.BooleanField(
        _("op zijn beurt"),
        default=False,
        help_text=_("Van deze opdrachten beginnen er hooguit zestig per minuut."),
    )
    begun_at = models.DateTimeField(_("laatst begonnen op"), null=True, blank=True)
    last_error = models.TextField(_("laatste fout"), blank=True)
    done_at = models.DateTimeField(_("gedaan op"), null=True, blank=True)
    parked_at = models.DateTimeField(_("stilgezet op"), null=True, blank=True)

    objects: ClassVar[OutboxQuerySet] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("uitgaande opdracht")
        verbose_name_plural = _("uitgaande opdrachten")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["begun_at"], condition=Q(is_paced=True), name="outbox_pace"),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_done_or_parked_not_both",
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    @property
    def job(self) -> str:
        """The short name under which its runs are recorded."""
        return self.task.rpartition(".")[2].removesuffix("_task")

    def is_resting(self, at: datetime) -> bool:
        """In the pause after an attempt. A first attempt never waits: the clock of who wrote the row may run ahead."""
        return self.attempts > 0 and self.next_attempt_at > at


class JobRun(models.Model):
    """The last run of one job; one row per job."""

    job = models.CharField(_("taak"), max_length=50, unique=True)
    started_at = models.DateTimeField(_("begonnen op"))
    finished_at = models.DateTimeField(_("klaar op"), null=True, blank=True)
    outcome = models.TextField(_("uitkomst"), blank=True)
    error = models.TextField(_("fout"), blank=True)

    class Meta:
        verbose_name = _("laatste uitvoering")
        verbose_name_plural = _("laatste uitvoeringen")

    def __str__(self) -> str:
        return self.job


class PageChange(models.Model):
    """A change to something that the public pages show, noted by the database itself.

    One row for each statement, or for several together (`scoring.changes.add_up`); how often each table was changed
    says whether a page that was made before is still right.
    """

    table_name = models.CharField(_("tabel"), max_length=63, default="")
    times = models.PositiveIntegerField(_("aantal wijzigingen"), default=1)

    class Meta:
        verbose_name = _("wijziging op de site")
        verbose_name_plural = _("wijzigingen op de site")
        default_permissions = ()

    def __str__(self) -> str:
        return self.table_name
