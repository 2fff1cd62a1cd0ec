"""The page that shows every component, so that none of them is changed without being seen."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import path

from gdsc import urls
from gdsc.styleguide import styleguide
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [path("stijlgids/", styleguide), *urls.urlpatterns]

ELSEWHERE = {"confirm.html": "a whole page, with a heading of its own: /mijn/meldingen/…/intrekken/"}
"""Components that are not on it, and why."""


def test_every_component_is_on_it(client: Client) -> None:
    response = client.get("/stijlgids/")

    shown = {str(template.name) for template in response.templates}
    present = {path.name for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    assert {name for name in present if f"components/{name}" not in shown} == set(ELSEWHERE)


def test_a_form_is_shown_empty_and_with_each_mistake_named_twice(client: Client) -> None:
    """Once in the summary at its top, as a link, and once at the field."""
    main = main_of(client.get("/stijlgids/"))

    named = {str(link.attributes["href"]) for link in main.all("a") if "#id_fout-" in (link.attributes["href"] or "")}
    wrong = {part.attributes["id"] or "" for part in main.parts() if part.attributes.get("aria-invalid") == "true"}
    assert len(named) >= 5
    # A group of radio buttons has an id for itself, and one for each.
    assert {f"#{re.sub(r'_[0-9]+$', '', each)}" for each in wrong} == named
    assert named <= {f"#{part.attributes['id']}" for part in main.parts() if "id" in part.attributes}
