"""Asking after six and twelve months whether a solution is still in use."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from competition import outbox
from competition.calendar import months_after
from competition.models import Edition, JobRun, OutboxMessage, Participant, Role, User
from scoring import claims
from scoring.models import LedgerEntry
from solutions import tasks, use
from solutions.models import Adoption, UseAnswer, UseQuestion
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = pytest.mark.django_db

HALF = datetime(2026, 9, 18, 6, tzinfo=UTC)
WHOLE = datetime(2027, 3, 18, 6, tzinfo=UTC)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


@pytest.fixture
def contact(zwolle: Participant) -> User:
    return factories.staff_of(zwolle.municipalities.get(), role=Role.CONTACT)


@pytest.fixture
def claim(zwolle: Participant, contact: User) -> Adoption:
    solution = factories.solution(of=zwolle.edition, month=3, slug="snelbalie", title="Snelbalie")
    return factories.confirmed(factories.adoption(zwolle, solution=solution))


def asked() -> list[tuple[int, str]]:
    return list(UseQuestion.objects.order_by("months").values_list("months", "answer"))


def mark(claim: Adoption, at: datetime) -> str:
    found = use.mark_of(Adoption.objects.get(pk=claim.pk), at=at)
    return f"{found.words}, {found.note}"


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 3, 18), 6, date(2026, 9, 18)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_beat_wakes_it_and_the_outbox_finds_its_mails(claim: Adoption) -> None:
    tasks.ask_due_task()

    assert settings.CELERY_BEAT_SCHEDULE["ask-due"]["task"] == tasks.ask_due_task.name
    assert tasks.mail_use_task.name == use.MAIL_TASK
    assert JobRun.objects.get(job="ask_due").error == ""


def test_nothing_is_asked_before_six_months(claim: Adoption) -> None:
    assert use.ask_due(at=HALF - timedelta(hours=9)) == []
    assert asked() == []


def test_each_term_is_asked_and_mailed_once(claim: Adoption, contact: User) -> None:
    first = [use.ask_due(at=HALF + timedelta(days=n)) for n in range(3)]
    second = [use.ask_due(at=WHOLE + timedelta(days=n)) for n in range(3)]

    assert [len(lines) for lines in [*first, *second]] == [1, 0, 0, 1, 0, 0]
    assert asked() == [(6, ""), (12, "")]
    assert OutboxMessage.objects.filter(task=use.MAIL_TASK).count() == 2


def test_after_a_long_silence_only_the_latest_term_is_asked(claim: Adoption) -> None:
    use.ask_due(at=WHOLE + timedelta(days=300))

    assert asked() == [(12, "")]


def test_the_mail_leads_to_the_question_and_names_nobody(claim: Adoption, contact: User) -> None:
    use.ask_due(at=HALF)

    outbox.deliver_due(at=HALF + timedelta(minutes=1))

    (sent,) = [one for one in mail.outbox if one.to == [contact.email]]
    assert sent.subject == "Gebruikt u ‘Snelbalie’ nog?"
    assert f"/mijn/zwolle/nog-in-gebruik/{UseQuestion.objects.get().pk}/" in sent.body
    assert "Antwoordt u voor 18 oktober 2026?" in sent.body
    assert contact.name not in sent.body


def test_nobody_is_mailed_about_an_example(claim: Adoption, edition: Edition) -> None:
    Edition.objects.update(is_example=True)

    use.ask_due(at=HALF)

    assert asked() == [(6, "")]
    assert not OutboxMessage.objects.filter(task=use.MAIL_TASK).exists()


def test_nothing_is_asked_about_what_is_no_longer_confirmed(claim: Adoption) -> None:
    claims.take_back(claim, because="Vergissing", by=factories.organiser(), at=NOW)

    assert use.ask_due(at=HALF) == []


def test_the_mark_lapses_after_a_month_and_comes_back_and_the_point_stays(claim: Adoption, contact: User) -> None:
    booked = list(LedgerEntry.objects.values_list("pk"))
    fresh = mark(claim, NOW)
    use.ask_due(at=HALF)
    question = UseQuestion.objects.get()
    waiting = mark(claim, HALF + timedelta(days=29))
    lapsed = mark(claim, HALF + timedelta(days=30))
    use.answer(question, UseAnswer.YES, by=contact, at=HALF + timedelta(days=40))
    back = mark(claim, HALF + timedelta(days=200))

    assert [fresh, waiting, lapsed, back] == [
        "Nog in gebruik, bevestigd op 18 maart 2026",
        "Nog in gebruik, bevestigd op 18 maart 2026",
        "Niet opnieuw bevestigd, voor het laatst op 18 maart 2026",
        "Nog in gebruik, bevestigd op 28 oktober 2026",
    ]
    assert list(LedgerEntry.objects.values_list("pk")) == booked


def test_who_stopped_loses_the_mark_and_keeps_the_point(claim: Adoption, contact: User) -> None:
    use.ask_due(at=HALF)
    question = UseQuestion.objects.get()

    for hour in range(2):
        use.answer(question, UseAnswer.NO, by=contact, at=HALF + timedelta(hours=hour))

    assert UseQuestion.objects.get().answered_at == HALF
    assert mark(claim, WHOLE) == "Niet meer in gebruik, gemeld op 18 september 2026"
    claim.refresh_from_db()
    assert claim.state == "confirmed"


@pytest.mark.time_machine(WHOLE, tick=False)
def test_everybody_sees_the_mark_beside_the_adopter(client: Client, claim: Adoption) -> None:
    use.ask_due(at=HALF)

    row = main_of(client.get("/2026/oplossingen/snelbalie/")).one("table").rows[0]

    assert row[:3] == ["Zwolle", "2 maart 2026", "Niet opnieuw bevestigd voor het laatst op 18 maart 2026"]
