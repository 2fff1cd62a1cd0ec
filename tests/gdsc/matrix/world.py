"""One year in which every page has something to show, and one person of each kind who asks for it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.test import Client

from competition import access, invitations
from competition.models import (
    Circular,
    Edition,
    Invitation,
    JobRun,
    MailText,
    Membership,
    Municipality,
    OutboxMessage,
    Participant,
    Role,
    User,
)
from competition.uploads import Checked, UploadField
from meetups.models import Signup
from scoring import closing, proposals, standings
from scoring.final import finalists, lots
from scoring.final.result import record_winner
from scoring.models import Act, Freeze, LotDraw, ResultVersion, Verification
from scoring.rules import Kind
from solutions import images
from solutions.models import Evidence, Stage, UseQuestion
from tests import accounts, factories
from tests.factories import NOW
from tests.files import pdf, picture, upload

LAST_DECEMBER = datetime(2025, 12, 9, 11, 0, tzinfo=UTC)
ROLES = (
    "nobody",
    "staff",
    "contact",
    "other",
    "left",
    "closed",
    "host",
    "unproven",
    "reviewer",
    "editor",
    "auditor",
    "organiser",
    "superuser",
)
"""Who asks: the columns of the table.

nobody is not logged in; staff and contact work for the municipality (`stad`) that the addresses name; other is the
contact person of another one that plays; left worked for `stad`, and closed still does with an account that was
switched off, both while they were logged in; host was appointed to keep the list of the meetup; unproven is an
organiser who showed no second factor.
"""
ORGANISERS = {"reviewer": access.REVIEWER, "editor": access.EDITOR, "auditor": access.AUDITOR}


@dataclass
class World:
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    """The key of each one's session; who has none is not logged in."""
    things: dict[str, Any] = field(default_factory=dict)
    """What addresses name, by the word that stands in the table."""


def make() -> World:
    """The whole of it; it is NOW."""
    world = World()
    _last_year()
    edition = factories.edition()
    town, others_town = (factories.municipality(name) for name in ("Stad", "Elders"))
    own, other = (factories.participant(str(one), of=edition, municipalities=[one]) for one in (town, others_town))
    _people(world, town, others_town)
    _this_year(world, edition, own, other)
    _work_of_organisers(world, edition, own)
    for role, person in world.people.items():
        world.sessions[role] = _session_of(person, proven=role != "unproven")
    _take_rights_away(world)
    return world


def _last_year() -> None:
    """An edition that is over, with finalists by lot and a winner."""
    edition = factories.edition(2025)
    before = LAST_DECEMBER - timedelta(days=200)
    for name in "abcdef":
        factories.participant(name, of=edition, municipalities=[factories.municipality(f"Stad {name}")])
    for participant in edition.participants.all():
        factories.entry(participant, at=before, counts_on=before.date())
    sealed = [factories.sealed_lot(f"lot {n}", of=edition, sealed_at=before) for n in (1, 2)]
    closing.close_due(at=LAST_DECEMBER)
    factories.close_october(edition, at=LAST_DECEMBER)
    lots.open_lot(sealed[0], text="lot 1", at=LAST_DECEMBER)
    tie = finalists.still_tied(edition)
    drawn = [line.participant for line in tie.tied[: tie.places_left]]
    factories.approved(Act.DRAW, of=edition, at=LAST_DECEMBER)
    one, another = factories.organiser(), factories.organiser()
    finalists.record_draw(edition, drawn=drawn, record="Geloot.", by=one, seconded_by=another, at=LAST_DECEMBER)
    record_winner(edition, drawn[0], motivation="Knap.", by=factories.organiser(), at=LAST_DECEMBER)


def _people(world: World, town: Municipality, others_town: Municipality) -> None:
    access.set_up_groups()
    world.people |= {
        "staff": factories.staff_of(town),
        "contact": factories.staff_of(town, role=Role.CONTACT),
        "other": factories.staff_of(others_town, role=Role.CONTACT),
        "left": factories.staff_of(town),
        "closed": factories.staff_of(town),
        "host": factories.user(),
        "unproven": factories.organiser(),
        "superuser": factories.organiser(),
        "organiser": factories.in_group(access.ORGANISER),
    }
    world.people["host"].groups.add(Group.objects.get(name=access.HOST))
    for role, group in ORGANISERS.items():
        world.people[role] = factories.in_group(group)
    for person in world.people.values():
        accounts.with_login(person)
        if person.is_staff and person != world.people["unproven"]:
            accounts.with_app(person)


