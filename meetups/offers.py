"""The mail that offers seats to a municipality on the waiting list."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from competition import mails
from competition.calendar import AMSTERDAM
from competition.languages import in_dutch
from competition.models import User
from meetups import letters
from meetups.models import Signup


@in_dutch()
def mail(person: User, signup: Signup, *, offer_number: int, at: datetime) -> bool:
    """Tell one person of the offer, unless it has ended by now; gives whether it was sent.

    Opening the link in it changes nothing: the page asks first. It holds no secret, as one must log in.
    """
    if signup.offer_number != offer_number or not signup.has_offer(at):
        return False
    path = reverse("meetup_offer", args=[signup.municipality.slug, signup.meetup.slug])
    start = signup.meetup.starts_at.astimezone(AMSTERDAM)
    values = {
        "vrij": "Er is een plaats vrij" if signup.offered == 1 else f"Er zijn {signup.offered} plaatsen vrij",
        "gemeente": str(signup.municipality),
        "meetup": signup.meetup.title,
        "dag": date_format(start, "l j F Y"),
        "tijd": date_format(start, "TIME_FORMAT"),
        "pagina": f"{settings.SITE_URL}{path}",
        "tot_wanneer": _how_long(signup),
    }
    return mails.send(person, letters.OFFER, values)


def _how_long(signup: Signup) -> str:
    if signup.offered == 1:
        held, lost = "de plaats", "Dan gaat zij naar een andere gemeente."
    else:
        held, lost = "de plaatsen", "Dan gaan zij naar een andere gemeente."
    return f"Wij houden {held} {signup.offer_ends} voor u vrij. Horen wij dan niets? {lost}"
