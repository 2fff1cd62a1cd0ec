"""While the leaderboard stands still no page tells what was booked, or taken back, since: each of these is a point."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from competition.models import Edition, Participant
from scoring import claims, closing, freezes
from scoring.models import Act
from tests import factories
from tests.reading import main_of

JANUARY = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 20, 11, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(FEBRUARY, tick=False)]

MEETUP_PAGE = "/2026/meetups/samen/"
PAGES = {
    "/overnames/": ["Ede", "Urk"],
    "/gevers-en-nemers/": ["Ede", "Urk"],
    "/2026/oplossingen/snelbalie/": ["Ede", "Urk"],
    "/goed-opgelost/": ["Ede", "Urk"],
    "/api/v1/contributions": ["Ede", "Urk"],
    "/api/v1/editions/2026/solutions": ["Ede", "Urk"],
    MEETUP_PAGE: ["Ede", "Urk"],
    "/api/v1/editions/2026/meetups": ["Ede", "Urk"],
}
NAMES = ["Ede", "Urk", "Nuth", "Zwolle"]


def earned(who: Participant, *, at: datetime) -> None:
    """A point of each kind."""
    edition = who.edition
    adoption = factories.adoption(who, solution=edition.solutions.get(), in_use_since=date(2026, at.month, 2))
    for claim in (adoption, factories.contribution(who, title=f"Vondst van {who}")):
        factories.confirmed(claim, at=at)
    factories.confirmed(factories.attendance(who, meetup=edition.meetups.get(starts_at__month=at.month)), at=at)


@pytest.fixture
def edition() -> Edition:
    """Ede and Urk earned theirs in January; Nuth in February, but before January was fixed."""
    edition = factories.edition()
    gouda = factories.municipality("Gouda")
    factories.solution(of=edition, title="Snelbalie", slug="snelbalie", giver=gouda)
    factories.meetup(of=edition, starts_at=datetime(2026, 1, 13, 12, 0, tzinfo=UTC), slug="samen")
    factories.meetup(of=edition, starts_at=datetime(2026, 2, 3, 12, 0, tzinfo=UTC), slug="later")
    for name in ("Ede", "Urk"):
        earned(factories.participant(name, of=edition), at=JANUARY)
    earned(factories.participant("Nuth", of=edition), at=datetime(2026, 2, 6, 11, 0, tzinfo=UTC))
    closing.close(edition.rounds.get(month=1), at=datetime(2026, 2, 16, tzinfo=UTC))
    return edition


@pytest.fixture
def stands_still(edition: Edition) -> Edition:
    """On January; since then Zwolle earned its points, and all of Urk's were taken back."""
    freezes.freeze(edition, because="Finale", by=factories.organiser(), at=FEBRUARY)
    earned(factories.participant("Zwolle", of=edition), at=FEBRUARY)
    urk = edition.participants.get(slug="urk")
    for claim in (urk.adoption_set.get(), urk.contribution_set.get(), urk.attendance_set.get()):
        factories.approved(Act.REVERSAL, of=edition, entry=claim.award_id)
        claims.take_back(claim, because="Vergissing", by=factories.organiser(), at=FEBRUARY)
    return edition


def named(client: Client, address: str) -> list[str]:
    """Who is on this page, but for the matrix only where something stands beside a name."""
    response = client.get(address)
    if address == "/overnames/":
        return [name for name, *_cells, total in main_of(response).one("table").rows if total != "0"]
    words = response.content.decode().lower()
    return [
        name
        for name in NAMES
        if f">{name}<".lower() in words or f'"{name}"'.lower() in words or f"vondst van {name}".lower() in words
    ]


@pytest.mark.parametrize("address", PAGES)
def test_only_what_the_shown_result_counts_is_told(client: Client, stands_still: Edition, address: str) -> None:
    assert named(client, address) == ["Ede", "Urk"]


@pytest.mark.parametrize("address", PAGES)
def test_then_it_goes_on(client: Client, stands_still: Edition, address: str) -> None:
    freezes.lift(stands_still.freezes.get(), by=factories.organiser(), at=FEBRUARY)

    everybody = ["Ede"] if address == MEETUP_PAGE else ["Ede", "Nuth", "Zwolle"]
    assert sorted(named(client, address)) == everybody


def test_the_totals_follow(client: Client, stands_still: Edition) -> None:
    matrix = main_of(client.get("/overnames/"))
    boards = main_of(client.get("/gevers-en-nemers/"))

    assert matrix.one("tfoot").texts("td") == ["2", "2"]
    assert [row[-1] for table in boards.all("table") for row in table.rows] == ["2", "1", "1"]
    assert "2 keer overgenomen" in main_of(client.get("/oplossingen/")).words
    assert "2 keer overgenomen" not in main_of(client.get("/2026/meetups/later/")).words
    assert main_of(client.get("/2026/meetups/later/")).texts("li a") == []


def test_what_came_later_is_in_no_list_and_has_no_page(client: Client, stands_still: Edition) -> None:
    new = stands_still.participants.get(slug="zwolle").contribution_set.get()
    gone = stands_still.participants.get(slug="urk").contribution_set.get()
    sitemap = client.get("/sitemap.xml").content.decode()

    assert [client.get(f"/goed-opgelost/{one.pk}/").status_code for one in (new, gone)] == [404, 200]
    assert [f"/goed-opgelost/{one.pk}/" in sitemap for one in (new, gone)] == [False, True]
    assert "zwolle" not in main_of(client.get("/goed-opgelost/")).words.lower()


@pytest.mark.parametrize("address", ["/overnames/", "/gevers-en-nemers/", "/oplossingen/", "/goed-opgelost/"])
def test_another_edition_goes_on(client: Client, stands_still: Edition, address: str) -> None:
    other = factories.edition(2025)
    factories.solution(of=other, title="Parkeren", slug="parkeren", giver=factories.municipality("Venlo"))
    breda = factories.participant("Breda", of=other)
    at = datetime(2025, 5, 6, 11, 0, tzinfo=UTC)
    factories.confirmed(factories.contribution(breda, title="Vondst van Breda"), at=at)
    factories.confirmed(factories.adoption(breda, solution=other.solutions.get(), in_use_since=at.date()), at=at)
    year = "" if address == "/goed-opgelost/" else "/2025"

    words = main_of(client.get(f"{year}{address}")).words

    assert {"/oplossingen/": "1 keer overgenomen"}.get(address, "Breda") in words


@pytest.mark.parametrize(
    "address", ["/overnames/", "/gevers-en-nemers/", "/oplossingen/", "/2026/oplossingen/snelbalie/", MEETUP_PAGE]
)
def test_the_page_says_that_it_stands_still(client: Client, stands_still: Edition, address: str) -> None:
    assert "De ranglijst staat stil." in main_of(client.get(address)).words
