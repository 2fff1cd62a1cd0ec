"""The mail that offers seats to a municipality on the waiting list."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from competition import mails
from competition.languages import in_dutch
from competition.models import User
from meetups.models import Signup


@in_dutch()
def mail(person: User, signup: Signup, *, offer_number: int, at: datetime) -> bool:
    """Tell one person of the offer, unless it has ended by now; gives whether it was sent.

    Opening the link in it changes nothing: the page asks first. It holds no secret, as one must log in.
    """
    if signup.offer_number != offer_number or not signup.has_offer(at):
        return False
    path = reverse("meetup_offer", args=[signup.municipality.slug, signup.meetup.slug])
    context: dict[str, object] = {"signup": signup, "meetup": signup.meetup, "page_url": f"{settings.SITE_URL}{path}"}
    subject = gettext("Er is plaats voor u: %(meetup)s") % {"meetup": signup.meetup}
    mails.send(person, subject=subject, template="meetups/offer_mail.txt", context=context)
    return True
