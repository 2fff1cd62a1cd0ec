"""The work behind the scenes, to look at."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import clock, jobs, outbox
from competition.admin.bases import ReadOnlyAdmin, actor
from competition.languages import in_dutch
from competition.models import JobRun, OutboxMessage

NAMES = {
    "close_due": _("Maanden afsluiten"),
    "sweep_outbox": _("Achterstallig werk inhalen"),
    "recount": _("Ranglijst bijwerken"),
    "verify_due": _("Stand controleren"),
    "clear_expired": _("Verlopen sessies en tellingen wissen"),
    "forget_names": _("Namen van vroegere edities wissen"),
    "sweep_files": _("Bestanden wissen die nergens meer bij horen"),
    "announce_checkpoints": _("Controlepunten rondsturen"),
    "mail_checkpoints": _("Controlepunten mailen"),
    "announce_decisions": _("Beslissingen rondsturen"),
    "mail_decision": _("Beslissing mailen"),
    "send_reminders": _("Herinneringen rondsturen"),
    "mail_reminder": _("Herinnering mailen"),
    "ask_due": _("Vragen of oplossingen nog in gebruik zijn"),
    "mail_giver": _("Gevers vragen of een overname klopt"),
    "mail_use": _("Vragen naar gebruik mailen"),
    "announce_digest": _("Overzichten van een maand rondsturen"),
    "mail_circular": _("Berichten aan deelnemers mailen"),
    "mail_change": _("Mailen dat een meetup verandert"),
    "mail_digest": _("Overzicht van een maand mailen"),
    "mail_remark": _("Vragen en antwoorden over oplossingen mailen"),
}
TASKS = {
    "scoring.tasks.recount_task": _("Ranglijst bijwerken"),
    "competition.tasks.invite_task": _("Uitnodiging versturen"),
    "competition.tasks.send_invitation_task": _("Uitnodiging van een collega versturen"),
    "scoring.tasks.announce_checkpoints_task": _("Controlepunten rondsturen"),
    "scoring.tasks.mail_checkpoints_task": _("Controlepunten mailen"),
    "scoring.tasks.mail_decision_task": _("Beslissing mailen"),
    "meetups.tasks.mail_reminder_task": _("Herinnering mailen"),
    "solutions.tasks.mail_giver_task": _("Gevers vragen of een overname klopt"),
    "solutions.tasks.mail_use_task": _("Vragen naar gebruik mailen"),
    "competition.tasks.mail_circular_task": _("Berichten aan deelnemers mailen"),
    "meetups.tasks.mail_change_task": _("Mailen dat een meetup verandert"),
    "gdsc.tasks.mail_digest_task": _("Overzicht van een maand mailen"),
    "solutions.tasks.mail_remark_task": _("Vragen en antwoorden over oplossingen mailen"),
}


def name_of(job: str) -> str:
    return str(NAMES.get(job, job))


def warnings_about_jobs() -> list[str]:
    """A sentence for each periodic job that keeps silent too long."""
    runs = {run.job: run for run in JobRun.objects.all()}
    return [_silence_of(job, runs.get(job)) for job in jobs.silent(at=clock.now())]


def _silence_of(job: str, run: JobRun | None) -> str:
    if run is None:
        words = gettext("‘%(job)s’ heeft nog niet gedraaid. Blijft dat zo? Waarschuw dan de technisch beheerder.")
        return words % {"job": name_of(job)}
    return gettext("‘%(job)s’ heeft sinds %(moment)s niet gedraaid. Waarschuw de technisch beheerder.") % {
        "job": name_of(job),
        "moment": date_format(localtime(run.started_at), "j F Y H:i"),
    }


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin[JobRun]):
    list_display = ("name", "how_long_ago", "started_at", "finished_at", "outcome", "is_fine", "error")
    ordering = ("job",)
    fields = ("name", "how_long_ago", "started_at", "finished_at", "outcome", "error")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_view_permission(request):
            for warning in warnings_about_jobs():
                self.message_user(request, warning, messages.WARNING)
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("taak"), ordering="job")
    def name(self, run: JobRun) -> str:
        return name_of(run.job)

    @admin.display(description=_("hoe lang geleden"), ordering="started_at")
    def how_long_ago(self, run: JobRun) -> str:
        return timesince(run.started_at, clock.now())

    @admin.display(description=_("gelukt"), boolean=True)
    def is_fine(self, run: JobRun) -> bool | None:
        if run.error:
            return False
        return None if run.finished_at is None else True


class ConditionFilter(admin.SimpleListFilter):
    title = _("toestand")
    parameter_name = "toestand"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("wacht", gettext("wacht")), ("stil", gettext("stilgezet")), ("gedaan", gettext("gedaan"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        if self.value() == "wacht":
            return queryset.filter(done_at=None, parked_at=None)
        if self.value() == "stil":
            return queryset.exclude(parked_at=None)
        return queryset.exclude(done_at=None) if self.value() == "gedaan" else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin[OutboxMessage]):
    list_display = ("name", "condition", "created_at", "attempts", "next_attempt_at", "done_at", "last_error")
    list_filter = (ConditionFilter, "task")
    ordering = ("-pk",)
    fields = (
        *("name", "condition", "arguments", "created_at", "is_paced", "attempts", "begun_at", "next_attempt_at"),
        *("last_error", "done_at"),
    )
    actions = ("try_again",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return actor(request).has_perm("competition.change_outboxmessage")

    @admin.display(description=_("opdracht"), ordering="task")
    def name(self, message: OutboxMessage) -> str:
        return f"{TASKS.get(message.task, message.task)} #{message.pk}"

    @admin.display(description=_("toestand"))
    def condition(self, message: OutboxMessage) -> str:
        if message.done_at is not None:
            return gettext("gedaan")
        return gettext("wacht") if message.parked_at is None else gettext("stilgezet na te veel fouten")

    @admin.action(description=_("Probeer opnieuw"), permissions=["retry"])
    @transaction.atomic
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        parked = queryset.exclude(parked_at=None)
        for message in parked:
            outbox.retry(message, at=clock.now())
            with in_dutch():
                self.log_change(request, message, gettext("Opnieuw in de rij gezet."))
        words = ngettext(
            "%(count)d opdracht staat weer in de rij.", "%(count)d opdrachten staan weer in de rij.", len(parked)
        )
        self.message_user(request, words % {"count": len(parked)})
        if others := len(queryset) - len(parked):
            left = gettext("%(count)d overgeslagen: die waren niet stilgezet.") % {"count": others}
            self.message_user(request, left, messages.WARNING)
