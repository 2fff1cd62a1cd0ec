"""Who signs up for the meetups of the demonstration, and an evening that is going on while one looks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from competition.models import Edition, Municipality, OutboxMessage, User
from gdsc.demo import plan
from gdsc.demo.people import Cast
from meetups import hosting, signups
from meetups.models import Meetup, Presence, Signup

CAPACITY, MOST_PER_MUNICIPALITY = 14, 3
OPENS_BEFORE = timedelta(days=35)
LEAVES_BEFORE = timedelta(days=27)
GUESTS = (*plan.TIED, plan.WINNER, *plan.OTHERS[2:8])
"""More than there is room for: the last ones wait."""
EVENING_HOST = plan.TIED[1]
EVENING_GUESTS = (plan.WINNER, *plan.OTHERS[3:9])


def sign_up(meetup: Meetup, code: str, people: int, *, cast: Cast, at: datetime) -> None:
    """One municipality asks for seats, or gives back those that it has too many of."""
    town = Municipality.objects.get(cbs_code=code)
    known = Signup.objects.filter(meetup=meetup, municipality=town).first()
    signups.sign_up(
        meetup,
        town,
        people=people,
        form_key=uuid5(NAMESPACE_URL, f"voorbeeld:{meetup.pk}:{code}:{people}"),
        seen_version=known.version if known else 0,
        by=cast.contacts[code],
        at=at,
    )


def asked(meetup: Meetup, month: int) -> Iterable[tuple[datetime, str, int]]:
    """When which municipality asks for how many seats; the first to ask needs one less after all."""
    for number, code in enumerate(GUESTS):
        yield meetup.starts_at - OPENS_BEFORE + timedelta(hours=number), code, 1 + (number + month) % 3
    yield meetup.starts_at - LEAVES_BEFORE, GUESTS[1], 1


def begin_an_evening(edition: Edition, host: User, *, cast: Cast, at: datetime) -> Meetup:
    """A meetup that began an hour ago: its code works, and its list is being kept."""
    starts_at = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    meetup = Meetup.objects.create(
        edition=edition,
        title="Vragenuur: hoe doet u mee?",
        slug="vragenuur",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        host=Municipality.objects.get(cbs_code=EVENING_HOST),
        capacity=12,
        most_per_municipality=2,
        description="Stel uw vragen over meetups, overnemen en aandragen. (Voorbeeld: deze meetup is verzonnen.)",
        changed_at=starts_at - timedelta(days=14),
    )
    meetup.appointed_hosts.add(host)
    for number, code in enumerate(EVENING_GUESTS):
        sign_up(meetup, code, 2, cast=cast, at=starts_at - timedelta(days=7) + timedelta(hours=number))
    for code, presence in zip(EVENING_GUESTS[1:], [Presence.PRESENT, Presence.EXCUSED, Presence.PRESENT], strict=False):
        hosting.mark(meetup, Municipality.objects.get(cbs_code=code), presence, at=at)
    return meetup


def count_as_mailed(*, at: datetime) -> None:
    """Nobody is mailed about what happened before one began to look."""
    OutboxMessage.objects.waiting().filter(task=signups.MAIL_TASK).update(done_at=at)
