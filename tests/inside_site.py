"""Every page that is not public: of municipal staff, of the account, and of an invitation in each of its states.

Each with the browser in which it is to be seen: a code from the mail is asked only of who is halfway logging in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from competition import invitations
from competition.models import Membership, Municipality, Role, User
from tests import accounts, factories, staff_site
from tests.factories import NOW
from tests.reading import Part, read

ACCOUNT = "/account/"
TEXT = {"text", "email", "password", "url", "search", "tel", None}
"""Kinds of fields in which a browser keeps whatever is typed."""
NOT_TYPED = {"hidden", "submit", "file", "checkbox", "radio"}
SEND = """
([number, button, word]) => {
  const form = document.querySelectorAll('form[method=post]')[number];
  for (const field of form.elements) {
    if (['hidden', 'submit', 'button', 'file', 'fieldset'].includes(field.type)) continue;
    if (['radio', 'checkbox'].includes(field.type)) field.checked = false;
    else if (field.localName !== 'select') field.value = word;
    else if ([...field.options].some(option => option.value === '')) field.value = '';
  }
  const pressed = form.querySelectorAll('button:not([form])')[button];
  if (!pressed) throw new Error(`${location.pathname} has no button ${button} in ${form.outerHTML}`);
  pressed.focus();
}
"""
"""Fills in a form as `Refusal` says and stands on its button."""


class Shown(NamedTuple):
    """A page, and who looks at it."""

    path: str
    client: Client
    status: int = 200

    @property
    def content(self) -> Part:
        return read(self.client.get(self.path), status=self.status)

    @property
    def has_form(self) -> bool:
        """Beside the one for logging out, which stands on every page."""
        return self.content.one("main").all("form") != []

    def enter(self, context: BrowserContext, live_server: LiveServer) -> None:
        """Make the browser theirs."""
        context.clear_cookies()
        session = self.client.cookies.get("sessionid")
        if session:
            context.add_cookies([{"name": "sessionid", "value": session.value, "url": live_server.url}])


class Refusal(NamedTuple):
    """A form that comes back when this word stands in its fields: by its place on the page, and its button's."""

    form: int
    button: int
    word: str


def staff_pages() -> Iterator[Shown]:
    participant, numbers = staff_site.zwolle()
    client = Client()
    client.force_login(staff_site.contact_of(participant, numbers))
    for address in staff_site.ADDRESSES:
        yield Shown(address.format(**numbers), client)


def account_pages() -> Iterator[Shown]:
    for path in ("login/", "login/code/", "password/reset/", "password/reset/done/", "signup/", "inactive/"):
        yield Shown(ACCOUNT + path, Client())
    person = accounts.with_login(User.objects.create_user(f"{staff_site.LONG.lower()}@zwolle.example", name="Noa"))
    halfway = Client()
    halfway.post(f"{ACCOUNT}login/code/", {"email": person.email})
    yield Shown(f"{ACCOUNT}login/code/confirm/", halfway)
    forgot = Client()
    forgot.post(f"{ACCOUNT}password/reset/", {"email": person.email})
    yield Shown(f"{ACCOUNT}password/reset/confirm/", forgot)
    remembered = Client()
    remembered.post(f"{ACCOUNT}password/reset/", {"email": person.email})
    remembered.post(f"{ACCOUNT}password/reset/confirm/", {"code": accounts.code_from_mail()})
    yield Shown(f"{ACCOUNT}password/reset/complete/", remembered)
    second = Client()
    accounts.log_in(second, accounts.with_app(accounts.with_login(factories.user())))
    yield Shown(f"{ACCOUNT}2fa/authenticate/", second)
    inside = _inside(person)
    for path in ("email/", "password/change/", "reauthenticate/", "2fa/totp/activate/", "3rdparty/"):
        yield Shown(ACCOUNT + path, inside)
    yield from _with_second_factor()


def _inside(person: User) -> Client:
    """Logged in, and just asked for the password once more."""
    client = Client()
    accounts.log_in(client, person)
    client.post(f"{ACCOUNT}reauthenticate/", {"password": accounts.PASSWORD})
    return client


