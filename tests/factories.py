"""One minimal factory per model: what a test does not name, it does not care about.

`NOW` is a Wednesday in March 2026, in the middle of the third round. Tests pass it on; nothing here reads the clock.
"""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from django.contrib.auth.models import Group
from django.utils.text import slugify

from competition import access, editions
from competition.models import (
    DsaMembership,
    Edition,
    Entry,
    Membership,
    Municipality,
    Participant,
    ParticipantMunicipality,
    Rules,
    User,
)
from competition.names import sort_key
from meetups.models import Attendance, Material, MaterialKind, Meetup, Signup
from news.models import NewsItem
from scoring import claims, closing, ledger
from scoring.models import Act, Claim, LedgerEntry, Objection, Outcome, Proposal, SealedLot
from scoring.rules import Kind
from solutions.models import Adoption, Contribution, Readiness, Remark, Solution, Stage, Theme

NOW = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
_number = count(1)
C = TypeVar("C", bound=Claim)


def user(name: str = "", **fields: Any) -> User:
    n = next(_number)
    return User.objects.create_user(f"persoon{n}@voorbeeld.example", name=name or f"Persoon {n}", **fields)


def organiser(**fields: Any) -> User:
    """Somebody with all rights in the admin."""
    return user(is_staff=True, is_superuser=True, **fields)


def in_group(name: str) -> User:
    """Somebody who may open the admin, with the rights of one of the organisers' groups."""
    access.set_up_groups()
    person = user(is_staff=True)
    person.groups.add(Group.objects.get(name=name))
    return person


def municipality(name: str = "", **fields: Any) -> Municipality:
    n = next(_number)
    name = name or f"Gemeente {n}"
    defaults = {"cbs_code": f"GM{n % 10_000:04d}", "common_name": name, "slug": slugify(name), "province": "Utrecht"}
    return Municipality.objects.create(name=name, **(defaults | fields))


def dsa_membership(of: Municipality, **fields: Any) -> DsaMembership:
    return DsaMembership.objects.create(municipality=of, **({"certainty": "certain", "source_note": "bron"} | fields))


def staff_of(of: Municipality, **fields: Any) -> User:
    """Somebody who works for this municipality."""
    person = user()
    Membership.objects.create(user=person, municipality=of, **({"starts_on": date(2026, 1, 1)} | fields))
    return person


def edition(year: int = 2026, *, rules: dict[str, Any] | None = None, **fields: Any) -> Edition:
    """An edition with its rules and its ten months."""
    made = Edition.objects.create(year=year, name=f"Editie {year}", **fields)
    editions.lay_out(made)
    Rules.objects.filter(edition=made).update(**(rules or {}))
    return Edition.objects.select_related("rules").get(pk=made.pk)


def participant(name: str = "", *, of: Edition, **fields: Any) -> Participant:
    """A municipality that plays in this edition; with `municipalities=[…]` those, as one participant."""
    municipalities = fields.pop("municipalities", None) or [municipality(name)]
    name = name or str(municipalities[0])
    if fields.get("entry") == Entry.WILDCARD:
        fields = {"wildcard_reason": "Omdat het kan", "wildcard_granted_on": date(2026, 1, 1)} | fields
        approved(Act.WILDCARD, of=of, slug=fields.get("slug", slugify(name)))
    defaults = {"slug": slugify(name), "sort_name": sort_key(name), "entry": Entry.DSA}
    made = Participant.objects.create(edition=of, name=name, **(defaults | fields))
    for one in municipalities:
        ParticipantMunicipality.objects.create(participant=made, municipality=one, edition=of)
    return made


def solution(*, of: Edition, month: int = 1, **fields: Any) -> Solution:
    n = next(_number)
    defaults = {"title": f"Oplossing {n}", "slug": f"oplossing-{n}", "summary": "In één zin", "description": "Lang"}
    return Solution.objects.create(edition=of, round=of.rounds.get(month=month), **(defaults | fields))


def meetup(*, of: Edition, starts_at: datetime = NOW - timedelta(days=2), **fields: Any) -> Meetup:
    n = next(_number)
    defaults = {"title": f"Meetup {n}", "slug": f"meetup-{n}", "ends_at": starts_at + timedelta(hours=2)}
    return Meetup.objects.create(edition=of, starts_at=starts_at, **(defaults | fields))


def material(of: Meetup, **fields: Any) -> Material:
    n = next(_number)
    defaults = {"kind": MaterialKind.SLIDES, "title": f"Materiaal {n}", "url": f"https://voorbeeld.nl/{n}"}
    return Material.objects.create(meetup=of, **(defaults | fields))


