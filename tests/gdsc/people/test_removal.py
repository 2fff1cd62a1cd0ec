"""After somebody left, nothing in the database names them, and every point is still there."""

import json
from datetime import date
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from competition import outbox
from competition.models import Edition, JobRun, Membership, OutboxMessage, Role, User
from gdsc.models import SentForm
from gdsc.people import removal
from gdsc.people.removal import RemovalRefusedError, remove, why_not
from scoring import claims, verification
from scoring.models import Act, LedgerEntry
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NAME, EMAIL = "Wilhelmina Zoeënhof", "w.zoeenhof@voorbeeld.example"


def hits(*words: str) -> list[str]:
    """Every column of text or JSON in the database in which one of these words stands, as table.column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'tsvector') "
            "ORDER BY 1, 2"
        )
        columns = cursor.fetchall()
        assert len(columns) > 100
        for table, column in columns:
            for word in words:
                cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{word}%"])
                if cursor.fetchone():
                    found.append(f"{table}.{column}")
    return found + [
        "session" for one in Session.objects.all() if any(word in json.dumps(one.get_decoded()) for word in words)
    ]


@pytest.fixture
def person() -> User:
    """An organiser who works for Zwolle too and left a trace of each kind."""
    person = factories.organiser(name=NAME)
    person.email = EMAIL
    person.save()
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    factories.organiser()
    edition = factories.edition()
    zwolle = factories.participant("Zwolle", of=edition)
    Membership.objects.create(
        user=person, municipality=zwolle.municipalities.get(), role=Role.STAFF, starts_on=date(2026, 1, 1)
    )
    claim = factories.attendance(zwolle, created_by=person)
    claims.submit(claim, by=person, at=NOW)
    claims.confirm(factories.submitted(factories.adoption(factories.participant(of=edition))), by=person, at=NOW)
    factories.objection(zwolle, by=person, answer="Het klopt.")
    factories.signup(claim.meetup, zwolle.municipalities.get(), changed_by=person)
    factories.sealed_lot(of=edition, sealed_by=person)
    proposal = factories.approved(Act.DRAW, of=edition)
    type(proposal).objects.filter(pk=proposal.pk).update(proposed_by=None)
    outbox.add("competition.tasks.invite_task", at=NOW, user_id=person.pk)
    outbox.add("scoring.tasks.recount_task", at=NOW, edition_id=edition.pk)
    OutboxMessage.objects.update(last_error=f"SMTPRecipientsRefused: {EMAIL}")
    SentForm.objects.create(mark=uuid4(), answer="/mijn/", words=f"{NAME} werkt hier. {EMAIL} kreeg mail.", sent_at=NOW)
    JobRun.objects.create(job="mail", started_at=NOW, error=f"SMTPRecipientsRefused: {EMAIL}")
    LogEntry.objects.log_actions(person.pk, [claim], CHANGE, "Bevestigd.")
    LogEntry.objects.log_actions(factories.organiser().pk, [person], CHANGE, f"Anders: {NAME}")
    Client().force_login(person)
    return person


def test_no_column_names_who_left(person: User) -> None:
    before = set(hits(NAME, EMAIL))
    number, points = person.pk, list(LedgerEntry.objects.in_order().values_list("hash", "booked_by", "points"))

    remove(person, at=NOW)

    assert {
        "account_emailaddress.email",
        "competition_jobrun.error",
        "competition_outboxmessage.last_error",
        "competition_user.email",
        "competition_user.name",
        "django_admin_log.change_message",
        "django_admin_log.object_repr",
        "gdsc_sentform.words",
    } == before
    assert hits(NAME, EMAIL) == []
    assert not User.objects.filter(pk=number).exists()
    assert list(LedgerEntry.objects.in_order().values_list("hash", "booked_by", "points")) == points
    assert Session.objects.count() == 0


def test_the_ledger_is_still_whole(person: User) -> None:
    remove(person, at=NOW)

    verdict = verification.check(Edition.objects.get(), at=NOW)
    assert (verdict.faults, verdict.head) == ([], LedgerEntry.objects.count())


def test_mail_to_them_is_dropped_and_other_work_stays(person: User) -> None:
    remove(person, at=NOW)

    assert {task.rpartition(".")[2] for task in OutboxMessage.objects.values_list("task", flat=True)} == {
        "recount_task"
    }


def test_the_history_of_the_admin_stays_without_their_name(person: User) -> None:
    remove(person, at=NOW)

    lines = LogEntry.objects.order_by("pk").select_related("user")
    assert (str(lines[0].user), lines[0].change_message) == ("Verwijderd account", "Bevestigd.")
    assert (lines[1].object_repr, lines[1].change_message) == ("Verwijderd account", "")
    former = User.objects.get(email=removal.FORMER_EMAIL)
    assert (former.is_active, former.is_staff, former.has_usable_password()) == (False, False, False)


def test_a_second_time_changes_nothing(person: User) -> None:
    same = User.objects.get(pk=person.pk)
    remove(person, at=NOW)
    left = User.objects.count()

    remove(same, at=NOW)

    assert User.objects.count() == left


def test_the_last_organiser_stays() -> None:
    last = factories.in_group("organisator")
    factories.in_group("beoordelaar")
    User.objects.filter(pk=factories.organiser().pk).update(is_active=False)

    with pytest.raises(RemovalRefusedError, match="U bent de laatste organisator"):
        remove(last, at=NOW)

    assert User.objects.filter(pk=last.pk).exists()
    factories.in_group("organisator")
    assert why_not(last, at=NOW) == ""


def test_the_last_administrator_stays() -> None:
    last = factories.organiser()
    factories.in_group("organisator")

    assert why_not(last, at=NOW) == "U bent de laatste beheerder. Maak eerst een collega beheerder."


def test_an_only_contact_person_needs_a_successor_first() -> None:
    zwolle = factories.participant("Zwolle", of=factories.edition()).municipalities.get()
    contact = factories.staff_of(zwolle, role=Role.CONTACT)
    colleague = factories.staff_of(zwolle)

    assert why_not(contact, at=NOW) == (
        "U bent de enige contactpersoon van Zwolle. Vraag de organisatie eerst om een opvolger."
    )
    assert why_not(colleague, at=NOW) == ""
    factories.staff_of(zwolle, role=Role.CONTACT)
    assert why_not(contact, at=NOW) == ""


def test_a_contact_person_of_who_plays_no_more_may_go() -> None:
    zwolle = factories.participant("Zwolle", of=factories.edition(2025)).municipalities.get()

    assert why_not(factories.staff_of(zwolle, role=Role.CONTACT), at=NOW) == ""


def test_the_sessions_of_somebody_whose_address_ends_alike_go_on(client: Client) -> None:
    factories.organiser()
    leaves, stays = factories.user(), factories.user()
    leaves.email, stays.email = "ad@zwolle.example", "brad@zwolle.example"
    leaves.save()
    stays.save()
    client.force_login(stays)
    session = client.session
    session["account_login"] = {"email": stays.email}
    session.save()

    remove(leaves, at=NOW)

    assert Session.objects.count() == 1