def _with_second_factor() -> Iterator[Shown]:
    """Who set one up after logging in does not have to use it first."""
    person = accounts.with_login(factories.user())
    inside = _inside(person)
    accounts.with_app(person)
    data = {"name": "Laptop van het werk", "credential": {}}
    passkey = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    for path in (
        "",
        "reauthenticate/",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "webauthn/",
        f"webauthn/keys/{passkey.pk}/edit/",
        f"webauthn/keys/{passkey.pk}/remove/",
    ):
        yield Shown(f"{ACCOUNT}2fa/{path}", inside)


def invitation_pages() -> Iterator[Shown]:
    municipality = factories.municipality("Deventer")
    by = factories.staff_of(municipality, role=Role.CONTACT)
    yield Shown("/uitnodiging/?sleutel=verzonnen", Client(), 404)
    yield _invited(municipality, "nieuw@deventer.example", by)
    yield _invited(municipality, accounts.with_login(factories.user()).email, by)
    known = accounts.with_login(factories.user())
    yield _invited(municipality, known.email, by, who=known)
    yield _invited(municipality, "iemand@deventer.example", by, who=known)._replace(status=403)
    colleague = accounts.with_login(factories.user())
    yield _invited(municipality, colleague.email, by, who=colleague)
    Membership.objects.create(user=colleague, municipality=municipality, starts_on=NOW.date())
    for state in ("revoked", "accepted", "expired"):
        yield _invited(municipality, f"{state}@deventer.example", by, state=state)._replace(status=410)


def _invited(
    municipality: Municipality, email: str, by: User, *, who: User | None = None, state: str = "open"
) -> Shown:
    at = NOW - timedelta(days=60 if state == "expired" else 0)
    invitation = invitations.invite(municipality, email, role=Role.STAFF, by=by, at=at)
    invitations.send(invitation.pk, at=at)
    path, client = f"/uitnodiging/?sleutel={accounts.token_from_mail()}", Client()
    if who:
        client.force_login(who)
    if state == "revoked":
        invitations.revoke(invitation, by=by, at=NOW)
    elif state == "accepted":
        invitations.accept(invitation, by=accounts.with_login(User.objects.create_user(email, name="X")), at=NOW)
        Membership.objects.filter(user__email=email).delete()
    return Shown(path, client)


def pages() -> list[Shown]:
    return [*staff_pages(), *account_pages(), *invitation_pages()]


# --- Forms that come back ------------------------------------------------------------------------


def forms_of(page: Part) -> list[Part]:
    return [form for form in page.all("form") if form.attributes.get("method") == "post"]


def typed_in(form: Part) -> list[Part]:
    return [
        part
        for part in form.parts()
        if part.tag in {"input", "textarea", "select"} and part.attributes.get("type") not in {"hidden", "submit"}
    ]


def refusals(shown: Shown) -> Iterator[Refusal]:
    """The forms of the page that do not take nothing, or else no nonsense; nothing that is taken stays."""
    for number, form in enumerate(forms_of(shown.content)):
        if not typed_in(form):
            continue
        own = [each for each in form.all("button") if "form" not in each.attributes]
        for place, button in enumerate(own):
            for word in ("", "~"):
                if _is_refused(shown, form, button, word):
                    yield Refusal(number, place, word)
                    break


def _is_refused(shown: Shown, form: Part, button: Part, word: str) -> bool:
    client = Client()
    client.cookies = shown.client.cookies.copy()  # type: ignore[assignment]
    path = str(form.attributes.get("action") or shown.path).strip()
    with _undone():
        return bool(client.post(path, _filled(form, word) | _pressed(button)).status_code == 200)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _pressed(button: Part) -> dict[str, Any]:
    name = str(button.attributes.get("name") or "")
    return {name: str(button.attributes.get("value") or "")} if name else {}


def _filled(form: Part, word: str) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for part in form.parts():
        name, kind = str(part.attributes.get("name") or ""), part.attributes.get("type")
        if kind == "hidden" and name:
            filled[name] = str(part.attributes.get("value") or "")
        elif part.tag == "select":
            values = [str(option.attributes.get("value") or "") for option in part.all("option")]
            filled[name] = "" if "" in values else values[0]
        elif part.tag == "textarea" or (part.tag == "input" and kind not in NOT_TYPED):
            filled[name] = word if kind in TEXT else ""
    return filled
