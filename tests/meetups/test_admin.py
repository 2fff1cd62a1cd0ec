"""The meetups, as organisers and editors keep them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from competition.access import AUDITOR, EDITOR, HOST, ORGANISER, REVIEWER
from competition.models import Edition
from meetups.models import Material, Meetup
from tests import factories
from tests.admin_pages import address, client_in, errors_of, text_of
from tests.factories import NOW, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(EDITOR)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def form(edition: Edition, **fields: Any) -> dict[str, Any]:
    return {
        "edition": edition.pk,
        "title": "Over parkeren",
        "slug": "over-parkeren",
        "starts_at_0": "20-03-2026",
        "starts_at_1": "13:00:00",
        "ends_at_0": "20-03-2026",
        "ends_at_1": "15:00:00",
        "materials-TOTAL_FORMS": "0",
        "materials-INITIAL_FORMS": "0",
        **fields,
    }


def with_material(*rows: dict[str, Any]) -> dict[str, Any]:
    """The part of the form below the meetup, for materials that are new."""
    found: dict[str, Any] = {"materials-TOTAL_FORMS": str(len(rows)), "materials-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        defaults = {"kind": "slides", "title": "Dia's", "url": "https://gouda.nl/dias"}
        found |= {f"materials-{number}-{field}": value for field, value in (defaults | row).items()}
    return found


def material_errors(response: Any) -> list[dict[str, list[str]]]:
    (formset,) = response.context["inline_admin_formsets"]
    return [{field: list(words) for field, words in errors.items()} for errors in formset.formset.errors]


def test_a_meetup_is_added_in_local_time(client: Client, edition: Edition) -> None:
    gouda, solution = factories.municipality("Gouda"), factories.solution(of=edition)

    client.post(address(Meetup, "add"), form(edition, host=gouda.pk, solution=solution.pk))

    meetup = Meetup.objects.get()
    assert (meetup.edition, meetup.host, meetup.solution) == (edition, gouda, solution)
    assert meetup.starts_at.isoformat() == "2026-03-20T12:00:00+00:00"


@pytest.mark.parametrize("case", ["another year", "ends first", "another edition's solution", "a taken address"])
def test_a_wrong_meetup_is_refused_in_words(client: Client, edition: Edition, case: str) -> None:
    factories.meetup(of=edition, slug="bezet")
    elsewhere = factories.solution(of=factories.edition(2027))
    words = "Editie 2026 duurt van 1 januari tot en met 31 december 2026. Kies een dag in dat jaar."
    cases: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
        "another year": (
            {"starts_at_0": "01-01-2027", "ends_at_0": "01-01-2027"},
            {"starts_at": [words]},
        ),
        "ends first": ({"ends_at_1": "13:00:00"}, {"ends_at": ["De meetup moet na het begin eindigen."]}),
        "another edition's solution": (
            {"solution": elsewhere.pk},
            {"solution": ["Kies een oplossing van Editie 2026."]},
        ),
        "a taken address": (
            {"slug": "bezet"},
            {"": ["Meetup met deze Editie en Naam in het webadres bestaat al."]},
        ),
    }
    fields, wrong = cases[case]

    response = client.post(address(Meetup, "add"), form(edition, **fields))

    assert errors_of(response) == wrong
    assert 'value="Over parkeren"' in response.content.decode()
    assert Meetup.objects.count() == 1


@pytest.mark.parametrize(("is_reported", "moved"), [(False, True), (True, False)])
def test_the_moment_is_fixed_once_it_has_been_reported(
    client: Client, edition: Edition, is_reported: bool, moved: bool
) -> None:
    meetup = factories.meetup(of=edition, starts_at=NOW - timedelta(days=2))
    claim = factories.attendance(factories.participant(of=edition), meetup=meetup)
    if is_reported:
        submitted(claim)

    page = text_of(client.get(address(meetup)))
    client.post(address(meetup), form(edition, slug="anders", is_cancelled="on"))

    changed = Meetup.objects.get()
    assert ("Daarom staat vast wanneer zij is en dat zij doorging." in page) == is_reported
    assert (changed.starts_at != meetup.starts_at) == moved
    assert changed.is_cancelled == moved
    assert (changed.title, changed.slug) == ("Over parkeren", meetup.slug)


def test_a_change_makes_the_meetup_newer_and_looking_at_it_does_not(client: Client, edition: Edition) -> None:
    meetup = factories.meetup(of=edition, changed_at=NOW - timedelta(days=9))
    client.post(address(meetup), form(edition))
    changed = Meetup.objects.get().changed_at
    Meetup.objects.update(changed_at=NOW - timedelta(days=8))

    client.post(address(meetup), form(edition) | with_material({}))

    assert changed >= NOW
    assert Meetup.objects.get().changed_at == NOW - timedelta(days=8)
    assert Material.objects.count() == 1


def test_room_for_less_than_there_are_is_refused_in_words_and_room_for_more_is_offered(
    client: Client, edition: Edition
) -> None:
    meetup = factories.meetup(of=edition, starts_at=NOW + timedelta(days=2), capacity=3)
    factories.signup(meetup, seats=3)
    waiting = factories.signup(meetup, seats=0, waiting=[NOW])

    refused = client.post(address(meetup), form(edition, capacity="2"))
    kept = Meetup.objects.get().capacity
    client.post(address(meetup), form(edition, capacity="4"))

    waiting.refresh_from_db()
    assert errors_of(refused) == {"capacity": ["Er zijn al 3 plaatsen vergeven. Vul 3 of meer in."]}
    assert (kept, Meetup.objects.get().capacity, waiting.offered) == (3, 4, 1)
    assert "Aangemeld: 4 plaatsen vergeven, 0 mensen op de wachtlijst" in text_of(client.get(address(meetup)))


@pytest.mark.parametrize(("in_group", "is_appointed"), [(True, True), (False, False)])
def test_who_is_in_the_group_of_hosts_can_be_appointed(
    client: Client, edition: Edition, in_group: bool, is_appointed: bool
) -> None:
    meetup = factories.meetup(of=edition)
    person = factories.in_group(HOST) if in_group else factories.user()

    client.post(address(meetup), form(edition, appointed_hosts=[person.pk]))

    assert meetup.appointed_hosts.filter(pk=person.pk).exists() is is_appointed


def test_who_judges_an_attendance_reads_what_the_list_says(edition: Edition) -> None:
    zwolle = factories.participant("Zwolle", of=edition)
    claim = submitted(factories.attendance(zwolle))
    factories.signup(claim.meetup, zwolle.municipalities.get(), seats=2, presence="absent")

    page = text_of(client_in(REVIEWER).get(address(claim)))

    assert "Lijst van de gastheer: Zwolle: 2 aangemeld, afwezig." in page


def test_room_is_nothing_that_agendas_show(client: Client, edition: Edition) -> None:
    meetup = factories.meetup(of=edition, changed_at=NOW - timedelta(days=9))
    client.post(address(meetup), form(edition))
    changed = Meetup.objects.get().changed_at

    client.post(address(meetup), form(edition, capacity="40", most_per_municipality="2"))

    after = Meetup.objects.get()
    assert (after.capacity, after.most_per_municipality, after.changed_at) == (40, 2, changed)


@pytest.mark.parametrize("group", [ORGANISER, EDITOR])
def test_materials_are_kept_below_their_meetup(edition: Edition, group: str) -> None:
    meetup, client = factories.meetup(of=edition), client_in(group)
    title = "Dia\u200b's  van\x07 Gouda"

    client.post(address(meetup), form(edition) | with_material({"title": title}, {"url": "https://gouda.nl/film"}))
    kept = list(Material.objects.order_by("pk"))
    form_data = form(edition) | {
        "materials-TOTAL_FORMS": "2",
        "materials-INITIAL_FORMS": "2",
        **{f"materials-{n}-{f}": getattr(one, f) for n, one in enumerate(kept) for f in ("kind", "title", "url")},
        **{f"materials-{n}-id": one.pk for n, one in enumerate(kept)},
        "materials-0-DELETE": "on",
    }
    client.post(address(meetup), form_data)

    assert [(one.title, one.url) for one in kept] == [
        ("Dia's van Gouda", "https://gouda.nl/dias"),
        ("Dia's", "https://gouda.nl/film"),
    ]
    assert list(Material.objects.all()) == kept[1:]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://gouda.nl/dias", "Begin het adres met https://."),
        ("HTTPS://gouda.nl/dias", "Begin het adres met https://."),
        ("ftp://gouda.nl/dias", "Begin het adres met https://."),
        ("javascript:alert(1)", "Begin het adres met https://."),
        ("https://naam:geheim@gouda.nl/", "Haal de inlognaam of het wachtwoord uit het adres"),
        ("https://gouda.nl:8443/dias", "Haal de dubbele punt met het getal (de poort) uit het adres."),
        ("https://169.254.169.254/latest/", "Vul het hele adres van een openbare pagina in"),
        ("https://[::1]/", "Vul het hele adres van een openbare pagina in"),
        ("https://2130706433/", "Vul het hele adres van een openbare pagina in"),
        ("https://localhost/", "Vul het hele adres van een openbare pagina in"),
        ("https://intranet.gouda.local/", "Vul het hele adres van een openbare pagina in"),
        ("https://gouda.nl/" + "a" * 500, "Kies een adres van hoogstens 500 tekens."),
    ],
)
def test_a_material_stands_at_a_public_address_or_is_refused_in_words(
    client: Client, edition: Edition, url: str, words: str
) -> None:
    meetup = factories.meetup(of=edition)

    response = client.post(address(meetup), form(edition) | with_material({"url": url}))

    (errors,) = material_errors(response)
    assert [words in error for error in errors["url"]] == [True]
    assert not Material.objects.exists()


def test_the_database_keeps_other_addresses_out(edition: Edition) -> None:
    with pytest.raises(IntegrityError, match="material_stands_at_a_safe_address"):
        factories.material(factories.meetup(of=edition), url="http://gouda.nl/")


@pytest.mark.parametrize("how", ["one", "bulk"])
def test_a_meetup_with_reports_is_kept_and_says_why(edition: Edition, how: str) -> None:
    claim = factories.attendance(factories.participant("Zwolle", of=edition))
    client = client_in(ORGANISER)
    bulk = {"action": "delete_selected", "_selected_action": [claim.meetup_id], "post": "yes"}

    if how == "one":
        response = client.post(address(claim.meetup, "delete"), {"post": "yes"})
    else:
        response = client.post(address(Meetup, "changelist"), bulk)

    assert "Aanwezigheid: Zwolle" in text_of(response)
    assert Meetup.objects.filter(pk=claim.meetup_id).exists()


@pytest.mark.parametrize("group", [REVIEWER, AUDITOR])
def test_others_only_look(edition: Edition, group: str) -> None:
    meetup, client = factories.meetup(of=edition), client_in(group)

    assert client.get(address(meetup)).status_code == 200
    assert client.post(address(meetup), form(edition)).status_code == 403
    assert client.post(address(Meetup, "add"), form(edition)).status_code == 403


def test_the_list_asks_as_many_queries_for_one_meetup_as_for_three(
    client: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    where = address(Meetup, "changelist")
    factories.meetup(of=edition, host=factories.municipality())
    client.get(where)
    with django_assert_num_queries(10):
        client.get(where)
    for _ in range(2):
        factories.meetup(of=edition, host=factories.municipality())

    with django_assert_num_queries(10):
        response = client.get(where)

    assert len(response.context["cl"].result_list) == 3
