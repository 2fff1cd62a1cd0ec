"""Every form of municipal staff, found on the pages themselves: it carries a key, and sent twice it works once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.template import Origin
from django.test import Client
from django.test.signals import template_rendered
from django.urls import ResolverMatch, resolve

from competition.models import Municipality
from gdsc.models import SentForm
from gdsc.once import KEY
from meetups import codes, hosting
from meetups.models import Meetup, Signup
from tests import factories, staff_site
from tests.files import pdf, picture, upload
from tests.gdsc.staff.pages import errors_of, message_of
from tests.racing import at_once
from tests.reading import Part, read

pytestmark = pytest.mark.django_db

NO_KEY = {
    "account_logout": "logging out twice is being logged out",
    "remove_account": "after it there is nobody left to send it again, and no session to say so in",
}
"""Forms without a key, and why a repeat does no harm there."""
NOT_OF_STAFF = ("admin/", "account/", "mfa/", "socialaccount/", "allauth/")
"""Templates of others: of the admin, and of allauth, whose forms take a password, or a code that works once.

What they do is no record: logging in, out, and changing how."""
NATURAL_KEY = {"staff/invitation_accept.html", "staff/invitation_new.html", "staff/invitation_wrong_account.html"}
"""An invitation is a key of its own, which works once: see test_invitation_page.py. On the last one logs out."""
TYPED = {
    "stage": "in_use",
    "in_use_since": "2026-03-02",
    "evidence_text": "Kijk maar",
    "people": "3",
    "reason": "Wij kennen dit niet",
    "grounds": "Dit klopt niet",
    "text": "Zo zit het",
    "title": "Iets slims",
    "url": "https://zwolle.nl/presentatie",
    "weeks": "12",
    "cost_band": "none",
    "would_again": "yes",
    "summary": "In één zin",
    "theme": "service",
    "readiness": "in-use",
    "problem": "Traag",
    "solution": "Zo",
    "alt": "Een schermafdruk",
    "email": "collega@zwolle.example",
}
"""What somebody fills in, by the name of the field."""
FILES = {
    "file": lambda: upload(picture((30, 20)), "beeld.png"),
    "evidence_file": lambda: upload(pdf(b"%1"), "bewijs.pdf"),
}
DIFFERS = {"competition_pagechange", "django_session", "gdsc_cache", "gdsc_sentform"}
"""Tables in which a request may leave something of its own."""


class Sent(NamedTuple):
    """A form as a browser sends it: from which page, by which of its buttons."""

    page: str
    action: str
    button: str
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.action} {self.button}"


@pytest.fixture
def zwolle_staff(contact: Client) -> Client:
    """A colleague."""
    client = Client()
    client.force_login(factories.staff_of(Municipality.objects.get(name="Zwolle")))
    return client


@pytest.fixture
def contact() -> Client:
    """The contact person of Zwolle, at work."""
    participant, numbers = staff_site.zwolle()
    client = Client()
    client.force_login(staff_site.contact_of(participant, numbers))
    client.numbers = numbers  # type: ignore[attr-defined]
    return client


def pages(client: Client) -> Iterator[tuple[str, Part]]:
    for address in staff_site.ADDRESSES:
        page = address.format(**client.numbers)  # type: ignore[attr-defined]
        yield page, read(client.get(page))


def forms_of(page: Part) -> list[Part]:
    return [form for form in page.all("form") if form.attributes.get("method") == "post"]


def target_of(page: str, form: Part) -> ResolverMatch:
    return resolve(form.attributes.get("action") or page)


def names_in(form: Part) -> list[str]:
    return [str(part.attributes["name"]) for part in form.parts() if part.tag == "input" and "name" in part.attributes]


# --- Every form has a key ------------------------------------------------------------------------


def test_every_address_of_the_staff_is_known_to_the_tests() -> None:
    assert staff_site.names() == set(staff_site.PAGES) | set(staff_site.NO_PAGE)
    assert not set(staff_site.PAGES) & set(staff_site.NO_PAGE)


def test_every_page_shows_what_its_name_says(contact: Client) -> None:
    shown = {page: resolve(page).url_name for page, _content in pages(contact)}

    assert list(dict.fromkeys(shown.values())) == list(staff_site.PAGES)


def test_every_form_carries_one_key_and_is_dealt_with_once(contact: Client) -> None:
    keys: list[str] = []
    for page, content in pages(contact):
        for form in forms_of(content):
            target = target_of(page, form)
            if target.url_name in NO_KEY:
                continue
            found = [str(part.attributes["value"]) for part in form.all("input") if part.attributes.get("name") == KEY]
            assert (page, len(found)) == (page, 1)
            assert (page, getattr(target.func, "is_done_once", False)) == (page, True)
            keys += found
    assert len(set(keys)) == len(keys) > 35


def test_every_template_with_a_form_is_on_one_of_the_pages(contact: Client) -> None:
    used: set[str] = set()

    def note(template: Any, **_more: Any) -> None:
        if isinstance(template.origin, Origin):
            used.add(str(template.name))

    template_rendered.connect(note)
    try:
        list(pages(contact))
    finally:
        template_rendered.disconnect(note)

    folder = Path(settings.BASE_DIR) / "templates"
    found = {str(file.relative_to(folder)) for file in folder.rglob("*.html") if 'method="post"' in file.read_text()}
    assert {name for name in found if not name.startswith(NOT_OF_STAFF)} == (used & found) | NATURAL_KEY


# --- Sent twice ----------------------------------------------------------------------------------


def sent_forms(client: Client) -> Iterator[Sent]:
    """All forms, filled in, each by each of its buttons."""
    for page, content in pages(client):
        for form in forms_of(content):
            if target_of(page, form).url_name in NO_KEY:
                continue
            action = form.attributes.get("action") or page
            for button in buttons_of(content, form):
                name = str(button.attributes.get("name") or "")
                pressed = {name: str(button.attributes.get("value"))} if name else {}
                yield Sent(page, action, "=".join([*pressed, *pressed.values()]), filled_in(form, page) | pressed)


def buttons_of(content: Part, form: Part) -> list[Part]:
    """The first of those of a kind: the same button beside another file or municipality does the same."""
    own = [each for each in form.all("button") if "form" not in each.attributes]
    mine = form.attributes.get("id")
    return own or [each for each in content.all("button") if mine and each.attributes.get("form") == mine][:1]


def filled_in(form: Part, page: str) -> dict[str, Any]:
    """What the page filled in already, and what a person types."""
    filled: dict[str, Any] = {}
    for part in form.parts():
        name, kind = str(part.attributes.get("name") or ""), part.attributes.get("type")
        if part.tag == "button" or not name or name == "csrfmiddlewaretoken":
            continue
        if kind == "file":
            filled[name] = (
                upload(picture((30, 20)), "beeld.png") if name == "file" else upload(pdf(b"%1"), "bewijs.pdf")
            )
        elif kind in {"radio", "checkbox"}:
            if "checked" in part.attributes:
                filled.setdefault(name, str(part.attributes.get("value")))
        elif part.tag == "select":
            filled[name] = chosen(part)
        else:
            filled[name] = part.attributes.get("value") or part.words
    typed = {name: value for name, value in TYPED.items() if name in {p.attributes.get("name") for p in form.parts()}}
    if "code" in filled:
        typed["code"] = " ".join(codes.code_of(Meetup.objects.get(slug="nu")))
    return filled | typed


def chosen(select: Part) -> str:
    values = [str(option.attributes.get("value") or "") for option in select.all("option")]
    return next(filter(None, values), "")


@contextmanager
def undone() -> Iterator[None]:
    """What happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, str]:
    """What stands in the database, by table."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - DIFFERS)
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '') FROM {table} t"
                for table in tables
            )
        )
        return dict(cursor.fetchall())


def send(client: Client, form: Sent) -> Any:
    for value in form.fields.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return client.post(form.action, form.fields, follow=True)


def test_a_form_sent_twice_does_its_work_once_and_shows_the_same_page(contact: Client) -> None:
    done = []
    for form in list(sent_forms(contact)):
        with undone():
            first = send(contact, form)
            assert (form.name, first.redirect_chain != []) == (form.name, True), first.context["form"].errors
            after_one = everything()

            second = send(contact, form)

            assert (form.name, second.redirect_chain) == (form.name, first.redirect_chain)
            assert (form.name, message_of(second).startswith("Dit formulier had u al verstuurd.")) == (form.name, True)
            changed = {table for table, rows in everything().items() if rows != after_one[table]}
            assert (form.name, changed) == (form.name, set())
            done.append(form.name)
    assert len(done) > 50


def test_going_back_and_typing_something_else_adds_no_second_record(contact: Client) -> None:
    """The browser shows the old form again, with the old key in it."""
    for form in list(sent_forms(contact)):
        words = [name for name in ("evidence_text", "note", "text", "title", "went_wrong") if form.fields.get(name)]
        if not words:
            continue
        with undone():
            send(contact, form)
            rows = counts()

            again = send(contact, form._replace(fields=form.fields | {words[0]: "Iets anders"}))

            assert (form.name, again.status_code) == (form.name, 200)
            assert (form.name, {table: n for table, n in counts().items() if n != rows[table]}) == (form.name, {})


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - DIFFERS)
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


def test_a_form_that_arrives_late_undoes_nothing_that_was_done_since(contact: Client) -> None:
    page, who = "/mijn/gastheer/2026/nu/", Signup.objects.get(meetup__slug="nu", presence="").municipality.cbs_code
    here = {KEY: str(uuid4()), "municipality": who, "presence": "present"}
    contact.post(page, here)
    contact.post(page, here | {KEY: str(uuid4()), "presence": "absent"})

    answer = contact.post(page, here, follow=True)

    assert message_of(answer) == "Dit formulier had u al verstuurd. Er is niets dubbel gedaan."
    assert Signup.objects.get(meetup__slug="nu", municipality__cbs_code=who).presence == "absent"


def test_a_form_with_a_fault_in_it_may_be_sent_again_as_it_is(contact: Client) -> None:
    form = {KEY: str(uuid4()), "people": "drie", "action": "submit"}

    answers = [contact.post("/mijn/zwolle/meetups/nieuw/", form) for _ in range(2)]

    assert [errors_of(answer)["people"] for answer in answers] == [
        ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]
    ] * 2
    assert not SentForm.objects.exists()


def test_the_same_key_from_somebody_else_is_another_form(contact: Client, zwolle_staff: Client) -> None:
    form = {KEY: str(uuid4()), "people": "3", "action": "draft"}

    answers = [client.post("/mijn/zwolle/meetups/nieuw/", form, follow=True) for client in (contact, zwolle_staff)]

    assert {message_of(answer) for answer in answers} == {"Wat u invulde, is bewaard. U heeft het nog niet ingediend."}


@pytest.mark.parametrize("key", ["", "geen uuid", "\x00", "9" * 5000])
def test_a_key_that_is_none_breaks_nothing(contact: Client, key: str) -> None:
    answer = contact.post("/mijn/zwolle/meetups/nieuw/", {KEY: key, "people": "3", "action": "draft"}, follow=True)

    assert message_of(answer) == "Wat u invulde, is bewaard. U heeft het nog niet ingediend."


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_act_and_one_answer(contact: Client) -> None:
    """Eight times the same form in the same moment: without the row that they wait for, several would do the work."""
    page = "/mijn/gastheer/2026/nu/"
    form = {KEY: str(uuid4()), "presence": "present", "municipality": Municipality.objects.get(name="Zwolle").cbs_code}
    done: list[object] = []

    def click() -> object:
        browser = Client()
        browser.cookies = contact.cookies.copy()  # type: ignore[assignment]
        answer = browser.post(page, form)
        return answer.status_code, answer["Location"]

    with patch.object(hosting, "mark", side_effect=lambda *_args, **_more: done.append(1)):
        answers = at_once([click] * 8, refusals=())

    assert set(answers) == {(302, f"{page}#{form['municipality']}")}
    assert done == [1]
