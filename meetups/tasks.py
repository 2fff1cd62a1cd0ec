from typing import Any

from celery import shared_task

from competition import clock, jobs
from competition.models import User
from meetups import changes, offers, reminders, signups
from meetups.models import Signup


@shared_task(ignore_result=True)
def settle_signups_task() -> None:
    """End the offers that ran out. Beat only wakes it; what is due stands in the database."""
    with jobs.recorded("settle_signups") as run:
        run.outcome = f"{signups.settle_due(at=clock.now())} meetups"


@shared_task(ignore_result=True)
def mail_offer_task(signup_id: int, offer_number: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    signup = Signup.objects.select_related("meetup__edition", "municipality").get(pk=signup_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        offers.mail(person, signup, offer_number=offer_number, at=clock.now())


@shared_task(ignore_result=True)
def send_reminders_task() -> None:
    """Have each reminder that is due mailed. Beat only wakes it; what is due stands in the database."""
    with jobs.recorded("send_reminders") as run:
        run.outcome = f"{reminders.send_due(at=clock.now())} mails"


@shared_task(ignore_result=True)
def mail_reminder_task(reminder: str, signup_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    for person in User.objects.filter(pk=user_id, is_active=True):
        reminders.mail(person, signup_id, reminder=reminders.Reminder(reminder), at=clock.now())


@shared_task(ignore_result=True)
def mail_change_task(signup_id: int, now: list[Any], before: list[Any], user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    signup = Signup.objects.select_related("meetup__edition", "municipality").get(pk=signup_id)
    facts = {"now": changes.Facts(*now), "before": changes.Facts(*before)}
    for person in User.objects.filter(pk=user_id, is_active=True):
        changes.mail(person, signup, **facts, at=clock.now())
