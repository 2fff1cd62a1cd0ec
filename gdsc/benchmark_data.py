"""What the benchmark measures on: in an empty database, an edition with 400 participants for each size of a ledger."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from competition import clock, editions
from competition.models import Edition, Entry, Participant, Rules, User
from gdsc import roles
from meetups.models import Attendance, Meetup
from scoring import closing, standings
from scoring.models import ClaimState
from scoring.rules import Kind

PARTICIPANTS = 400
LAST_CLOSED_MONTH = 9


def organiser() -> User:
    return User.objects.create_user("meting@voorbeeld.example")


def lay_out_edition(year: int) -> Edition:
    edition = Edition.objects.create(year=year, name=f"Meting {year}", is_example=True)
    editions.lay_out(edition)
    Participant.objects.bulk_create(
        Participant(
            edition=edition, name=f"Gemeente {n}", slug=f"gemeente-{n}", sort_name=f"gemeente {n:04}", entry=Entry.DSA
        )
        for n in range(PARTICIPANTS)
    )
    Rules.objects.filter(edition=edition).update(locked_at=clock.now())
    return Edition.objects.select_related("rules").get(pk=edition.pk)


def add_entries(edition: Edition, by: User, *, up_to: int) -> None:
    """Add entries, spread over participants, kinds and the ten months, until the ledger holds this many."""
    known: dict[str, Any] = {
        "edition": edition.pk,
        "year": edition.year,
        "kinds": [kind.value for kind in Kind],
        "participants": PARTICIPANTS,
        "first": standings.head_of(edition) + 1,
        "last": up_to,
        "by": by.actor_id,
        "at": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, known)


def add_one(edition: Edition, by: User) -> None:
    add_entries(edition, by, up_to=standings.head_of(edition) + 1)


def close_months(edition: Edition) -> None:
    """Close all months but the last; the points of that one are what a recount still has to count."""
    for month in edition.rounds.filter(month__lte=LAST_CLOSED_MONTH).in_order():
        closing.close(month, at=clock.now())


def refresh_statistics() -> None:
    """What autovacuum does in production; only the owner may."""
    roles.become_owner()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    roles.become_application()


def waiting_claims(edition: Edition, *, count: int) -> dict[int, int]:
    """As many attendances of one meetup that wait for an organiser, each of another participant: with its version."""
    number, day = Meetup.objects.count(), date(edition.year, LAST_CLOSED_MONTH + 1, 1)
    then = edition.starts_at + timedelta(days=1)
    meetup = Meetup.objects.create(
        edition=edition, title="Meting", slug=f"meting-{number}", starts_at=then, ends_at=then + timedelta(hours=2)
    )
    made = Attendance.objects.bulk_create(
        Attendance(
            participant=participant,
            meetup=meetup,
            created_at=then,
            submitted_at=then,
            state=ClaimState.SUBMITTED,
            counts_on=day,
        )
        for participant in Participant.objects.filter(edition=edition).order_by("pk")[:count]
    )
    return {claim.pk: claim.version for claim in made}


_ADD = """
INSERT INTO scoring_ledgerentry
    (edition_id, participant_id, kind, source, description, points, counts_on, booked_at, booked_by, reason)
SELECT %(edition)s, participant.id, (%(kinds)s::text[])[1 + n %% 3],
       'vulling:' || n, 'Vulling', 1, make_date(%(year)s, 1 + n %% 10, 1 + n %% 28), %(at)s, %(by)s, ''
FROM generate_series(%(first)s, %(last)s) AS n
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
    FROM competition_participant WHERE edition_id = %(edition)s
) AS participant ON participant.place = (n::bigint * 7919 + n / 400) %% %(participants)s
"""
