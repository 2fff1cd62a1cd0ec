"""Until when what can be reported, and what the time of year means for it."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext

from competition.calendar import ONE_DAY, local_date
from gdsc.staff.desk import Desk


def notice_of(desk: Desk) -> str:
    """What everybody should know now, outside the ten months; empty during them."""
    first, last = desk.rounds[0], desk.rounds[-1]
    if desk.at < first.starts_at:
        words = gettext("De competitie begint op %(day)s. Vanaf die dag kunt u punten verdienen.")
        return words % {"day": _day(first.first_day)}
    if desk.at < last.ends_at:
        return ""
    if desk.at < last.late_claims_end_at(desk.rules):
        words = gettext(
            "Na %(day)s verdient u geen nieuwe punten. Wat in %(month)s gebeurde, meldt u nog tot en met %(until)s."
        )
        month = date_format(last.first_day, "F")
        return words % {"day": _day(last.last_day), "month": month, "until": _day(last_late_day(desk))}
    words = gettext("Na %(day)s verdient niemand nog punten. De stand van die dag bepaalt wie finalist is.")
    return words % {"day": _day(last.last_day)}


def is_on(desk: Desk) -> bool:
    """Whether the places can still change by what is reported."""
    return desk.rounds[0].starts_at <= desk.at < desk.rounds[-1].late_claims_end_at(desk.rules)


def last_day(desk: Desk) -> date:
    """The last day on which something new can earn a point; in the days after it, until when late claims come in."""
    last = desk.rounds[-1]
    return last.last_day if desk.at < last.ends_at else last_late_day(desk)


def last_late_day(desk: Desk) -> date:
    return local_date(desk.rounds[-1].late_claims_end_at(desk.rules)) - ONE_DAY


def last_day_to_report(desk: Desk, day: date) -> date | None:
    """Until when something that happened on this day can be reported; None outside the ten months."""
    for round_ in desk.rounds:
        if round_.first_day <= day <= round_.last_day:
            return local_date(round_.late_claims_end_at(desk.rules)) - ONE_DAY
    return None


def _day(day: date) -> str:
    return date_format(day, "j F Y")
