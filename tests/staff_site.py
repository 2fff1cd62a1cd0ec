"""Every page of municipal staff: where it stands, and a municipality about which each of them has something to show.

`PAGES` follows the addresses of `gdsc.staff_urls`: a page that nobody put in it fails `tests/gdsc/staff/test_forms.py`.
"""

from datetime import UTC, date, datetime, time

from django.test import Client
from django.urls import URLPattern
from pytest_django.live_server_helper import LiveServer

from competition import invitations
from competition.models import Membership, Participant, Role, User
from competition.uploads import UploadField
from gdsc import staff_urls
from meetups.models import Presence
from scoring import claims
from solutions import adoptions, images
from solutions.models import Stage, UseQuestion
from tests import factories
from tests.factories import NOW
from tests.files import pdf, picture, upload

LONG = "Samenwerkingsovereenkomstenregistratiesysteem"
PAGES = {
    "dashboard": ["/mijn/"],
    "dashboard_of": ["/mijn/zwolle/", "/mijn/urk/"],
    "my_mail": ["/mijn/mail/"],
    "my_data": ["/mijn/gegevens/"],
    "remove_account": ["/mijn/gegevens/verwijderen/"],
    "colleagues": ["/mijn/zwolle/collegas/"],
    "invite_colleague": ["/mijn/zwolle/collegas/uitnodigen/"],
    "revoke_invitation": ["/mijn/zwolle/collegas/uitnodigingen/{invited}/intrekken/"],
    "remove_colleague": ["/mijn/zwolle/collegas/{colleague}/weghalen/"],
    "hand_over": ["/mijn/zwolle/collegas/overdragen/"],
    "choose_for_signup": ["/mijn/meetup/2026/straks/"],
    "choose_for_code": ["/mijn/meetup/2026/nu/code/"],
    "hosting": ["/mijn/gastheer/"],
    "host_list": ["/mijn/gastheer/2026/nu/"],
    "host_code": ["/mijn/gastheer/2026/nu/code/"],
    "host_close": ["/mijn/gastheer/2026/nu/sluiten/"],
    "host_materials": ["/mijn/gastheer/2026/nu/materiaal/"],
    "host_remove_material": ["/mijn/gastheer/2026/nu/materiaal/{material}/weg/"],
    "report_attendance": [
        "/mijn/zwolle/meetups/nieuw/",
        "/mijn/zwolle/meetups/ingediend/",
        "/mijn/zwolle/meetups/bevestigd/",
        "/mijn/zwolle/meetups/straks/",
    ],
    "withdraw_attendance": ["/mijn/zwolle/meetups/ingediend/intrekken/"],
    "sign_up": ["/mijn/zwolle/meetups/straks/aanmelden/"],
    "enter_code": ["/mijn/zwolle/meetups/nu/code/"],
    "sign_off": ["/mijn/zwolle/meetups/straks/afmelden/"],
    "meetup_offer": ["/mijn/zwolle/meetups/straks/plaats/"],
    "report_adoption": [
        "/mijn/zwolle/oplossingen/concept/",
        "/mijn/zwolle/oplossingen/ingediend/",
        "/mijn/zwolle/oplossingen/afgewezen/",
        "/mijn/zwolle/oplossingen/nog-niets/",
    ],
    "withdraw_adoption": ["/mijn/zwolle/oplossingen/ingediend/intrekken/"],
    "experience": ["/mijn/zwolle/oplossingen/gebruikt/ervaring/"],
    "taken_over": ["/mijn/zwolle/van-u-overgenomen/"],
    "answer_adoption": ["/mijn/zwolle/van-u-overgenomen/{given}/"],
    "still_in_use": ["/mijn/zwolle/nog-in-gebruik/{asked}/"],
    "offer_contribution": ["/mijn/zwolle/goed-opgelost/"],
    "own_contribution": ["/mijn/zwolle/goed-opgelost/{draft}/", "/mijn/zwolle/goed-opgelost/{pending}/"],
    "contribution_images": ["/mijn/zwolle/goed-opgelost/{draft}/beelden/"],
    "withdraw_contribution": ["/mijn/zwolle/goed-opgelost/{pending}/intrekken/"],
    "own_objections": ["/mijn/zwolle/bezwaren/"],
    "object_to": ["/mijn/zwolle/bezwaren/boeking-{booking}/"],
    "own_objection": ["/mijn/zwolle/bezwaren/{objection}/"],
    "withdraw_objection": ["/mijn/zwolle/bezwaren/{objection}/intrekken/"],
}
"""By the name of each address, the pages that look differently."""
NO_PAGE = {
    "my_data_file": "a file to save",
    "adoption_evidence": "a file to save",
    "own_image": "a picture",
    "remove_adoption_evidence": "only takes the form that stands on the page of the adoption",
    "remove_image": "only takes the form that stands on the page of the pictures",
    "answer_contribution": "only takes the form that stands on the page of the contribution",
}
ADDRESSES = [address for addresses in PAGES.values() for address in addresses]


