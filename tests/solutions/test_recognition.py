"""What the giver of a solution says of who adopted it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from competition import outbox
from competition.models import Edition, OutboxMessage, Participant, Role, User
from scoring import claims
from scoring.ledger import ReasonMissingError
from scoring.models import LedgerEntry
from solutions import adoptions, recognition, tasks
from solutions.models import Adoption, Solution
from tests import factories
from tests.admin_pages import address, client_in, text_of
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

LATER = NOW + timedelta(hours=1)
READY = {"stage": "in_use", "in_use_since": NOW.date(), "evidence_text": "Kijk maar"}


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def giver(edition: Edition) -> Participant:
    return factories.participant("Haarlem", of=edition)


@pytest.fixture
def contact(giver: Participant) -> User:
    return factories.staff_of(giver.municipalities.get(), role=Role.CONTACT)


@pytest.fixture
def solution(edition: Edition, giver: Participant) -> Solution:
    return factories.solution(of=edition, month=3, slug="snelbalie", giver=giver.municipalities.get())


def adopted(solution: Solution, name: str = "Zwolle") -> Adoption:
    return factories.submitted(factories.adoption(factories.participant(name, of=solution.edition), solution=solution))


def test_the_outbox_finds_the_task_by_its_name() -> None:
    assert tasks.mail_giver_task.name == recognition.MAIL_TASK


def mails() -> list[dict[str, int]]:
    return list(OutboxMessage.objects.filter(task=recognition.MAIL_TASK).values_list("arguments", flat=True))


# --- Asking --------------------------------------------------------------------------------------


def test_handing_in_asks_the_contact_persons_of_the_giver_once(solution: Solution, contact: User) -> None:
    zwolle = factories.participant("Zwolle", of=solution.edition)
    factories.staff_of(contact.memberships.get().municipality)  # no contact person

    claim = adoptions.hand_in(zwolle, solution, fields=READY, by=factories.user(), at=NOW)
    recognition.ask(claim, at=NOW)
    done = outbox.deliver_due(at=LATER)

    assert mails() == [{"adoption_id": claim.pk, "user_id": contact.pk}]
    assert done >= 1
    (sent,) = [one for one in mail.outbox if one.to == [contact.email]]
    assert sent.subject == "Neemt Zwolle uw oplossing over?"
    assert "/mijn/haarlem/van-u-overgenomen/" in sent.body
    assert all(person.name not in sent.body for person in User.objects.all())


def test_a_hostile_name_breaks_no_header(solution: Solution, contact: User) -> None:
    claim = adopted(solution)
    claim.participant.name = "Zwolle\r\nBcc: kwaad@elders.example"

    recognition.mail(contact, claim)

    assert mail.outbox[0].subject == "Neemt Zwolle Bcc: kwaad@elders.example uw oplossing over?"
    assert mail.outbox[0].recipients() == [contact.email]


def test_nobody_is_asked_about_an_own_solution_or_one_without_a_giver(
    edition: Edition, solution: Solution, giver: Participant, contact: User
) -> None:
    edition.rules.giver_may_adopt_own = True
    edition.rules.save()
    own = factories.adoption(giver, solution=solution)
    without = factories.adoption(
        factories.participant("Zwolle", of=edition), solution=factories.solution(of=edition, month=4)
    )

    assert [recognition.ask(claim, at=NOW) for claim in (own, without)] == [0, 0]


@pytest.mark.parametrize("since", ["answered", "withdrawn"])
def test_a_mail_that_nobody_needs_any_more_is_not_sent(solution: Solution, contact: User, since: str) -> None:
    claim = adopted(solution)
    if since == "answered":
        recognition.recognise(claim, by=contact, at=NOW)
    else:
        claims.withdraw(claim, by=factories.user(), at=NOW)
    claim.refresh_from_db()

    recognition.mail(contact, claim)

    assert mail.outbox == []


# --- Answering -----------------------------------------------------------------------------------


def test_the_answer_books_nothing_and_can_be_changed(solution: Solution, contact: User) -> None:
    claim = factories.confirmed(
        factories.adoption(factories.participant("Zwolle", of=solution.edition), solution=solution)
    )
    booked = list(LedgerEntry.objects.values_list("pk"))

    recognition.recognise(claim, by=contact, at=NOW)
    recognition.recognise(claim, by=factories.user(), at=LATER)
    claim.refresh_from_db()
    first = (claim.giver_answer, claim.giver_answered_by, claim.giver_answered_at)
    recognition.deny(claim, because=" Niet bij ons. ", by=contact, at=LATER)
    claim.refresh_from_db()

    assert first == ("recognised", contact, NOW)
    assert (claim.giver_answer, claim.giver_reason, claim.state) == ("not-recognised", "Niet bij ons.", "confirmed")
    assert list(LedgerEntry.objects.values_list("pk")) == booked


def test_silence_and_denial_do_not_stop_an_organiser_who_looked_again(solution: Solution, contact: User) -> None:
    claim = adopted(solution)
    seen = claim.version

    recognition.deny(claim, because="Niet bij ons.", by=contact, at=NOW)

    with pytest.raises(claims.WrongStateError, match="veranderd nadat u haar opende"):
        claims.confirm(claim, by=factories.organiser(), at=LATER, seen_version=seen)
    claims.confirm(claim, by=factories.organiser(), at=LATER, seen_version=seen + 1)
    assert claim.state == "confirmed"


def test_a_denial_needs_a_reason(solution: Solution, contact: User) -> None:
    claim = adopted(solution)

    with pytest.raises(ReasonMissingError, match="Vertel waarom"):
        recognition.deny(claim, because=" ", by=contact, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.update(giver_answer="not-recognised", giver_answered_at=NOW)


def test_who_works_for_both_sides_does_not_answer(solution: Solution, contact: User) -> None:
    claim = adopted(solution)
    contact.memberships.create(municipality=claim.participant.municipalities.get(), starts_on=NOW.date())

    with pytest.raises(claims.OwnMunicipalityError, match="Laat een collega antwoorden"):
        recognition.recognise(claim, by=contact, at=NOW)


def test_what_was_withdrawn_is_not_answered(solution: Solution, contact: User) -> None:
    claim = adopted(solution)
    claims.withdraw(claim, by=factories.user(), at=NOW)

    with pytest.raises(claims.WrongStateError, match="niet meer gemeld"):
        recognition.recognise(claim, by=contact, at=LATER)


# --- What others see -----------------------------------------------------------------------------


def test_the_public_reads_who_says_so_and_never_why_not(client: Client, solution: Solution, contact: User) -> None:
    for name, answer in (("Almere", "yes"), ("Breda", "no"), ("Culemborg", "")):
        claim = adopted(solution, name)
        if answer == "yes":
            recognition.recognise(claim, by=contact, at=NOW)
        elif answer == "no":
            recognition.deny(claim, because="GEHEIME REDEN", by=contact, at=NOW)
        claims.confirm(claim, by=factories.organiser(), at=NOW)

    response = client.get("/2026/oplossingen/snelbalie/")

    assert [(row[0], row[3]) for row in main_of(response).one("table").rows] == [
        ("Almere", "Door gever en nemer"),
        ("Breda", "Door één partij gemeld"),
        ("Culemborg", "Door één partij gemeld"),
    ]
    assert "GEHEIME REDEN" not in response.content.decode()
    assert "herken" not in main_of(response).words


def test_a_solution_without_a_giver_says_that_there_is_no_second_party(client: Client, edition: Edition) -> None:
    solution = factories.solution(of=edition, month=3, slug="zonder")
    factories.confirmed(factories.adoption(factories.participant("Zwolle", of=edition), solution=solution))

    page = main_of(client.get("/2026/oplossingen/zonder/"))

    assert "Deze oplossing heeft geen gever: er is geen tweede gemeente" in page.words
    assert "partij gemeld" not in page.words


def test_an_own_solution_is_called_one(
    client: Client, edition: Edition, solution: Solution, giver: Participant
) -> None:
    edition.rules.giver_may_adopt_own = True
    edition.rules.save()
    factories.confirmed(factories.adoption(giver, solution=solution))

    assert "Eigen oplossing" in main_of(client.get("/2026/oplossingen/snelbalie/")).words


def test_organisers_read_the_reason(solution: Solution, contact: User) -> None:
    claim = adopted(solution)
    recognition.deny(claim, because="Niet bij ons.", by=contact, at=NOW)
    organiser = client_in("beoordelaar")

    assert "Niet bij ons." in text_of(organiser.get(address(claim)))
    assert "niet herkend" in text_of(organiser.get(address(Adoption, "changelist")))
