"""The objections of the demonstration: one that was dismissed, and one that waits for an answer."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from competition.calendar import ONE_DAY
from competition.models import User
from gdsc.demo.setting import Setting
from scoring import objections
from scoring.models import LedgerEntry, Objection

DISMISSED = "Volgens ons was dit maar een proef."
WHY_DISMISSED = "De gemeente liet ons zien dat dit klopt. Wij zijn zelf gaan kijken."
WAITING = "Wij denken dat dit punt dubbel is geteld."


def object_to_last(setting: Setting, objector: str, grounds: str, *, at: datetime) -> Objection | None:
    """Let one participant object to the newest booking of another one, a day later at most; None without any."""
    participant = setting.players[objector]
    others = LedgerEntry.objects.of_edition(setting.edition).filter(reversal=None).exclude(participant=participant)
    entry = others.select_related("participant").order_by("-number").first()
    if entry is None:
        return None
    key = uuid5(NAMESPACE_URL, f"voorbeeld:{participant.pk}:{entry.number}")
    by, objected_at = setting.cast.contacts[objector], min(at, entry.booked_at + ONE_DAY)
    return objections.object_to(entry, participant, grounds=grounds, form_key=key, by=by, at=objected_at)


def have_one_dismissed(setting: Setting, objector: str, *, by: User, at: datetime) -> None:
    made = object_to_last(setting, objector, DISMISSED, at=at)
    if made is not None:
        objections.dismiss(made, because=WHY_DISMISSED, by=by, at=at)