def _this_year(world: World, edition: Edition, own: Participant, other: Participant) -> None:
    """What municipalities did: of each kind one thing of `stad`, and one of `elders` under the name `foreign_…`."""
    town, others_town = own.municipalities.get(), other.municipalities.get()
    hosting = factories.municipality("Gastland")
    evening = factories.meetup(of=edition, slug="avond", host=hosting)
    evening.appointed_hosts.add(world.people["host"])
    ahead = factories.meetup(of=edition, slug="straks", starts_at=NOW + timedelta(days=9), host=hosting)
    for municipality in (town, others_town):
        factories.signup(ahead, municipality)
        factories.signup(evening, municipality)
    Signup.objects.filter(meetup=ahead).update(
        offered=1, offered_until=NOW + timedelta(days=1), offer_number=1, waiting=[NOW]
    )
    solution = factories.solution(of=edition, slug="oplossing", giver=hosting)
    handed_in = factories.solution(of=edition, month=4, slug="ingediend", giver=hosting)
    factories.submitted(factories.adoption(own, solution=handed_in))
    mine = factories.solution(of=edition, month=2, slug="van-ons", giver=town)
    theirs = factories.solution(of=edition, month=3, slug="van-hen", giver=others_town)
    for side, participant, given in (("", own, theirs), ("foreign_", other, mine)):
        world.things |= {side + name: thing for name, thing in _claims(participant, solution, given).items()}
    world.things |= {
        "edition": edition,
        "meetup": evening,
        "outbox": OutboxMessage.objects.order_by("pk")[0],
        "material": factories.material(evening),
        "attendance": factories.submitted(factories.attendance(own, meetup=evening)),
        "foreign_attendance": factories.submitted(factories.attendance(other, meetup=evening)),
        "solution": solution,
        "news": factories.news_item("Bericht", edition=edition),
        "participant": own,
        "municipality": town,
        "dsa": factories.dsa_membership(town),
        "colleague": factories.staff_of(town).memberships.get(),
        "foreign_colleague": world.people["other"].memberships.get(),
        "foreign_material": factories.material(ahead),
        **_invitations(world, town, others_town),
    }
    january = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)
    world.things["closed_entry"] = factories.entry(own, at=january, counts_on=january.date())
    closing.close_due(at=NOW)
    standings.rebuild(edition, at=NOW)


def _claims(participant: Participant, solution: Any, given: Any) -> dict[str, Any]:
    person = factories.user()
    shown: Checked = UploadField().clean(upload(picture(), "beeld.png"))
    paper: Checked = UploadField().clean(upload(pdf(str(participant).encode())))
    adoption = factories.adoption(participant, solution=solution, stage=Stage.DECISION, in_use_since=None)
    used = factories.confirmed(factories.adoption(participant, solution=given))
    draft = factories.contribution(participant)
    kept = factories.contribution(participant)
    image = images.add(kept, shown, alt="Een beeld", by=person, at=NOW)
    factories.confirmed(kept)
    entry = factories.entry(participant, kind=Kind.MEETUP)
    evidence = Evidence(adoption=adoption, name="bewijs.pdf", size=1, content_type=paper.content_type)
    evidence.file, evidence.digest, evidence.added_at = paper.as_file(), paper.digest, NOW
    evidence.save()
    factories.remark(draft)
    return {
        "adoption": adoption,
        "evidence": evidence,
        "used": used,
        "question": UseQuestion.objects.create(adoption=used, months=6, asked_at=NOW),
        "draft": draft,
        "sent": factories.submitted(factories.contribution(participant)),
        "draft_image": images.add(draft, shown, alt="Een beeld", by=person, at=NOW),
        "contribution": kept,
        "image": image,
        "entry": entry,
        "objection": factories.objection(participant, to=entry, by=person),
    }


def _invitations(world: World, town: Municipality, others_town: Municipality) -> dict[str, Invitation]:
    """One that is open for each municipality; that of `stad` has a key."""
    contact = world.people["contact"]
    made = invitations.invite(town, "nieuw@voorbeeld.example", role=Role.STAFF, by=contact, at=NOW)
    Invitation.objects.filter(pk=made.pk).update(token_hash=invitations._hash("sleutel"))
    by = world.people["other"]
    foreign = invitations.invite(others_town, "elders@voorbeeld.example", role=Role.STAFF, by=by, at=NOW)
    return {"invitation": made, "foreign_invitation": foreign}


def _work_of_organisers(world: World, edition: Edition, own: Participant) -> None:
    version = edition.rounds.get(month=1).closing.versions.get()
    draw = LotDraw.objects.get()
    of_last_year = ResultVersion.objects.filter(closing__round__edition=draw.edition).order_by("pk")[0]
    freeze = Freeze.objects.create(edition=draw.edition, version=of_last_year, reason="Even niet.", frozen_at=NOW)
    lost = f"3:{'a' * 64}"
    world.things |= {
        "freeze": freeze,
        "proposal": proposals.propose_reversal(
            world.things["closed_entry"], because="Zo niet.", by=factories.organiser(), at=NOW
        ),
        "verification": Verification.objects.create(
            edition=draw.edition, checked_at=NOW, head=3, head_hash="a" * 64, faults=["weg"], missing_heads=[lost]
        ),
        "text": MailText.objects.create(key="meetup_day_before", subject="Tot straks", body="Tot straks."),
        "circular": Circular.objects.create(
            edition=edition, subject="Dag", body="Dag.", form_key=uuid4(), written_at=NOW
        ),
        "job": JobRun.objects.create(job="close_due", started_at=NOW),
        "result": draw.edition.result,
        "draw": draw,
        "finalist": draw.edition.finalists.order_by("pk")[0],
        "lot": draw.edition.sealed_lots.order_by("pk")[0],
        "user": world.people["staff"],
        "group": Group.objects.get(name=access.HOST),
        "closing": version.closing,
        "version": version,
        "row": version.results.order_by("pk")[0],
        "standing": own.standing,
    }


def _session_of(person: User, *, proven: bool) -> str:
    client = Client()
    client.force_login(person)
    if person.is_staff and proven:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": NOW.timestamp(), "type": "totp"}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    return str(client.session.session_key)


def _take_rights_away(world: World) -> None:
    yesterday = date(2026, 3, 17)
    Membership.objects.filter(user=world.people["left"]).update(ends_on=yesterday)
    User.objects.filter(pk=world.people["closed"].pk).update(is_active=False)


def works_for(person: User, municipality: Municipality) -> None:
    Membership.objects.create(user=person, municipality=municipality, starts_on=date(2026, 1, 1))