def signup(of: Meetup, by: Municipality | None = None, **fields: Any) -> Signup:
    """A municipality with one seat."""
    defaults = {"seats": 1, "form_key": uuid4(), "version": 1, "changed_at": NOW}
    return Signup.objects.create(meetup=of, municipality=by or municipality(), **(defaults | fields))


def news_item(title: str = "", **fields: Any) -> NewsItem:
    """News that was published an hour ago."""
    title = title or f"Bericht {next(_number)}"
    hour_ago = NOW - timedelta(hours=1)
    defaults = {"slug": slugify(title), "summary": "In één zin", "published_at": hour_ago, "changed_at": hour_ago}
    return NewsItem.objects.create(title=title, **(defaults | fields))


def attendance(of: Participant, **fields: Any) -> Attendance:
    about = fields.pop("meetup", None) or meetup(of=of.edition)
    return Attendance.objects.create(participant=of, meetup=about, **({"created_at": NOW} | fields))


def adoption(of: Participant, **fields: Any) -> Adoption:
    """An adoption that is ready to be submitted."""
    about = fields.pop("solution", None) or solution(of=of.edition)
    ready = {"stage": Stage.IN_USE, "in_use_since": date(2026, 3, 2), "evidence_text": "Kijk maar"}
    return Adoption.objects.create(participant=of, solution=about, **({"created_at": NOW} | ready | fields))


def contribution(of: Participant, **fields: Any) -> Contribution:
    """A contribution that is ready to be submitted."""
    ready = {"title": f"Vondst {next(_number)}", "summary": "Snel", "problem": "Traag", "solution": "Zo"}
    ready |= {"theme": Theme.SERVICE, "readiness": Readiness.IN_USE}
    return Contribution.objects.create(participant=of, **({"created_at": NOW} | ready | fields))


def remark(of: Contribution, **fields: Any) -> Remark:
    """A question of the organisers."""
    defaults = {"text": "Hoe dan?", "is_from_organisers": True, "form_key": uuid4(), "written_at": NOW}
    return Remark.objects.create(contribution=of, **(defaults | fields))


def submitted(claim: C, *, at: datetime = NOW) -> C:
    claims.submit(claim, by=user(), at=at)
    return claim


def confirmed(claim: C, *, at: datetime = NOW) -> C:
    claims.confirm(submitted(claim, at=at), by=organiser(), at=at)
    return claim


def entry(of: Participant, *, kind: Kind = Kind.MEETUP, by: User | None = None, **fields: Any) -> LedgerEntry:
    """A point booked straight in the ledger, without a claim behind it."""
    n = next(_number)
    defaults: dict[str, Any] = {
        "source": f"{kind}:{n}",
        "description": f"Punt {n}",
        "counts_on": date(2026, 3, 18),
        "at": NOW,
    }
    return ledger.award(of, kind=kind, by=by or user(), **(defaults | fields))


def objection(of: Participant, *, to: LedgerEntry | None = None, answer: str = "", **fields: Any) -> Objection:
    """An objection to a booking, of another participant if none is given; with an answer it has been dismissed."""
    by = fields.pop("by", None) or user()
    ended = {"state": "dismissed", "answer": answer, "ended_at": NOW, "ended_by": by} if answer else {}
    return Objection.objects.create(
        **{
            "participant": of,
            "entry": to or entry(participant(of=of.edition)),
            "grounds": "Wij waren er ook.",
            "form_key": uuid4(),
            "submitted_at": NOW,
            "submitted_by": by,
        }
        | ended
        | fields
    )


def approved(act: Act, *, of: Edition, at: datetime = NOW, **details: Any) -> Proposal:
    """What two organisers agreed on, before anything has been done about it."""
    return Proposal.objects.create(
        edition=of,
        act=act,
        details=details,
        summary="Iets bijzonders",
        reason="Omdat het moet",
        proposed_at=at,
        proposed_by=organiser(),
        outcome=Outcome.APPROVED,
        decided_at=at,
        decided_by=organiser(),
    )


def sealed_lot(text: str = "", *, of: Edition, **fields: Any) -> SealedLot:
    """A lot that one organiser sealed; it is opened by the text."""
    seal = sha256((text or f"geheime tekst {next(_number)}").encode()).hexdigest()
    return SealedLot.objects.create(edition=of, seal=seal, **({"sealed_at": NOW, "sealed_by": organiser()} | fields))


def close_october(of: Edition, *, at: datetime) -> closing.Closed:
    """Close the last month as two organisers do, whatever waits before it."""
    approved(Act.CLOSING, of=of, at=at)
    return closing.close(of.rounds.get(month=10), at=at)
