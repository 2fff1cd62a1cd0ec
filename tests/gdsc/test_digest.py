"""The summary of a month: to whom, once, when not, and what it says."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage

from competition import mails
from competition.models import Edition, MailKind, OutboxMessage, Participant, Role, User
from competition.tasks import sweep_outbox_task
from gdsc import digest
from gdsc.tasks import announce_digest_task
from scoring import closing, freezes
from scoring.rules import Kind
from tests import factories

pytestmark = pytest.mark.django_db
FEBRUARY_CLOSES = datetime(2026, 3, 14, 12, tzinfo=UTC)
"""Some hours after that moment, in which January was closed long ago."""
JANUARY_CLOSES = datetime(2026, 2, 14, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


@pytest.fixture
def person(zwolle: Participant) -> User:
    return factories.staff_of(zwolle.municipalities.get())


def close(at: datetime) -> None:
    closing.close_due(at=at)


def wake(*moments: datetime) -> None:
    """What beat does, twice each time: nothing comes of the second."""
    for at in moments:
        with time_machine.travel(at, tick=False):
            for _ in range(2):
                announce_digest_task()
                sweep_outbox_task()


def body_of(mailoutbox: list[EmailMessage]) -> str:
    (mail,) = mailoutbox
    return str(mail.body)


def test_everybody_who_works_for_a_participant_gets_it_once_for_each_month(
    edition: Edition, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    contact = factories.staff_of(zwolle.municipalities.get(), role=Role.CONTACT)
    factories.staff_of(zwolle.municipalities.get(), ends_on=date(2026, 2, 1))
    factories.staff_of(factories.municipality("Texel"))
    User.objects.filter(pk=factories.staff_of(zwolle.municipalities.get()).pk).update(is_active=False)

    close(JANUARY_CLOSES)
    wake(JANUARY_CLOSES, JANUARY_CLOSES + DAY, JANUARY_CLOSES + 2 * DAY)
    close(FEBRUARY_CLOSES)
    wake(FEBRUARY_CLOSES, FEBRUARY_CLOSES + DAY)

    told = sorted((mail.to, str(mail.subject)) for mail in mailoutbox)
    assert told == sorted(
        ([one.email], f"Zo staat uw gemeente ervoor: {month} 2026 is afgesloten")
        for one in (person, contact)
        for month in ("januari", "februari")
    )


@pytest.mark.usefixtures("person")
def test_after_a_long_silence_there_is_one_summary_of_the_newest_month(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    close(FEBRUARY_CLOSES)
    assert edition.rounds.filter(closing__isnull=False).count() == 2

    wake(FEBRUARY_CLOSES)

    assert [str(mail.subject) for mail in mailoutbox] == ["Zo staat uw gemeente ervoor: februari 2026 is afgesloten"]


@pytest.mark.usefixtures("person")
def test_a_month_that_was_closed_days_ago_is_left_out(mailoutbox: list[EmailMessage]) -> None:
    close(JANUARY_CLOSES)

    wake(JANUARY_CLOSES + 3 * DAY)

    assert mailoutbox == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("person")
def test_what_waited_too_long_in_the_outbox_is_left_out(mailoutbox: list[EmailMessage]) -> None:
    close(JANUARY_CLOSES)
    assert digest.announce_due(at=JANUARY_CLOSES) == 1

    with time_machine.travel(JANUARY_CLOSES + 4 * DAY, tick=False):
        sweep_outbox_task()

    assert mailoutbox == []


@pytest.mark.usefixtures("person")
def test_nobody_is_mailed_about_an_example_or_before_a_month_is_closed(
    edition: Edition, mailoutbox: list[EmailMessage]
) -> None:
    wake(JANUARY_CLOSES)
    Edition.objects.update(is_example=True)
    close(JANUARY_CLOSES)
    wake(JANUARY_CLOSES)

    assert mailoutbox == []


def test_who_switched_it_off_gets_none(person: User, mailoutbox: list[EmailMessage]) -> None:
    mails.choose(person, wanted=[kind for kind in MailKind if kind != MailKind.DIGEST])
    close(JANUARY_CLOSES)

    wake(JANUARY_CLOSES)

    assert mailoutbox == []


def test_it_says_the_place_how_it_moved_and_which_points_came(
    edition: Edition, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    rival = factories.participant("Almere", of=edition)
    factories.entry(rival, counts_on=date(2026, 1, 20))
    close(JANUARY_CLOSES)
    for number in range(2):
        factories.entry(
            zwolle, kind=Kind.ADOPTION, counts_on=date(2026, 2, 10 + number), description=f"Oplossing {number}"
        )
    factories.entry(zwolle, counts_on=date(2026, 3, 2), description="Later")
    close(FEBRUARY_CLOSES)

    wake(FEBRUARY_CLOSES)

    body = body_of(mailoutbox)
    assert "Zwolle staat op plaats 1, met 3 punten. Dat is 1 plaats hoger dan eind januari." in body
    assert "Deze punten haalde Zwolle in februari:\n- Oplossing 0 (+1)\n- Oplossing 1 (+1)\n\n" in body
    assert "Almere" not in body
    assert person.name not in body


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("rivals_in_january", "own_in_february", "words"),
    [
        (0, 0, "Zwolle staat op plaats 1 (gedeeld), met 0 punten. Dat is dezelfde plaats als eind januari."),
        (0, 1, "Zwolle staat op plaats 1, met 1 punt. Dat is dezelfde plaats als eind januari."),
        (1, 0, "Zwolle staat op plaats 2, met 0 punten. Dat is dezelfde plaats als eind januari."),
    ],
)
def test_it_counts_places_in_words(
    edition: Edition,
    zwolle: Participant,
    mailoutbox: list[EmailMessage],
    rivals_in_january: int,
    own_in_february: int,
    words: str,
) -> None:
    rival = factories.participant("Almere", of=edition)
    for _ in range(rivals_in_january):
        factories.entry(rival, counts_on=date(2026, 1, 20))
    close(JANUARY_CLOSES)
    for _ in range(own_in_february):
        factories.entry(zwolle, counts_on=date(2026, 2, 20))
    close(FEBRUARY_CLOSES)

    wake(FEBRUARY_CLOSES)

    assert words in body_of(mailoutbox)
    assert ("Zwolle haalde in februari geen punten." in body_of(mailoutbox)) == (own_in_february == 0)


def test_it_says_what_comes_and_what_waits(
    edition: Edition, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    factories.solution(of=edition, month=3, title="Snelbalie")
    factories.meetup(of=edition, title="Afval", starts_at=datetime(2026, 3, 25, 18, 30, tzinfo=UTC))
    factories.meetup(of=edition, title="Weg", starts_at=datetime(2026, 3, 20, 18, tzinfo=UTC), is_cancelled=True)
    held = factories.meetup(of=edition, title="Data\r\nin de stad", starts_at=datetime(2026, 3, 3, 18, tzinfo=UTC))
    close(FEBRUARY_CLOSES)

    wake(FEBRUARY_CLOSES)

    body = body_of(mailoutbox)
    assert "De oplossing van maart is ‘Snelbalie’." in body
    assert "De volgende meetup is ‘Afval’, op woensdag 25 maart om 19.30 uur." in body
    assert "- Was u bij ‘Data in de stad’? Meld het: http" in body
    assert f"/mijn/zwolle/meetups/{held.slug}/" in body
    assert "Weg" not in body


def test_who_works_for_two_participants_reads_about_both_in_one_mail(
    edition: Edition, person: User, mailoutbox: list[EmailMessage]
) -> None:
    almere = factories.participant("Almere", of=edition)
    person.memberships.create(municipality=almere.municipalities.get(), role=Role.STAFF, starts_on=date(2026, 1, 1))
    close(JANUARY_CLOSES)

    wake(JANUARY_CLOSES)

    assert "Almere staat op plaats 1 (gedeeld)" in body_of(mailoutbox)
    assert "Zwolle staat op plaats 1 (gedeeld)" in body_of(mailoutbox)


def test_who_left_before_it_was_sent_gets_none(person: User, mailoutbox: list[EmailMessage]) -> None:
    close(JANUARY_CLOSES)
    digest.announce_due(at=JANUARY_CLOSES)
    person.memberships.update(ends_on=date(2026, 2, 1))

    with time_machine.travel(JANUARY_CLOSES, tick=False):
        sweep_outbox_task()

    assert mailoutbox == []


def test_a_month_closed_while_the_board_stands_still_is_told_once_the_board_is_let_go(
    edition: Edition, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    close(JANUARY_CLOSES)
    held = freezes.freeze(edition, because="Finale", by=factories.organiser(), at=JANUARY_CLOSES + 5 * DAY)
    factories.entry(zwolle, counts_on=date(2026, 2, 20))
    close(FEBRUARY_CLOSES)

    wake(FEBRUARY_CLOSES)
    assert mailoutbox == []
    freezes.lift(held, by=factories.organiser(), at=FEBRUARY_CLOSES + 10 * DAY)
    wake(FEBRUARY_CLOSES + 11 * DAY)

    assert "Zwolle staat op plaats 1, met 1 punt." in body_of(mailoutbox)


def test_while_the_board_stands_still_it_tells_what_everybody_sees(
    edition: Edition, zwolle: Participant, person: User, mailoutbox: list[EmailMessage]
) -> None:
    factories.participant("Almere", of=edition)
    factories.entry(zwolle, counts_on=date(2026, 1, 20), description="Eerste")
    close(JANUARY_CLOSES)
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=JANUARY_CLOSES)
    factories.entry(zwolle, counts_on=date(2026, 1, 21), description="Geheim")
    factories.entry(zwolle, counts_on=date(2026, 2, 2), description="Geheim")

    wake(JANUARY_CLOSES + DAY)

    body = body_of(mailoutbox)
    assert "Zwolle staat op plaats 1, met 1 punt. De ranglijst staat stil" in body
    assert "- Eerste (+1)" in body
    assert "Geheim" not in body


def test_a_summary_that_was_sent_is_not_sent_again_after_a_later_freeze(
    edition: Edition, person: User, mailoutbox: list[EmailMessage]
) -> None:
    close(JANUARY_CLOSES)
    wake(JANUARY_CLOSES)
    held = freezes.freeze(edition, because="Finale", by=factories.organiser(), at=JANUARY_CLOSES + DAY)
    freezes.lift(held, by=factories.organiser(), at=JANUARY_CLOSES + 50 * DAY)
    OutboxMessage.objects.all().delete()

    wake(JANUARY_CLOSES + 51 * DAY)

    assert len(mailoutbox) == 1
