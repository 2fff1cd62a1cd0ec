"""Every mail that the portal writes: Dutch, as text and as HTML that says the same."""

import re
from collections.abc import Collection, Mapping

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from competition import mail_texts
from competition.languages import in_dutch
from competition.mail_texts import Filled, Letter
from competition.models import MailKind, SwitchedOffMail, User


@in_dutch()
def send(person: User, letter: Letter, values: Mapping[str, str]) -> bool:
    """Mail one person now, unless they switched off this kind; gives whether it was sent.

    Call it from an outbox task, as it waits for the mail server. Every link among the values begins with the site's
    address.
    """
    if letter.kind and letter.kind not in wanted_by(person):
        return False
    send_to(person.email, letter, values)
    return True


@in_dutch()
def send_to(address: str, letter: Letter, values: Mapping[str, str]) -> None:
    """Mail an address now, whoever reads it."""
    post(mail_texts.filled(letter, values), to=address, kind=letter.kind)


def post(words: Filled, *, to: str, kind: MailKind | None = None) -> None:
    message = made(words, kind=kind)
    message.to = [to]
    message.send()


@in_dutch()
def made(words: Filled, *, kind: MailKind | None = None) -> EmailMultiAlternatives:
    """The mail that says these words, to nobody yet. A greeting, who writes and how to switch it off come along."""
    switch_off_url = f"{settings.SITE_URL}{reverse('my_mail')}" if kind else ""
    headers = {"List-Unsubscribe": f"<{switch_off_url}>"} if switch_off_url else {}
    shown = {"body": words.body, "switch_off_url": switch_off_url}
    text = render_to_string("competition/mail.txt", shown).strip()
    return complete(EmailMultiAlternatives(words.subject, text, headers=headers))


def wanted_by(person: User) -> list[MailKind]:
    """The kinds that this person did not switch off."""
    switched_off = set(person.switched_off_mails.values_list("kind", flat=True))
    return [kind for kind in MailKind if kind not in switched_off]


@transaction.atomic
def choose(person: User, *, wanted: Collection[str]) -> None:
    """Mail this person these kinds and no other."""
    person.switched_off_mails.filter(kind__in=wanted).delete()
    others = [SwitchedOffMail(user=person, kind=kind) for kind in MailKind if kind not in wanted]
    SwitchedOffMail.objects.bulk_create(others, ignore_conflicts=True)


@in_dutch()
def complete(message: EmailMultiAlternatives) -> EmailMultiAlternatives:
    """Give a mail in text all that each of ours has: a subject on one line, where an answer goes, and its HTML."""
    message.subject = " ".join(str(message.subject).split())
    message.reply_to = [settings.CONTACT_EMAIL]
    page = {"subject": message.subject, "site_url": settings.SITE_URL, "body": _html_of(str(message.body))}
    message.attach_alternative(render_to_string("competition/mail.html", page), "text/html")
    return message


def _html_of(text: str) -> SafeString:
    """The same words in paragraphs, in which only addresses of our own are links: others wrote some of the words."""
    own = re.compile(rf"{re.escape(escape(settings.SITE_URL))}(?:/[^\s<]*)?(?<![.,:;!?)])")
    paragraphs = linebreaks(text, autoescape=True)
    return mark_safe(own.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', paragraphs))  # noqa: S308 - escaped
