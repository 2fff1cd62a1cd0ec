from celery import shared_task

from competition import accounts, circulars, clock, invitations, jobs, outbox
from competition.models import Circular, User


@shared_task(ignore_result=True)
def deliver_task(message_id: int) -> None:
    outbox.deliver(message_id, at=clock.now())


@shared_task(ignore_result=True)
def sweep_outbox_task() -> None:
    """Do what a lost message left undone. Beat only wakes it; what is due stands in the database."""
    with jobs.recorded("sweep_outbox") as run:
        done = outbox.deliver_due(at=clock.now(), now=clock.now)
        forgotten = outbox.forget_done(at=clock.now())
        run.outcome = f"{done} gedaan, {forgotten} opgeruimd"


@shared_task(ignore_result=True)
def invite_task(user_id: int) -> None:
    """The account may have been deleted since; then there is nobody to invite."""
    for user in User.objects.filter(pk=user_id):
        accounts.invite(user)


@shared_task(ignore_result=True)
def send_invitation_task(invitation_id: int) -> None:
    invitations.send(invitation_id, at=clock.now())


@shared_task(ignore_result=True)
def mail_circular_task(circular_id: int, user_id: int) -> None:
    """The account may have been closed since; then there is nobody to mail."""
    circular = Circular.objects.select_related("edition").get(pk=circular_id)
    for person in User.objects.filter(pk=user_id, is_active=True):
        circulars.mail(person, circular, at=clock.now())
