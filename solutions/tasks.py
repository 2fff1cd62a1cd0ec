from celery import shared_task

from competition import clock, jobs
from competition.models import User
from solutions import recognition, remarks, use
from solutions.models import Adoption, Remark, UseQuestion


@shared_task(ignore_result=True)
def mail_giver_task(adoption_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    adoption = Adoption.objects.select_related("participant", "solution__giver").get(pk=adoption_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        recognition.mail(person, adoption)


@shared_task(ignore_result=True)
def mail_use_task(question_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    question = UseQuestion.objects.select_related("adoption__participant", "adoption__solution").get(pk=question_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        use.mail(person, question, at=clock.now())


@shared_task(ignore_result=True)
def mail_remark_task(remark_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    remark = Remark.objects.select_related("contribution__participant").get(pk=remark_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        remarks.mail(person, remark, at=clock.now())


@shared_task(ignore_result=True)
def ask_due_task() -> None:
    """Ask whether solutions are still in use. Beat only wakes it; the database says what is due."""
    with jobs.recorded("ask_due") as run:
        run.outcome = "\n".join(use.ask_due(at=clock.now())) or "niets te doen"
