"""The pages of municipalities, those around logging in and the admin, for who reads English."""

import pytest
from django.test import Client

from competition.languages import address_in
from competition.models import Edition, Participant, User
from tests import factories
from tests.admin_pages import address, client_of, decide
from tests.english import dutch_on, marked, unmarked
from tests.factories import NOW
from tests.gdsc.staff.pages import message_of
from tests.reading import read

pytestmark = pytest.mark.django_db
MINE = "/en/mijn/zwolle/"


@pytest.fixture
def pages(edition: Edition, zwolle: Participant) -> list[str]:
    """A page of each kind, with something on it."""
    for month in (1, 2, 3):
        factories.solution(of=edition, month=month, slug=f"oplossing-{month}", title="Stoepen")
    factories.meetup(of=edition, slug="meetup", title="Stoepen")
    ahead = factories.meetup(of=edition, slug="straks", title="Stoepen", starts_at=NOW.replace(month=5))
    factories.adoption(zwolle, solution=edition.solutions.get(slug="oplossing-1"))
    contribution = factories.submitted(factories.contribution(zwolle, title="Stoepen"))
    return [
        MINE,
        "/en/mijn/mail/",
        "/en/mijn/gegevens/",
        "/en/mijn/gegevens/verwijderen/",
        f"{MINE}meetups/meetup/",
        f"{MINE}meetups/{ahead.slug}/aanmelden/",
        f"{MINE}oplossingen/oplossing-1/",
        f"{MINE}oplossingen/oplossing-2/",
        f"{MINE}goed-opgelost/",
        f"{MINE}goed-opgelost/{contribution.pk}/",
        f"{MINE}goed-opgelost/{contribution.pk}/intrekken/",
    ]


def test_each_page_of_a_municipality_is_wholly_in_english(staff: Client, person: User, pages: list[str]) -> None:
    names = (person.email, "Kijk maar", "Zwolle", "Stoepen", "Anna van Zwolle", "Editie", "Gemeente", "Stadhuis")
    found = {}
    for page in pages:
        found[page] = dutch_on(read(staff.get(page)))
        with marked():
            found[page] += unmarked(read(staff.get(page)), *names)

    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_what_is_done_there_is_answered_in_english_and_leads_to_english(staff: Client, pages: list[str]) -> None:
    response = staff.post(pages[-1], follow=True)

    assert response.redirect_chain[-1][0].startswith("/en/mijn/zwolle/")
    assert message_of(response).startswith("Your report has been withdrawn.")


def test_who_is_not_logged_in_is_asked_to_in_english(client: Client, pages: list[str]) -> None:
    response = client.get(MINE, follow=True)

    assert response.redirect_chain[-1][0] == "/en/account/login/?next=/en/mijn/zwolle/"
    assert read(response).one("h1").words == "Log in"
    assert dutch_on(read(response)) == []


def test_the_admin_is_wholly_in_english(edition: Edition, zwolle: Participant) -> None:
    claim = factories.submitted(factories.adoption(zwolle, solution=factories.solution(of=edition, title="Stoepen")))
    organiser = client_of(factories.organiser())
    found = {}
    for page in ("/beheer/", address(type(claim), "changelist"), address(claim), decide(claim, "wijs-af")):
        english = address_in("en", page)
        response = organiser.post(english) if page.endswith("wijs-af/") else organiser.get(english)
        found[english] = dutch_on(read(response))

    assert {page: wrong for page, wrong in found.items() if wrong} == {}
