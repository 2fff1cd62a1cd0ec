from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings

from competition import access, orphans
from competition.models import Edition, Entry, Municipality, OutboxMessage, Participant, Phase, User
from gdsc.demo import PASSWORD, people
from gdsc.demo.plan import moment
from gdsc.demo.play import play
from meetups import codes, hosting, signups
from meetups.models import Material, Signup
from news.models import NewsItem
from scoring import objections, proposals, standings, verification
from scoring.closing import kinds_of_claim
from scoring.models import (
    ClaimState,
    EditionResult,
    LedgerEntry,
    Proposal,
    ResultVersion,
    RoundClosing,
    RoundResult,
    Standing,
)
from scoring.rules import counting_day
from scoring.standings import Board, Line
from solutions.models import Contribution, ContributionImage, Evidence
from tests import factories

pytestmark = pytest.mark.django_db

ALL_STATES = {state.value for state in ClaimState}


@pytest.fixture
def register() -> None:
    call_command("import_municipalities", stdout=StringIO())
    call_command("import_dsa_members", stdout=StringIO())


@pytest.fixture
def debug(settings: Settings) -> None:
    settings.DEBUG = True


def seeded(*arguments: str) -> list[str]:
    """What the command says, line by line."""
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue().splitlines()


def played_until(month: int, day: int, hour: int = 9) -> Edition:
    return play(at=moment(date(2026, month, day), hour))


def states(edition: Edition) -> dict[str, set[str]]:
    """By kind of claim, the states that occur."""
    return {
        kind.__name__: set(kind.objects.of_edition(edition).values_list("state", flat=True))
        for kind in kinds_of_claim()
    }


def every_kind_in(wanted: set[str]) -> dict[str, set[str]]:
    return dict.fromkeys(["Adoption", "Contribution", "Attendance"], wanted)


def assert_sound(edition: Edition, *, at: datetime) -> Board:
    """What holds on any day: a tie at place five, a standing that is a fresh count, and no claim outside the rules."""
    board = standings.count(edition)
    kept = {standing.participant: standing for standing in Standing.objects.filter(edition=edition)}
    assert [Line.of(line.participant, kept[line.participant]) for line in board.lines] == board.lines
    assert {standing.head for standing in kept.values()} == {board.head}
    assert board.lines[4].total == board.lines[5].total > 0
    for kind in kinds_of_claim():
        for claim in kind.objects.of_edition(edition).select_related("participant__edition__rules"):
            assert_within_rules(claim, at=at)
    assert not LedgerEntry.objects.filter(booked_at__gt=at).exists()
    assert not OutboxMessage.objects.waiting().exists()
    verdict = verification.check(edition, at=at)
    assert (verdict.faults, verdict.head) == ([], board.head)
    return board


def assert_within_rules(claim: Any, *, at: datetime) -> None:
    rules = claim.participant.edition.rules
    assert claim.refusal(rules) == ""
    assert claim.created_at <= at
    if claim.submitted_at is not None:
        assert claim.created_at <= claim.submitted_at <= (claim.decided_at or at) <= at
        assert access.works_for(claim.submitted_by, claim.participant, at=claim.submitted_at)
        happened_on = claim.happened_on(claim.submitted_at.date())
        rounds = claim.participant.edition.rounds.all()
        assert claim.counts_on == counting_day(
            claim.kind, happened_on=happened_on, submitted_at=claim.submitted_at, rounds=rounds, rules=rules
        )
    if claim.decided_by is not None:
        assert not access.works_for(claim.decided_by, claim.participant, at=claim.decided_at)


@pytest.mark.usefixtures("register")
def test_in_january_every_kind_of_claim_is_in_every_state_already() -> None:
    edition = played_until(1, 15)

    board = assert_sound(edition, at=moment(date(2026, 1, 15), 9))
    assert states(edition) == every_kind_in(ALL_STATES)
    assert edition.phase_at(moment(date(2026, 1, 15), 9)) == Phase.SCORING
    assert edition.rules.locked_at is not None
    assert not RoundClosing.objects.exists()
    assert [line.rank for line in board.lines if line.participant.name == "Texel"] == [None]


@pytest.mark.usefixtures("register")
def test_news_and_what_was_shown_come_in_the_course_of_the_year_and_are_marked_as_examples() -> None:
    edition = played_until(2, 11)

    news = NewsItem.objects.published(moment(date(2026, 2, 11), 9))
    assert [item.title for item in news] == ["Zet de meetups in uw agenda", "De competitie is begonnen"]
    assert all(item.is_example for item in NewsItem.objects.all())
    assert NewsItem.objects.filter(published_at=None).count() == 1
    shown = Material.objects.filter(meetup__edition=edition).values_list("meetup__starts_at__month", "kind")
    assert sorted(shown) == [(1, "recording"), (1, "slides"), (1, "summary")]
    for material in Material.objects.all():
        material.full_clean()


