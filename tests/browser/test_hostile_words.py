"""Markup in every field of text that municipal staff have, opened wherever it is shown: nothing of it runs."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.models import User
from scoring.models import ClaimState
from solutions.models import Adoption, Contribution
from tests import factories, staff_site
from tests.factories import NOW
from tests.gdsc.staff.test_forms import forms_of, pages, sent_forms

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "'\"></textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
CLOSED = {"code", "contact_role", "email", "evidence_url", "people", "url", "weeks"}
"""What has to be an address, a number, a role or the words of the evening: test_hostile_forms.py has them refused."""
PUBLIC = [
    *("/", "/ranglijst/", "/overnames/", "/gevers-en-nemers/", "/oplossingen/", "/goed-opgelost/", "/bezwaren/"),
    *("/meetups/", "/2026/meetups/nu/", "/2026/deelnemers/zwolle/", "/goed-opgelost/?zoek=script", "/correcties/"),
]
SHOWN_OF_EACH = 4


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


@pytest.fixture
def contact() -> User:
    participant, numbers = staff_site.zwolle()
    person = staff_site.contact_of(participant, numbers)
    person.numbers = numbers  # type: ignore[attr-defined]
    return person


def test_no_word_from_any_form_runs_on_any_page(browser: Browser, live_server: LiveServer, contact: User) -> None:
    kept = fill_in_everything(contact)
    confirm_what_waits()
    said: list[str] = []

    seen = 0
    for person, paths in [
        (contact, [each.format(**contact.numbers) for each in staff_site.ADDRESSES]),  # type: ignore[attr-defined]
        (contact, [*PUBLIC, *(f"/goed-opgelost/{each.pk}/" for each in Contribution.objects.all())]),
        (factories.organiser(), list(pages_of_the_admin())),
    ]:
        context = browser.new_context()
        context.add_cookies([staff_site.cookie_of(person, live_server)])  # type: ignore[list-item]
        seen += look_at(context, live_server, paths, said)
        context.close()

    assert said == []
    assert kept == {
        *("alt", "evidence_text", "grounds", "reason", "text", "title", "went_wrong", "note"),
        *("problem", "result", "solution", "standards", "summary", "supplier"),
    }
    assert seen > 120


def fill_in_everything(person: User) -> set[str]:
    """Send each form with this in all its fields of text; gives the names of the fields in which it was kept."""
    client = Client()
    client.force_login(person)
    client.numbers = person.numbers  # type: ignore[attr-defined]
    of_text = {
        (page, str(part.attributes["name"]))
        for page, content in pages(client)
        for form in forms_of(content)
        for part in form.parts()
        if part.tag == "textarea" or (part.tag == "input" and part.attributes.get("type", "text") == "text")
    }
    kept = set()
    for form in list(sent_forms(client)):
        names = {name for name in form.fields if (form.page, name) in of_text and name not in CLOSED}
        if names:
            answer = client.post(form.action, form.fields | dict.fromkeys(names, HOSTILE))
            kept |= names if answer.status_code == 302 else set()
    return kept


def confirm_what_waits() -> None:
    """So that the public sees it too."""
    for model in (Contribution, Adoption):
        for claim in model.objects.filter(state=ClaimState.SUBMITTED):
            factories.confirmed(claim)


def pages_of_the_admin() -> Iterator[str]:
    for model, page in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        for row in model._base_manager.order_by("-pk")[:SHOWN_OF_EACH]:
            for name in ("change", "history"):
                try:
                    yield reverse(f"{base}_{name}", args=[row.pk])
                except NoReverseMatch:
                    assert page.get_urls() == []


def look_at(context: BrowserContext, live_server: LiveServer, paths: list[str], said: list[str]) -> int:
    """Open each; what a page says by a window or to the console goes into `said`. Gives how many answered."""
    page = context.new_page()
    page.on("dialog", lambda dialog: said.append(f"{page.url}: {dialog.message}"))
    answered = 0

    def note(words: str) -> None:
        if "404 (Not Found)" not in words and "403 (Forbidden)" not in words:
            said.append(f"{page.url}: {words}")

    page.on("console", lambda message: note(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for path in dict.fromkeys(paths):
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert (path, answer.status < 500) == (path, True)
        answered += answer.status == 200
    return answered
