"""Accounts of people: opened by an organiser, without a password. Who reads the mailbox chooses one."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from competition import letters, mails, outbox
from competition.languages import in_dutch
from competition.models import User

INVITE_TASK = "competition.tasks.invite_task"


@transaction.atomic
def open_for(user: User, *, at: datetime) -> None:
    """Let this new person choose a password, and tell them how. No password works until then."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    use_address(user)
    invite_later(user, at=at)


@transaction.atomic
def use_address(user: User) -> None:
    """Make the person's e-mail address the one to log in with.

    It counts as unproven: only a code that was sent to it proves that the person reads it. Former addresses go.
    """
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email.lower(), primary=True, verified=False)


def invite_later(user: User, *, at: datetime) -> None:
    """Send the invitation once the present transaction is committed, however long the mail server is down."""
    outbox.add(INVITE_TASK, at=at, user_id=user.pk)


@in_dutch()
def invite(user: User) -> None:
    """Mail the person how to choose a password. The mail holds no secret: the code comes when they ask for it.

    Does nothing for who has chosen one already, or may not log in.
    """
    if user.has_usable_password() or not user.is_active:
        return
    values = {
        "pagina": f"{settings.SITE_URL}{reverse('account_reset_password')}",
        "emailadres": user.email,
        "site": settings.SITE_URL,
    }
    mails.send(user, letters.INVITATION, values)