@pytest.mark.usefixtures("register")
def test_there_is_a_waiting_list_and_an_evening_with_a_code_that_works() -> None:
    at = moment(date(2026, 3, 18), 15)
    edition = play(at=at)

    april = edition.meetups.get(starts_at__month=4)
    assert signups.room_of(april).is_full
    assert signups.room_of(april).waiting > 0
    assert Signup.objects.filter(meetup=april, offered__gt=0).exists()
    evening = edition.meetups.get(slug="vragenuur")
    assert codes.works(evening, at=at)
    assert {one.presence for one in evening.signups.all()} == {"", "present", "excused"}
    assert not OutboxMessage.objects.waiting().exists()
    assert edition.is_example
    host = User.objects.get(email=people.HOST.email)
    assert not host.is_staff
    assert list(hosting.hosted_by(host, at=at)) == [evening]


@pytest.fixture
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for the files of one test."""
    settings.PRIVATE_FILES_DIR = str(tmp_path)
    return tmp_path


def kept_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def named_by_rows() -> list[str]:
    rows = [*Evidence.objects.values_list("file"), *ContributionImage.objects.values_list("file")]
    return sorted(name for (name,) in rows)


@pytest.mark.usefixtures("register", "private_files")
def test_an_adoption_shows_a_pdf_and_a_picture_that_are_marked_as_examples() -> None:
    edition = played_until(3, 18)

    files = Evidence.objects.filter(adoption__participant__edition=edition).order_by("pk")
    assert [(one.name, one.adoption.participant.name, one.adoption.state) for one in files] == [
        ("besluit-voorbeeldgegevens.pdf", "Deventer", "confirmed"),
        ("schermbeeld-voorbeeldgegevens.png", "Deventer", "confirmed"),
    ]
    pdf, picture = (Path(one.file.path).read_bytes() for one in files)
    assert b"(Voorbeeldgegevens) Tj" in pdf
    with Image.open(BytesIO(picture)) as drawn:
        assert (drawn.size, drawn.getpixel((20, 740))) == ((1200, 750), (184, 81, 13))
    assert all(one.adoption.submitted_at and one.added_at <= one.adoption.submitted_at for one in files)


@pytest.mark.usefixtures("register", "private_files")
def test_a_picture_with_words_stands_on_the_public_page_of_a_contribution(client: Client) -> None:
    edition = played_until(3, 18)

    shown = Contribution.objects.filter(participant__edition=edition, state="confirmed").exclude(images=None)
    image = shown.earliest("decided_at").images.get()
    page = client.get(image.contribution.get_absolute_url()).content.decode()
    assert image.alt.startswith("Voorbeeldgegevens: een getekend scherm van")
    assert f'alt="{image.alt}" width="1200" height="750"' in page
    answer = client.get(reverse("contributions:image", args=[image.contribution_id, image.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


@pytest.mark.usefixtures("register", "debug")
def test_no_file_is_doubled_or_left_behind_by_building_again_nor_swept(private_files: Path) -> None:
    seeded("--as-of=2026-03-18")
    before = kept_in(private_files)

    seeded("--as-of=2026-03-18")
    swept = orphans.sweep(at=datetime.now(UTC) + timedelta(days=3))

    assert (swept, kept_in(private_files)) == (0, before)
    assert before == named_by_rows()
    assert len(before) > 2


@pytest.mark.usefixtures("register")
def test_the_files_are_the_same_each_time(private_files: Path) -> None:
    def digests() -> set[str]:
        rows = [*Evidence.objects.values_list("digest"), *ContributionImage.objects.values_list("digest")]
        return {digest for (digest,) in rows}

    with transaction.atomic():
        played_until(1, 20)
        first = digests()
        transaction.set_rollback(True)
    played_until(1, 20)

    assert digests() == first
    assert len(first) == 3


@pytest.mark.usefixtures("register")
def test_where_files_have_no_place_the_year_is_played_without_them(settings: Settings) -> None:
    settings.PRIVATE_FILES_DIR = ""

    played_until(1, 20)

    assert named_by_rows() == []


@pytest.mark.usefixtures("register")
def test_one_objection_has_been_answered_and_one_waits() -> None:
    edition = played_until(2, 11)

    assert sorted(objections.shown_of(edition).values_list("participant__name", "state")) == [
        ("Alkmaar", "pending"),
        ("Helmond", "dismissed"),
    ]


@pytest.mark.usefixtures("register")
def test_who_plays_are_the_dsa_members_an_alliance_and_two_wildcards() -> None:
    edition = played_until(1, 1)

    entered = Participant.objects.filter(edition=edition)
    assert edition.is_example
    assert (entered.count(), entered.filter(entry=Entry.DSA).count()) == (28, 26)
    members = Municipality.objects.dsa_members_on(date(2026, 1, 1))
    assert not members.exclude(places__edition=edition).exists()
    alliance = entered.get(name="Heerlen, Landgraaf en Kerkrade")
    assert [str(m) for m in alliance.municipalities.order_by("name")] == ["Heerlen", "Kerkrade", "Landgraaf"]
    wildcards = entered.filter(entry=Entry.WILDCARD).by_name()
    assert [(p.name, p.is_out_of_competition, p.wildcard_granted_on) for p in wildcards] == [
        ("Leeuwarden", False, date(2025, 12, 8)),
        ("Texel", True, date(2025, 12, 8)),
    ]
    assert all(p.wildcard_reason for p in wildcards)
    assert [edition.solutions.count(), edition.meetups.count(), edition.rounds.count()] == [10, 11, 10]


@pytest.mark.parametrize(
    ("month", "day", "closed"), [(3, 18, 2), pytest.param(7, 10, 5, marks=pytest.mark.long), (11, 3, 9)]
)
@pytest.mark.usefixtures("register")
def test_while_points_are_won_months_close_behind_it(month: int, day: int, closed: int) -> None:
    edition = played_until(month, day)

    assert_sound(edition, at=moment(date(2026, month, day), 9))
    assert states(edition) == every_kind_in(ALL_STATES)
    closings = RoundClosing.objects.filter(round__edition=edition)
    assert closings.count() == closed
    assert acts_of_two(edition) == ["wildcard", "wildcard", *(["reversal"] if closed == 9 else [])]
    assert_one_proposal_waits(edition, at=moment(date(2026, month, day), 9))
    assert edition.finalists.count() == 0


@pytest.mark.parametrize(
    ("month", "day", "winners"), [pytest.param(11, 24, [], marks=pytest.mark.long), (12, 22, ["Deventer"])]
)
@pytest.mark.usefixtures("register")
def test_after_october_the_tie_is_settled_by_adoptions_and_in_december_there_is_a_winner(
    month: int, day: int, winners: list[str]
) -> None:
    edition = played_until(month, day)

    board = assert_sound(edition, at=moment(date(2026, month, day), 9))
    # Nothing may wait for a decision when October closes, and nothing can be handed in after it.
    assert states(edition) == every_kind_in(ALL_STATES - {"submitted"})
    assert [line.rank for line in board.lines[:7]] == [1, 2, 3, 4, 5, 5, 7]
    october = RoundResult.objects.filter(version__closing__round__month=10, version__number=1, rank=5)
    assert {result.participant.name: result.adoption_points for result in october} == {"Amersfoort": 4, "Zwolle": 3}
    finalists = edition.finalists.order_by("place").values_list("participant__name", "place", "decided_by")
    assert list(finalists) == [
        ("Eindhoven", 1, "points"),
        ("Deventer", 2, "points"),
        ("Heerlen, Landgraaf en Kerkrade", 3, "points"),
        ("Enschede", 4, "points"),
        ("Amersfoort", 5, "adoptions"),
    ]
    results = EditionResult.objects.filter(edition=edition, motivation__contains="verzonnen")
    assert list(results.values_list("winner__name", flat=True)) == winners
    assert_reversals_of_every_kind(edition)
    assert acts_of_two(edition) == ["wildcard", "wildcard", "reversal", "closing"]
    assert_one_proposal_waits(edition, at=moment(date(2026, month, day), 9))


def acts_of_two(edition: Edition) -> list[str]:
    """What two organisers agreed on, in order; each by one and another."""
    agreed = Proposal.objects.approved().filter(edition=edition).order_by("decided_at", "pk")
    people = {(proposal.proposed_by.email, proposal.decided_by.email) for proposal in agreed}  # type: ignore[union-attr]
    assert people == {("organisator@gdsc.example", "tweede@gdsc.example")}
    return [proposal.act for proposal in agreed]


def assert_one_proposal_waits(edition: Edition, *, at: datetime) -> None:
    """The second organiser finds something to approve, and could."""
    waiting = Proposal.objects.pending().get(edition=edition)
    second = User.objects.get(email="tweede@gdsc.example")
    assert waiting.act == "reversal"
    assert proposals.why_not_approve(waiting, by=second, at=at) == ""
    with transaction.atomic():
        proposals.approve(waiting, by=second, at=at)
        transaction.set_rollback(True)


def assert_reversals_of_every_kind(edition: Edition) -> None:
    """Each has a reason; one came after its month was closed, and one was reversed itself."""
    reversals = LedgerEntry.objects.filter(edition=edition, reverses__isnull=False)
    assert not reversals.filter(reason="").exists()
    assert set(reversals.values_list("kind", flat=True)) == {"meetup", "adoption", "contribution"}
    assert reversals.filter(reverses__reverses__isnull=False, points=1).count() == 1
    renewed = ResultVersion.objects.filter(number=2).values_list("closing__round__month", flat=True)
    assert sorted(renewed) == [5, 6, 7]


@pytest.mark.usefixtures("register")
def test_the_same_day_gives_the_same_year() -> None:
    def ledger() -> list[tuple[Any, ...]]:
        fields = ("number", "participant__name", "kind", "description", "points", "counts_on", "booked_at")
        return list(LedgerEntry.objects.in_order().values_list(*fields))

    with transaction.atomic():
        played_until(1, 20)
        first = ledger()
        transaction.set_rollback(True)
    played_until(1, 20)

    assert ledger() == first
    assert len(first) > 20


@pytest.mark.usefixtures("register")
def test_no_worker_is_woken_for_what_has_been_counted(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        played_until(1, 20)

    assert callbacks == []


@pytest.mark.usefixtures("register", "debug")
def test_the_command_shows_with_which_accounts_to_look_around() -> None:
    said = seeded("--as-of=2026-01-15")

    assert said[0].startswith("The example edition of 2026, as it stands on 2026-01-15: 28 participants, ")
    assert f"Log in with the password {PASSWORD} as:" in said
    assert any(line.startswith("What the site mails: ") and line.endswith("/postbus/") for line in said)
    for email, _ in people.shown()[:-1]:
        user = User.objects.get(email=email)
        assert any(email in line for line in said)
        assert user.check_password(PASSWORD)
        assert EmailAddress.objects.get(user=user).verified
    groups = {user.email: [g.name for g in user.groups.all()] for user in User.objects.filter(is_staff=True)}
    assert groups == {
        "organisator@gdsc.example": ["organisator"],
        "tweede@gdsc.example": ["organisator"],
        "beoordelaar@gdsc.example": ["beoordelaar"],
        "beoordelaar@delft.example": ["beoordelaar"],
        "redacteur@gdsc.example": ["redacteur"],
        "auditor@gdsc.example": ["auditor"],
    }
    region = User.objects.get(email="regio@limburg.example")
    works_for = access.memberships_of(region, at=moment(date(2026, 1, 15), 9))
    assert [str(m.municipality) for m in works_for] == ["Kerkrade", "Maastricht", "Sittard-Geleen"]
    assert not User.objects.exclude(email__endswith=".example").exists()


@pytest.mark.usefixtures("register", "debug")
def test_an_example_that_is_there_stays_and_the_accounts_are_shown_again() -> None:
    seeded("--as-of=2026-01-02")
    before = list(LedgerEntry.objects.values()), User.objects.count()

    said = seeded("--as-of=2026-03-01")

    assert said[0] == "The example edition of 2026 is there already; it stays as it is."
    assert any("organisator@gdsc.example" in line for line in said)
    assert (list(LedgerEntry.objects.values()), User.objects.count()) == before


@pytest.mark.usefixtures("register")
def test_outside_development_it_refuses() -> None:
    with pytest.raises(CommandError, match="DEBUG is off"):
        seeded()

    assert not Edition.objects.exists()


@pytest.mark.usefixtures("register", "debug")
def test_beside_a_real_edition_it_refuses() -> None:
    factories.edition(2025)

    with pytest.raises(CommandError, match="The edition of 2025 is a real one"):
        seeded("--as-of=2026-01-15")

    assert not Edition.objects.filter(is_example=True).exists()
    assert not User.objects.exists()


@pytest.mark.usefixtures("register", "debug")
def test_a_year_of_the_archive_is_not_invented() -> None:
    call_command("load_archive", stdout=StringIO())

    with pytest.raises(CommandError, match="The edition of 2015 is in the archive"):
        seeded("--as-of=2015-06-01")


@pytest.mark.usefixtures("register", "debug")
def test_a_year_before_the_first_edition_is_refused() -> None:
    with pytest.raises(CommandError, match=r"There can be no edition of 2014\."):
        seeded("--as-of=2014-06-01")

    assert not Edition.objects.exists()


@pytest.mark.usefixtures("debug")
def test_without_the_register_it_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="Run import_municipalities and import_dsa_members first"):
        seeded("--as-of=2026-01-15")

    assert not Edition.objects.exists()
