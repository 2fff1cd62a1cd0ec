"""Some time after an edition nobody is named any more for what they did in it, and every point is still there."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from competition import invitations, outbox, retention
from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.calendar import midnight
from competition.models import Edition, Invitation, JobRun, Membership, OutboxMessage, Participant, Role, User
from competition.uploads import UploadField
from gdsc.people import names, removal, traces
from gdsc.tasks import forget_names_task
from scoring import claims, export, verification
from scoring.models import Act, Freeze, LedgerEntry, LotDraw, Objection, Proposal
from solutions import adoptions, images
from solutions.models import Adoption, Evidence, Experience, GiverAnswer, Remark, UseQuestion
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW
from tests.files import pdf, picture, upload
from tests.gdsc.people.test_removal import hits

pytestmark = pytest.mark.django_db
NAME, EMAIL = "Wilhelmina Zoeënhof", "w.zoeenhof@voorbeeld.example"
GOES_AT = midnight(date(2029, 1, 1))
"""When the names of 2026 go, with the term that an edition has by itself."""
SECOND = timedelta(seconds=1)
TOO_SOON = "Kies een langere termijn. Namen verdwijnen op zijn vroegst over 30 dagen, zodat iedereen het ziet aankomen."


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_FILES_DIR = str(tmp_path)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def person(edition: Edition) -> User:
    """Somebody who left a trace of every kind in 2026, by column or by name, and was not seen since."""
    person = factories.user(NAME)
    User.objects.filter(pk=person.pk).update(email=EMAIL, joined_at=NOW, last_login=NOW)
    person.refresh_from_db()
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    zwolle = factories.participant("Zwolle", of=edition)
    town = zwolle.municipalities.get()
    _claims_of(zwolle, person)
    Membership.objects.create(
        user=person, municipality=town, role=Role.CONTACT, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    meetup = factories.meetup(of=edition)
    meetup.appointed_hosts.add(person)
    factories.signup(meetup, town, changed_by=person)
    factories.sealed_lot(of=edition, sealed_by=person)
    factories.approved(Act.DRAW, of=edition)
    LotDraw.objects.create(
        edition=edition, drawn_at=NOW, recorded_by=person, seconded_by=factories.organiser(), record="Zo."
    )
    invitation = invitations.invite(town, "ander@voorbeeld.example", role=Role.STAFF, by=person, at=NOW)
    invitations.revoke(invitation, by=person, at=NOW)
    _everywhere(person)
    outbox.add("competition.tasks.invite_task", at=NOW, user_id=person.pk)
    OutboxMessage.objects.update(last_error=f"SMTPRecipientsRefused: {EMAIL}", parked_at=NOW)
    LogEntry.objects.log_actions(person.pk, [meetup, *Adoption.objects.all()], CHANGE, f"Anders: {NAME}")
    return person


def _claims_of(zwolle: Participant, person: User) -> None:
    said = f"Vraag het {NAME}."
    claim = factories.attendance(zwolle, created_by=person, note=said)
    claims.submit(claim, by=person, at=NOW)
    claims.reject(claim, because=said, by=person, at=NOW)
    adoption = factories.adoption(zwolle, created_by=person, evidence_text=said, evidence_url="https://x.example/wz")
    proof = UploadField().clean(upload(pdf(), f"{NAME}.pdf"))
    adoptions.draft(zwolle, adoption.solution, fields={}, by=person, at=NOW, evidence=proof)
    claims.submit(adoption, by=person, at=NOW)
    claims.confirm(adoption, by=factories.organiser(), at=NOW)
    Adoption.objects.update(giver_answer=GiverAnswer.NOT_RECOGNISED, giver_answered_at=NOW, giver_reason=said)
    UseQuestion.objects.create(adoption=adoption, months=6, asked_at=NOW)
    Experience.objects.create(adoption=adoption, weeks=3, cost_band="none", would_again="yes", written_at=NOW)
    contribution = factories.contribution(zwolle, created_by=person)
    images.add(contribution, UploadField().clean(upload(picture(), "x.png")), alt="Een beeld", by=person, at=NOW)
    factories.remark(contribution, text=said, written_by=person)
    factories.objection(zwolle, grounds=said, by=person, answer="Het klopt.")


def _everywhere(person: User) -> None:
    """Name the person in each column that is still empty, where the database lets us."""
    for link in traces.links():
        rows = link.model._base_manager.filter(**{f"{link.name}__isnull": True})
        if link.model not in (Freeze, LotDraw, Proposal) and link.name != "wildcard_seconded_by":
            rows.update(**{link.name: person})


def named_by(person: User) -> set[str]:
    return {f"{link.model._meta.label} {link.name}" for link, _numbers in traces.of(person)}


# --- When ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "day"), [(24, date(2029, 1, 1)), (12, date(2028, 1, 1)), (30, date(2029, 7, 1))])
def test_names_go_so_many_months_after_the_year(edition: Edition, months: int, day: date) -> None:
    edition.names_kept_months = months

    assert retention.names_go_on(edition) == day
    assert not retention.are_due(edition, at=midnight(day) - SECOND)
    assert retention.are_due(edition, at=midnight(day))


def test_an_edition_has_two_years_by_itself(edition: Edition) -> None:
    assert edition.names_kept_months == 24


def test_until_then_nothing_goes(person: User, edition: Edition) -> None:
    before = named_by(person)

    assert names.forget_due(at=GOES_AT - SECOND) == []
    assert names.forget(edition, at=GOES_AT - SECOND) == {}
    assert named_by(person) == before


def test_what_is_only_archive_has_no_term(person: User, edition: Edition) -> None:
    Edition.objects.update(is_archive=True)

    assert names.forget_due(at=GOES_AT) == []


# --- What ------------------------------------------------------------------------------------------


def test_every_column_that_names_somebody_has_its_edition() -> None:
    """A new one has to be mapped, or its names would stay."""
    named = {link.model._meta.label_lower for link in traces.links()}

    assert named == set(names.EDITION_OF) | names.OF_NO_EDITION
    for label, path in (names.EDITION_OF | names.ALSO_IN_HISTORY).items():
        assert apps.get_model(label)._base_manager.filter(**{f"{path}__isnull": True}).count() == 0


def test_nothing_in_the_database_names_who_did_it(person: User, edition: Edition) -> None:
    assert len(named_by(person)) >= 20
    assert len(hits(NAME, EMAIL)) >= 10

    names.forget(edition, at=GOES_AT)

    assert hits(NAME, EMAIL) == []
    assert not User.objects.filter(pk=person.pk).exists()


def test_the_ledger_and_what_was_published_of_it_stay_to_the_byte(person: User, edition: Edition) -> None:
    published, entries = export.as_bytes(edition), list(LedgerEntry.objects.in_order().values())

    names.forget(edition, at=GOES_AT)

    assert export.as_bytes(edition) == published
    assert list(LedgerEntry.objects.in_order().values()) == entries
    assert verification.recount(edition).faults == []
    assert len(entries) >= 2


def test_that_something_was_done_stays(person: User, edition: Edition) -> None:
    def counts() -> dict[str, int]:
        kept: list[Any] = [apps.get_model(label) for label in names.EDITION_OF]
        return {model._meta.label: model._base_manager.count() for model in [*kept, LogEntry]}

    before, state = counts(), list(Adoption.objects.values_list("state", "giver_answer", "stage"))

    names.forget(edition, at=GOES_AT)

    assert counts() == before
    assert list(Adoption.objects.values_list("state", "giver_answer", "stage")) == state
    objection = Objection.objects.get()
    assert (objection.grounds, objection.answer, objection.state) == (None, "Het klopt.", "dismissed")
    assert set(Remark.objects.values_list("text", flat=True)) == {names.GONE}
    assert set(LogEntry.objects.values_list("user__email", "change_message")) == {(removal.FORMER_EMAIL, "")}


def test_a_file_goes_and_that_there_was_one_stays(
    person: User, edition: Edition, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    assert len(list(tmp_path.rglob("*.pdf"))) == 1

    with django_capture_on_commit_callbacks(execute=True):
        names.forget(edition, at=GOES_AT)

    assert list(tmp_path.rglob("*.pdf")) == []
    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.file.name) == (names.GONE, "")
    client, file = client_in(REVIEWER), f"/beheer/solutions/adoption/{evidence.adoption_id}/bestanden/{evidence.pk}/"
    assert client.get(file).status_code == 404
    shown = client.get(address(evidence.adoption))
    assert names.GONE in text_of(shown)
    assert file not in shown.content.decode()


def test_another_edition_keeps_its_names(person: User, edition: Edition) -> None:
    later = factories.edition(2027)
    place = factories.participant("Zwolle in 2027", of=later, municipalities=[factories.municipality("Zwolle 2")])
    kept = factories.attendance(place, created_by=person, note="Van later.")

    names.forget(edition, at=GOES_AT)

    kept.refresh_from_db()
    assert kept.note == "Van later."
    assert hits(NAME, EMAIL) == []  # the account is gone, and with it the name in what was done later


def test_what_still_waits_for_somebody_keeps_who_asked(edition: Edition) -> None:
    """Who proposed something cannot approve it as well."""
    by = factories.organiser()
    waiting = Proposal.objects.create(
        edition=edition, act=Act.DRAW, summary="Iets", reason="Zo", proposed_at=NOW, proposed_by=by
    )
    objection = factories.objection(factories.participant(of=edition), by=by)
    submitted = factories.attendance(factories.participant(of=edition), note="Wij waren er.")
    claims.submit(submitted, by=by, at=NOW)

    names.forget(edition, at=GOES_AT)

    for row in (waiting, objection, submitted):
        row.refresh_from_db()
    assert (waiting.proposed_by, objection.submitted_by, objection.grounds) == (by, by, "Wij waren er ook.")
    assert (submitted.note, submitted.submitted_by) == ("Wij waren er.", by)


def test_what_is_still_done_afterwards_goes_a_month_later(edition: Edition) -> None:
    names.forget(edition, at=GOES_AT)
    claim = factories.attendance(factories.participant(of=edition), created_by=factories.organiser())

    assert names.forget_due(at=GOES_AT + timedelta(days=29)) == []
    assert names.forget_due(at=GOES_AT + timedelta(days=30)) == [f"{edition}: 1"]
    claim.refresh_from_db()
    assert claim.created_by is None


# --- Who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "goes"),
    [
        ("nothing", True),
        ("was here since", False),
        ("joined since", False),
        ("works somewhere", False),
        ("is an organiser", False),
        ("is invited", False),
        ("keeps the list of a later meetup", False),
        ("worked somewhere until later", False),
    ],
)
def test_an_account_goes_when_nobody_uses_it(edition: Edition, what: str, goes: bool) -> None:
    person = factories.user(is_staff=what == "is an organiser")
    User.objects.filter(pk=person.pk).update(joined_at=NOW, last_login=NOW)
    town = factories.municipality()
    match what:
        case "was here since":
            User.objects.filter(pk=person.pk).update(last_login=datetime(2027, 1, 1, 12, tzinfo=UTC))
        case "joined since":
            moment = datetime(2027, 1, 1, 12, tzinfo=UTC)
            User.objects.filter(pk=person.pk).update(last_login=None, joined_at=moment)
        case "works somewhere":
            Membership.objects.create(user=person, municipality=town, starts_on=date(2026, 1, 1))
        case "is invited":
            at = GOES_AT - timedelta(days=1)
            invitations.invite(town, person.email, role=Role.STAFF, by=factories.organiser(), at=at)
        case "keeps the list of a later meetup":
            later = factories.edition(2029)
            factories.meetup(of=later, starts_at=datetime(2029, 3, 1, tzinfo=UTC)).appointed_hosts.add(person)
        case "worked somewhere until later":
            period = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 2)}
            Membership.objects.create(user=person, municipality=town, **period)

    names.forget(edition, at=GOES_AT)

    assert User.objects.filter(pk=person.pk).exists() is not goes


def test_an_open_invitation_and_later_work_stay(edition: Edition) -> None:
    at = GOES_AT - timedelta(days=1)
    by = factories.organiser()
    invitations.invite(factories.municipality(), "nieuw@voorbeeld.example", role=Role.STAFF, by=by, at=at)

    names.forget(edition, at=GOES_AT)

    assert Invitation.objects.get().created_by == by
    assert OutboxMessage.objects.count() == 1


# --- How -------------------------------------------------------------------------------------------


def test_a_second_time_takes_nothing(person: User, edition: Edition) -> None:
    assert names.forget_due(at=GOES_AT) != []
    Edition.objects.update(names_gone_at=GOES_AT - names.AGAIN_AFTER)

    assert names.forget(edition, at=GOES_AT) == {}
    assert Edition.objects.get().names_gone_at == GOES_AT


def test_what_goes_is_what_was_told_beforehand(person: User, edition: Edition) -> None:
    told = names.preview(edition, at=GOES_AT)

    assert names.forget(edition, at=GOES_AT) == told
    assert set(told) == {
        "namen bij meldingen, aanmeldingen en besluiten",
        "benoemde gastheren",
        "toelichtingen, vragen en antwoorden die niet openbaar zijn",
        "bestanden als bewijs",
        "regels in de geschiedenis van het beheer",
        "uitnodigingen die voorbij zijn",
        "opdrachten en mails die voorbij zijn",
        "periodes waarin iemand voor een gemeente werkte",
        "accounts die niemand meer gebruikt",
    }


def test_all_of_it_goes_or_nothing(person: User, edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("weg")

    before = (named_by(person), hits(NAME, EMAIL))
    monkeypatch.setattr(removal, "remove", fail)

    with pytest.raises(RuntimeError), transaction.atomic():
        names.forget(edition, at=GOES_AT)

    assert (named_by(person), hits(NAME, EMAIL)) == before
    assert Edition.objects.get().names_gone_at is None


def test_the_task_says_what_it_did(
    person: User, edition: Edition, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(GOES_AT, tick=False)

    forget_names_task()

    run = JobRun.objects.get(job="forget_names")
    assert (run.outcome.startswith("Editie 2026: "), run.error) == (True, "")
    assert named_by(person) == set()
    assert settings.CELERY_BEAT_SCHEDULE["forget-names"]["task"] == "gdsc.tasks.forget_names_task"


# --- What organisers see ---------------------------------------------------------------------------


def page(edition: Edition) -> str:
    return f"/beheer/competition/edition/{edition.pk}/namen/"


def test_organisers_see_when_and_what(person: User, edition: Edition, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    client = client_in(ORGANISER)

    shown = text_of(client.get(page(edition)))
    at_edition = client.get(address(edition)).content.decode()

    assert "Op 1 januari 2029 verdwijnt vanzelf wie in deze editie wat deed" in shown
    assert "benoemde gastheren: 1" in shown
    assert page(edition) in at_edition
    assert len(named_by(person)) >= 20


def test_organisers_see_that_it_happened(edition: Edition, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(GOES_AT, tick=False)
    forget_names_task()

    assert "De namen zijn weg, voor het laatst gewist op 1 januari 2029 00:00" in text_of(
        client_in(AUDITOR).get(page(edition))
    )


def test_another_term_is_kept_and_written_down(edition: Edition, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    organiser = factories.in_group(ORGANISER)

    done = client_of(organiser).post(page(edition), {"names_kept_months": "36"}, follow=True)

    assert Edition.objects.get().names_kept_months == 36
    assert messages_of(done) == ["De namen van deze editie verdwijnen op 1 januari 2030."]
    assert LogEntry.objects.get().change_message == "Namen bewaren: 36 maanden."


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ("11", "Vul 12 of meer in."),
        ("85", "Vul 84 of minder in."),
        ("", "Vul een getal in."),
        ("17", TOO_SOON),
    ],
)
def test_a_wrong_term_is_refused_in_words(
    edition: Edition, time_machine: TimeMachineFixture, months: str, words: str
) -> None:
    time_machine.move_to(datetime(2028, 5, 10, tzinfo=UTC), tick=False)

    refused = client_in(ORGANISER).post(page(edition), {"names_kept_months": months})

    assert errors_of(refused) == {"names_kept_months": [words]}
    assert Edition.objects.get().names_kept_months == 24


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_only_organisers_choose_the_term(edition: Edition, group: str) -> None:
    client = client_in(group)

    assert client.get(page(edition)).status_code == 200
    assert client.post(page(edition), {"names_kept_months": "36"}).status_code == 403
    assert Edition.objects.get().names_kept_months == 24


def test_an_archive_edition_has_no_such_page(edition: Edition, client: Client) -> None:
    Edition.objects.update(is_archive=True)

    assert client_in(ORGANISER).get(page(edition)).status_code == 404


def test_the_privacy_page_says_the_term(edition: Edition, client: Client) -> None:
    Edition.objects.update(names_kept_months=30)

    assert "hooguit 30 maanden na het einde van de editie" in client.get("/privacy/").content.decode()
