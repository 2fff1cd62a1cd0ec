"""Files as evidence of an adoption: sent with the report, read by the own municipality and the organisers only."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, Participant
from scoring import claims
from solutions.models import Adoption, Evidence, Solution
from tests import factories
from tests.admin_pages import client_in, text_of
from tests.factories import NOW
from tests.files import SCRIPT, pdf, picture, pixel_bomb, upload
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/oplossingen/verhuizen/"
REMOVE = f"{PAGE}bestanden/verwijderen/"
IN_USE = {"stage": "in_use", "in_use_since": "2026-03-02"}


@pytest.fixture(autouse=True)
def solution(edition: Edition, zwolle: Participant) -> Solution:
    return factories.solution(of=edition, month=2, title="Digitaal verhuizen", slug="verhuizen")


def send(client: Client, content: bytes, name: str = "besluit.pdf", action: str = "draft", **more: str) -> Any:
    return client.post(PAGE, IN_USE | more | {"action": action, "evidence_file": upload(content, name)}, follow=True)


def kept() -> list[tuple[str, str]]:
    return list(Evidence.objects.order_by("pk").values_list("name", "content_type"))


def file_of(evidence: Evidence) -> Path:
    return Path(settings.PRIVATE_FILES_DIR) / str(evidence.file.name)


def address_of(evidence: Evidence) -> str:
    return f"{PAGE}bestanden/{evidence.pk}/"


# --- Sending -------------------------------------------------------------------------------------


def test_a_file_is_evidence_enough_to_hand_in(staff: Client) -> None:
    answer = send(staff, pdf(), action="submit")

    assert message_of(answer) == "Uw melding is ingediend. De organisatie kijkt ernaar."
    assert Adoption.objects.get().state == "submitted"
    assert kept() == [("besluit.pdf", "application/pdf")]
    assert file_of(Evidence.objects.get()).read_bytes() == pdf()


def test_without_any_evidence_the_page_names_the_three_kinds(staff: Client) -> None:
    page = words_of(staff.get(PAGE))
    answer = staff.post(PAGE, IN_USE | {"action": "submit"})

    assert "Vul ten minste één van de drie in." in page
    assert errors_of(answer) == {"evidence_url": ["Geef een link, een toelichting of een bestand als bewijs."]}


def test_the_same_form_sent_twice_keeps_one_file(staff: Client) -> None:
    for _ in range(2):
        send(staff, picture(), "foto.png")

    assert kept() == [("foto.png", "image/png")]
    assert len(list(file_of(Evidence.objects.get()).parent.iterdir())) >= 1


def test_a_refused_hand_in_keeps_no_file_and_asks_for_it_again(staff: Client) -> None:
    answer = send(staff, pdf(), action="submit", in_use_since="")

    assert errors_of(answer) == {
        "in_use_since": ["Vul in sinds wanneer u de oplossing gebruikt."],
        "evidence_file": ["Kies dit bestand nog een keer: het is nog niet bewaard."],
    }
    assert kept() == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "logo.svg"),
        (b"<!doctype html>" + SCRIPT, "foto.png"),
        (picture()[:50], "half.png"),
        (pixel_bomb(), "bom.png"),
        (pdf(b"/JavaScript"), "script.pdf"),
        (b"x" * 50, "\x00\u202e'\"><img src=x onerror=alert(1)>.pdf"),
    ],
)
def test_a_hostile_file_is_refused_at_its_field_and_nothing_typed_is_lost(
    staff: Client, content: bytes, name: str
) -> None:
    answer = send(staff, content, name, evidence_text="Kijk bij stap 2.")

    assert list(errors_of(answer)) == ["evidence_file"]
    assert answer.context["form"]["evidence_text"].value() == "Kijk bij stap 2."
    assert kept() == []
    assert not Adoption.objects.exists()


def test_a_file_that_is_too_large_is_refused_at_its_field(staff: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024

    answer = send(staff, pdf(b" " * 5000))

    assert errors_of(answer) == {
        "evidence_file": ["Dit bestand is te groot. Een bestand mag hoogstens 1,0\xa0KB zijn."]
    }


def test_five_files_are_enough(staff: Client) -> None:
    for number in range(5):
        send(staff, pdf(b"%d" % number))

    answer = send(staff, pdf(b"zes"))

    assert errors_of(answer)["evidence_file"][0] == "U kunt hoogstens 5 bestanden toevoegen. Verwijder er eerst een."
    assert Evidence.objects.count() == 5


def test_many_files_in_one_request_are_refused_without_a_fault(staff: Client) -> None:
    answer = staff.post(PAGE, IN_USE | {f"evidence_file{n}": upload(pdf()) for n in range(20)})

    assert answer.status_code == 400


def test_where_files_have_no_place_none_is_asked_for(staff: Client, settings: Settings) -> None:
    settings.PRIVATE_FILES_DIR = ""

    page = staff.get(PAGE)
    send(staff, pdf(), evidence_text="Kijk maar")

    assert "Vul ten minste één van de twee in." in words_of(page)
    assert 'type="file"' not in page.content.decode()
    assert kept() == []


def test_a_link_has_to_be_secure(staff: Client) -> None:
    answer = staff.post(PAGE, IN_USE | {"evidence_url": "http://zwolle.nl/", "action": "draft"})

    assert errors_of(answer) == {"evidence_url": ["Begin het adres met https://."]}


# --- The steps -----------------------------------------------------------------------------------


def test_each_step_shows_its_day(staff: Client, time: Any) -> None:
    staff.post(PAGE, {"stage": "orientation", "action": "draft"})
    time.move_to(NOW.replace(day=19))
    staff.post(PAGE, {"stage": "orientation", "action": "draft"})
    staff.post(PAGE, {"stage": "decision", "action": "draft"})
    answer = send(staff, pdf())
    claim = Adoption.objects.get()
    claims.submit(claim, by=factories.user(), at=NOW.replace(day=19))
    claims.confirm(claim, by=factories.organiser(), at=NOW.replace(day=20))

    assert "Oriëntatie , gedaan 18 maart 2026 Besluit , gedaan 19 maart 2026 In gebruik , gedaan 2 maart 2026" in (
        words_of(answer)
    )
    assert "Bevestigd: uw punt , gedaan 20 maart 2026" in words_of(staff.get(PAGE))


def test_a_step_that_is_taken_back_loses_its_day(staff: Client) -> None:
    staff.post(PAGE, {"stage": "decision", "action": "draft"})
    staff.post(PAGE, {"stage": "orientation", "action": "draft"})

    claim = Adoption.objects.get()
    assert (claim.orientation_since, claim.decision_since) == (NOW.date(), None)


def test_before_anything_is_kept_no_step_is_done(staff: Client) -> None:
    assert "gedaan" not in words_of(staff.get(PAGE))


# --- Reading -------------------------------------------------------------------------------------


def test_a_file_is_saved_by_the_reader_and_can_do_nothing(staff: Client) -> None:
    send(staff, picture(), "Foto van balie.png")
    evidence = Evidence.objects.get()

    answer = staff.get(address_of(evidence))

    assert answer.content == file_of(evidence).read_bytes()
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="Foto_van_balie.png"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_nobody_elses_staff_finds_a_file(staff: Client, stranger: Client, edition: Edition, client: Client) -> None:
    send(staff, pdf(), action="submit")
    evidence = Evidence.objects.get()
    other = factories.adoption(edition.participants.get(slug="almere"), solution=Solution.objects.get())
    addresses = [
        address_of(evidence),
        f"/mijn/almere/oplossingen/verhuizen/bestanden/{evidence.pk}/",
        f"/mijn/almere/oplossingen/verhuizen/bestanden/{evidence.pk + 1000}/",
        "/mijn/almere/oplossingen/verhuizen/bestanden/99999999999999999999999/",
    ]

    answers: list[Any] = [stranger.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({without_token(answer) for answer in answers}) == 1
    assert other.files.count() == 0
    assert staff.get(f"/mijn/zwolle/oplossingen/verhuizen/bestanden/{evidence.pk + 1}/").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(staff: Client) -> None:
    send(staff, pdf())
    file_of(Evidence.objects.get()).unlink()

    assert staff.get(address_of(Evidence.objects.get())).status_code == 404


@pytest.mark.parametrize("group", [ORGANISER, REVIEWER, AUDITOR, EDITOR])
def test_organisers_read_the_file_in_the_admin(staff: Client, group: str) -> None:
    send(staff, pdf(), action="submit")
    evidence, claim = Evidence.objects.get(), Adoption.objects.get()
    organiser = client_in(group)

    page = organiser.get(reverse("admin:solutions_adoption_change", args=[claim.pk]))
    answer = organiser.get(reverse("admin:solutions_adoption_file", args=[claim.pk, evidence.pk]))

    assert "besluit.pdf" in text_of(page)
    assert answer["Content-Disposition"] == 'attachment; filename="besluit.pdf"'
    assert answer.content == pdf()


def test_in_the_admin_too_a_file_stands_under_its_own_claim_only(staff: Client, stranger: Client) -> None:
    send(staff, pdf(), action="submit")
    evidence, claim = Evidence.objects.get(), Adoption.objects.get()
    wrong = reverse("admin:solutions_adoption_file", args=[claim.pk + 1, evidence.pk])
    right = reverse("admin:solutions_adoption_file", args=[claim.pk, evidence.pk])

    assert client_in(ORGANISER).get(wrong).status_code == 404
    for person in (stranger, staff):
        assert person.get(right)["Location"].startswith("/beheer/login/")


# --- Removing ------------------------------------------------------------------------------------


def test_a_file_of_a_draft_can_be_removed_and_a_second_click_is_friendly(
    staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    send(staff, pdf())
    evidence = Evidence.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        first = staff.post(REMOVE, {"file": evidence.pk}, follow=True)
    second = staff.post(REMOVE, {"file": evidence.pk}, follow=True)

    assert (kept(), file_of(evidence).exists()) == ([], False)
    assert message_of(first) == message_of(second) == "Het bestand is verwijderd."


@pytest.mark.parametrize("state", ["submitted", "confirmed"])
def test_what_was_handed_in_keeps_its_files(staff: Client, state: str) -> None:
    send(staff, pdf(), action="submit")
    if state == "confirmed":
        claims.confirm(Adoption.objects.get(), by=factories.organiser(), at=NOW)

    staff.post(REMOVE, {"file": Evidence.objects.get().pk})

    assert kept() == [("besluit.pdf", "application/pdf")]
    assert file_of(Evidence.objects.get()).exists()
    assert "Verwijder" not in words_of(staff.get(PAGE))


@pytest.mark.parametrize("asked", ["", "x", "0", "-1", "٣", "9" * 5000, "1 OR 1=1"])
def test_a_number_that_cannot_be_removes_nothing(staff: Client, asked: str) -> None:
    send(staff, pdf())

    assert staff.post(REMOVE, {"file": asked}).status_code == 302
    assert len(kept()) == 1


def test_nobody_removes_another_citys_file(staff: Client, stranger: Client) -> None:
    send(staff, pdf())
    asked = {"file": Evidence.objects.get().pk}

    theirs = stranger.post(REMOVE, asked)
    own = stranger.post("/mijn/almere/oplossingen/verhuizen/bestanden/verwijderen/", asked)

    assert (theirs.status_code, own.status_code) == (404, 302)
    assert len(kept()) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_asks_the_database_a_fixed_number_of_times(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries, times: int
) -> None:
    for number in range(times):
        send(staff, pdf(b"%d" % number))

    with django_assert_num_queries(10):
        staff.get(PAGE)