def names() -> set[str]:
    """Of every address of the staff."""
    return {str(pattern.name) for pattern in staff_urls.urlpatterns if isinstance(pattern, URLPattern)}


def zwolle() -> tuple[Participant, dict[str, int]]:
    """Zwolle with claims in every state, and the numbers of what the pages are about."""
    edition = factories.edition(2026, is_example=True)
    participant = factories.participant("Zwolle", of=edition)
    municipality = participant.municipalities.get()
    for month, slug in enumerate(["concept", "ingediend", "afgewezen", "nog-niets"], 1):
        factories.solution(of=edition, month=month, slug=slug, title=f"{LONG} {slug}")
    concept, pending, rejected, _nothing = edition.solutions.in_order()
    factories.meetup(of=edition, slug="nieuw", title=LONG)
    ahead = factories.meetup(of=edition, slug="straks", title=f"{LONG} straks", starts_at=NOW.replace(month=4))
    factories.signup(ahead, municipality, offered=1, offered_until=ahead.starts_at, offer_number=1, waiting=[NOW])
    running = factories.meetup(
        of=edition,
        slug="nu",
        title=LONG,
        host=municipality,
        starts_at=datetime.combine(NOW.date(), time(0, 1), tzinfo=UTC),
        ends_at=datetime.combine(NOW.date(), time(23, 59), tzinfo=UTC),
    )
    numbers = {"material": factories.material(running, title=LONG).pk}
    for presence in ["", *Presence.values]:
        factories.signup(running, factories.municipality(f"{LONG} {presence}"), presence=presence)
    factories.confirmed(factories.attendance(participant, meetup=factories.meetup(of=edition, slug="bevestigd")))
    factories.submitted(factories.attendance(participant, meetup=factories.meetup(of=edition, slug="ingediend")))
    factories.adoption(participant, solution=concept, stage=Stage.DECISION)
    checked = UploadField().clean(upload(pdf(), f"{LONG}.pdf"))
    adoptions.draft(participant, concept, fields={}, evidence=checked, by=factories.user(), at=NOW)
    factories.submitted(factories.adoption(participant, solution=pending))
    refused = factories.submitted(factories.adoption(participant, solution=rejected))
    claims.reject(refused, because=f"Zie https://www.zwolle.nl/{LONG}/{LONG}", by=factories.organiser(), at=NOW)
    taken = factories.confirmed(factories.contribution(participant))
    claims.take_back(taken, because="Niet van u.", by=factories.organiser(), at=NOW)
    draft = factories.contribution(participant, title=LONG)
    factories.remark(draft, text=f"{LONG} {LONG}?")
    drawn = UploadField().clean(upload(picture(), "beeld.png"))
    images.add(draft, drawn, alt=f"{LONG} {LONG}", by=factories.user(), at=NOW)
    offered = factories.submitted(factories.contribution(participant, title=f"{LONG} ingediend"))
    used = factories.solution(of=edition, month=5, slug="gebruikt", title=LONG)
    adoption = factories.confirmed(factories.adoption(participant, solution=used))
    asked = UseQuestion.objects.create(adoption=adoption, months=6, asked_at=NOW)
    given = factories.solution(of=edition, month=6, slug="gegeven", title=LONG, giver=municipality)
    taker = factories.participant(f"{LONG} nemer", of=edition)
    reported = factories.submitted(factories.adoption(taker, solution=given))
    numbers |= {
        "given": reported.pk,
        "draft": draft.pk,
        "pending": offered.pk,
        "asked": asked.pk,
        "booking": factories.entry(taker, description=f"{LONG} {LONG}").number,
        "objection": factories.objection(participant, grounds=f"{LONG} {LONG}").pk,
        "colleague": Membership.objects.get(user=factories.staff_of(municipality)).pk,
    }
    return participant, numbers


def contact_of(participant: Participant, numbers: dict[str, int]) -> User:
    """Its contact person, who invited a colleague and works for Urk too, which does not take part."""
    municipality = participant.municipalities.get()
    person = factories.staff_of(municipality, role=Role.CONTACT)
    Membership.objects.create(user=person, municipality=factories.municipality("Urk"), starts_on=date(2026, 1, 1))
    invited = invitations.invite(municipality, f"{LONG}@zwolle.example", role=Role.STAFF, by=person, at=NOW)
    numbers["invited"] = invited.pk
    return person


def cookie_of(person: User, live_server: LiveServer) -> dict[str, str]:
    """What the browser of this person holds after logging in."""
    client = Client()
    client.force_login(person)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
