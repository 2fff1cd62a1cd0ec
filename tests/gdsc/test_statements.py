"""What the portal says about itself is what it does."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tests.reading import main_of, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _organisation(settings: Settings) -> None:
    settings.ORGANISATION, settings.CONTACT_EMAIL = "de stichting <GDSC>", "schrijf@gdsc.example"


@pytest.mark.parametrize("address", ["/privacy/", "/toegankelijkheid/"])
def test_it_names_who_answers_and_where(client: Client, address: str) -> None:
    page = main_of(client.get(address))

    assert "de stichting <GDSC>" in page.words
    assert page.links["schrijf@gdsc.example"] == "mailto:schrijf@gdsc.example"


@pytest.mark.parametrize(("address", "queries"), [("/privacy/", 1), ("/toegankelijkheid/", 0)])
def test_it_asks_the_database_no_more_than_how_long_names_are_kept(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        client.get(address)


def test_every_page_leads_to_both(client: Client) -> None:
    footer = read(client.get("/privacy/")).one("footer")

    assert {"Privacy": "/privacy/", "Toegankelijkheid": "/toegankelijkheid/", "Nieuws": "/nieuws/"}.items() <= (
        footer.links.items()
    )


def test_the_cookies_that_it_names_are_those_that_logging_in_sets(client: Client, settings: Settings) -> None:
    from tests import factories

    settings.SESSION_COOKIE_AGE = 5 * 24 * 3600
    words = main_of(client.get("/privacy/"))
    before = set(client.cookies)
    client.get("/account/login/")
    at_login = set(client.cookies)
    client.force_login(factories.user())

    assert (before, at_login) == (set(), {"csrftoken"})
    assert set(words.texts("code")) == set(client.cookies) == {"csrftoken", "sessionid"}
    assert "sessionid: onthoudt dat u bent ingelogd, hooguit 5 dagen." in words.texts("li")


def test_the_terms_that_it_names_are_those_of_the_portal(client: Client, settings: Settings) -> None:
    settings.SESSION_LIMITS = (timedelta(hours=7), timedelta(days=9))
    settings.SESSION_LIMITS_OF_ORGANISERS = (timedelta(minutes=20), timedelta(hours=5))

    rows = {row[0]: row[2] for row in main_of(client.get("/privacy/")).one("table").rows}

    assert rows["Dat u bent ingelogd"] == (
        "Tot u uitlogt of 7 uur niets doet, en hooguit 9 dagen. Werkt u voor de organisatie? Dan tot u 20 minuten "
        "niets doet, en hooguit 5 uur."
    )
    assert rows["Aan wie wij een mail stuurden"] == "30 dagen nadat de mail is verstuurd"


def test_the_longest_that_an_address_counts_at_the_login_is_five_minutes() -> None:
    """The page says so; allauth's own defaults are what the portal uses."""
    from allauth.account.app_settings import RATE_LIMITS
    from allauth.core.internal.ratelimit import parse_rates

    longest = max(rate.duration for rates in RATE_LIMITS.values() for rate in parse_rates(rates))

    assert longest == 5 * 60
