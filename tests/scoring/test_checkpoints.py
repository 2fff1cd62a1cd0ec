"""The mail with the checkpoints: to whom, once, about what, and when not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client

from competition import outbox
from competition.models import Edition, OutboxMessage, Role, User
from competition.tasks import sweep_outbox_task
from scoring import checkpoints, standings, verify
from scoring.export import export
from scoring.models import ResultVersion, RoundClosing
from scoring.tasks import close_due_task, recount_task
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = pytest.mark.django_db
IN_MARCH = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)
JANUARY_CLOSES = datetime(2026, 2, 13, 23, tzinfo=UTC)


def contact(name: str, *, of: Edition | None, **fields: Any) -> User:
    """The contact person of a municipality, which plays in the edition if one is given."""
    town = factories.municipality(name)
    if of is not None:
        factories.participant(name, of=of, municipalities=[town])
    return factories.staff_of(town, **({"role": Role.CONTACT} | fields))


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def wake(at: datetime) -> None:
    """What beat does: close what is due, then do what waits in the outbox, twice as one mail follows from another."""
    with time_machine.travel(at, tick=False):
        close_due_task()
        sweep_outbox_task()
        sweep_outbox_task()


def told(mailoutbox: list[EmailMessage]) -> list[tuple[str, list[str]]]:
    """Of each mail to whom it went, and the checkpoints in it."""
    found = []
    for mail in mailoutbox:
        (to,) = mail.to
        lines = str(mail.body).splitlines()
        found.append(
            (to, [line for line in lines if line[-64:].isalnum() and line.count(":") == 1 and " " not in line])
        )
    return found


def made(*, at: datetime) -> list[str]:
    return [version.checkpoint for version in ResultVersion.objects.filter(made_at=at).order_by("pk")]


def test_each_contact_person_gets_one_mail_about_all_months_that_were_closed_together(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    zwolle, delft = contact("Zwolle", of=edition), contact("Delft", of=edition)
    factories.entry(edition.participants.get(name="Zwolle"), counts_on=date(2026, 1, 20))

    wake(IN_MARCH)

    checkpoints_made = made(at=IN_MARCH)
    assert len(checkpoints_made) == 2
    assert told(mailoutbox) == [(zwolle.email, checkpoints_made), (delft.email, checkpoints_made)]


def test_waking_again_mails_nobody_again(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    contact("Zwolle", of=edition)
    for days in (0, 0, 1, 10, 20, 40):
        wake(JANUARY_CLOSES + timedelta(days=days))

    months = [version.closing.round.month for version in ResultVersion.objects.order_by("pk")]
    assert months == [1, 2]
    assert len(mailoutbox) == 2


def test_a_later_booking_is_mailed_with_the_new_version_and_its_reason(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    contact("Zwolle", of=edition)
    wake(JANUARY_CLOSES)
    later = JANUARY_CLOSES + timedelta(days=1)
    zwolle = edition.participants.get()
    factories.entry(zwolle, description="Meetup in Ede", counts_on=date(2026, 1, 30), at=later)
    with time_machine.travel(later, tick=False):
        recount_task(edition.pk)

    wake(later + timedelta(minutes=1))

    first, second = mailoutbox
    assert "januari 2026, versie 2" in second.body
    assert "Boeking 1, +1 voor Zwolle: Meetup in Ede" in second.body
    assert told([second])[0][1] == made(at=later)
    assert "versie" not in first.body


def test_who_is_no_contact_of_a_participant_now_gets_nothing(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    towns = [factories.municipality("Maassluis"), factories.municipality("Schiedam")]
    factories.participant("Waterweg", of=edition, municipalities=towns)
    both = factories.staff_of(towns[0], role=Role.CONTACT)
    both.memberships.create(municipality=towns[1], role=Role.CONTACT, starts_on=date(2026, 1, 1))
    contact("Delft", of=edition, role=Role.STAFF)
    contact("Breda", of=edition, ends_on=date(2026, 3, 18))
    contact("Ede", of=edition, starts_on=date(2026, 3, 19))
    contact("Texel", of=None)
    contact("Almere", of=factories.edition(2027))
    User.objects.filter(pk=contact("Goes", of=edition).pk).update(is_active=False)

    wake(IN_MARCH)

    assert [mail.to for mail in mailoutbox] == [[both.email]]


def test_it_names_no_other_person_and_says_how_to_check(
    edition: Edition, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.SITE_URL = "https://gdsc.example"
    Edition.objects.update(name="Editie <b>\n2026")
    reader, other = contact("Zwolle", of=edition), contact("Delft", of=edition)

    wake(IN_MARCH)

    (mail,) = [mail for mail in mailoutbox if mail.to == [reader.email]]
    last = made(at=IN_MARCH)[-1]
    assert mail.subject == "Bewaar deze mail: zo controleert u de stand van Editie <b> 2026"
    assert "https://gdsc.example/2026/controle/" in mail.body
    assert f"   python3 verify.py gdsc-2026.json {last}\n" in mail.body
    assert "januari 2026\n" in mail.body
    assert "februari 2026\n" in mail.body
    for person in (reader, other):
        assert person.name not in mail.body
    assert other.email not in mail.body
    assert "&" not in mail.body


def test_what_was_mailed_is_what_the_page_shows_and_the_verifier_takes(
    edition: Edition, mailoutbox: list[EmailMessage], client: Client
) -> None:
    contact("Zwolle", of=edition)
    factories.entry(edition.participants.get(), counts_on=date(2026, 1, 20))
    wake(IN_MARCH)
    standings.rebuild(edition, at=NOW)

    ((_to, mailed),) = told(mailoutbox)
    held = [verify.checkpoint_from(text) for text in mailed]

    assert [row[3] for row in main_of(client.get("/2026/controle/")).one("table").rows] == mailed
    assert verify.verify(export(edition), held).faults == []


def test_an_example_mails_nobody(mailoutbox: list[EmailMessage]) -> None:
    contact("Zwolle", of=factories.edition(is_example=True))

    wake(IN_MARCH)

    assert ResultVersion.objects.count() == 2
    assert (mailoutbox, OutboxMessage.objects.filter(key__isnull=False).count()) == ([], 0)


def version(edition: Edition, number: int, *, at: datetime) -> None:
    """A version of January's standing, as if it was made then."""
    closing, _ = RoundClosing.objects.get_or_create(
        round=edition.rounds.get(month=1), defaults={"closed_at": at, "pending_count": 0}
    )
    closing.versions.create(number=number, made_at=at, head=0, head_hash=verify.GENESIS, reason="x")


