"""Every mail that the portal writes: Dutch, as text and as HTML that says the same."""

import re

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from competition.languages import in_dutch
from competition.models import User


@in_dutch()
def send(person: User, *, subject: str, template: str, context: dict[str, object], switch_off_path: str = "") -> None:
    """Mail one person now; call it from an outbox task, as it waits for the mail server.

    The text template extends account/email/base_message.txt; every link in it begins with `site_url`, which is known
    there, as `person` is. Where the reader can switch this kind of mail off, `switch_off_path` is the page on which.
    """
    switch_off_url = f"{settings.SITE_URL}{switch_off_path}" if switch_off_path else ""
    known = {"person": person, "site_url": settings.SITE_URL, "switch_off_url": switch_off_url}
    headers = {"List-Unsubscribe": f"<{switch_off_url}>"} if switch_off_url else {}
    text = render_to_string(template, known | context).strip()
    complete(EmailMultiAlternatives(subject, text, to=[person.email], headers=headers)).send()


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
