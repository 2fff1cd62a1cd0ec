"""A browser that obeys the content security policy shows the site and the admin without a complaint."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import factories

PASSWORD = "een lang wachtwoord"


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console and its network say is wrong, as it comes."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("response", lambda response: found.append(response.url) if response.status >= 400 else None)
    return found


@pytest.fixture
def organiser_page(live_server: LiveServer, page: Page) -> Page:
    organiser = factories.organiser()
    organiser.set_password(PASSWORD)
    organiser.save()
    EmailAddress.objects.create(user=organiser, email=organiser.email, verified=True, primary=True)
    page.goto(f"{live_server.url}/beheer/")
    page.locator("[name=login]").fill(organiser.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/beheer/")
    return page


def test_the_login_page_obeys_the_policy(live_server: LiveServer, page: Page, complaints: list[str]) -> None:
    page.goto(f"{live_server.url}/account/login/")

    assert page.locator("[name=password]").is_visible()
    assert complaints == []


def test_every_list_and_form_of_the_admin_obeys_the_policy(
    live_server: LiveServer, organiser_page: Page, complaints: list[str]
) -> None:
    factories.participant(of=factories.edition())
    seen = 0
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for address in (reverse(f"{name}_changelist"), reverse(f"{name}_add")):
            response = organiser_page.goto(f"{live_server.url}{address}")
            assert response is not None
            # The ledger and what is derived cannot be added to by hand.
            if response.status == 403:
                complaints.clear()
                continue
            seen += 1
            assert (address, complaints) == (address, [])
    assert seen >= 2