def announced() -> list[datetime]:
    keyed = OutboxMessage.objects.filter(task=checkpoints.ANNOUNCE_TASK).order_by("pk")
    return [datetime.fromisoformat(message.arguments["made_at"]) for message in keyed]


@pytest.mark.parametrize(
    ("ages_in_days", "mailed_ages"),
    [
        ([10, 4], [4]),
        ([4, 2, 1], [2, 1]),
        ([10, 5, 2], [2]),
        ([15], []),
        ([3], [3]),
        ([], []),
    ],
)
def test_after_a_pause_old_checkpoints_go_out_only_if_nothing_newer_exists(
    edition: Edition, ages_in_days: list[int], mailed_ages: list[int]
) -> None:
    for number, days in enumerate(ages_in_days, 1):
        version(edition, number, at=NOW - timedelta(days=days))

    checkpoints.announce_due(at=NOW)
    checkpoints.announce_due(at=NOW)

    assert sorted(announced()) == [NOW - timedelta(days=days) for days in mailed_ages]


def test_what_waited_too_long_in_the_outbox_is_not_mailed_any_more(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    contact("Zwolle", of=edition)
    version(edition, 1, at=NOW)
    checkpoints.announce_due(at=NOW)
    version(edition, 2, at=NOW + timedelta(days=4))

    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        outbox.deliver_due(at=NOW + timedelta(days=5))
        sweep_outbox_task()

    assert mailoutbox == []


def test_who_left_after_the_mail_was_written_down_gets_none(edition: Edition, mailoutbox: list[EmailMessage]) -> None:
    person = contact("Zwolle", of=edition)
    version(edition, 1, at=NOW)
    checkpoints.announce_due(at=NOW)
    with time_machine.travel(NOW, tick=False):
        assert outbox.deliver_due(at=NOW) == 1
    person.delete()

    with time_machine.travel(NOW, tick=False):
        assert outbox.deliver_due(at=NOW) == 1

    assert mailoutbox == []
    assert not OutboxMessage.objects.waiting().exists()
